// SPDX-License-Identifier: Apache-2.0
// WITH and RETURN over rows that are all there: grouping, DISTINCT, ORDER BY, SKIP and LIMIT.
#include <algorithm>
#include <numeric>

#include "query/executor.h"
#include "query/functions.h"

namespace liantu::query {
namespace {

size_t HashOf(const std::vector<Value>& values) {
  size_t hash = values.size();
  for (const Value& value : values) hash = hash * 0x9E3779B97F4A7C15ull + Hash(value);
  return hash;
}

bool SameValues(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), Equivalent);
}

size_t BytesOf(const std::vector<Value>& values) {
  size_t bytes = sizeof(Value) * values.size();
  for (const Value& value : values) bytes += value.HeapBytes();
  return bytes;
}

void DropRows(std::vector<Row>& rows, size_t begin, size_t end, Context& context) {
  int64_t bytes = 0;
  for (size_t i = begin; i < end; ++i) bytes += static_cast<int64_t>(RowBytes(rows[i]));
  rows.erase(rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end));
  context.Charge(-bytes);
}

}  // namespace

size_t RowBytes(const Row& row) { return sizeof(Row) + BytesOf(row); }

bool GoOnAfter(Context& context, ChangeCounts& changes, const ChangeCounts& before) {
  const Status status = context.status();
  if (Explain(status).type.empty() && status.code() != Code::kConflict) return false;  // a budget, the store
  context.Forgive();
  changes = before;
  context.Fail(context.abandon_transaction());
  return !context.failed();
}

Value TransactionStatus(bool started, bool committed, const std::string& error) {
  return Value::Map({{"started", Value::Boolean(started)}, {"committed", Value::Boolean(committed)},
                     {"transactionId", started ? Value::String("liantu") : Value()},
                     {"errorMessage", error.empty() ? Value() : Value::String(error)}});
}

bool RowCount(const Expr& expr, Context& context, Row& row, uint64_t& count) {
  const Value value = Evaluate(expr, row, context);
  if (context.failed()) return false;
  if (value.kind() != Kind::kInteger) {
    context.Fail(Failure(ErrorType::kSyntaxError, "InvalidArgumentType", expr.span,
                         Text("SKIP and LIMIT take a whole number, found ", ToLiteral(value))));
    return false;
  }
  if (value.integer() < 0) {
    context.Fail(Failure(ErrorType::kSyntaxError, "NegativeIntegerArgument", expr.span,
                         Text("SKIP and LIMIT take no negative number, found ", value.integer())));
    return false;
  }
  count = static_cast<uint64_t>(value.integer());
  return true;
}

// ---- DISTINCT

bool ValueSet::Insert(std::vector<Value> values) {
  const size_t hash = HashOf(values);
  const auto [begin, end] = values_.equal_range(hash);
  for (auto at = begin; at != end; ++at) {
    if (SameValues(at->second, values)) return false;
  }
  const size_t bytes = BytesOf(values) + 64;
  charged_ += bytes;
  context_.Charge(static_cast<int64_t>(bytes));
  values_.emplace(hash, std::move(values));
  return true;
}

// ---- grouping

struct Grouping::Group {
  std::vector<Value> key;
  Row first;  // of the group; keys are read from it
  std::vector<std::unique_ptr<Aggregator>> aggregators;
  std::vector<std::unique_ptr<ValueSet>> seen;  // for DISTINCT
};

Grouping::Grouping(const Projection& projection, Context& context) : projection_(projection), context_(context) {}
Grouping::~Grouping() { context_.Charge(-static_cast<int64_t>(charged_)); }

Grouping::Group* Grouping::Find(Row& row) {
  std::vector<Value> key;
  for (const ProjectionItem& item : projection_.items) {
    if (!item.aggregates) key.push_back(Evaluate(*item.expr, row, context_));
  }
  if (context_.failed()) return nullptr;
  const size_t hash = HashOf(key);
  const auto [begin, end] = by_key_.equal_range(hash);
  for (auto at = begin; at != end; ++at) {
    if (SameValues(at->second->key, key)) return at->second;
  }
  auto group = std::make_unique<Group>();
  group->key = std::move(key);
  group->first = row;
  for (const Expr* call : projection_.aggregates) {
    group->aggregators.push_back(call->aggregate->make());
    group->seen.push_back(call->distinct ? std::make_unique<ValueSet>(context_) : nullptr);
  }
  const size_t bytes = BytesOf(group->key) + RowBytes(row) + 128 * (1 + group->aggregators.size());
  charged_ += bytes;
  context_.Charge(static_cast<int64_t>(bytes));
  groups_.push_back(std::move(group));
  by_key_.emplace(hash, groups_.back().get());
  return groups_.back().get();
}

bool Grouping::Add(Row& row) {
  Group* group = Find(row);
  if (group == nullptr) return false;
  for (size_t i = 0; i < projection_.aggregates.size(); ++i) {
    const Expr& call = *projection_.aggregates[i];
    std::vector<Value> args;
    for (const ExprPtr& arg : call.args) args.push_back(Evaluate(*arg, row, context_));
    if (context_.failed()) return false;
    if (call.distinct && !group->seen[i]->Insert({args.front()})) continue;
    Aggregator& aggregator = *group->aggregators[i];
    const size_t before = aggregator.HeapBytes();
    aggregator.Add(context_, args);
    const size_t after = aggregator.HeapBytes();
    charged_ += after;
    charged_ -= before;
    context_.Charge(static_cast<int64_t>(after) - static_cast<int64_t>(before));
    if (context_.failed()) {
      context_.Place(call.span);
      return false;
    }
  }
  return !context_.Stop();
}

