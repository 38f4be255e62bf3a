// SPDX-License-Identifier: Apache-2.0
// The documents behind a count: those that vouch for the statements which were counted, each once. Who says a single thing is
// Reader::Sources.
#pragma once

#include <span>
#include <vector>

#include "chain/group.h"

namespace liantu::chain {

// Statements read for the sources of one count; a count of more rests on more documents than are then named.
inline constexpr size_t kStatementsRead = 200;

// Those that vouch for most of the edges first, then by id. The locator is there only where all statements of a document have the same,
// the certainty is that of the least certain. Cost: the evidence of the first `most` edges.
Result<std::vector<Source>> DocumentsOf(Reader& reader, std::span<const graph::EdgeId> edges, size_t most = kStatementsRead);
// Those by which the companies of a group count as its members: their seats, segments, hosts, or stated memberships, as its rule has it.
// At most `most` statements of a kind are read.
Result<std::vector<Source>> DocumentsOfMembers(Reader& reader, const Group& group, size_t most = kStatementsRead);

}  // namespace liantu::chain
