// SPDX-License-Identifier: Apache-2.0
// Clauses to operators, barriers, and the row source that runs a plan. Patterns are plan_match.cc.
#include "query/plan.h"

#include <algorithm>
#include <unordered_map>

#include "query/procedure.h"

namespace liantu::query {
namespace {

bool Writes(const Clause& clause) {
  switch (clause.kind) {
    case ClauseKind::kCreate:
    case ClauseKind::kMerge:
    case ClauseKind::kSet:
    case ClauseKind::kRemove:
    case ClauseKind::kDelete:
    case ClauseKind::kForeach: return true;
    case ClauseKind::kCall: return clause.procedure != nullptr && clause.procedure->writes;
    case ClauseKind::kSubquery: return clause.query->writes;
    default: return false;
  }
}

// Whether a clause's rows may only be counted as rows by it: count(*), count(x), and what ignores repetition.
bool OnlyCounts(const Projection& projection, SlotSet& counted) {
  if (!projection.aggregating) return false;
  for (const Expr* call : projection.aggregates) {
    const std::string& name = call->aggregate->name;
    if (name == "count" && !call->distinct) {
      if (!call->star && call->args[0]->kind == ExprKind::kVariable) counted.Add(call->args[0]->slot);
      continue;
    }
    if (!call->distinct && name != "min" && name != "max") return false;
  }
  return true;
}

bool IgnoresRepetition(const Projection& projection) {
  if (!projection.aggregating) return projection.distinct;
  return std::all_of(projection.aggregates.begin(), projection.aggregates.end(), [](const Expr* call) {
    return (call->distinct && !call->star) || call->aggregate->name == "min" || call->aggregate->name == "max";
  });
}

}  // namespace

SlotSet SlotsOf(const PathPattern& pattern) {
  SlotSet slots;
  slots.Add(pattern.slot);
  for (const NodePattern& node : pattern.nodes) {
    if (!node.bound_before) slots.Add(node.slot);
  }
  for (const PathStep& step : pattern.steps) {
    if (step.rel && !step.rel->bound_before) slots.Add(step.rel->slot);
    if (step.group) {
      for (const auto& [inside, outside] : step.group->group_slots) slots.Add(outside);
    }
  }
  return slots;
}

SlotSet SlotsOf(const std::vector<PathPattern>& patterns) {
  SlotSet slots;
  for (const PathPattern& pattern : patterns) slots.Add(SlotsOf(pattern));
  return slots;
}

void Planner::Barrier(Pipe& pipe) {
  pipe.op = MakeEager(rt_, std::move(pipe.op), pipe.bound.List());
  pipe.lazy_reads = pipe.lazy_writes = false;
}

OperatorPtr Planner::Query(const QueryTree& query, const SlotSet& arguments, bool rows) {
  std::vector<OperatorPtr> parts;
  bool distinct = false;
  static const std::vector<int> kNone;
  for (size_t p = 0; p < query.parts.size(); ++p) {
    Pipe pipe{MakeOnce(rt_), arguments, arguments};
    const std::vector<int>& columns = query.columns.empty() ? kNone : query.column_slots[p];
    Part(pipe, query.parts[p], columns);
    if (query.columns.empty() && !rows) pipe.op = MakeDrain(rt_, std::move(pipe.op));
    parts.push_back(std::move(pipe.op));
    if (p > 0 && !query.union_all[p - 1]) distinct = true;
  }
  if (parts.size() == 1) return std::move(parts[0]);
  if (query.columns.empty()) {
    return MakeUnion(rt_, std::move(parts), std::vector<std::vector<int>>(query.parts.size()), false);
  }
  return MakeUnion(rt_, std::move(parts), query.column_slots, distinct);
}

void Planner::Part(Pipe& pipe, const SingleQuery& part, const std::vector<int>& columns) { Clauses(pipe, part.clauses, columns); }

void Planner::Clauses(Pipe& pipe, const std::vector<Clause>& clauses, const std::vector<int>& columns) {
  // What is read after each clause.
  std::vector<SlotSet> later(clauses.size() + 1);
  std::vector<SlotUse> uses(clauses.size());
  for (const int slot : columns) later[clauses.size()].Add(slot);
  for (size_t i = clauses.size(); i-- > 0;) {
    CollectSlots(clauses[i], uses[i]);
    later[i] = later[i + 1];
    later[i].Add(uses[i].used);
  }
  for (size_t i = 0; i < clauses.size(); ++i) {
    const Clause& clause = clauses[i];
    const SlotUse& use = uses[i];
    const bool writes = Writes(clause);
    const bool limits = clause.projection.limit != nullptr;
    if ((writes && pipe.lazy_reads) || ((use.reads_graph || limits) && pipe.lazy_writes)) Barrier(pipe);
    switch (clause.kind) {
      case ClauseKind::kMatch: {
        MatchInput input{&clause.patterns, clause.where.get(), clause.repeatable};
        input.read_later = later[i + 1];
        size_t next = i + 1;
        while (next < clauses.size() && clauses[next].kind == ClauseKind::kMatch) ++next;
        if (next < clauses.size() && (clauses[next].kind == ClauseKind::kWith || clauses[next].kind == ClauseKind::kReturn)) {
          input.any_duplicates = IgnoresRepetition(clauses[next].projection);
          input.only_counted = next == i + 1 && OnlyCounts(clauses[next].projection, input.counted);
        }
        if (clause.optional) {
          input.only_counted = false;
          Pipe right{MakeOnce(rt_), pipe.bound, pipe.bound, pipe.nodes};
          Match(right, input);
          const SlotSet adds = SlotsOf(clause.patterns);
          pipe.op = MakeApply(rt_, std::move(pipe.op), std::move(right.op), true, adds.List());
          pipe.bound.Add(adds);
        } else {
          Match(pipe, input);
        }
        break;
      }
      case ClauseKind::kUnwind:
        pipe.op = MakeUnwind(rt_, std::move(pipe.op), *clause.expr, clause.slot);
        pipe.bound.Add(clause.slot);
        break;
      case ClauseKind::kWith:
      case ClauseKind::kReturn:
        if (clause.projection.aggregating && i > 0) GroupEarly(pipe, clause.projection);
        Project(pipe, clause.projection);
        break;
      case ClauseKind::kCreate:
        pipe.op = MakeWrite(rt_, std::move(pipe.op), clause);
        pipe.bound.Add(SlotsOf(clause.patterns));
        break;
      case ClauseKind::kSet:
      case ClauseKind::kRemove: pipe.op = MakeWrite(rt_, std::move(pipe.op), clause); break;
      case ClauseKind::kMerge: {
        Pipe right{MakeOnce(rt_), pipe.bound, pipe.bound};
        MatchInput input{&clause.patterns};
        input.read_later = later[i];  // on_match and on_create, too
        Match(right, input);
        const SlotSet adds = SlotsOf(clause.patterns);
        pipe.op = MakeMerge(rt_, std::move(pipe.op), std::move(right.op), clause, adds.List());
        pipe.bound.Add(adds);
        break;
      }
      case ClauseKind::kDelete: pipe.op = MakeDelete(rt_, std::move(pipe.op), clause, pipe.bound.List()); break;
      case ClauseKind::kCall:
        pipe.op = MakeCall(rt_, std::move(pipe.op), clause);
        for (const YieldItem& item : clause.yields) pipe.bound.Add(item.slot);
        break;
      case ClauseKind::kLoadCsv:
        pipe.op = MakeLoadCsv(rt_, std::move(pipe.op), clause);
        pipe.bound.Add(clause.slot);
        pipe.bound.Add(clause.line_slot);
        pipe.bound.Add(clause.file_slot);
        break;
      case ClauseKind::kForeach: {
        SlotSet inside = pipe.bound;
        inside.Add(clause.slot);
        Pipe body{MakeOnce(rt_), inside, inside};
        Clauses(body, clause.body, {});
        pipe.op = MakeForeach(rt_, std::move(pipe.op), MakeDrain(rt_, std::move(body.op)), clause);
        break;
      }
      case ClauseKind::kSubquery: {
        const bool forgiving = clause.on_error != Clause::OnError::kFail;
        if (clause.in_transactions) {
          if (pipe.lazy_reads || use.reads_graph) Barrier(pipe);
          if (!forgiving) pipe.op = MakeBatches(rt_, std::move(pipe.op), clause);
        }
        OperatorPtr right = Query(*clause.query, pipe.bound);
        if (forgiving) {
          std::vector<std::pair<int, int>> copies;
          std::vector<int> outside;
          for (size_t k = 0; k < clause.yields.size(); ++k) {
            outside.push_back(clause.yields[k].slot);
            if (clause.query->column_slots[0][k] != outside.back()) copies.emplace_back(clause.query->column_slots[0][k], outside.back());
          }
          if (!copies.empty()) right = MakeRename(rt_, std::move(right), std::move(copies));
          pipe.op = MakeForgivingBatches(rt_, std::move(pipe.op), std::move(right), clause, pipe.bound.List(), outside);
          for (const int slot : outside) pipe.bound.Add(slot);
          pipe.bound.Add(clause.status_slot);
          break;
        }
        if (clause.query->columns.empty()) {
          pipe.op = MakeRunThrough(rt_, std::move(pipe.op), std::move(right));
        } else {
          std::vector<std::pair<int, int>> copies;
          std::vector<int> outside;
          for (size_t k = 0; k < clause.yields.size(); ++k) {
            const int from = clause.query->column_slots[0][k], to = clause.yields[k].slot;
            outside.push_back(to);
            if (from != to) copies.emplace_back(from, to);
          }
          if (!copies.empty()) right = MakeRename(rt_, std::move(right), std::move(copies));
          pipe.op = MakeApply(rt_, std::move(pipe.op), std::move(right), clause.optional, outside);
          for (const int slot : outside) pipe.bound.Add(slot);
        }
        break;
      }
      case ClauseKind::kFinish: pipe.op = MakeDrain(rt_, std::move(pipe.op)); break;
    }
    if (use.reads_graph) pipe.lazy_reads = true;
    if (writes) pipe.lazy_writes = true;
    if (clause.kind == ClauseKind::kDelete) pipe.lazy_reads = pipe.lazy_writes = false;  // takes all rows before it gives one
  }
}

// count(*) by the node at the end of a chain of expansions, of which nobody looks at the middle.
void Planner::GroupEarly(Pipe& pipe, const Projection& projection) {
  if (rt_.profile || rt_.context.transaction() != nullptr) return;
  for (const Expr* call : projection.aggregates) {
    if (!call->star || call->distinct) return;
  }
  std::vector<const ExpandSpec*> steps;  // the last one first
  Operator* op = pipe.op.get();
  while (const ExpandSpec* step = op->Step()) {
    if (step->into || step->count_only || step->type_expr != nullptr || (!steps.empty() && steps.back()->from != step->to)) break;
    steps.push_back(step);
    op = op->children[0].get();
    if (step->types.any()) break;
  }
  if (steps.size() < 2) return;
  const int end = steps[0]->to;
  bool by_end = false;
  std::vector<int> others;
  for (const ProjectionItem& item : projection.items) {
    if (item.aggregates) continue;
    if (item.expr->kind != ExprKind::kVariable) return;
    if (item.expr->slot == end) {
      by_end = true;
    } else {
      others.push_back(item.expr->slot);
    }
  }
  if (!by_end) return;
  // As many steps as have one way at most belong to the end; which those are is only known when it runs. The step before
  // them fans out, and keys must come from before it.
  std::vector<const ExpandSpec*> used;
  for (const ExpandSpec* step : steps) {
    if (!used.empty() && std::find(others.begin(), others.end(), step->to) != others.end()) break;
    used.push_back(step);
  }
  if (used.size() < 2) return;
  pipe.op = MakeGroupedExpand(rt_, std::move(pipe.op), std::move(used), std::move(others));
}

void Planner::Project(Pipe& pipe, const Projection& projection) {
  if (projection.aggregating) {
    pipe.op = MakeAggregate(rt_, std::move(pipe.op), projection);
  } else {
    pipe.op = MakeProject(rt_, std::move(pipe.op), projection);
  }
  SlotSet items = pipe.constant, nodes;
  std::vector<int> slots;
  for (const ProjectionItem& item : projection.items) {
    if (item.expr->kind == ExprKind::kVariable && pipe.nodes.Has(item.expr->slot)) nodes.Add(item.slot);
    items.Add(item.slot);
    slots.push_back(item.slot);
  }
  if (projection.distinct) pipe.op = MakeDistinct(rt_, std::move(pipe.op), slots);
  if (!projection.order_by.empty()) {
    SlotSet keep = items;
    if (projection.where != nullptr) keep.Add(FreeSlots(*projection.where));
    pipe.op = MakeSort(rt_, std::move(pipe.op), projection, keep.List(), projection.limit != nullptr);
  }
  if (projection.skip != nullptr || projection.limit != nullptr) {
    pipe.op = MakeSkipLimit(rt_, std::move(pipe.op), projection.skip.get(), projection.limit.get(), rt_.context.transaction() != nullptr);
  }
  if (projection.where != nullptr) {
    std::vector<ConditionPtr> conditions;
    conditions.push_back(WhereCondition(*projection.where));
    pipe.op = MakeFilter(rt_, std::move(pipe.op), std::move(conditions));
  }
  pipe.bound = std::move(items);
  pipe.nodes = std::move(nodes);
}

OperatorPtr Planner::Patterns(const std::vector<PathPattern>& patterns, const Expr* where, const SlotSet& arguments, bool any) {
  Pipe pipe{MakeOnce(rt_), arguments, arguments};
  MatchInput input{&patterns, where};
  input.everything_read = !any;
  input.any_duplicates = any;
  Match(pipe, input);
  return std::move(pipe.op);
}

// ---- running

bool Operator::Stopped() {
  if (rt_.stopped_in.empty() && rt_.context.status().code() == Code::kBudget) {
    const std::string about = Detail();
    rt_.stopped_in = Text(name, about.empty() ? "" : " ", about);
  }
  return true;
}

namespace {

class Planned final : public RowSource, public PatternRunner {
 public:
  Planned(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes, bool profile)
      : query_(query), context_(context), rt_(context, changes), row_(static_cast<size_t>(slot_count)) {
    rt_.slot_count = slot_count;
    rt_.profile = profile;
    context.runner = this;
    if (context.view() != nullptr && Lasting(*context.view())) {
      rt_.cache = GraphCache::Of(*context.view());
      context.shared_records = rt_.cache;
    } else {
      context.shared_records = nullptr;
    }
    root_ = Planner(rt_).Query(query, {});
    if (profile) root_ = Profiled(rt_, std::move(root_));
    if (!query.columns.empty()) slots_ = query.column_slots[0];
  }
  ~Planned() override {
    if (context_.runner == this) context_.runner = nullptr;
    context_.shared_records = nullptr;  // the cursor may go on with another view
  }

