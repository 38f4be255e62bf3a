// SPDX-License-Identifier: Apache-2.0
// Pattern text -> position automaton (Glushkov 1961), whose state sets fit one word -> deterministic automaton.
#include "analysis/path_pattern.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace liantu::analysis {
namespace {

constexpr int kMaxAtoms = 63;
constexpr size_t kMaxStates = 2048;

struct Atom {
  bool any = false;
  uint32_t type = 0;
  bool forward = false, backward = false;
};

// What Glushkov needs to know of a piece: may it be empty, which atoms may begin it, which may end it.
struct Piece {
  bool nullable = true;
  uint64_t first = 0, last = 0;
};

class Parser {
 public:
  Parser(std::string_view text, graph::Direction direction, bool undirected, const PathPattern::TypeNames& types)
      : text_(text), whole_(text), direction_(direction), undirected_(undirected), types_(types) {}

  Result<Piece> ParseAll() {
    LT_ASSIGN(Piece piece, ParseAlternatives());
    if (at_ < text_.size()) return Fail(at_, Text("unexpected '", text_[at_], "'"));
    return piece;
  }
  const std::vector<Atom>& atoms() const { return atoms_; }
  uint64_t follow(int atom) const { return follow_[atom]; }

 private:
  Status Fail(size_t at, const std::string& what) const {
    size_t characters = 0;  // counted as the user sees them, not in bytes
    for (size_t i = 0; i < at && i < text_.size(); ++i) characters += (text_[i] & 0xC0) != 0x80;
    return {Code::kInvalid, Text("path pattern '", whole_, "': ", what, " at character ", characters + 1,
                                 "; a pattern looks like `SUPPLIES+ <OWNS?`, `(A|B){1,3}`, `.*`")};
  }
  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '/')) ++at_;
  }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void Link(uint64_t last, uint64_t first) {
    for (size_t i = 0; i < atoms_.size(); ++i) {
      if (last >> i & 1) follow_[i] |= first;
    }
  }
  Piece Join(Piece a, Piece b) {
    Link(a.last, b.first);
    return {a.nullable && b.nullable, a.first | (a.nullable ? b.first : 0), b.last | (b.nullable ? a.last : 0)};
  }

  Result<Piece> ParseAlternatives() {
    LT_ASSIGN(Piece piece, ParseSequence());
    while (Take('|')) {
      LT_ASSIGN(Piece other, ParseSequence());
      piece = {piece.nullable || other.nullable, piece.first | other.first, piece.last | other.last};
    }
    return piece;
  }

  Result<Piece> ParseSequence() {
    Piece piece;
    SkipBlanks();
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      LT_ASSIGN(Piece item, ParseItem());
      piece = Join(piece, item);
      SkipBlanks();
    }
    if (at_ == begin) return Fail(at_, "expected an edge type");
    return piece;
  }

  Result<Piece> ParseItem() {
    const size_t begin = at_;
    LT_ASSIGN(Piece piece, ParseAtom());
    size_t suffix = at_;  // an item with several suffixes is repeated with those before the current one
    for (; at_ < text_.size(); suffix = at_) {
      if (Take('*') || Take('+')) {
        Link(piece.last, piece.first);
        piece.nullable |= text_[at_ - 1] == '*';
      } else if (Take('?')) {
        piece.nullable = true;
      } else if (Take('{')) {
        int low = 0, high = -1;
        if (!TakeNumber(low)) return Fail(at_, "expected a number");
        if (!Take(',')) {
          high = low;
        } else if (at_ < text_.size() && text_[at_] != '}' && !TakeNumber(high)) {
          return Fail(at_, "expected a number or '}'");
        }
        if (!Take('}')) return Fail(at_, "expected '}'");
        if (high >= 0 && (high < low || high == 0)) return Fail(suffix, "the most must be at least 1 and not below the least");
        LT_ASSIGN(piece, Repeat(piece, text_.substr(begin, suffix - begin), begin, low, high));
      } else {
        break;
      }
    }
    return piece;
  }

  // `piece` is the first copy. high < 0: no upper limit.
  Result<Piece> Repeat(Piece piece, std::string_view source, size_t begin, int low, int high) {
    Piece all = piece, copy = piece;
    if (low == 0) all.nullable = true;
    for (int i = 2; i <= std::max(low, high); ++i) {
      const std::string_view outer = text_;
      const size_t back = at_;
      text_ = text_.substr(0, begin + source.size());
      at_ = begin;
      auto again = ParseItem();
      text_ = outer;
      at_ = back;
      if (!again.ok()) return again;
      copy = *again;
      if (i > low) copy.nullable = true;
      all = Join(all, copy);
    }
    if (high < 0) Link(copy.last, copy.first);
    return all;
  }

  bool TakeNumber(int& out) {
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
    if (error != std::errc() || out < 0) return false;
    at_ = end - text_.data();
    return true;
  }

  Result<Piece> ParseAtom() {
    if (Take('(')) {
      if (++depth_ > 100) return Fail(at_, "too many '(' within each other");
      LT_ASSIGN(Piece piece, ParseAlternatives());
      --depth_;
      if (!Take(')')) return Fail(at_, "expected ')'");
      return piece;
    }
    Atom atom;
    const bool left = Take('<');
    const size_t begin = at_;
    if (Take('.')) {
      atom.any = true;
    } else {
      std::string_view name;
      if (Take('`')) {
        const size_t close = text_.find('`', at_);
        if (close == std::string_view::npos) return Fail(begin, "a back quote is not closed");
        name = text_.substr(at_, close - at_);
        at_ = close + 1;
      } else {
        at_ = std::min(text_.find_first_of(" \t/|()*+?{}<>.`", at_), text_.size());
        name = text_.substr(begin, at_ - begin);
      }
      if (name.empty()) return Fail(begin, "expected an edge type");
      const auto type = types_(name);
      if (!type) return Fail(begin, Text("unknown edge type '", name, "'"));
      atom.type = type->raw;
    }
    const bool right = Take('>');
    if (undirected_) {
      atom.forward = atom.backward = true;
    } else if (left || right) {
      atom.forward = right;
      atom.backward = left;
    } else {
      atom.forward = direction_ != graph::Direction::kIn;
      atom.backward = direction_ != graph::Direction::kOut;
    }
    if (atoms_.size() == kMaxAtoms) return Fail(begin, Text("more than ", kMaxAtoms, " edge types once repeats are written out"));
    const uint64_t bit = uint64_t{1} << atoms_.size();
    atoms_.push_back(atom);
    follow_.push_back(0);
    return Piece{false, bit, bit};
  }

  std::string_view text_;   // up to where to read
  std::string_view whole_;
  graph::Direction direction_;
  bool undirected_;
  const PathPattern::TypeNames& types_;
  size_t at_ = 0;
  int depth_ = 0;
  std::vector<Atom> atoms_;
  std::vector<uint64_t> follow_;
};

}  // namespace

