// SPDX-License-Identifier: Apache-2.0
// The functions of the language: one table of scalar functions and one of aggregates, with the argument kinds that the
// binder checks at compile time. Names are found without regard to case. Immutable tables; aggregator states belong to
// one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/value.h"

namespace liantu::query {

class Context;  // context.h

// A set of kinds: bit 1 << Kind. What the binder knows of an expression before it runs.
using KindSet = uint32_t;
constexpr KindSet Only(Kind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr KindSet kAnyKind = (1u << 17) - 1;
constexpr KindSet kNumberKinds = Only(Kind::kInteger) | Only(Kind::kFloat);
constexpr KindSet kTemporalKinds = Only(Kind::kDate) | Only(Kind::kLocalTime) | Only(Kind::kTime) | Only(Kind::kLocalDateTime) |
                                   Only(Kind::kDateTime) | Only(Kind::kDuration);

struct Function {
  std::string name;          // as documented: "toUpper", "date.truncate"
  int min_args = 0, max_args = 0;  // max -1: any number
  // Kinds an argument may have (null is always allowed); the last entry serves all further arguments. An expression
  // whose possible kinds share none with these is a SyntaxError InvalidArgumentType at compile time.
  std::vector<KindSet> arguments;
  KindSet result = kAnyKind;       // null apart
  // Called with evaluated arguments. Failures go to context.Fail and null is returned.
  Value (*call)(Context& context, std::span<const Value> args) = nullptr;
  bool deterministic = true;       // rand(), timestamp(), randomUUID() are not
  const char* signature = "";      // for SHOW FUNCTIONS: "toUpper(input :: STRING) :: STRING"
  const char* help = "";
};
const Function* FindFunction(std::string_view name);       // null: there is none
const std::vector<Function>& Functions();                   // by name
std::string NearestFunction(std::string_view name);         // for "did you mean"; empty: none near

class Aggregator {
 public:
  virtual ~Aggregator() = default;
  // One row's argument values (percentiles have two). DISTINCT and the skipping of nulls are the caller's… of DISTINCT
  // only: nulls are passed on and the aggregator ignores them as its definition says.
  virtual void Add(Context& context, std::span<const Value> args) = 0;
  virtual Value Finish(Context& context) = 0;
  virtual size_t HeapBytes() const { return 0; }
};
struct AggregateKind {
  std::string name;                 // count, sum, avg, min, max, collect, percentileCont, percentileDisc, stDev, stDevP
  int min_args = 1, max_args = 1;   // count(*) is the binder's `star`: Add is called with no argument
  std::vector<KindSet> arguments;
  KindSet result = kAnyKind;
  std::unique_ptr<Aggregator> (*make)() = nullptr;
  const char* signature = "";
  const char* help = "";
};
const AggregateKind* FindAggregate(std::string_view name);
const std::vector<AggregateKind>& Aggregates();

}  // namespace liantu::query
