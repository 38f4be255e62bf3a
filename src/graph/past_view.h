// SPDX-License-Identifier: Apache-2.0
// The graph as it was known after an earlier batch, as a state that every read of ReadView works on unchanged. Two layers
// over the committed state, so that reading the present costs nothing:
//   - what later batches created is hidden as it is read: ids grow, so it is everything from a certain id on, in records,
//     neighbours, lists of labels, indexes, postings and counts;
//   - what later batches changed or deleted of older entities is put back, from the journal, into an overlay in memory.
// Making one costs one read of the journal an older entity touched since, and about a kilobyte of memory each; entities
// created since cost nothing until something near them is read. Catalog numbers, the ontology and the choice of indexes
// have no history: they are today's.
#pragma once

#include <memory>

#include "graph/view_state.h"

namespace liantu::graph {

// `present` is a committed state. The newest batch gives `present` itself. kNotFound: there is no such batch yet.
Result<std::shared_ptr<const ReadView::State>> PastState(std::shared_ptr<const ReadView::State> present, BatchId known);
// Names and ontology of `present`; every read of the graph fails with `status`.
std::shared_ptr<const ReadView::State> FailedState(const std::shared_ptr<const ReadView::State>& present, Status status);

}  // namespace liantu::graph
