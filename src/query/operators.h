// SPDX-License-Identifier: Apache-2.0
// The operators of a physical plan. All of a pipeline share one row (a value for each slot, ast.h); an operator pulls its
// input, writes the slots it adds, and says whether there is another row, so nothing is copied until an operator has to
// hold rows (sort, grouping, join, barrier). plan.cc puts them together; operators_*.cc implement them.
// A plan and its operators belong to one statement and one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "query/executor.h"
#include "query/match.h"
#include "query/neighbours.h"
#include "query/slots.h"

namespace liantu::query {

class Operator;
struct ExpandSpec;
struct NodeScan;
using OperatorPtr = std::unique_ptr<Operator>;

class Operator {
 public:
  Operator(Runtime& runtime, std::string op, std::string about) : name(std::move(op)), detail(std::move(about)), rt_(runtime) {}
  virtual ~Operator() = default;
  // Starts (again) over this row; must not look at the graph yet.
  virtual void Open(Row& row) {
    row_ = &row;
    for (OperatorPtr& child : children) child->Open(row);
  }
  // Writes the next row's slots; false at the end or when the statement has failed.
  virtual bool Next() = 0;

  // For plans; worked out only when somebody looks.
  virtual std::string Detail() const { return detail; }
  // What a plain expansion does; null: it is none.
  virtual const ExpandSpec* Step() const { return nullptr; }
  // What a plain scan reads; null: it is none.
  virtual const NodeScan* Scan() const { return nullptr; }

  std::string name, detail;
  double estimate = 0;
  std::vector<OperatorPtr> children;  // the input first

 protected:
  bool Stopped();  // true; the first to notice that a budget ran out leaves word of its place in the plan
  Operator& input() { return *children[0]; }
  bool Stop() { return rt_.context.Stop() && Stopped(); }
  bool Failed() { return rt_.context.failed() && Stopped(); }
  Row& row() { return *row_; }
  Value& at(int slot) { return (*row_)[static_cast<size_t>(slot)]; }
  Runtime& rt_;
  Row* row_ = nullptr;
};

// A predicate over the row.
class Condition {
 public:
  virtual ~Condition() = default;
  virtual bool Holds(Row& row, Runtime& rt) = 0;
  virtual void Open() {}
  virtual std::string Shown() const = 0;
  SlotSet needs;
  double selectivity = 0.5;
};
using ConditionPtr = std::unique_ptr<Condition>;
ConditionPtr WhereCondition(const Expr& expr);
// The entity of `slot` has every property of the map (a list slot: each of its relationships).
ConditionPtr PropertiesCondition(int slot, const Expr& map);
ConditionPtr PropertyCondition(int slot, const std::string& key, const Expr& value);
ConditionPtr LabelCondition(Runtime& rt, int slot, const LabelExpr& labels);
// The relationships of the two slots (single or lists) have none in common.
ConditionPtr DistinctCondition(int slot1, int slot2);
// Text of an expression for plans, near to how it was written.
std::string ExprText(const Expr& expr);

// Rows of `width` values. Grows by blocks: doubling would hold everything twice while it copies, far beyond a memory budget
// that has been asked for half.
class ValueRows {
 public:
  explicit ValueRows(size_t width) : width_(width) {}
  size_t size() const { return count_; }
  Value* at(size_t i) { return blocks_[i >> kBits].data() + (i & kMask) * width_; }
  const Value* at(size_t i) const { return blocks_[i >> kBits].data() + (i & kMask) * width_; }
  Value* Add() {  // a row of nulls; until the next call
    if (count_ >> kBits == blocks_.size()) {
      blocks_.emplace_back();
      if (count_ > 0) blocks_.back().reserve(width_ << kBits);
    }
    blocks_.back().resize(((count_ & kMask) + 1) * width_);
    return at(count_++);
  }
  void DropLast() {
    --count_;
    blocks_.back().resize((count_ & kMask) * width_);
    if ((count_ & kMask) == 0) blocks_.pop_back();
  }
  void Clear() {
    if (blocks_.size() > 1) blocks_.resize(1);
    if (!blocks_.empty()) blocks_[0].clear();
    count_ = 0;
  }

 private:
  static constexpr size_t kBits = 10, kMask = (size_t{1} << kBits) - 1;
  const size_t width_;
  size_t count_ = 0;
  std::vector<std::vector<Value>> blocks_;
};

// Rows of a pipeline, reduced to some slots, held for later. Charges the context.
class RowStore {
 public:
  RowStore(Runtime& rt, std::vector<int> slots) : rt_(rt), slots_(std::move(slots)), values_(slots_.size()) {}
  ~RowStore() { Clear(); }
  RowStore(const RowStore&) = delete;
  void Clear();
  void Add(const Row& row);
  void Load(size_t i, Row& row) const {
    const Value* values = values_.at(i);
    for (size_t k = 0; k < slots_.size(); ++k) row[static_cast<size_t>(slots_[k])] = values[k];
  }
  size_t size() const { return values_.size(); }

