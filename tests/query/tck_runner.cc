// SPDX-License-Identifier: Apache-2.0
// Feature files, expected values, and the steps of the TCK.
#include "tck_runner.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/files.h"
#include "query/error.h"
#include "query/session.h"

namespace liantu::tck {
namespace {

using query::Kind;
using query::Value;

std::string_view Trim(std::string_view text) {
  const char* blank = " \t\r";
  const size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::vector<std::string> Cells(std::string_view line) {
  std::vector<std::string> cells;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '|' || line[i + 1] == '\\' || line[i + 1] == 'n')) {
      cell += line[i + 1] == 'n' ? '\n' : line[i + 1];
      ++i;
    } else if (line[i] == '|') {
      cells.emplace_back(Trim(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

std::string Fill(std::string text, const std::vector<std::string>& names, const std::vector<std::string>& values) {
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string mark = "<" + names[i] + ">";
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += values[i].size()) text.replace(at, mark.size(), values[i]);
  }
  return text;
}

// ---- values as text in one canonical form: what the tables say and what the engine gives are both brought to it

std::string Quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string FloatText(double number) {
  if (number == 0) return "f0";  // by value: 0.0 is -0.0
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  return "f" + std::string(buffer, end.ptr);
}

using Entries = std::map<std::string, std::string>;
std::string Braces(const Entries& entries) {
  std::string out = "{";
  for (const auto& [key, value] : entries) out += (out.size() > 1 ? ", " : "") + key + ": " + value;
  return out + "}";
}
std::string NodeText(std::vector<std::string> labels, const Entries& properties) {
  std::sort(labels.begin(), labels.end());
  std::string out = "(";
  for (const std::string& label : labels) out += ":" + label;
  return out + Braces(properties) + ")";
}
std::string EdgeText(const std::string& type, const Entries& properties) { return "[:" + type + Braces(properties) + "]"; }
std::string ListText(std::vector<std::string> items, bool any_order) {
  if (any_order) std::sort(items.begin(), items.end());
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + item;
  return out + "]";
}

std::string ActualText(const Value& value, query::Context& context, bool any_order) {
  const auto properties = [&](const Value& entity) {
    Entries entries;
    for (const auto& [name, item] : context.PropertiesOf(entity)) entries[name] = ActualText(item, context, any_order);
    return entries;
  };
  const auto node = [&](query::NodeId id) {
    return context.TryGetNode(id) ? NodeText(context.LabelsOf(id), properties(Value::Node(id))) : std::string("(deleted)");
  };
  const auto edge = [&](query::EdgeId id) {
    return context.TryGetEdge(id) ? EdgeText(context.TypeOf(id), properties(Value::Relationship(id))) : std::string("[deleted]");
  };
  switch (value.kind()) {
    case Kind::kNull: return "null";
    case Kind::kBoolean: return value.boolean() ? "true" : "false";
    case Kind::kInteger: return std::to_string(value.integer());
    case Kind::kFloat: return FloatText(value.real());
    case Kind::kString: return Quote(value.string());
    case Kind::kList: {
      std::vector<std::string> items;
      for (const Value& item : value.list()) items.push_back(ActualText(item, context, any_order));
      return ListText(std::move(items), any_order);
    }
    case Kind::kMap: {
      Entries entries;
      for (const auto& [key, item] : value.map()) entries[key] = ActualText(item, context, any_order);
      return Braces(entries);
    }
    case Kind::kNode: return node(value.node());
    case Kind::kRelationship: return edge(value.relationship());
    case Kind::kPath: {
      const query::PathValue& path = value.path();
      std::string out = "<" + node(path.nodes[0]);
      for (size_t i = 0; i < path.edges.size(); ++i) {
        const graph::Edge* e = context.TryGetEdge(path.edges[i]);
        const bool forward = e == nullptr || (e->from == path.nodes[i] && e->to == path.nodes[i + 1]);
        out += (forward ? "-" : "<-") + edge(path.edges[i]) + (forward ? "->" : "-") + node(path.nodes[i + 1]);
      }
      return out + ">";
    }
    default: return Quote(query::ToText(value));  // temporal values and points stand in tables as strings
  }
}

// Reads a cell of a table of expected values.
class ExpectedReader {
 public:
  ExpectedReader(std::string_view text, bool any_order) : text_(text), any_order_(any_order) {}

  std::optional<std::string> Read() {
    auto out = Any();
    Blank();
    if (!out || at_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  void Blank() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Take(std::string_view word) {
    Blank();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  char Peek() {
    Blank();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string Name() {
    Blank();
    if (Peek() == '`') {
      const size_t end = text_.find('`', at_ + 1);
      const std::string name(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return name;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && std::string_view(" :{}()[],|'\"<>-").find(text_[at_]) == std::string_view::npos) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::optional<Entries> Map() {
    Entries entries;
    if (!Take("{")) return std::nullopt;
    while (!Take("}")) {
      const std::string key = Peek() == '\'' ? String().value_or("") : Name();
      if (!Take(":")) return std::nullopt;
      auto value = Any();
      if (!value) return std::nullopt;
      entries[key] = *value;
      if (!Take(",") && Peek() != '}') return std::nullopt;
    }
    return entries;
  }
  std::optional<std::string> String() {
    if (!Take("'")) return std::nullopt;
    std::string out;
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[++at_];
        if (next != '\'' && next != '\\') out += '\\';
        out += next;
        ++at_;
        continue;
      }
      out += text_[at_++];
    }
    if (!Take("'")) return std::nullopt;
    return out;
  }
  std::optional<std::string> Node() {
    if (!Take("(")) return std::nullopt;
    std::vector<std::string> labels;
    while (Take(":")) labels.push_back(Name());
    Entries properties;
    if (Peek() == '{') {
      auto map = Map();
      if (!map) return std::nullopt;
      properties = *map;
    }
    if (!Take(")")) return std::nullopt;
    return NodeText(std::move(labels), properties);
  }
  std::optional<std::string> Edge() {
    if (!Take("[") || !Take(":")) return std::nullopt;
    const std::string type = Name();
    Entries properties;
    if (Peek() == '{') {
      auto map = Map();
      if (!map) return std::nullopt;
      properties = *map;
    }
    if (!Take("]")) return std::nullopt;
    return EdgeText(type, properties);
  }
  std::optional<std::string> Path() {
    if (!Take("<")) return std::nullopt;
    auto node = Node();
    if (!node) return std::nullopt;
    std::string out = "<" + *node;
    while (!Take(">")) {
      const bool left = Take("<-");
      if (!left && !Take("-")) return std::nullopt;
      auto edge = Edge();
      if (!edge || !(left ? Take("-") : Take("->"))) return std::nullopt;
      node = Node();
      if (!node) return std::nullopt;
      out += (left ? "<-" : "-") + *edge + (left ? "-" : "->") + *node;
    }
    return out + ">";
  }
  std::optional<std::string> Any() {
    switch (Peek()) {
      case '\'': {
        auto text = String();
        return text ? std::optional(Quote(*text)) : std::nullopt;
      }
      case '(': return Node();
      case '<': return Path();
      case '{': {
        auto map = Map();
        return map ? std::optional(Braces(*map)) : std::nullopt;
      }
      case '[': {
        const size_t start = at_;
        if (text_.substr(at_).starts_with("[:")) return Edge();
        at_ = start;
        Take("[");
        std::vector<std::string> items;
        while (!Take("]")) {
          auto item = Any();
          if (!item) return std::nullopt;
          items.push_back(*item);
          if (!Take(",") && Peek() != ']') return std::nullopt;
        }
        return ListText(std::move(items), any_order_);
      }
      default: break;
    }
    Blank();
    const size_t begin = at_;
    while (at_ < text_.size() && std::string_view(" ,]})").find(text_[at_]) == std::string_view::npos) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    if (word == "null" || word == "true" || word == "false" || word == "NaN") return word;
    if (word == "Inf" || word == "Infinity") return std::string("Infinity");
    if (word == "-Inf" || word == "-Infinity") return std::string("-Infinity");
    int64_t integer = 0;
    if (const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), integer);
        error == std::errc() && end == word.data() + word.size()) {
      return std::to_string(integer);
    }
    double number = 0;
    if (const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        error == std::errc() && end == word.data() + word.size()) {
      return FloatText(number);
    }
    return std::nullopt;
  }

  std::string_view text_;
  bool any_order_;
  size_t at_ = 0;
};

// ---- the graph before and after

struct GraphState {
  std::set<uint64_t> nodes, edges;
  std::set<std::string> properties, labels;
  friend bool operator==(const GraphState&, const GraphState&) = default;
};

Result<GraphState> Look(const graph::Database& db) {
  LT_ASSIGN(const graph::ReadView view, db.Read());
  GraphState state;
  std::vector<graph::NodeId> ids;
  LT_TRY(view.AllNodes({}, [&](graph::NodeId id) {
    ids.push_back(id);
    return true;
  }));
  LT_ASSIGN(const auto nodes, view.GetNodes(ids));
  const auto note = [&](const std::string& owner, const auto& properties) {
    for (const auto& [id, value] : properties) {
      state.properties.insert(Text(owner, " ", view.name(id), " ", static_cast<int>(value.type()), " ", graph::ToText(value)));
    }
  };
  for (const auto& node : nodes) {
    state.nodes.insert(node->id.raw);
    note(Text("n", node->id.raw), node->properties);
    for (const graph::LabelId label : node->labels) state.labels.insert(view.name(label));
  }
  LT_TRY(view.AllEdges({}, [&](const graph::Edge& edge) {
    state.edges.insert(edge.id.raw);
    note(Text("r", edge.id.raw), edge.properties);
    return true;
  }));
  return state;
}

template <class Set>
size_t Missing(const Set& from, const Set& in) {
  return static_cast<size_t>(std::count_if(from.begin(), from.end(), [&](const auto& x) { return !in.contains(x); }));
}

std::map<std::string, size_t> Effects(const GraphState& before, const GraphState& after) {
  std::map<std::string, size_t> effects;
  const auto add = [&](const char* name, const auto& b, const auto& a) {
    if (const size_t n = Missing(a, b)) effects[std::string("+") + name] = n;
    if (const size_t n = Missing(b, a)) effects[std::string("-") + name] = n;
  };
  add("nodes", before.nodes, after.nodes);
  add("relationships", before.edges, after.edges);
  add("properties", before.properties, after.properties);
  add("labels", before.labels, after.labels);
  return effects;
}
std::string EffectsText(const std::map<std::string, size_t>& effects) {
  std::string out;
  for (const auto& [name, count] : effects) out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return out.empty() ? "none" : out;
}

// ---- running

class Runner {
 public:
  Runner(std::string graphs, bool reference) : graphs_(std::move(graphs)), reference_(reference) {}

  Status Open() {
    LT_ASSIGN(db_, graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()}));
    return {};
  }

  std::string Run(const Scenario& scenario) {  // empty: passed
    auto emptied = Empty();
    if (!emptied.ok()) return "the graph could not be emptied: " + emptied.message();
    registry_ = std::make_shared<query::ProcedureRegistry>();
    query::RegisterDatabaseProcedures(*registry_);
    engine_ = std::make_unique<query::Engine>(*db_, registry_, reference_);
    parameters_.clear();
    for (const Step& step : scenario.steps) {
      const std::string reason = Do(step);
      if (!reason.empty()) return reason;
    }
    // An error that no step asked for.
    if (ran_ && !status_.ok() && !error_expected_) return "failed: " + status_.message();
    return {};
  }

 private:
  Status Empty() {
    ran_ = error_expected_ = false;
    status_ = {};
    LT_ASSIGN(const graph::ReadView view, db_->Read());
    LT_ASSIGN(const uint64_t nodes, view.NodeCount());
    if (nodes == 0) return {};
    LT_ASSIGN(auto transaction, db_->Begin({.who = "tck"}));
    std::vector<graph::EdgeId> edges;
    std::vector<graph::NodeId> ids;
    LT_TRY(view.AllEdges({}, [&](const graph::Edge& e) { edges.push_back(e.id); return true; }));
    LT_TRY(view.AllNodes({}, [&](graph::NodeId id) { ids.push_back(id); return true; }));
    for (const auto id : edges) LT_TRY(transaction->DeleteEdge(id));
    for (const auto id : ids) LT_TRY(transaction->DeleteNode(id));
    return transaction->Commit().status();
  }

  struct Answer {
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;
    std::unique_ptr<query::Cursor> cursor;  // keeps the entities readable
    std::unique_ptr<query::Session> session;
    std::unique_ptr<Budget> budget;
  };
  Status Execute(const std::string& text, query::ValueMap parameters, Answer& answer) {
    answer.cursor.reset();
    answer.session = std::make_unique<query::Session>(*engine_, query::SessionOptions{.who = "tck"});
    answer.budget = std::make_unique<Budget>();
    answer.budget->set_timeout_ms(20'000);
    LT_ASSIGN(answer.cursor, answer.session->Run(text, std::move(parameters), *answer.budget));
    answer.columns = answer.cursor->columns();
    std::vector<Value> row;
    while (true) {
      LT_ASSIGN(const bool more, answer.cursor->Next(row));
      if (!more) return {};
      answer.rows.push_back(row);
    }
  }

  Result<Value> Literal(const std::string& text) {
    Answer answer;
    LT_TRY(Execute("RETURN " + text, {}, answer));
    if (answer.rows.size() != 1) return Status(Code::kInvalid, "no value: " + text);
    return answer.rows[0][0];
  }

  std::string Do(const Step& step) {
    const std::string& text = step.text;
    if (text == "an empty graph" || text == "any graph") return {};
    if (text.starts_with("the ") && text.ends_with(" graph")) return Named(text.substr(4, text.size() - 10));
    if (text == "having executed:") {
      Answer answer;
      const Status status = Execute(step.doc, parameters_, answer);
      return status.ok() ? "" : "setup failed: " + status.message();
    }
    if (text == "parameters are:") {
      for (const auto& row : step.table) {
        auto value = Literal(row[1]);
        if (!value.ok()) return "parameter " + row[0] + ": " + value.status().message();
        parameters_.emplace_back(row[0], *value);
      }
      std::sort(parameters_.begin(), parameters_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      return {};
    }
    if (text.starts_with("there exists a procedure ")) return AddProcedure(text.substr(25, text.size() - 26), step);
    if (text == "executing query:" || text == "executing control query:") {
      if (ran_ && !status_.ok() && !error_expected_) return "failed: " + status_.message();
      return Query(step.doc);
    }
    if (text.starts_with("the result should be")) return Compare(step);
    if (text == "no side effects") return SideEffects({});
    if (text == "the side effects should be:") {
      std::map<std::string, size_t> expected;
      for (const auto& row : step.table) expected[row[0]] = static_cast<size_t>(std::stoul(row[1]));
      return SideEffects(expected);
    }
    if (text.find(" should be raised at ") != std::string::npos) return Error(text);
    return "unknown step: " + text;
  }

  std::string Named(const std::string& name) {
    auto script = ReadFile(graphs_ + "/" + name + "/" + name + ".cypher");
    if (!script.ok()) return script.status().message();
    Answer answer;
    const Status status = Execute(*script, {}, answer);
    return status.ok() ? "" : "graph " + name + ": " + status.message();
  }

  std::string AddProcedure(const std::string& signature, const Step& step) {
    std::vector<std::string> columns = step.table.empty() ? std::vector<std::string>() : step.table[0];
    if (columns.size() == 1 && columns[0].empty()) columns.clear();
    std::vector<std::vector<Value>> rows;
    for (size_t i = 1; i < step.table.size(); ++i) {
      std::vector<Value> row;
      for (const std::string& cell : step.table[i]) {
        auto value = Literal(cell);
        if (!value.ok()) return "cell " + cell + ": " + value.status().message();
        row.push_back(*value);
      }
      rows.push_back(std::move(row));
    }
    auto procedure = query::TableProcedure(signature, std::move(columns), std::move(rows));
    if (!procedure.ok()) return procedure.status().message();
    registry_->Replace(std::move(*procedure));
    return {};
  }

  std::string Query(const std::string& text) {
    auto before = Look(*db_);
    if (!before.ok()) return before.status().message();
    before_ = std::move(*before);
    Answer explained;
    explain_ = Execute("EXPLAIN " + text, parameters_, explained);
    ran_ = true;
    error_expected_ = false;
    answer_ = Answer();
    status_ = Execute(text, parameters_, answer_);
    auto after = Look(*db_);
    if (!after.ok()) return after.status().message();
    after_ = std::move(*after);
    if (!status_.ok() && !(after_ == before_)) return "a failed query changed the graph: " + EffectsText(Effects(before_, after_));
    return {};
  }

  std::string Error(const std::string& text) {
    error_expected_ = true;
    const size_t at = text.find(" should be raised at ");
    const size_t article = text.find(' ') + 1;
    const std::string type = text.substr(article, at - article);
    const std::string rest = text.substr(at + 21);
    const size_t colon = rest.find(':');
    const std::string phase = rest.substr(0, colon), detail(Trim(std::string_view(rest).substr(colon + 1)));
    if (status_.ok()) return "no error, but " + type + " " + detail + " was due at " + phase;
    const query::QueryError error = query::Explain(status_);
    const auto same = [](std::string name) { return name == "ConstraintVerificationFailed" ? "ConstraintValidationFailed" : name; };
    if (same(error.type) != same(type) || (detail != "*" && error.detail != detail)) {
      return "expected " + type + " " + detail + ", found " + status_.message();
    }
    if (phase == "compile time" && explain_.ok()) return type + " " + detail + " came at runtime, due at compile time";
    if (phase == "runtime" && !explain_.ok()) return type + " " + detail + " came at compile time, due at runtime: " + explain_.message();
    return {};
  }

  std::string Compare(const Step& step) {
    if (!status_.ok()) return "failed: " + status_.message();
    if (!explain_.ok()) return "EXPLAIN failed: " + explain_.message();
    const bool any_order = step.text.find("ignoring element order") != std::string::npos;
    const bool in_order = step.text.find("in order") != std::string::npos;
    std::vector<std::string> expected, actual;
    query::Context& context = answer_.cursor->context();
    for (const auto& row : answer_.rows) {
      std::string line;
      for (const Value& value : row) line += "| " + ActualText(value, context, any_order) + " ";
      actual.push_back(line + "|");
    }
    if (context.failed()) return "reading the result failed: " + context.status().message();
    if (step.text == "the result should be empty") {
      return actual.empty() ? "" : Text(actual.size(), " rows where none was due: ", actual[0]);
    }
    for (size_t i = 1; i < step.table.size(); ++i) {
      std::string line;
      for (const std::string& cell : step.table[i]) {
        const auto value = ExpectedReader(cell, any_order).Read();
        if (!value) return "the runner cannot read the expected value " + cell;
        line += "| " + *value + " ";
      }
      expected.push_back(line + "|");
    }
    if (!step.table.empty() && step.table[0] != answer_.columns) {
      std::string names;
      for (const std::string& name : answer_.columns) names += "|" + name;
      return "columns are " + names + "|";
    }
    if (!in_order) {
      std::sort(expected.begin(), expected.end());
      std::sort(actual.begin(), actual.end());
    }
    if (expected == actual) return {};
    std::string out = Text("rows differ: expected ", expected.size(), ", found ", actual.size(), ";");
    for (size_t i = 0, shown = 0; i < std::max(expected.size(), actual.size()) && shown < 3; ++i) {
      const std::string e = i < expected.size() ? expected[i] : "nothing", a = i < actual.size() ? actual[i] : "nothing";
      if (e == a) continue;
      out += "\n      expected " + e + "\n      found    " + a;
      ++shown;
    }
    return out;
  }

  std::string SideEffects(const std::map<std::string, size_t>& expected) {
    if (!status_.ok() && !error_expected_) return "failed: " + status_.message();
    const auto found = Effects(before_, after_);
    if (found == expected) return {};
    return "side effects: expected " + EffectsText(expected) + ", found " + EffectsText(found);
  }

  const std::string graphs_;
  const bool reference_;
  std::unique_ptr<graph::Database> db_;
  std::shared_ptr<query::ProcedureRegistry> registry_;
  std::unique_ptr<query::Engine> engine_;
  query::ValueMap parameters_;
  Answer answer_;
  Status status_, explain_;
  bool ran_ = false, error_expected_ = false;
  GraphState before_, after_;
};

}  // namespace

Result<std::vector<Scenario>> ParseFeature(const std::string& path, const std::string& file) {
  LT_ASSIGN(const std::string content, ReadFile(path));
  std::vector<std::string> lines;
  for (size_t begin = 0; begin <= content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    lines.push_back(content.substr(begin, end - begin));
    if (!lines.back().empty() && lines.back().back() == '\r') lines.back().pop_back();
    begin = end + 1;
  }
  std::vector<Scenario> scenarios;
  std::vector<Step> background;
  Scenario current;
  bool in_background = false, in_scenario = false, outline = false, in_examples = false, ignore_next = false;
  std::vector<std::vector<std::vector<std::string>>> examples;
  const auto finish = [&] {
    if (in_scenario && !outline) scenarios.push_back(current);
    if (in_scenario && outline) {
      int number = 0;
      for (const auto& table : examples) {
        for (size_t r = 1; r < table.size(); ++r) {
          Scenario filled = current;
          filled.name += " (example " + std::to_string(++number) + ")";
          for (Step& step : filled.steps) {
            step.text = Fill(step.text, table[0], table[r]);
            step.doc = Fill(step.doc, table[0], table[r]);
            for (auto& row : step.table) {
              for (std::string& cell : row) cell = Fill(cell, table[0], table[r]);
            }
          }
          scenarios.push_back(std::move(filled));
        }
      }
    }
    in_scenario = in_background = in_examples = false;
    examples.clear();
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string line(Trim(lines[i]));
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '@') {
      ignore_next = line.find("@ignore") != std::string::npos;
      continue;
    }
    if (line.starts_with("Feature:")) continue;
    const bool is_outline = line.starts_with("Scenario Outline:");
    if (line.starts_with("Background:") || is_outline || line.starts_with("Scenario:")) {
      finish();
      if (line.starts_with("Background:")) {
        in_background = true;
        continue;
      }
      in_scenario = true;
      outline = is_outline;
      current = {.file = file, .name = std::string(Trim(line.substr(line.find(':') + 1))), .ignored = ignore_next, .steps = background};
      ignore_next = false;
      continue;
    }
    if (line.starts_with("Examples:")) {
      in_examples = true;
      examples.emplace_back();
      continue;
    }
    if (line[0] == '|') {
      if (in_examples) {
        examples.back().push_back(Cells(line));
        continue;
      }
      std::vector<Step>& steps = in_background ? background : current.steps;
      if (steps.empty()) return Status(Code::kInvalid, Text(path, ":", i + 1, ": a table without a step"));
      steps.back().has_table = true;
      steps.back().table.push_back(Cells(line));
      continue;
    }
    std::vector<Step>& steps = in_background ? background : current.steps;
    if (line.starts_with("\"\"\"")) {
      if (steps.empty()) return Status(Code::kInvalid, Text(path, ":", i + 1, ": a text without a step"));
      const size_t indent = lines[i].find('"');
      std::string doc;
      bool closed = false;
      for (++i; i < lines.size(); ++i) {
        if (Trim(lines[i]).starts_with("\"\"\"")) {
          closed = true;
          break;
        }
        const size_t blank = std::min(indent, lines[i].find_first_not_of(" \t"));
        if (!doc.empty()) doc += '\n';
        doc += blank == std::string::npos ? "" : lines[i].substr(std::min(blank, lines[i].size()));
      }
      if (!closed) return Status(Code::kInvalid, Text(path, ": a text is not closed"));
      steps.back().doc = doc;
      continue;
    }
    const size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    if (!in_background && !in_scenario) continue;  // the feature's description
    if (word != "Given" && word != "When" && word != "Then" && word != "And" && word != "But") {
      return Status(Code::kInvalid, Text(path, ":", i + 1, ": expected a step, found '", line, "'"));
    }
    steps.push_back({.text = std::string(Trim(line.substr(space + 1)))});
  }
  finish();
  return scenarios;
}

Result<std::vector<Outcome>> RunFolder(const std::string& folder, const std::string& filter, bool reference, const std::function<void(const Outcome&)>& on_outcome) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return Status(Code::kIo, Text("there is no folder ", folder));
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".feature") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::string graphs = folder + "/graphs";
  if (!fs::is_directory(graphs, error)) graphs = (fs::canonical(folder).parent_path() / "graphs").string();
  Runner runner(graphs, reference);
  LT_TRY(runner.Open());
  std::vector<Outcome> outcomes;
  for (const std::string& path : files) {
    std::string file = fs::relative(path, folder).string();
    file.resize(file.size() - 8);
    LT_ASSIGN(const auto scenarios, ParseFeature(path, file));
    for (const Scenario& scenario : scenarios) {
      Outcome outcome{.file = scenario.file, .name = scenario.name};
      if (scenario.ignored || outcome.Key().find(filter) == std::string::npos) continue;
      outcome.reason = runner.Run(scenario);
      outcome.passed = outcome.reason.empty();
      if (on_outcome) on_outcome(outcome);
      outcomes.push_back(std::move(outcome));
    }
  }
  return outcomes;
}

}  // namespace liantu::tck
