// SPDX-License-Identifier: Apache-2.0
// Joins the tables of functions and finds names in them.
#include "query/functions.h"

#include <algorithm>
#include <unordered_map>

#include "query/function_tables.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

std::string Lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

struct Table {
  std::vector<Function> functions;  // by name
  std::unordered_map<std::string, const Function*> by_name;  // lower case

  Table() {
    for (auto& part : {StringFunctions(), ListFunctions(), MathFunctions(), ConversionFunctions(), GraphFunctions(), SpatialFunctions(), TemporalFunctions()}) {
      functions.insert(functions.end(), part.begin(), part.end());
    }
    std::sort(functions.begin(), functions.end(), [](const Function& a, const Function& b) { return Lower(a.name) < Lower(b.name); });
    for (const Function& f : functions) LT_ASSERT(by_name.emplace(Lower(f.name), &f).second);
  }
};

const Table& TheTable() {
  static const Table table;  // immutable once made
  return table;
}

}  // namespace

const Function* FindFunction(std::string_view name) {
  const auto at = TheTable().by_name.find(Lower(name));
  return at == TheTable().by_name.end() ? nullptr : at->second;
}

const std::vector<Function>& Functions() { return TheTable().functions; }

std::string NearestFunction(std::string_view name) {
  const std::string lower = Lower(name);
  if (lower.empty() || lower.size() > 60) return {};
  std::string best;
  size_t best_distance = std::max<size_t>(1, std::min<size_t>(3, lower.size() / 3)) + 1;
  auto offer = [&](const std::string& candidate) {
    const size_t distance = text::EditDistance(lower, Lower(candidate), best_distance);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  };
  for (const Function& f : Functions()) offer(f.name);
  for (const AggregateKind& a : Aggregates()) offer(a.name);
  return best;
}

}  // namespace liantu::query
