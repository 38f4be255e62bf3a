// SPDX-License-Identifier: Apache-2.0
// The check of database.h over any view, also one of changes that are not stored yet. For check.cc and repair.cc.
#pragma once

#include <vector>

#include "graph/database.h"
#include "graph/view_state.h"

namespace liantu::graph {

// `store` null: the checksums of its files are not read.
Result<std::vector<CheckProblem>> CheckGraph(const ReadView& view, const ReadView::State& state, const storage::Store* store,
                                             bool deep, const Budget& budget);

}  // namespace liantu::graph
