// SPDX-License-Identifier: Apache-2.0
// From a bound query to operators. Clauses become a pipeline; the patterns of one MATCH are taken apart into nodes,
// relationships and predicates and put together again in the order that promises the fewest rows (greedy, from counts per
// label and type): seeks before scans, expansions along what is bound, expand-into where a cycle closes, hash join or
// product where nothing connects, each predicate as soon as what it reads is there. Barriers keep what a clause reads
// apart from what another writes. Building a plan reads counts only.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "query/operators.h"

namespace liantu::query {

class Planner {
 public:
  explicit Planner(Runtime& runtime) : rt_(runtime) {}
  // A query whose free slots hold arguments; its rows have the slots of the first part's columns filled in. Without
  // columns it gives no row, unless `rows` asks for them (to know whether there are any, and how many).
  OperatorPtr Query(const QueryTree& query, const SlotSet& arguments, bool rows = false);
  // The matches of patterns, for expressions. `arguments`: slots with values. `any`: only whether there is one.
  OperatorPtr Patterns(const std::vector<PathPattern>& patterns, const Expr* where, const SlotSet& arguments, bool any);

 private:
  struct Pipe {
    OperatorPtr op;
    SlotSet bound;      // slots with values
    SlotSet constant;   // of those, the same for every row
    SlotSet nodes;      // of those, known to be nodes that are there
    bool lazy_reads = false, lazy_writes = false;  // since the last barrier
  };
  class MatchPlan;  // plan_match.cc
  struct MatchInput {
    const std::vector<PathPattern>* patterns = nullptr;
    const Expr* where = nullptr;
    bool repeatable = false;
    bool everything_read = false;  // somebody else may read any slot
    SlotSet read_later;            // slots that are read after the match
    bool any_duplicates = false;   // rows may be given once or many times, it makes no difference
    bool only_counted = false;     // the rows go straight into counts
    SlotSet counted;               // slots that are only asked whether they are null by these counts
  };
  void Match(Pipe& pipe, const MatchInput& input);
  void Part(Pipe& pipe, const SingleQuery& part, const std::vector<int>& columns);
  void Clauses(Pipe& pipe, const std::vector<Clause>& clauses, const std::vector<int>& columns);
  void Project(Pipe& pipe, const Projection& projection);
  void Barrier(Pipe& pipe);
  void GroupEarly(Pipe& pipe, const Projection& projection);

  Runtime& rt_;
};

// The slots that patterns give values to.
SlotSet SlotsOf(const PathPattern& pattern);
SlotSet SlotsOf(const std::vector<PathPattern>& patterns);

}  // namespace liantu::query