 private:
  Runtime& rt_;
  std::vector<int> slots_;
  ValueRows values_;
  int64_t charged_ = 0;
};

// A table of rows of `width` values each, with an index by equivalence. Charges the context.
class ValueTable {
 public:
  ValueTable(Context& context, size_t width) : context_(context), width_(width), values_(width) {}
  ~ValueTable();
  ValueTable(const ValueTable&) = delete;
  size_t size() const { return values_.size(); }
  Value* at(size_t i) { return values_.at(i); }
  void Clear();
  // The row equivalent to these values (the first `keys` of a row count), added if it is new.
  size_t FindOrAdd(const Value* values, size_t keys, bool* added);
  size_t Find(const Value* values, size_t keys) const;  // npos: none
  size_t Append(const Value* values);
  static constexpr size_t npos = static_cast<size_t>(-1);

 private:
  static size_t HashOf(const Value* values, size_t n);
  void Grow();
  Context& context_;
  const size_t width_;
  ValueRows values_;
  std::vector<size_t> hashes_;
  std::vector<uint32_t> buckets_;  // index + 1; 0: empty
  int64_t charged_ = 0;
};

// --- read (operators_read.cc)
OperatorPtr MakeOnce(Runtime& rt);                                        // one row: the argument
struct NodeScan {
  int slot = kNoSlot;
  std::string label;        // empty: all nodes
};
OperatorPtr MakeNodeScan(Runtime& rt, OperatorPtr input, NodeScan scan);
struct NodeSeek {
  int slot = kNoSlot;
  std::string label, property;   // property empty: by id(n)
  const Expr* value = nullptr;
  bool list = false;             // value is a list of values (IN)
  bool by_name = false;          // through the name index; label empty: nodes of all labels
  bool element_id = false;       // by elementId(n)
  bool relationship = false;     // a relationship by its id
};
OperatorPtr MakeNodeSeek(Runtime& rt, OperatorPtr input, NodeSeek seek);
// Keeps rows whose slot holds a node (a relationship): what a pattern asks of a variable bound before.
OperatorPtr MakeBoundCheck(Runtime& rt, OperatorPtr input, int slot, bool relationship);

struct ExpandSpec {
  int from = kNoSlot, rel = kNoSlot, to = kNoSlot;
  bool write_rel = true;         // somebody reads the relationship
  bool into = false;             // `to` has its value already
  TypeSet types;
  const LabelExpr* type_expr = nullptr;  // more than a list of names
  Direction direction = Direction::kOut;
  std::vector<const LabelExpr*> to_labels;
  std::vector<int> differ;       // relationship slots that must be another relationship
  // For each of `differ` a node slot: the relationship is among those looked at here if and only if the two nodes are the
  // same; kNoSlot: not known.
  std::vector<int> differ_at;
  bool count_only = false;       // nobody reads rel or to: one row with its weight
  double expected_loads = 0;
};
OperatorPtr MakeExpand(Runtime& rt, OperatorPtr input, ExpandSpec spec);
// Over a chain of expansions (the last one first) that ends in a grouping node while only rows are counted: where all but
// the first of them lead to one node at most, rows are counted by that node as they are met, and given once with their
// number as weight; by both ends, where they also begin with single steps from a scan that is grouped by. Where that is not
// so the chain itself runs. `keys`: slots from before that are grouped by, too.
OperatorPtr MakeGroupedExpand(Runtime& rt, OperatorPtr chain, std::vector<const ExpandSpec*> steps, std::vector<int> keys);
// Both ends of a relationship that is bound already.
OperatorPtr MakeRelationshipEnds(Runtime& rt, OperatorPtr input, int rel, int from, int to, bool from_bound, bool to_bound, ExpandSpec spec);

struct VarExpandSpec {
  ExpandSpec expand;             // rel: the list
  uint64_t min = 1, max = UINT64_MAX;
  const RelPattern* pattern = nullptr;  // properties and where of each step
  bool reversed = false;         // expanded from the pattern's right end: the list is turned round
  bool distinct_ends = false;    // only which end nodes there are
};
OperatorPtr MakeVarExpand(Runtime& rt, OperatorPtr input, VarExpandSpec spec);
// -[rs*]- where rs holds a list already.
OperatorPtr MakeFollowList(Runtime& rt, OperatorPtr input, VarExpandSpec spec);

struct ShortestSpec {
  VarExpandSpec var;             // both ends bound; from is the pattern's left end
  int path = kNoSlot;            // p = …; kNoSlot: not asked for
  bool all = false;
  const PathPattern* pattern = nullptr;
  bool cycles = false;           // a path may lead back to where it began
};
OperatorPtr MakeShortestPath(Runtime& rt, OperatorPtr input, ShortestSpec spec);
// Patterns by the plain matcher, for what no other operator can do. `adds`: slots that get values.
OperatorPtr MakePatternSearch(Runtime& rt, OperatorPtr input, std::vector<const PathPattern*> patterns, const Expr* where, MatchOptions options,
                              std::vector<int> adds);
// p = … out of bound nodes and relationships; `steps`: the slot of each step's relationship, or list of them.
OperatorPtr MakePathBuild(Runtime& rt, OperatorPtr input, const PathPattern& pattern, std::vector<int> steps);

// --- tables (operators_table.cc)
OperatorPtr MakeFilter(Runtime& rt, OperatorPtr input, std::vector<ConditionPtr> conditions);
OperatorPtr MakeUnwind(Runtime& rt, OperatorPtr input, const Expr& list, int slot);
OperatorPtr MakeProject(Runtime& rt, OperatorPtr input, const Projection& projection);
OperatorPtr MakeAggregate(Runtime& rt, OperatorPtr input, const Projection& projection);
OperatorPtr MakeDistinct(Runtime& rt, OperatorPtr input, std::vector<int> slots);
// `keep`: the slots that rows must hold; `limit` (with skip) makes it a TopN.
OperatorPtr MakeSort(Runtime& rt, OperatorPtr input, const Projection& projection, std::vector<int> keep, bool top);
OperatorPtr MakeSkipLimit(Runtime& rt, OperatorPtr input, const Expr* skip, const Expr* limit, bool drain);
OperatorPtr MakeEager(Runtime& rt, OperatorPtr input, std::vector<int> keep);
// Every row of left with every row of right, which depends on nothing of left; with keys: only where the keys are equal.
OperatorPtr MakeJoin(Runtime& rt, OperatorPtr left, OperatorPtr right, std::vector<int> right_slots,
                     std::vector<std::pair<const Expr*, const Expr*>> keys);
// For each row of left the rows of right; `nulls`: slots that become null where there is none (OPTIONAL), if `optional`.
OperatorPtr MakeApply(Runtime& rt, OperatorPtr left, OperatorPtr right, bool optional, std::vector<int> nulls);
// CALL { … } IN TRANSACTIONS.
OperatorPtr MakeBatches(Runtime& rt, OperatorPtr input, const Clause& clause);
// The same with ON ERROR CONTINUE or BREAK. `keep`: slots of left that are read later; `adds`: those that right gives values.
OperatorPtr MakeForgivingBatches(Runtime& rt, OperatorPtr left, OperatorPtr right, const Clause& clause, std::vector<int> keep, std::vector<int> adds);
// For each row of left runs right to its end and gives the row on.
OperatorPtr MakeRunThrough(Runtime& rt, OperatorPtr left, OperatorPtr right);
// Parts one after another; columns of part i are copied to those of part 0.
OperatorPtr MakeUnion(Runtime& rt, std::vector<OperatorPtr> parts, std::vector<std::vector<int>> columns, bool distinct);
// Copies slots: (from, to).
OperatorPtr MakeRename(Runtime& rt, OperatorPtr input, std::vector<std::pair<int, int>> slots);
OperatorPtr MakeDrain(Runtime& rt, OperatorPtr input);  // runs the input to its end, gives no row

// --- writes and calls (operators_write.cc)
OperatorPtr MakeWrite(Runtime& rt, OperatorPtr input, const Clause& clause);  // CREATE, SET, REMOVE
OperatorPtr MakeDelete(Runtime& rt, OperatorPtr input, const Clause& clause, std::vector<int> keep);
// `match` finds the pattern; `adds`: the slots it gives values to.
OperatorPtr MakeMerge(Runtime& rt, OperatorPtr input, OperatorPtr match, const Clause& clause, std::vector<int> adds);
OperatorPtr MakeForeach(Runtime& rt, OperatorPtr input, OperatorPtr body, const Clause& clause);  // body: run to its end for each element
OperatorPtr MakeCall(Runtime& rt, OperatorPtr input, const Clause& clause);
OperatorPtr MakeLoadCsv(Runtime& rt, OperatorPtr input, const Clause& clause);

// --- profile (operators_table.cc)
// Puts a counting operator over every operator of the tree.
OperatorPtr Profiled(Runtime& rt, OperatorPtr op);
PlanNode Describe(const Operator& op);

}  // namespace liantu::query