Result<PathPattern> PathPattern::Compile(std::string_view text, graph::Direction direction, bool undirected,
                                         const TypeNames& types) {
  Parser parser(text, direction, undirected, types);
  LT_ASSIGN(const Piece whole, parser.ParseAll());
  const std::vector<Atom>& atoms = parser.atoms();

  PathPattern p;
  p.text_ = std::string(text);
  uint16_t classes = 1;
  for (const Atom& a : atoms) {
    p.forward_ |= a.forward;
    p.backward_ |= a.backward;
    if (a.any) continue;
    if (p.class_of_type_.size() <= a.type) p.class_of_type_.resize(a.type + 1, 0);
    if (p.class_of_type_[a.type] == 0) p.class_of_type_[a.type] = classes++;
  }
  p.symbols_ = 2u * classes;

  // A set of atoms just walked is a state; the start is the set with only the mark that no atom was walked yet.
  constexpr uint64_t kStart = uint64_t{1} << kMaxAtoms;
  std::map<uint64_t, uint16_t> number{{kStart, 0}};
  std::vector<uint64_t> sets{kStart};
  for (size_t state = 0; state < sets.size(); ++state) {
    const uint64_t set = sets[state];
    uint64_t may_follow = set & kStart ? whole.first : 0;
    for (size_t i = 0; i < atoms.size(); ++i) {
      if (set >> i & 1) may_follow |= parser.follow(static_cast<int>(i));
    }
    p.accepting_.push_back((set & kStart ? whole.nullable : false) || (set & whole.last) != 0);
    for (uint32_t symbol = 0; symbol < p.symbols_; ++symbol) {
      const bool forward = symbol % 2 == 0;
      uint64_t reached = 0;
      for (size_t i = 0; i < atoms.size(); ++i) {
        const Atom& a = atoms[i];
        if ((may_follow >> i & 1) && (forward ? a.forward : a.backward) &&
            (a.any || p.class_of_type_[a.type] == symbol / 2)) {
          reached |= uint64_t{1} << i;
        }
      }
      if (reached == 0) {
        p.next_.push_back(kDead);
        continue;
      }
      const auto [it, added] = number.try_emplace(reached, static_cast<uint16_t>(sets.size()));
      if (added) sets.push_back(reached);
      p.next_.push_back(it->second);
    }
    if (sets.size() > kMaxStates) {
      return Status(Code::kInvalid, Text("path pattern '", text, "' needs more than ", kMaxStates, " states; make it simpler"));
    }
  }
  p.before_.resize(p.next_.size());
  for (size_t at = 0; at < p.next_.size(); ++at) {
    if (p.next_[at] == kDead) continue;
    p.before_[p.next_[at] * p.symbols_ + at % p.symbols_].push_back(static_cast<uint16_t>(at / p.symbols_));
  }
  return p;
}

}  // namespace liantu::analysis