  bool Next(std::vector<Value>& row) override {
    if (!open_) {
      open_ = true;
      root_->Open(row_);
    }
    if (done_ || context_.failed() || !root_->Next() || context_.failed()) {
      if (!done_ && !rt_.stopped_in.empty()) context_.AddToFailure(Text(" in ", rt_.stopped_in));
      done_ = true;
      return false;
    }
    row.resize(slots_.size());
    for (size_t i = 0; i < slots_.size(); ++i) row[i] = row_[static_cast<size_t>(slots_[i])];
    return true;
  }

  std::optional<PlanNode> Plan() const override {
    PlanNode node{"ProduceResults", "", root_->estimate};
    for (const std::string& column : query_.columns) node.detail += (node.detail.empty() ? "" : ", ") + column;
    node.children.push_back(Describe(*root_));
    if (rt_.profile) node.rows = node.children[0].rows;
    return node;
  }

  void Match(const std::vector<PathPattern>& patterns, const Expr* where, Row& row, const std::function<bool(Row&)>& on_match) override {
    Run(&patterns, row, [&] { return PlanPatterns(patterns, where); }, [&] { return on_match(row); });
  }

  void Subquery(const QueryTree& query, Row& row, const std::function<bool(const std::vector<Value>&)>& result) override {
    std::vector<Value> values;
    const auto make = [&] {
      SlotUse use;
      CollectSlots(query, use);
      return Planner(rt_).Query(query, use.Free(), true);
    };
    Run(&query, row, make,
        [&] {
          values.clear();
          if (!query.columns.empty()) {
            for (const int slot : query.column_slots[0]) values.push_back(row[static_cast<size_t>(slot)]);
          }
          return result(values);
        });
  }

