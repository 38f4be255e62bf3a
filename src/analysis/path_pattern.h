// SPDX-License-Identifier: Apache-2.0
// A regular expression over edge types, such as `SUPPLIES+ <OWNS?`: which sequences of edges a path may take. Compiled
// to a deterministic automaton; the path search then walks the product of graph and automaton (Mendelzon & Wood 1995).
// It knows no graph and finds no paths.
//
//   pattern  := sequence ('|' sequence)*
//   sequence := item+                       side by side, a blank or '/' between them
//   item     := atom ('*' | '+' | '?' | '{m}' | '{m,}' | '{m,n}')*
//   atom     := '(' pattern ')' | TYPE | '.'      '.' is any type; `a type` in back quotes may hold any sign
//   marks    :  T> along the edge, <T against it, <T> either way; T alone follows the default direction of the search
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/ids.h"

namespace liantu::analysis {

class PathPattern {
 public:
  static constexpr uint16_t kDead = 0xFFFF;
  // The type of a name; nothing where there is none.
  using TypeNames = std::function<std::optional<graph::TypeId>(std::string_view)>;

  // kInvalid: not a pattern, an unknown type, or more than 63 atoms after repeats are written out; the message points to
  // the character. `direction` is that of atoms without a mark. Where `undirected`, marks are ignored.
  static Result<PathPattern> Compile(std::string_view text, graph::Direction direction, bool undirected,
                                     const TypeNames& types);

  const std::string& text() const { return text_; }
  uint16_t state_count() const { return static_cast<uint16_t>(accepting_.size()); }
  static constexpr uint16_t start() { return 0; }
  bool accepting(uint16_t state) const { return accepting_[state]; }
  // Whether any atom may walk edges along (or against) their direction.
  bool walks(bool forward) const { return forward ? forward_ : backward_; }
  // The state after an edge of `type`, walked along (forward) or against its direction; kDead where none fits.
  uint16_t Next(uint16_t state, uint32_t type, bool forward) const { return next_[state * symbols_ + Symbol(type, forward)]; }
  // All states from which such an edge leads to `state`.
  const std::vector<uint16_t>& Before(uint16_t state, uint32_t type, bool forward) const {
    return before_[state * symbols_ + Symbol(type, forward)];
  }

 private:
  uint32_t Symbol(uint32_t type, bool forward) const {
    const uint32_t c = type < class_of_type_.size() ? class_of_type_[type] : 0;
    return 2 * c + (forward ? 0 : 1);
  }
  std::string text_;
  bool forward_ = false, backward_ = false;
  uint32_t symbols_ = 0;
  std::vector<uint16_t> class_of_type_;  // 0: a type that the pattern does not name
  std::vector<uint16_t> next_;
  std::vector<std::vector<uint16_t>> before_;
  std::vector<char> accepting_;
};

}  // namespace liantu::analysis
