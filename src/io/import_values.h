// SPDX-License-Identifier: Apache-2.0
// What import_rows.cc and row_stage.cc both do to cells.
#pragma once

#include <string_view>

#include "graph/ontology.h"
#include "graph/value.h"
#include "io/conform.h"

namespace liantu::io {

inline std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Integers, also in lists, as floats.
inline void Widen(graph::Value& value) {
  if (const auto number = value.number()) {
    value = graph::Value(*number);
  } else if (const auto* list = value.as<graph::Value::List>()) {
    graph::Value::List wide = *list;
    for (graph::Value& one : wide) Widen(one);
    value = graph::Value(std::move(wide));
  }
}

// The value of a cell that has nothing wrong about it; `spec` may be null.
inline bool ParsePlain(graph::ValueType type, const graph::PropertySpec* spec, std::string_view cell, char array_separator,
                       graph::Value* value) {
  Result<graph::Value> parsed = graph::ParseValue(type, cell, array_separator);
  if (!parsed.ok()) return false;
  *value = *std::move(parsed);
  if (spec == nullptr) return true;
  if (spec->type.type == graph::Value::Type::kFloat && type.type == graph::Value::Type::kInteger) Widen(*value);
  return !Conform(*spec, *value);
}

}  // namespace liantu::io
