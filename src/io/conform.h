// SPDX-License-Identifier: Apache-2.0
// Whether a property value is what the ontology asks for: one of the allowed values, a code of the right form
// (graph/code_check.h). Used by import at the door and by `schema lint` for what is stored already. Types are checked
// where text becomes a value (graph::ParseValue).
#pragma once

#include <optional>
#include <string>

#include "graph/ontology.h"
#include "graph/value.h"

namespace liantu::io {

// What is wrong with a value, whole and in the parts that a report needs.
struct Mismatch {
  std::string expected;  // "one of national, provincial, municipal, district"
  std::string found;     // the user's own text
  std::string problem;   // "expected …, found '…'; did you mean …?"
};

// Nothing when the value conforms. An allowed value may be written by its Chinese or English name and becomes the value
// itself; a code becomes its canonical form. Each element of a list is checked.
std::optional<Mismatch> Conform(const graph::PropertySpec& spec, graph::Value& value);

}  // namespace liantu::io
