// SPDX-License-Identifier: Apache-2.0
// Checking arguments, joining the lists of methods, rendering docs/methods.md.
#include "analysis/registry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace liantu::analysis {
namespace {

// Levenshtein distance, for "did you mean".
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j - 1] + 1, above + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

template <class Items>
std::string Nearest(std::string_view wanted, const Items& items) {
  size_t best = std::max<size_t>(3, wanted.size() / 2);
  std::string out;
  for (const auto& item : items) {
    const bool inside = item.name.find(wanted) != std::string::npos;
    const size_t distance = inside ? 0 : EditDistance(wanted, item.name);
    if (distance < best) {
      best = distance;
      out = item.name;
    }
  }
  return out.empty() ? "" : Text("; did you mean '", out, "'?");
}

std::string Plain(double x) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x);
  LT_ASSERT(error == std::errc());
  return {buffer, end};
}

std::string Range(const Argument& argument) {
  const bool low = std::isfinite(argument.min), high = std::isfinite(argument.max);
  if (low && high) return Text(Plain(argument.min), " to ", Plain(argument.max));
  if (low) return Text("from ", Plain(argument.min));
  return high ? Text("up to ", Plain(argument.max)) : "";
}

std::string Expected(const Argument& argument) {
  if (argument.kind == ArgumentKind::kChoice) {
    std::string out = "one of";
    for (const std::string& choice : argument.choices) out += Text(" '", choice, "'");
    return out;
  }
  const std::string range = Range(argument);
  return Text("a value of kind ", ArgumentKindName(argument.kind), range.empty() ? "" : ", ", range);
}

Status CheckRange(const Argument& argument, double value) {
  if (value >= argument.min && value <= argument.max) return {};
  return {Code::kInvalid, Text("argument '", argument.name, "': expected ", Expected(argument), ", found ", Plain(value))};
}

// The value as the kind the method asks for; an int will do for a number.
Result<Arguments::Value> CheckValue(const Argument& argument, Arguments::Value value, const Snapshot& g) {
  const auto wrong = [&](const char* found) {
    return Status(Code::kInvalid, Text("argument '", argument.name, "': expected ", Expected(argument), ", found ", found));
  };
  switch (argument.kind) {
    case ArgumentKind::kInt:
      if (!std::holds_alternative<int64_t>(value)) return wrong("something that is not a whole number");
      LT_TRY(CheckRange(argument, static_cast<double>(std::get<int64_t>(value))));
      return value;
    case ArgumentKind::kNumber:
      if (const int64_t* i = std::get_if<int64_t>(&value)) value = static_cast<double>(*i);
      if (!std::holds_alternative<double>(value)) return wrong("something that is not a number");
      LT_TRY(CheckRange(argument, std::get<double>(value)));
      return value;
    case ArgumentKind::kBool:
      if (!std::holds_alternative<bool>(value)) return wrong("something that is not true or false");
      return value;
    case ArgumentKind::kText:
      if (!std::holds_alternative<std::string>(value)) return wrong("something that is not a text");
      return value;
    case ArgumentKind::kChoice: {
      const std::string* text = std::get_if<std::string>(&value);
      if (text == nullptr) return wrong("something that is not a text");
      if (std::find(argument.choices.begin(), argument.choices.end(), *text) == argument.choices.end()) {
        return wrong(Text("'", *text, "'").c_str());
      }
      return value;
    }
    case ArgumentKind::kNode:
      if (!std::holds_alternative<Vertex>(value)) return wrong("something that is not a node");
      LT_TRY(CheckVertex(g, std::get<Vertex>(value), argument.name.c_str()));
      return value;
    case ArgumentKind::kNodes: {
      if (const Vertex* v = std::get_if<Vertex>(&value)) value = std::vector<Vertex>{*v};
      const auto* list = std::get_if<std::vector<Vertex>>(&value);
      if (list == nullptr) return wrong("something that is not a list of nodes");
      for (Vertex v : *list) LT_TRY(CheckVertex(g, v, argument.name.c_str()));
      return value;
    }
    case ArgumentKind::kGroups: {
      const GroupColumn* column = std::get_if<GroupColumn>(&value);
      if (column == nullptr) return wrong("something that is not a group for each node");
      LT_TRY(CountGroups(g, column->groups));
      return value;
    }
    case ArgumentKind::kNumbers: {
      const auto* numbers = std::get_if<std::vector<double>>(&value);
      if (numbers == nullptr || numbers->size() != g.vertex_count()) return wrong("something else than one number for each node");
      return value;
    }
    case ArgumentKind::kEdgeGroups: {
      const GroupColumn* column = std::get_if<GroupColumn>(&value);
      if (column == nullptr || column->groups.size() != g.arc_count()) return wrong("something that is not a group for each edge");
      return value;
    }
    case ArgumentKind::kPattern:
      if (!std::holds_alternative<PatternText>(value)) return wrong("something that is not a pattern");
      return value;
  }
  LT_ASSERT(false);
}

