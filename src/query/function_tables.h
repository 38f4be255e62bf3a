// SPDX-License-Identifier: Apache-2.0
// Internal to the functions_*.cc files: the tables that functions.cc joins, and what their entries share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "query/context.h"
#include "query/error.h"
#include "query/functions.h"

namespace liantu::query {

std::vector<Function> StringFunctions();
std::vector<Function> ListFunctions();
std::vector<Function> MathFunctions();
std::vector<Function> ConversionFunctions();
std::vector<Function> GraphFunctions();
std::vector<Function> SpatialFunctions();
std::vector<Function> TemporalFunctions();

using Args = std::span<const Value>;

inline constexpr KindSet kString = Only(Kind::kString), kInteger = Only(Kind::kInteger), kFloat = Only(Kind::kFloat),
                         kBoolean = Only(Kind::kBoolean), kList = Only(Kind::kList), kMap = Only(Kind::kMap), kNode = Only(Kind::kNode),
                         kRelationship = Only(Kind::kRelationship), kPath = Only(Kind::kPath), kPoint = Only(Kind::kPoint),
                         kDuration = Only(Kind::kDuration), kInstantKinds = kTemporalKinds & ~kDuration;

// Most functions give null when an argument is null.
template <Value (*F)(Context&, Args)>
Value Strict(Context& context, Args args) {
  for (const Value& v : args) {
    if (v.is_null()) return {};
  }
  return F(context, args);
}

inline Value BadArgument(Context& context, ErrorType type, std::string_view detail, std::string_view message) {
  context.Fail(type, detail, message);
  return {};
}
// An argument of a kind that the function does not take (only known at runtime).
inline Value WrongKind(Context& context, std::string_view function, std::string_view expected, const Value& found) {
  std::string shown = ToLiteral(found);
  if (shown.size() > 60) {
    size_t at = 60;
    while ((shown[at] & 0xC0) == 0x80) --at;
    shown = shown.substr(0, at) + "…";
  }
  return BadArgument(context, ErrorType::kTypeError, "InvalidArgumentValue",
                     Text(function, "() takes ", expected, ", found ", KindName(found.kind()), " ", shown));
}
inline Value OrFail(Context& context, Result<Value> result) {
  if (result.ok()) return *std::move(result);
  context.Fail(result.status());
  return {};
}

// Whether `bytes` more fit into the memory budget: for lists and texts about to be made. Holding them is charged by
// whoever holds the row.
inline bool Fits(Context& context, uint64_t bytes) {
  if (bytes < 65536) return !context.failed();
  const int64_t charge = static_cast<int64_t>(std::min<uint64_t>(bytes, uint64_t{1} << 62));
  context.Charge(charge);
  const bool fits = !context.failed();
  context.Charge(-charge);
  return fits;
}
// A list or map just made: refused where it nests too deep, or where walking through it would take more than the memory
// budget (inner lists may be shared, so that [l, l] of [l, l] of … is huge although it takes little room).
inline Value Shallow(Context& context, Value v) {
  if (v.depth() > kMaxNesting) {
    return BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", Text("lists and maps nest at most ", kMaxNesting, " deep"));
  }
  if (v.HeapBytes() > uint64_t{1} << 40) {
    return BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", "the list would hold more than 2^40 bytes");
  }
  return Fits(context, v.HeapBytes()) ? v : Value();
}

}  // namespace liantu::query
