// SPDX-License-Identifier: Apache-2.0
// The history of a store as documents: its batches, an undo done or planned, and what differs between two states; the
// last as a graph too. It decides nothing: the facts come from graph/.
#pragma once

#include <string>
#include <vector>

#include "graph/diff.h"
#include "report/document.h"

namespace liantu::report {

Document BatchesDocument(chain::Lang lang, const std::vector<graph::BatchInfo>& batches);
// One of them, with its files and what undid it.
Document BatchDocument(chain::Lang lang, const std::vector<graph::BatchInfo>& batches, graph::BatchId batch);
// `batches` include the new one, if any.
Document UndoDocument(chain::Lang lang, const graph::UndoReport& undo, const std::vector<graph::BatchInfo>& batches);

// `before` and `after` name the two states for people; the readers look at them.
struct DiffSides {
  std::string before, after;
};
Result<Document> DiffDocument(chain::Reader& before, chain::Reader& after, const DiffSides& sides,
                              const std::vector<graph::Change>& changes);
// {"before","after","nodes":[{"id","label","key","name","status","changes"}],"edges":[{"id","type","source","target","status",
// "changes"}]}; status created, deleted, changed, or unchanged for the ends of edges that changed.
Result<std::string> DiffGraph(chain::Reader& before, chain::Reader& after, const DiffSides& sides,
                              const std::vector<graph::Change>& changes);

}  // namespace liantu::report
