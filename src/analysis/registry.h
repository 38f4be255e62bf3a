// SPDX-License-Identifier: Apache-2.0
// The one registry of analysis methods: name, group, help in both languages, arguments with types, defaults and ranges,
// result columns, reference, and a run function that takes a snapshot and gives a table. `liantu rank`, `liantu
// communities`, `liantu analyze METHOD` and docs/methods.md (later `CALL algo.*`) are all made from it, so they cannot
// disagree. Which projection to run on, and turning names into vertices and vertices into names, is the caller's.
// A new method: fill a Method in methods_<group>.cc and, for a new group, add its list to Methods() in registry.cc.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/common.h"
#include "analysis/path_pattern.h"

namespace liantu::analysis {

// --- Arguments

enum class ArgumentKind {
  kInt,
  kNumber,
  kBool,
  kChoice,   // one of `choices`
  kText,
  kNode,     // one vertex
  kNodes,    // a list of vertices
  kGroups,   // a group for each vertex: a node property or a containment edge such as LOCATED_IN, read by the caller
  kNumbers,  // a number for each vertex, from a node property
  kEdgeGroups,  // a group for each arc, from an edge property (GroupColumn::groups by arc)
  kPattern,  // a regular expression over edge types (path_pattern.h), with the caller's way to look types up
};
const char* ArgumentKindName(ArgumentKind kind);

struct Argument {
  std::string name;
  ArgumentKind kind = ArgumentKind::kNumber;
  std::string default_text;  // as the user would write it; empty: none, the method then goes without (or see required)
  std::string help_en, help_zh;
  bool required = false;
  double min = -std::numeric_limits<double>::infinity(), max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
};

struct GroupColumn {
  Groups groups;                   // per vertex (kEdgeGroups: per arc), -1 for none
  std::vector<std::string> names;  // of the groups; may be empty (then numbers are shown)
  std::string Name(int32_t group) const;
};

struct PatternText {
  std::string text;
  PathPattern::TypeNames types;
};

// The values for one call. Getters are for names the method declares: RunMethod has checked and filled in defaults, so a
// missing value without a default is a bug unless Has() was asked.
class Arguments {
 public:
  using Value = std::variant<int64_t, double, bool, std::string, Vertex, std::vector<Vertex>, GroupColumn, std::vector<double>,
                             PatternText>;
  Arguments() = default;
  Arguments(std::initializer_list<std::pair<const std::string, Value>> values) : values_(values) {}
  void Set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  bool Has(std::string_view name) const { return values_.find(name) != values_.end(); }
  int64_t Int(std::string_view name) const { return Get<int64_t>(name); }
  double Number(std::string_view name) const { return Get<double>(name); }
  bool Bool(std::string_view name) const { return Get<bool>(name); }
  const std::string& Text(std::string_view name) const { return Get<std::string>(name); }
  Vertex Node(std::string_view name) const { return Get<Vertex>(name); }
  const std::vector<Vertex>& Nodes(std::string_view name) const { return Get<std::vector<Vertex>>(name); }
  const GroupColumn& Group(std::string_view name) const { return Get<GroupColumn>(name); }
  const std::vector<double>& Numbers(std::string_view name) const { return Get<std::vector<double>>(name); }
  const PatternText& Pattern(std::string_view name) const { return Get<PatternText>(name); }
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  std::map<std::string, Value, std::less<>> TakeValues() { return std::move(values_); }

 private:
  template <class T>
  const T& Get(std::string_view name) const {
    const auto it = values_.find(name);
    LT_ASSERT(it != values_.end() && std::holds_alternative<T>(it->second));
    return std::get<T>(it->second);
  }
  std::map<std::string, Value, std::less<>> values_;
};

// Reads an int, number, bool, choice or text as the user wrote it. kInvalid quotes the text and says what was expected.
// Nodes, groups and numbers per vertex and patterns are the caller's to look up.
Result<Arguments::Value> ParseArgument(const Argument& argument, std::string_view text);

// --- Results

struct VertexCell {
  Vertex vertex = kNoVertex;
};
struct Missing {
  const char* reason = "";  // a string literal
};
struct VertexList {
  std::vector<Vertex> vertices;
};
struct ArcList {
  std::vector<uint32_t> arcs;
};
using Cell = std::variant<Missing, bool, int64_t, double, std::string, VertexCell, VertexList, ArcList>;
Cell ToCell(const Measure& measure);

struct Column {
  std::string name;
  std::string help;
};

class Table {
 public:
  Header header;
  std::vector<Column> columns;
  std::vector<Cell> cells;                            // row after row
  std::vector<std::pair<std::string, Cell>> summary;  // numbers about the whole, e.g. {"modularity", 0.34}