Result<Arguments> CheckArguments(const Method& method, Arguments arguments, const Snapshot& g) {
  Arguments checked;
  for (auto& [key, value] : arguments.TakeValues()) {
    const std::string& name = key;
    const auto it = std::find_if(method.arguments.begin(), method.arguments.end(), [&](const Argument& a) { return a.name == name; });
    if (it == method.arguments.end()) {
      return Status(Code::kInvalid, Text("method '", method.name, "' has no argument '", name, "'", Nearest(name, method.arguments)));
    }
    LT_ASSIGN(Arguments::Value good, CheckValue(*it, std::move(value), g));
    checked.Set(name, std::move(good));
  }
  for (const Argument& argument : method.arguments) {
    if (checked.Has(argument.name)) continue;
    if (argument.required) {
      return Status(Code::kInvalid, Text("method '", method.name, "' needs the argument '", argument.name, "' (", argument.help_en, ")"));
    }
    if (argument.default_text.empty()) continue;
    LT_ASSIGN(Arguments::Value value, ParseArgument(argument, argument.default_text));
    checked.Set(argument.name, std::move(value));
  }
  return checked;
}

Result<const Method*> Named(std::string_view name) {
  if (const Method* method = FindMethod(name)) return method;
  return Status(Code::kNotFound, Text("there is no analysis method '", name, "'", Nearest(name, Methods()),
                                      "; `liantu analyze` lists them all"));
}

}  // namespace

void Table::Poll() {
  if (cut_ || !budget_->Spent()) return;
  const auto now = Budget::Clock::now();
  if (ended_ == Budget::Clock::time_point{}) ended_ = now;
  cut_ = now - ended_ >= std::chrono::milliseconds(kGraceMs);
}

const char* ArgumentKindName(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kInt: return "int";
    case ArgumentKind::kNumber: return "number";
    case ArgumentKind::kBool: return "bool";
    case ArgumentKind::kChoice: return "choice";
    case ArgumentKind::kText: return "text";
    case ArgumentKind::kNode: return "node";
    case ArgumentKind::kNodes: return "nodes";
    case ArgumentKind::kGroups: return "group of each node";
    case ArgumentKind::kNumbers: return "number of each node";
    case ArgumentKind::kEdgeGroups: return "group of each edge";
    case ArgumentKind::kPattern: return "pattern of edge types";
  }
  LT_ASSERT(false);
}

std::string GroupColumn::Name(int32_t group) const {
  if (group < 0) return "";
  return static_cast<size_t>(group) < names.size() ? names[group] : std::to_string(group);
}

Result<Arguments::Value> ParseArgument(const Argument& argument, std::string_view text) {
  const auto wrong = [&] {
    return Status(Code::kInvalid, Text("argument '", argument.name, "': expected ", Expected(argument), ", found '", text, "'"));
  };
  const char* begin = text.data();
  const char* end = begin + text.size();
  switch (argument.kind) {
    case ArgumentKind::kInt: {
      int64_t value = 0;
      const auto [at, error] = std::from_chars(begin, end, value);
      if (error != std::errc() || at != end) return wrong();
      return Arguments::Value(value);
    }
    case ArgumentKind::kNumber: {
      double value = 0;
      const auto [at, error] = std::from_chars(begin, end, value);
      if (error != std::errc() || at != end || std::isnan(value)) return wrong();
      return Arguments::Value(value);
    }
    case ArgumentKind::kBool:
      if (text == "true" || text == "false") return Arguments::Value(text == "true");
      return wrong();
    case ArgumentKind::kChoice:
      if (std::find(argument.choices.begin(), argument.choices.end(), text) == argument.choices.end()) return wrong();
      return Arguments::Value(std::string(text));
    case ArgumentKind::kText:
      return Arguments::Value(std::string(text));
    default:
      return wrong();
  }
}

Cell ToCell(const Measure& measure) {
  if (measure.defined()) return *measure;
  return Missing{measure.reason};
}