 private:
  struct Sub {
    OperatorPtr op;
    bool busy = false;
  };

  OperatorPtr PlanPatterns(const std::vector<PathPattern>& patterns, const Expr* where) {
    if (!asked_) {
      SlotUse use;
      CollectSlots(query_, use);
      asked_.emplace(use.existence.begin(), use.existence.end());
    }
    SlotUse use;
    for (const PathPattern& pattern : patterns) CollectSlots(pattern, use);
    if (where != nullptr) CollectSlots(*where, use);
    return Planner(rt_).Patterns(patterns, where, use.Free(), asked_->contains(&patterns));
  }

  template <class Make, class Each>
  void Run(const void* key, Row& row, const Make& make, const Each& each) {
    Sub& kept = subs_[key];
    const bool nested = kept.busy;
    OperatorPtr own;
    if (nested) {
      own = make();
    } else if (kept.op == nullptr) {
      kept.op = make();
    }
    Operator& op = nested ? *own : *kept.op;
    if (!nested) kept.busy = true;
    const int64_t weight = std::exchange(rt_.weight, 1);
    op.Open(row);
    while (op.Next()) {
      if (!each() || context_.Stop()) break;
    }
    rt_.weight = weight;
    if (!nested) subs_[key].busy = false;
  }

  const QueryTree& query_;
  Context& context_;
  Runtime rt_;
  Row row_;
  OperatorPtr root_;
  std::vector<int> slots_;
  std::unordered_map<const void*, Sub> subs_;
  std::optional<std::unordered_set<const void*>> asked_;  // patterns of which only whether they match is asked
  bool open_ = false, done_ = false;
};

}  // namespace

std::unique_ptr<RowSource> RunPlanned(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes, bool profile) {
  return std::make_unique<Planned>(query, slot_count, context, changes, profile);
}

}  // namespace liantu::query
