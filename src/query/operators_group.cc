// SPDX-License-Identifier: Apache-2.0
// Operators that hold values in tables of their own: grouping, DISTINCT and sorting, and the tables themselves.
#include <algorithm>

#include "query/operators.h"

namespace liantu::query {
namespace {

// Beside its values, what a row takes in vectors that double: a hash and two to four buckets; its number and its place in the order.
constexpr int64_t kTableBytes = 40, kSortBytes = 40;

int64_t BytesOf(const Value* values, size_t n) {
  size_t bytes = n * sizeof(Value);
  for (size_t i = 0; i < n; ++i) bytes += values[i].HeapBytes();
  return static_cast<int64_t>(bytes);
}

}  // namespace

// ---- RowStore

void RowStore::Clear() {
  values_.Clear();
  rt_.context.Charge(-charged_);
  charged_ = 0;
}

void RowStore::Add(const Row& row) {
  Value* values = values_.Add();
  for (size_t k = 0; k < slots_.size(); ++k) values[k] = row[static_cast<size_t>(slots_[k])];
  const int64_t bytes = BytesOf(values, slots_.size()) + 8;
  charged_ += bytes;
  rt_.context.Charge(bytes);
}

// ---- ValueTable

ValueTable::~ValueTable() { context_.Charge(-charged_); }

void ValueTable::Clear() {
  values_.Clear();
  hashes_.clear();
  buckets_.clear();
  context_.Charge(-charged_);
  charged_ = 0;
}

size_t ValueTable::HashOf(const Value* values, size_t n) {
  size_t hash = 0x9E3779B97F4A7C15ull;
  for (size_t i = 0; i < n; ++i) {
    const Value& v = values[i];
    const size_t h = v.kind() == Kind::kNode ? v.node().raw * 0xD6E8FEB86659FD93ull : Hash(v);
    hash = (hash ^ h) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
  }
  return hash;
}

void ValueTable::Grow() {
  const size_t size = std::max<size_t>(16, buckets_.size() * 2);
  buckets_.assign(size, 0);
  for (size_t i = 0; i < values_.size(); ++i) {
    size_t b = hashes_[i] & (size - 1);
    while (buckets_[b] != 0) b = (b + 1) & (size - 1);
    buckets_[b] = static_cast<uint32_t>(i + 1);
  }
}

namespace {
bool SameValues(const Value* a, const Value* b, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (a[i].kind() == Kind::kNode && b[i].kind() == Kind::kNode) {
      if (a[i].node() != b[i].node()) return false;
    } else if (!Equivalent(a[i], b[i])) {
      return false;
    }
  }
  return true;
}
}  // namespace

size_t ValueTable::Append(const Value* values) {
  std::copy(values, values + width_, values_.Add());
  const int64_t bytes = BytesOf(values, width_) + kTableBytes;
  charged_ += bytes;
  context_.Charge(bytes);
  return size() - 1;
}

size_t ValueTable::FindOrAdd(const Value* values, size_t keys, bool* added) {
  if ((size() + 1) * 2 > buckets_.size()) Grow();
  const size_t hash = HashOf(values, keys), mask = buckets_.size() - 1;
  size_t b = hash & mask;
  for (; buckets_[b] != 0; b = (b + 1) & mask) {
    const size_t i = buckets_[b] - 1;
    if (hashes_[i] == hash && SameValues(at(i), values, keys)) {
      *added = false;
      return i;
    }
  }
  hashes_.push_back(hash);
  buckets_[b] = static_cast<uint32_t>(size() + 1);
  *added = true;
  return Append(values);
}

size_t ValueTable::Find(const Value* values, size_t keys) const {
  if (buckets_.empty()) return npos;
  const size_t hash = HashOf(values, keys), mask = buckets_.size() - 1;
  for (size_t b = hash & mask; buckets_[b] != 0; b = (b + 1) & mask) {
    const size_t i = buckets_[b] - 1;
    if (hashes_[i] == hash && SameValues(values_.at(i), values, keys)) return i;
  }
  return npos;
}