  size_t row_count() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
  const Cell& at(size_t row, size_t column) const { return cells[row * columns.size() + column]; }
  // Rows that come later than kGraceMs after the budget ended are dropped: a method that was stopped may still say what it has,
  // but millions of rows take longer than a call may be late.
  // Room for so many rows: growing millions of cells would copy them all without a look at the budget.
  void Reserve(uint64_t rows) { cells.reserve(std::min<uint64_t>(rows, kMostReserved / std::max<size_t>(1, columns.size())) * columns.size()); }
  template <size_t kColumns>
  void AddRow(Cell (&&row)[kColumns]) {
    LT_ASSERT(kColumns == columns.size());
    if (++offered_ % kRowsPerPoll == 0 && budget_ != nullptr) Poll();
    if (cut_) return;
    for (Cell& cell : row) cells.push_back(std::move(cell));
  }

 private:
  friend Result<Table> RunMethod(std::string_view, const Snapshot&, Arguments, const Budget&);
  static constexpr uint64_t kRowsPerPoll = 2048, kMostReserved = 100'000'000;
  static constexpr int kGraceMs = 30;
  void Poll();

  const Budget* budget_ = nullptr;  // only while the method runs
  uint64_t offered_ = 0;
  Budget::Clock::time_point ended_{};  // when the budget was first seen spent
  bool cut_ = false;
};

// The rows by `column` (a name), largest number first, missing last, ties by the first vertex in the row; at most `limit`.
// kInvalid: no such column.
Status RankRows(Table& table, std::string_view column, size_t limit);

// --- Methods

// Fills `table`, whose columns are already the method's. Arguments are checked and defaults filled in.
using MethodRun = Status (*)(const Snapshot&, const Arguments&, const Budget&, Table& table);
// What contributed most to one vertex's score, largest amount first.
using MethodExplain = Result<std::vector<Contribution>> (*)(const Snapshot&, const Arguments&, Vertex, const Budget&);

struct Method {
  std::string name;   // snake case
  std::string group;  // "paths", "centrality", "community", "linkage", "chain", "complementarity", "fragility"
  std::string help_en, help_zh;  // one line each
  std::vector<Argument> arguments;
  std::vector<Column> columns;
  std::string reference;  // author and year
  std::string score;      // the column by which `rank` orders; empty: the method scores no vertices
  MethodRun run = nullptr;
  MethodExplain explain = nullptr;  // may be null
};

// All methods, by group and then in reading order. Never changes.
const std::vector<Method>& Methods();
// Null where there is none.
const Method* FindMethod(std::string_view name);
// Checks the arguments (unknown name, wrong kind, out of range, missing) and fills in defaults; then runs the method. The table
// has the method's columns. A table that the budget cut short says so in its header. kNotFound: no such method; the message names
// near ones.
Result<Table> RunMethod(std::string_view name, const Snapshot& snapshot, Arguments arguments, const Budget& budget);
// kInvalid where the method has no explanation.
Result<std::vector<Contribution>> ExplainMethod(std::string_view name, const Snapshot& snapshot, Arguments arguments,
                                                Vertex vertex, const Budget& budget);
// The Chinese word for a column or a summary figure of a method, for table headers; the name itself where there is none.
std::string TermZh(const Method& method, std::string_view name);
// docs/methods.md.
std::string RenderMethodsMarkdown();

// The lists that Methods() joins, each in methods_<group>.cc.
std::vector<Method> PathMethods();
std::vector<Method> CentralityMethods();
std::vector<Method> ComponentMethods();
std::vector<Method> CommunityMethods();
std::vector<Method> LinkageMethods();
std::vector<Method> ChainMethods();
std::vector<Method> ComplementarityMethods();
std::vector<Method> FragilityMethods();

}  // namespace liantu::analysis