bool Grouping::Finish(const Row& base, std::vector<Row>& rows) {
  const bool keyless = std::all_of(projection_.items.begin(), projection_.items.end(), [](const auto& item) { return item.aggregates; });
  if (groups_.empty() && keyless) {
    Row row = base;
    if (Find(row) == nullptr) return false;
  }
  for (const auto& group : groups_) {
    Row row = std::move(group->first);
    size_t k = 0;
    for (const ProjectionItem& item : projection_.items) {
      if (!item.aggregates) row[static_cast<size_t>(item.slot)] = group->key[k++];
    }
    for (size_t i = 0; i < projection_.aggregates.size(); ++i) {
      row[static_cast<size_t>(projection_.aggregates[i]->slot)] = group->aggregators[i]->Finish(context_);
      if (context_.failed()) context_.Place(projection_.aggregates[i]->span);
    }
    if (context_.Stop()) return false;
    rows.push_back(std::move(row));
  }
  return true;
}

// ---- the clause

bool ProjectItems(const Projection& projection, Row& row, Context& context) {
  std::vector<Value> values;
  values.reserve(projection.items.size());
  for (const ProjectionItem& item : projection.items) {
    // The key of a group is there already.
    values.push_back(projection.aggregating && !item.aggregates ? row[static_cast<size_t>(item.slot)] : Evaluate(*item.expr, row, context));
  }
  if (context.failed()) return false;
  for (size_t i = 0; i < values.size(); ++i) row[static_cast<size_t>(projection.items[i].slot)] = std::move(values[i]);
  return true;
}

bool SortRows(const std::vector<SortItem>& order_by, std::vector<Row>& rows, Context& context) {
  std::vector<Value> keys;
  keys.reserve(rows.size() * order_by.size());
  int64_t charged = 0;
  for (Row& row : rows) {
    for (const SortItem& item : order_by) {
      keys.push_back(Evaluate(*item.expr, row, context));
      charged += static_cast<int64_t>(sizeof(Value) + keys.back().HeapBytes());
    }
    if (context.Stop()) return false;
  }
  context.Charge(charged);
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const size_t width = order_by.size();
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    for (size_t k = 0; k < width; ++k) {
      const int c = CompareForOrder(keys[a * width + k], keys[b * width + k]);
      if (c != 0) return order_by[k].descending ? c > 0 : c < 0;
    }
    return false;
  });
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const size_t i : order) sorted.push_back(std::move(rows[i]));
  rows = std::move(sorted);
  context.Charge(-charged);
  return !context.failed();
}

bool Project(const Projection& projection, std::vector<Row>& rows, const Row& base, Context& context) {
  uint64_t skip = 0, limit = UINT64_MAX;
  {
    Row row = base;
    if (projection.skip && !RowCount(*projection.skip, context, row, skip)) return false;
    if (projection.limit && !RowCount(*projection.limit, context, row, limit)) return false;
  }
  if (projection.aggregating) {
    std::vector<Row> grouped;
    {
      Grouping grouping(projection, context);
      for (Row& row : rows) {
        if (!grouping.Add(row)) return false;
      }
      DropRows(rows, 0, rows.size(), context);
      if (!grouping.Finish(base, grouped)) return false;
    }
    int64_t bytes = 0;
    for (const Row& row : grouped) bytes += static_cast<int64_t>(RowBytes(row));
    context.Charge(bytes);
    rows = std::move(grouped);
  }
  for (Row& row : rows) {
    const auto before = static_cast<int64_t>(RowBytes(row));
    if (!ProjectItems(projection, row, context)) return false;
    context.Charge(static_cast<int64_t>(RowBytes(row)) - before);
    if (context.Stop()) return false;
  }
  if (projection.distinct) {
    ValueSet seen(context);
    size_t kept = 0;
    int64_t dropped = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<Value> values;
      for (const ProjectionItem& item : projection.items) values.push_back(rows[i][static_cast<size_t>(item.slot)]);
      if (context.Stop()) return false;
      if (!seen.Insert(std::move(values))) {
        dropped += static_cast<int64_t>(RowBytes(rows[i]));
        continue;
      }
      if (kept != i) rows[kept] = std::move(rows[i]);
      ++kept;
    }
    rows.resize(kept);
    context.Charge(-dropped);
  }
  if (!projection.order_by.empty() && !SortRows(projection.order_by, rows, context)) return false;
  if (skip > 0) DropRows(rows, 0, std::min<uint64_t>(skip, rows.size()), context);
  if (limit < rows.size()) DropRows(rows, limit, rows.size(), context);
  if (projection.where) {
    size_t kept = 0;
    int64_t dropped = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool holds = Holds(*projection.where, rows[i], context);
      if (context.Stop()) return false;
      if (!holds) {
        dropped += static_cast<int64_t>(RowBytes(rows[i]));
        continue;
      }
      if (kept != i) rows[kept] = std::move(rows[i]);
      ++kept;
    }
    rows.resize(kept);
    context.Charge(-dropped);
  }
  return !context.failed();
}

}  // namespace liantu::query