namespace {

std::string ItemsText(const Projection& projection) {
  std::string out;
  for (const ProjectionItem& item : projection.items) out += (out.empty() ? "" : ", ") + item.name;
  return out;
}

// The slots that an expression reads beside those that only its aggregates read.
void OutsideAggregates(const Expr& expr, SlotSet& slots) {
  if (expr.aggregate != nullptr) return;
  if (!expr.patterns.empty() || expr.subquery != nullptr) {
    slots.Add(FreeSlots(expr));
    return;
  }
  if (expr.kind == ExprKind::kVariable) slots.Add(expr.slot);
  for (const ExprPtr& arg : expr.args) {
    if (arg != nullptr) OutsideAggregates(*arg, slots);
  }
  if (expr.labels) {
    SlotUse use;
    CollectSlots(*expr.labels, use);
    slots.Add(use.Free());
  }
}

class Aggregate : public Operator {
 public:
  Aggregate(Runtime& rt, OperatorPtr input, const Projection& projection)
      : Operator(rt, "Aggregation", ""), projection_(projection), keys_(0), groups_(nullptr) {
    SlotSet also;
    for (const ProjectionItem& item : projection.items) {
      if (item.aggregates) {
        OutsideAggregates(*item.expr, also);
        mixed_.push_back(&item);
      } else {
        ++keys_;
        keyed_.push_back(&item);
      }
    }
    for (const SortItem& item : projection.order_by) OutsideAggregates(*item.expr, also);
    SlotSet own;
    for (const ProjectionItem& item : projection.items) own.Add(item.slot);
    for (const Expr* call : projection.aggregates) own.Add(call->slot);
    also.Remove(own);
    also_ = also.List();
    children.push_back(std::move(input));
    for (const Expr* call : projection.aggregates) {
      Call c{call};
      if (call->aggregate->name == "count" && (call->star || !call->distinct)) c.kind = call->star ? Call::kCountAll : Call::kCount;
      if (call->aggregate->name == "count" && call->distinct && !call->star) c.kind = Call::kCountDistinct;
      calls_.push_back(c);
    }
  }
  ~Aggregate() override { Drop(); }
  std::string Detail() const override { return ItemsText(projection_); }
  void Open(Row& row) override {
    Operator::Open(row);
    Drop();
    done_ = false;
    next_ = 0;
  }
  bool Next() override {
    if (!done_ && !Run()) return false;
    if (next_ >= count_) {
      Drop();
      return false;
    }
    if (Stop()) return false;
    rt_.weight = 1;
    const size_t g = next_++;
    const Value* values = groups_->at(g);
    for (size_t k = 0; k < keys_; ++k) at(keyed_[k]->slot) = values[k];
    for (size_t k = 0; k < also_.size(); ++k) {
      at(also_[k]) = values[keys_ + k];
    }
    for (size_t i = 0; i < calls_.size(); ++i) {
      State& s = states_[g * calls_.size() + i];
      at(calls_[i].call->slot) = s.aggregator ? s.aggregator->Finish(rt_.context) : Value::Integer(s.count);
      if (Failed()) {
        rt_.context.Place(calls_[i].call->span);
        return false;
      }
    }
    std::vector<Value> mixed;
    mixed.reserve(mixed_.size());
    for (const ProjectionItem* item : mixed_) mixed.push_back(Evaluate(*item->expr, row(), rt_.context));
    if (Failed()) return false;
    for (size_t i = 0; i < mixed_.size(); ++i) at(mixed_[i]->slot) = std::move(mixed[i]);
    return true;
  }

 private:
  struct Call {
    const Expr* call;
    enum Kind { kGeneral, kCountAll, kCount, kCountDistinct } kind = kGeneral;
  };
  struct State {
    int64_t count = 0;
    std::unique_ptr<Aggregator> aggregator;
    std::unique_ptr<ValueTable> seen;
    // DISTINCT over nodes only: ids in an open table, 0 is free.
    std::vector<uint64_t> ids;
    size_t id_count = 0;
    size_t bytes = 0;
  };