Status RankRows(Table& table, std::string_view column, size_t limit) {
  const auto it = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == column; });
  if (it == table.columns.end()) {
    return {Code::kInvalid, Text("the result has no column '", column, "'", Nearest(column, table.columns))};
  }
  const size_t at = it - table.columns.begin(), width = table.columns.size();
  struct Key {
    double score;
    Vertex vertex;
    size_t row;
  };
  std::vector<Key> keys(table.row_count());
  for (size_t row = 0; row < keys.size(); ++row) {
    const Cell& cell = table.at(row, at);
    Key& key = keys[row] = {-std::numeric_limits<double>::infinity(), kNoVertex, row};
    if (const double* d = std::get_if<double>(&cell)) key.score = *d;
    if (const int64_t* i = std::get_if<int64_t>(&cell)) key.score = static_cast<double>(*i);
    for (size_t c = 0; c < width && key.vertex == kNoVertex; ++c) {
      if (const VertexCell* v = std::get_if<VertexCell>(&table.at(row, c))) key.vertex = v->vertex;
    }
  }
  limit = std::min(limit, keys.size());
  std::partial_sort(keys.begin(), keys.begin() + limit, keys.end(), [](const Key& a, const Key& b) {
    if (a.score != b.score) return a.score > b.score;
    return std::pair(a.vertex, a.row) < std::pair(b.vertex, b.row);
  });
  std::vector<Cell> cells;
  cells.reserve(limit * width);
  for (size_t i = 0; i < limit; ++i) {
    for (size_t c = 0; c < width; ++c) cells.push_back(std::move(table.cells[keys[i].row * width + c]));
  }
  table.cells = std::move(cells);
  return {};
}

const std::vector<Method>& Methods() {
  static const std::vector<Method> methods = [] {
    std::vector<Method> all;
    for (auto list : {PathMethods, CentralityMethods, ComponentMethods, CommunityMethods, LinkageMethods, ChainMethods, ComplementarityMethods, FragilityMethods}) {
      std::vector<Method> group = list();
      std::move(group.begin(), group.end(), std::back_inserter(all));
    }
    return all;
  }();
  return methods;
}

const Method* FindMethod(std::string_view name) {
  const auto& all = Methods();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Method& m) { return m.name == name; });
  return it == all.end() ? nullptr : &*it;
}

Result<Table> RunMethod(std::string_view name, const Snapshot& g, Arguments arguments, const Budget& budget) {
  LT_ASSIGN(const Method* method, Named(name));
  LT_ASSIGN(const Arguments checked, CheckArguments(*method, std::move(arguments), g));
  Table table;
  table.columns = method->columns;
  table.budget_ = &budget;
  table.Reserve(g.vertex_count());
  LT_TRY(method->run(g, checked, budget, table));
  table.budget_ = nullptr;
  if (table.cut_) {
    const std::string cut = Text("the table ends after ", table.row_count(), " of ", table.offered_, " rows");
    if (table.header.partial) table.header.stopped += "; " + cut;
    else table.header.Stop(budget.Check(), cut);
  }
  return table;
}

Result<std::vector<Contribution>> ExplainMethod(std::string_view name, const Snapshot& g, Arguments arguments, Vertex vertex,
                                                const Budget& budget) {
  LT_ASSIGN(const Method* method, Named(name));
  if (method->explain == nullptr) {
    std::string which;
    for (const Method& m : Methods()) {
      if (m.explain != nullptr) which += Text(which.empty() ? "" : ", ", m.name);
    }
    return Status(Code::kInvalid, Text("method '", name, "' has no explanation; these have: ", which));
  }
  LT_TRY(CheckVertex(g, vertex, "explain"));
  LT_ASSIGN(const Arguments checked, CheckArguments(*method, std::move(arguments), g));
  return method->explain(g, checked, vertex, budget);
}

std::string RenderMethodsMarkdown() {
  std::string out =
      "# Analysis methods\n\n"
      "Made from the registry in `src/analysis/registry.h`; do not edit by hand (`LIANTU_REWRITE=1 analysis_test` writes it).\n"
      "Run one with `liantu analyze METHOD --arg NAME=VALUE …`. Every result says on\n"
      "which projection it was computed; values that are not defined are null with a reason.\n";
  std::string group;
  for (const Method& method : Methods()) {
    if (method.group != group) {
      group = method.group;
      out += Text("\n## ", group, "\n");
    }
    out += Text("\n### ", method.name, "\n\n", method.help_en, "\n\n", method.help_zh, "\n");
    if (!method.arguments.empty()) {
      out += "\n| argument | kind | default | range | meaning | 说明 |\n| --- | --- | --- | --- | --- | --- |\n";
      for (const Argument& a : method.arguments) {
        std::string range = Range(a);
        for (const std::string& choice : a.choices) range += Text(range.empty() ? "" : ", ", "`", choice, "`");
        out += Text("| `", a.name, "` | ", ArgumentKindName(a.kind), " | ", a.required ? "required" : a.default_text, " | ", range,
                    " | ", a.help_en, " | ", a.help_zh, " |\n");
      }
    }
    out += "\nColumns: ";
    for (size_t i = 0; i < method.columns.size(); ++i) {
      const Column& column = method.columns[i];
      out += Text(i ? "; " : "", "`", column.name, "` (", TermZh(method, column.name), ")", column.help.empty() ? "" : " ", column.help);
    }
    out += Text(".", method.explain != nullptr ? " With `explain`: what contributed most to one node's score." : "",
                "\n\nReference: ", method.reference, ".\n");
  }
  return out;
}

}  // namespace liantu::analysis
