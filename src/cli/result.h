// SPDX-License-Identifier: Apache-2.0
// The result of a statement as the commands print it: rows in any format, the plan, and what was changed.
#pragma once

#include <cstdint>
#include <string>

#include "chain/entity.h"
#include "io/table.h"
#include "query/session.h"

namespace liantu::cli {

// Writes all rows of the cursor as they come (nothing where there are no columns) and gives their number.
Result<uint64_t> WriteRows(query::Cursor& cursor, const io::WriteOptions& options, const io::RowWriter::Sink& sink);
// Operators, the last one first, each under the one that takes its rows; with rows, reads and time after PROFILE.
io::Table PlanTable(const query::PlanNode& plan, bool profiled, chain::Lang lang);
// Warnings about names that the store does not know, a line each; empty when there are none.
std::string NoticesText(const query::Cursor& cursor, std::string_view text, chain::Lang lang);
// "2 nodes created, 3 properties set"; empty when nothing was changed.
std::string ChangesText(const query::ChangeCounts& changes, chain::Lang lang);

}  // namespace liantu::cli