  void Drop() {
    groups_.reset();
    std::vector<State>().swap(states_);
    rt_.context.Charge(-charged_);
    charged_ = 0;
    count_ = 0;
  }
  void Charge(int64_t bytes) {
    charged_ += bytes;
    rt_.context.Charge(bytes);
  }
  void AddGroup() {
    for (const Call& c : calls_) {
      State s;
      if (c.kind == Call::kGeneral) {
        s.aggregator = c.call->aggregate->make();
        if (c.call->distinct) s.seen = std::make_unique<ValueTable>(rt_.context, 1);
      }
      states_.push_back(std::move(s));
    }
    Charge(static_cast<int64_t>(calls_.size() * (sizeof(State) + 64)));
    ++count_;
  }
  // Whether the id is new.
  bool AddId(State& s, uint64_t id) {
    if ((s.id_count + 1) * 2 > s.ids.size()) {
      std::vector<uint64_t> old(std::max<size_t>(16, s.ids.size() * (s.ids.size() < 65536 ? 4 : 2)), 0);
      Charge(static_cast<int64_t>((old.size() - s.ids.size()) * 8));
      old.swap(s.ids);
      for (const uint64_t o : old) {
        if (o != 0) Put(s, o);
      }
    }
    return Put(s, id);
  }
  static bool Put(State& s, uint64_t id) {
    const size_t mask = s.ids.size() - 1;
    size_t b = ((id * 0x9E3779B97F4A7C15ull) >> 20) & mask;
    for (; s.ids[b] != 0; b = (b + 1) & mask) {
      if (s.ids[b] == id) return false;
    }
    s.ids[b] = id;
    ++s.id_count;
    return true;
  }
  bool Count(State& s, const Value& value) {
    if (value.is_null()) return true;
    if (value.kind() == Kind::kNode) {
      s.count += AddId(s, value.node().raw) ? 1 : 0;
      return true;
    }
    if (s.seen == nullptr) s.seen = std::make_unique<ValueTable>(rt_.context, 1);
    bool added = false;
    s.seen->FindOrAdd(&value, 1, &added);
    s.count += added ? 1 : 0;
    return true;
  }
  bool Run() {
    done_ = true;
    const size_t width = keys_ + also_.size();
    groups_ = std::make_unique<ValueTable>(rt_.context, width);
    // The argument's own values, for a group without rows.
    std::vector<Value> group(width), args;
    rt_.weight = 1;
    while (input().Next()) {
      const int64_t weight = rt_.weight;
      rt_.weight = 1;
      size_t g = 0;
      if (keys_ > 0 || count_ == 0) {
        for (size_t k = 0; k < keys_; ++k) {
          const Expr& expr = *keyed_[k]->expr;
          group[k] = expr.kind == ExprKind::kVariable ? at(expr.slot) : Evaluate(expr, row(), rt_.context);
        }
        if (Failed()) return false;
        bool added = true;
        if (keys_ > 0) {
          for (size_t k = 0; k < also_.size(); ++k) group[keys_ + k] = at(also_[k]);
          g = groups_->FindOrAdd(group.data(), keys_, &added);
        } else {
          for (size_t k = 0; k < also_.size(); ++k) group[k] = at(also_[k]);
          groups_->Append(group.data());
        }
        if (added) AddGroup();
      }
      for (size_t i = 0; i < calls_.size(); ++i) {
        const Call& c = calls_[i];
        State& s = states_[g * calls_.size() + i];
        if (c.kind == Call::kCountAll) {
          s.count += weight;
          continue;
        }
        const Expr& first = *c.call->args[0];
        if (c.kind == Call::kCount || c.kind == Call::kCountDistinct) {
          if (first.kind == ExprKind::kVariable) {
            const Value& value = at(first.slot);
            if (c.kind == Call::kCount) {
              s.count += value.is_null() ? 0 : weight;
            } else {
              Count(s, value);
            }
          } else {
            const Value value = Evaluate(first, row(), rt_.context);
            if (c.kind == Call::kCount) {
              s.count += value.is_null() ? 0 : weight;
            } else {
              Count(s, value);
            }
          }
          if (Failed()) return false;
          continue;
        }
        args.clear();
        for (const ExprPtr& arg : c.call->args) args.push_back(Evaluate(*arg, row(), rt_.context));
        if (Failed()) return false;
        if (s.seen != nullptr) {
          bool added = false;
          s.seen->FindOrAdd(args.data(), 1, &added);
          if (!added) continue;
        }
        s.aggregator->Add(rt_.context, args);
        const size_t bytes = s.aggregator->HeapBytes();
        if (bytes != s.bytes) {
          Charge(static_cast<int64_t>(bytes) - static_cast<int64_t>(s.bytes));
          s.bytes = bytes;
        }
        if (Failed()) {
          rt_.context.Place(c.call->span);
          return false;
        }
      }
      if (Stop()) return false;
    }
    if (Failed()) return false;
    if (count_ == 0 && keys_ == 0) {
      for (size_t k = 0; k < also_.size(); ++k) group[k] = at(also_[k]);
      groups_->Append(group.data());
      AddGroup();
    }
    return true;
  }

