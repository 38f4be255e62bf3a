// SPDX-License-Identifier: Apache-2.0
// Whether a property value is what the ontology asks for: one of the allowed values, a code of the right form. Used by
// import at the door and by `schema lint` for what is stored already. Types are checked where text becomes a value
// (graph::ParseValue). That a well-formed code was really given out is not known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/ontology.h"
#include "graph/value.h"

namespace liantu::io {

// What is wrong with a value, in the parts that a message and a report need.
struct Mismatch {
  std::string expected;  // "one of national, provincial, municipal, district"
  std::string found;     // the user's own text
  std::string hint;      // "; did you mean …?", or empty
  std::string Text() const;  // "expected …, found '…'; did you mean …?"
};

// Nothing when `text` is a well-formed code of that format, which then is put into its canonical writing. Formats:
//   uscc        GB 32100-2015, 18 characters with both check characters (spaces, full-width and lower case are put right)
//   gbt2260     six digits, the first two a province-level division
//   gbt4754     a section A-T, with or without the digits of a division, group or class that belongs to it; or digits only
//   stock_code  code.market: six digits for SH SZ BJ, four or five for HK, a ticker elsewhere (XPEV.N)
// Other formats accept everything.
std::optional<Mismatch> CheckCode(std::string_view format, std::string& text);

// The same for a value of a property: its code format and its allowed values. An allowed value may be written by its
// Chinese or English name; it becomes the value itself. Each element of a list is checked.
std::optional<Mismatch> Conform(const graph::PropertySpec& spec, graph::Value& value);

}  // namespace liantu::io