  const Projection& projection_;
  std::vector<const ProjectionItem*> keyed_, mixed_;
  std::vector<int> also_;
  std::vector<Call> calls_;
  size_t keys_;
  std::unique_ptr<ValueTable> groups_;
  std::vector<State> states_;
  size_t count_ = 0, next_ = 0;
  bool done_ = false;
  int64_t charged_ = 0;
};

class Distinct : public Operator {
 public:
  Distinct(Runtime& rt, OperatorPtr input, std::vector<int> slots)
      : Operator(rt, "Distinct", ""), slots_(std::move(slots)), seen_(rt.context, slots_.size()), values_(slots_.size()) {
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    seen_.Clear();
  }
  bool Next() override {
    while (input().Next()) {
      if (Stop()) return false;
      for (size_t i = 0; i < slots_.size(); ++i) values_[i] = at(slots_[i]);
      bool added = false;
      seen_.FindOrAdd(values_.data(), values_.size(), &added);
      if (added) return !Failed();
    }
    return false;
  }

 private:
  std::vector<int> slots_;
  ValueTable seen_;
  std::vector<Value> values_;
};

class Sort : public Operator {
 public:
  Sort(Runtime& rt, OperatorPtr input, const Projection& projection, std::vector<int> keep, bool top)
      : Operator(rt, top ? "Top" : "Sort", ""), projection_(projection), top_(top), keep_(std::move(keep)), values_(projection.order_by.size() + keep_.size()) {
    children.push_back(std::move(input));
  }
  std::string Detail() const override {
    std::string out;
    for (const SortItem& item : projection_.order_by) out += Text(out.empty() ? "" : ", ", ExprText(*item.expr), item.descending ? " DESC" : "");
    return out;
  }
  ~Sort() override { Drop(); }
  void Open(Row& row) override {
    Operator::Open(row);
    Drop();
    done_ = false;
    next_ = 0;
  }
  bool Next() override {
    if (!done_ && !Run()) return false;
    if (next_ >= order_.size() || Stop()) {
      Drop();
      return false;
    }
    const Value* values = values_.at(order_[next_++]);
    for (size_t k = 0; k < keep_.size(); ++k) at(keep_[k]) = values[projection_.order_by.size() + k];
    return true;
  }

 private:
  size_t Width() const { return projection_.order_by.size() + keep_.size(); }
  void Drop() {
    values_.Clear();
    order_.clear();
    rt_.context.Charge(-charged_);
    charged_ = 0;
  }
  // Earlier rows first among equals, so that the sort is stable.
  bool Before(size_t a, size_t b) const {
    const Value* x = values_.at(a);
    const Value* y = values_.at(b);
    for (size_t k = 0; k < projection_.order_by.size(); ++k) {
      const int c = CompareForOrder(x[k], y[k]);
      if (c != 0) return projection_.order_by[k].descending ? c > 0 : c < 0;
    }
    return sequence_[a] < sequence_[b];
  }
  bool Run() {
    done_ = true;
    uint64_t most = UINT64_MAX;
    if (top_) {
      uint64_t skip = 0, limit = 0;
      if (projection_.skip && !RowCount(*projection_.skip, rt_.context, row(), skip)) return false;
      if (!RowCount(*projection_.limit, rt_.context, row(), limit)) return false;
      most = limit > UINT64_MAX - skip ? UINT64_MAX : limit + skip;
      if (most == 0) {  // what the input writes is written all the same
        while (input().Next()) {
          if (Stop()) return false;
        }
        return false;
      }
    }
    sequence_.clear();
    uint64_t arrived = 0;
    const auto before = [this](size_t a, size_t b) { return Before(a, b); };
    while (input().Next()) {
      const size_t place = values_.size();
      Value* values = values_.Add();
      for (size_t k = 0; k < projection_.order_by.size(); ++k) {
        const Expr& expr = *projection_.order_by[k].expr;
        values[k] = expr.kind == ExprKind::kVariable ? at(expr.slot) : Evaluate(expr, row(), rt_.context);
      }
      for (size_t k = 0; k < keep_.size(); ++k) values[projection_.order_by.size() + k] = at(keep_[k]);
      if (Stop()) return false;
      sequence_.push_back(arrived++);
      if (order_.size() < most) {
        const int64_t bytes = BytesOf(values, Width()) + kSortBytes;
        charged_ += bytes;
        rt_.context.Charge(bytes);
        order_.push_back(place);
        if (top_) std::push_heap(order_.begin(), order_.end(), before);
        continue;
      }
      // The heap's top is the worst of the best so far.
      if (Before(place, order_.front())) {
        std::pop_heap(order_.begin(), order_.end(), before);
        const size_t worst = order_.back();
        Value* old = values_.at(worst);
        int64_t change = 0;
        for (size_t k = 0; k < Width(); ++k) {
          change += static_cast<int64_t>(values[k].HeapBytes()) - static_cast<int64_t>(old[k].HeapBytes());
          old[k] = std::move(values[k]);
        }
        charged_ += change;
        rt_.context.Charge(change);
        sequence_[worst] = sequence_.back();
        std::push_heap(order_.begin(), order_.end(), before);
      }
      values_.DropLast();
      sequence_.pop_back();
    }
    if (Failed()) return false;
    if (top_) {
      std::sort_heap(order_.begin(), order_.end(), before);
      return true;
    }
    // In runs, so that a long sort can be stopped.
    const size_t run = size_t{1} << 14;
    for (size_t i = 0; i < order_.size(); i += run) {
      std::sort(order_.begin() + static_cast<ptrdiff_t>(i), order_.begin() + static_cast<ptrdiff_t>(std::min(order_.size(), i + run)), before);
      if (StopNow()) return false;
    }
    for (size_t width = run; width < order_.size(); width *= 2) {
      for (size_t i = 0; i + width < order_.size(); i += 2 * width) {
        std::inplace_merge(order_.begin() + static_cast<ptrdiff_t>(i), order_.begin() + static_cast<ptrdiff_t>(i + width),
                           order_.begin() + static_cast<ptrdiff_t>(std::min(order_.size(), i + 2 * width)), [&](size_t a, size_t b) { return Before(a, b); });
        if (StopNow()) return false;
      }
    }
    return !Failed();
  }
  bool StopNow() {
    const Status status = rt_.context.budget().Check();
    return !rt_.Take(status) || Failed();
  }

  const Projection& projection_;
  bool top_;
  std::vector<int> keep_;
  ValueRows values_;
  std::vector<size_t> order_;
  std::vector<uint64_t> sequence_;
  size_t next_ = 0;
  bool done_ = false;
  int64_t charged_ = 0;
};

}  // namespace

OperatorPtr MakeAggregate(Runtime& rt, OperatorPtr input, const Projection& projection) {
  const bool keyless = std::all_of(projection.items.begin(), projection.items.end(), [](const auto& item) { return item.aggregates; });
  const double estimate = keyless ? 1 : std::max(1.0, input->estimate / 10);
  auto op = std::make_unique<Aggregate>(rt, std::move(input), projection);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeDistinct(Runtime& rt, OperatorPtr input, std::vector<int> slots) {
  const double estimate = std::max(1.0, input->estimate / 2);
  auto op = std::make_unique<Distinct>(rt, std::move(input), std::move(slots));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeSort(Runtime& rt, OperatorPtr input, const Projection& projection, std::vector<int> keep, bool top) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Sort>(rt, std::move(input), projection, std::move(keep), top);
  op->estimate = estimate;
  return op;
}

}  // namespace liantu::query
