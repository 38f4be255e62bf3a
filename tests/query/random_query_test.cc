// SPDX-License-Identifier: Apache-2.0
// The planned executor against the reference one, on random queries over small random graphs; and each query against the same
// query with its patterns written the other way round. LIANTU_QUERIES sets how many (100,000 before a release), LIANTU_SEED
// where to begin. Queries are made so that their answer does not depend on the order of rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "query/session.h"

namespace liantu::query {
namespace {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <class T>
  const T& Of(const std::vector<T>& list) { return list[static_cast<size_t>(Below(static_cast<int>(list.size())))]; }

 private:
  std::mt19937_64 engine_;
};

// A query as text, and the same with every pattern reversed.
struct Pair {
  std::string forward, backward;
  Pair(const char* text) : forward(text), backward(text) {}                // NOLINT: implicit by design
  Pair(const std::string& text) : forward(text), backward(text) {}        // NOLINT
  Pair(std::string f, std::string b) : forward(std::move(f)), backward(std::move(b)) {}
  Pair& operator+=(const Pair& other) {
    forward += other.forward;
    backward += other.backward;
    return *this;
  }
  friend Pair operator+(Pair a, const Pair& b) { return a += b; }
};

// Names: those that the name index cannot tell apart by its terms, that it has no terms for, and that are no strings.
const std::vector<graph::Value> kNames{graph::Value("ab"), graph::Value("ab"), graph::Value("ab"), graph::Value("ab"), graph::Value("ab"), graph::Value("AB"), graph::Value("AB"), graph::Value("甲公司"), graph::Value("!"), graph::Value(""), graph::Value(int64_t{3})};

// The parts in a row. Where more than one part is drawn at random they stand in braces, whose order is fixed: a seed means
// the same query with every compiler.
Pair InOrder(std::initializer_list<Pair> parts) {
  Pair all("");
  for (const Pair& part : parts) all += part;
  return all;
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  Pair Query() {
    Pair text = Single();
    if (random_.Chance(6)) {
      columns_ = 1;
      text = Single();
      text += random_.Chance(50) ? " UNION ALL " : " UNION ";
      text += Single();
      columns_ = 0;
    }
    if (one_way_) text.backward = text.forward;
    return text;
  }

  // A statement whose effect does not depend on the order of its rows.
  Pair Write() {
    Clear();
    Pair text = Match(false);
    const std::string node = nodes_.empty() ? "" : random_.Of(nodes_);
    switch (random_.Below(9)) {
      case 0: text += " CREATE (:New {x: " + Number() + "})"; break;
      case 1: text += " CREATE (" + node + ")-[:MADE {w: 1}]->(:New:A)"; break;
      case 2: text += random_.Chance(50) ? " MERGE (:M {k: coalesce(" + node + ".x, 9)})" : " MERGE (:A {name: coalesce(" + node + ".name, 'ab')})"; break;
      case 3: text += " MERGE (" + node + ")-[:MERGED]->(:Hub {k: 1})"; break;
      case 4: text += " SET " + node + ".x = " + Number() + ", " + node + ":Set"; break;
      case 5: text += random_.Chance(30) ? " SET " + node + ".name = " + NameText() : " REMOVE " + node + ".x, " + node + ":A"; break;
      case 6: text += " DETACH DELETE " + node; break;
      case 7: text += " SET " + node + " += {z: 1, x: null}"; break;
      default: text += " FOREACH (i IN [1, 2] | CREATE (:Each {i: i}))"; break;
    }
    return text;
  }

 private:
  void Clear() {
    nodes_.clear();
    rels_.clear();
    lists_.clear();
    paths_.clear();
    values_.clear();
  }
  std::string Name(const char* prefix) { return prefix + std::to_string(next_++); }
  std::string NameText() {
    static const std::vector<std::string> kLiterals{"'ab'", "'ab'", "'ab'", "'ab'", "'ab'", "'ab'", "'AB'", "'AB'", "'甲公司'", "'!'", "''", "3", "null", "'none'"};
    return random_.Of(kLiterals);
  }
  std::string Number() { return std::to_string(random_.Below(4)); }

  Pair Single() {
    Clear();
    Pair text = Match(false);
    const int clauses = random_.Below(3);
    for (int i = 0; i < clauses; ++i) {
      text += " ";
      const int kind = random_.Below(13);
      if (kind < 4) {
        text += Match(random_.Chance(40));
      } else if (kind < 7) {
        text += With();
      } else if (kind < 8) {
        const std::string name = Name("u");
        text += "UNWIND [0, 1, " + Number() + "] AS " + name;
        values_.push_back(name);
      } else if (kind < 9 && !nodes_.empty()) {
        text += Call();
      } else if (kind < 10 && nodes_.size() >= 2) {
        text += Shortest();
      } else if (kind >= 11) {
        text += Selected();
      } else if (kind >= 9 && !lists_.empty()) {
        text += Follow();
      }
    }
    return text + " " + Return();
  }

  // ---- patterns

  Pair Labels() {
    const int k = random_.Below(12);
    if (k < 8) return "";
    if (k == 8) return ":A|B";
    if (k == 9) return ":!A";
    return k == 10 ? ":A" : ":B";
  }

  std::string NodeText(std::vector<std::string>& fresh, bool allow_old) {
    std::string text = "(";
    if (allow_old && !nodes_.empty() && random_.Chance(35)) return text + random_.Of(nodes_) + ")";
    if (!fresh.empty() && random_.Chance(8)) return text + random_.Of(fresh) + ")";
    if (random_.Chance(75)) {
      fresh.push_back(Name("n"));
      text += fresh.back();
    }
    text += Labels().forward;
    if (random_.Chance(9)) text += " {x: " + Number() + "}";
    else if (random_.Chance(3)) text += " {name: " + NameText() + "}";
    return text + ")";
  }

  Pair Path(std::vector<std::string>& fresh, bool allow_old, int max_steps) {
    std::vector<std::string> nodes{NodeText(fresh, allow_old)};
    struct Step { std::string inner, quantifier; int direction; };
    std::vector<Step> steps;
    const int count = random_.Below(max_steps + 1);
    bool variable = false;
    for (int i = 0; i < count; ++i) {
      Step step{"", "", random_.Below(3)};
      const bool length = !variable && random_.Chance(25);
      variable = variable || length;
      const char* types[] = {"", ":R", ":S", ":R|S", ":!S"};
      const std::string type = types[random_.Below(5)];
      if (length && random_.Chance(70)) {
        static const std::vector<std::string> kLengths = {"*0..1", "*1..2", "*2", "*0..2", "*..3"};
        std::string name;
        if (random_.Chance(60)) lists_.push_back(name = Name("l"));
        step.inner = name + (type == ":!S" ? "" : type) + random_.Of(kLengths);
        if (random_.Chance(15)) step.inner += " {w: " + (nodes_.empty() || random_.Chance(60) ? Number() : random_.Of(nodes_) + ".x") + "}";
      } else {
        std::string name;
        if (random_.Chance(60)) (length ? lists_ : rels_).push_back(name = Name("r"));
        step.inner = name + type;
        if (!length && random_.Chance(12)) step.inner += " {w: " + Number() + "}";
        static const std::vector<std::string> kQuantifiers = {"{1,2}", "{0,1}", "{2}", "{0,2}"};
        if (length) step.quantifier = random_.Of(kQuantifiers);
      }
      steps.push_back(step);
      nodes.push_back(NodeText(fresh, allow_old));
    }
    const auto write = [&](bool reverse) {
      std::string text = reverse ? nodes.back() : nodes.front();
      for (size_t i = 0; i < steps.size(); ++i) {
        const Step& step = reverse ? steps[steps.size() - 1 - i] : steps[i];
        const bool left = step.direction == (reverse ? 1 : 2), right = step.direction == (reverse ? 2 : 1);
        text += (left ? "<-[" : "-[") + step.inner + (right ? "]->" : "]-") + step.quantifier;
        text += reverse ? nodes[steps.size() - 1 - i] : nodes[i + 1];
      }
      return text;
    };
    Pair text(write(false), write(true));
    if (!steps.empty() && random_.Chance(25)) {
      paths_.push_back(Name("p"));
      text = Pair(paths_.back() + " = ") + text;
    }
    return text;
  }

  Pair Match(bool optional) {
    std::vector<std::string> fresh;
    Pair text(optional ? "OPTIONAL MATCH " : "MATCH ");
    const bool two = random_.Chance(25);
    text += Path(fresh, true, two ? 1 : 2);
    if (two) text += Pair(", ") + Path(fresh, true, 1);
    if (fresh.empty()) {
      fresh.push_back(Name("n"));
      text += ", (" + fresh.back() + ")";
    }
    nodes_.insert(nodes_.end(), fresh.begin(), fresh.end());
    if (random_.Chance(50)) text += Pair(" WHERE ") + Condition(2, true);
    return text;
  }

  // Along a list of relationships that is there already: in its order, which is the other one where the pattern that made it
  // is written the other way round; so the query is not turned round.
  Pair Follow() {
    const bool old = !nodes_.empty() && random_.Chance(50);
    const std::string a = old ? random_.Of(nodes_) : Name("n"), list = random_.Of(lists_), b = Name("n");
    static const std::vector<std::string> kArrows = {"]->(", "]-("};
    one_way_ = true;
    const std::string text = "MATCH (" + a + ")-[" + list + "*0..3" + random_.Of(kArrows) + b + ")";
    if (!old) nodes_.push_back(a);
    nodes_.push_back(b);
    return text;
  }

  Pair Shortest() {
    const std::string a = random_.Of(nodes_), b = random_.Of(nodes_);
    if (a == b) return "MATCH (" + a + ")";
    static const std::vector<std::string> kForms = {"shortestPath(#)", "allShortestPaths(#)"};
    std::string form = random_.Of(kForms);
    const std::string type = random_.Chance(50) ? ":R" : "";
    const bool either = random_.Chance(50);
    const std::string inner = "-[" + type + "*]-";
    const auto fill = [&](const std::string& pattern) {
      std::string out = form;
      out.replace(out.find('#'), 1, pattern);
      return out;
    };
    const std::string name = Name("p");
    paths_.push_back(name);
    return Pair("MATCH " + name + " = ") + Pair(fill("(" + a + ")" + inner + (either ? "" : ">") + "(" + b + ")"),
                                                fill("(" + b + ")" + (either ? "" : "<") + inner + "(" + a + ")")) +
           " WHERE " + a + " <> " + b;
  }

  // Groups, selectors and path modes. Which of the paths of one length are taken is open, so only lengths are looked at.
  Pair Selected() {
    static const std::vector<std::string> kSelectors = {"#", "ANY SHORTEST #", "ALL SHORTEST #", "SHORTEST 1 #", "SHORTEST 2 #",
                                                        "SHORTEST 4 #", "SHORTEST 1 #GROUP ", "SHORTEST 2 #GROUPS "};
    static const std::vector<std::string> kModes = {"", "", "ACYCLIC ", "SIMPLE ", "TRAIL "};
    std::string before = random_.Of(kSelectors);
    before.replace(before.find('#'), 1, random_.Of(kModes));
    std::vector<std::string> fresh;
    const std::string a = NodeText(fresh, true), b = NodeText(fresh, true), name = Name("p");
    const auto rel = [&](const std::string& type, bool forward, bool either) {
      return (forward || either ? "-[" : "<-[") + type + (forward && !either ? "]->" : "]-");
    };
    const bool either = random_.Chance(25), other = random_.Chance(30);
    const std::string type = random_.Chance(60) ? ":R" : random_.Chance(50) ? ":S" : "";
    static const std::vector<std::string> kBounded = {"{1,3}", "{0,2}", "{2,4}", "{3}"}, kOpen = {"+", "*", "{2,}"};
    const std::string quantifier = random_.Of(either || type.empty() || random_.Chance(40) ? kBounded : kOpen);
    Pair steps("");
    switch (random_.Below(5)) {
      case 0:
      case 1: steps = Pair(rel(type, true, either) + quantifier, rel(type, false, either) + quantifier); break;
      case 2: {
        const std::string x = Name("g"), y = Name("g"), where = random_.Chance(50) ? " WHERE " + x + ".x <= " + y + ".x" : "";
        steps = Pair("((" + x + ")" + rel(type, true, either) + "(" + y + ")" + where + ")" + quantifier,
                     "((" + y + ")" + rel(type, false, either) + "(" + x + ")" + where + ")" + quantifier);
        break;
      }
      case 3: {
        const std::string second = rel(":S", true, other), back = rel(":S", false, other);
        steps = Pair("(()" + rel(type, true, either) + "()" + second + "())" + kBounded[0], "(()" + back + "()" + rel(type, false, either) + "())" + kBounded[0]);
        break;
      }
      default: {
        std::vector<std::string> between;
        const std::string m = NodeText(between, true), last = rel("", true, other), back = rel("", false, other);
        steps = Pair(rel(type, true, either) + quantifier + m + last, back + m + rel(type, false, either) + quantifier);
      }
    }
    Pair text = Pair("MATCH ") + Pair(name + " = " + before + a + steps.forward + b, name + " = " + before + b + steps.backward + a);
    paths_.push_back(name);
    nodes_.insert(nodes_.end(), fresh.begin(), fresh.end());
    if (random_.Chance(25)) text += " WHERE length(" + name + ") > 1";
    return text;
  }

  // ---- expressions

  Pair Value(int depth) {
    const int k = random_.Below(depth > 0 ? 13 : 6);
    if (k == 0) return Number();
    if (k <= 3 && !nodes_.empty()) return InOrder({random_.Of(nodes_), random_.Chance(80) ? ".x" : ".missing"});
    if (k == 4 && !values_.empty()) return random_.Of(values_);
    if (k == 5 && !rels_.empty()) return random_.Of(rels_) + ".w";
    if (k == 6 && !lists_.empty()) return "size(" + random_.Of(lists_) + ")";
    if (k == 7 && !paths_.empty()) return "length(" + random_.Of(paths_) + ")";
    if (k == 8) return InOrder({"(", Value(depth - 1), " + ", Value(depth - 1), ")"});
    if (k == 9) return InOrder({"coalesce(", Value(depth - 1), ", ", Number(), ")"});
    if (k == 10) return InOrder({"CASE WHEN ", Condition(depth - 1), " THEN ", Value(depth - 1), " ELSE ", Number(), " END"});
    if (k == 11 && !nodes_.empty()) {
      const std::string n = random_.Of(nodes_);
      return Pair("COUNT { ") + Pair("(" + n + ")-[:R]->(:A)", "(:A)<-[:R]-(" + n + ")") + " }";
    }
    if (k == 12 && !nodes_.empty()) {
      const std::string n = random_.Of(nodes_), m = Name("c");
      return Pair("size([") + Pair("(" + n + ")--(" + m + ")", "(" + m + ")--(" + n + ")") + " WHERE " + m + ".x > 0 | " + m + ".x])";
    }
    return Number();
  }

  // `where`: of a WHERE, which may have patterns as conditions.
  Pair Condition(int depth, bool where = false) {
    static const std::vector<std::string> kCompare = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    const int k = random_.Below(depth > 0 ? 15 : 5);
    if (k <= 1) return InOrder({Value(depth - 1), random_.Of(kCompare), Value(depth - 1)});
    if (k == 2 && !nodes_.empty()) return InOrder({random_.Of(nodes_), random_.Chance(50) ? ":A" : ":B"});
    if (k == 3) return Value(depth - 1) + " IS NULL";
    if (k == 4) return Value(depth - 1) + " IN [0, 2, null]";
    if (k == 5) return Pair("NOT (") + Condition(depth - 1, where) + ")";
    if (k <= 8) return InOrder({"(", Condition(depth - 1, where), k == 6 ? " AND " : k == 7 ? " OR " : " XOR ", Condition(depth - 1, where), ")"});
    if (k == 9 && where && !nodes_.empty()) {
      const std::string n = random_.Of(nodes_);
      return Pair("(" + n + ")-[:S]->()", "()<-[:S]-(" + n + ")");
    }
    if (k == 10 && !nodes_.empty()) {
      const std::string n = random_.Of(nodes_), m = Name("c");
      return Pair("EXISTS { MATCH ") + Pair("(" + n + ")-->(" + m + ")", "(" + m + ")<--(" + n + ")") + " WHERE " + m + ".x = " + n + ".x }";
    }
    if (k == 11 && nodes_.size() > 1) return InOrder({random_.Of(nodes_), " = ", random_.Of(nodes_)});
    if (k == 12 && !rels_.empty()) return "type(" + random_.Of(rels_) + ") = 'R'";
    if (k == 13 && !lists_.empty()) return InOrder({"all(q IN ", random_.Of(lists_), " WHERE q.w > ", Number(), ")"});
    if (k == 14 && !nodes_.empty()) return random_.Of(nodes_) + ".s STARTS WITH 'a'";
    return Value(0) + " < " + Number();
  }

  // ---- projections

  // `node`: also nodes themselves, which the row then has under a new name.
  Pair Aggregate() {
    static const std::vector<std::string> kFunctions = {"count(", "min(", "max(", "sum(", "count(DISTINCT ", "sum(DISTINCT ", "avg("};
    if (random_.Chance(30)) return "count(*)";
    if (random_.Chance(15)) return Pair("size(collect(") + Value(1) + "))";
    return InOrder({random_.Of(kFunctions), Value(1), ")"});
  }

  Pair With() {
    Pair text("WITH ");
    if (random_.Chance(25)) {
      text += "*";
      return random_.Chance(60) ? text + " WHERE " + Condition(2, true) : text;
    }
    if (random_.Chance(20)) text += "DISTINCT ";
    std::vector<std::string> nodes, rels, lists, values;
    bool first = true;
    const auto comma = [&] {
      if (!first) text += ", ";
      first = false;
    };
    for (const std::string& n : nodes_) {
      if (!random_.Chance(60)) continue;
      comma();
      nodes.push_back(random_.Chance(70) ? n : Name("n"));
      text += nodes.back() == n ? n : n + " AS " + nodes.back();
    }
    for (const std::string& r : rels_) {
      if (!random_.Chance(30)) continue;
      comma();
      rels.push_back(r);
      text += r;
    }
    for (const std::string& l : lists_) {
      if (!random_.Chance(40)) continue;
      comma();
      lists.push_back(l);
      text += l;
    }
    if (!rels_.empty() && random_.Chance(15)) {
      comma();
      lists.push_back(Name("l"));
      text += InOrder({"[", random_.Of(rels_), "] AS ", lists.back()});
    }
    if (first || random_.Chance(50)) {
      comma();
      values.push_back(Name("v"));
      text += (random_.Chance(50) ? Aggregate() : Value(2)) + " AS " + values.back();
    }
    Clear();
    nodes_ = nodes;
    rels_ = rels;
    lists_ = lists;
    values_ = values;
    if (random_.Chance(40)) text += Pair(" WHERE ") + Condition(1, true);
    return text;
  }

  Pair Call() {
    const std::string n = random_.Of(nodes_), m = Name("c"), value = Name("v");
    Pair text = Pair("CALL (" + n + ") { MATCH ") + Pair("(" + n + ")-[:R]-(" + m + ")", "(" + m + ")-[:R]-(" + n + ")") + " RETURN ";
    text += (random_.Chance(50) ? "count(" + m + ")" : m + ".x") + " AS " + value + " }";
    values_.push_back(value);
    return text;
  }

  Pair Return() {
    Pair text("RETURN ");
    if (random_.Chance(20)) text += "DISTINCT ";
    const int columns = columns_ > 0 ? columns_ : 1 + random_.Below(3);
    const bool aggregate = random_.Chance(30);
    std::string order;
    for (int i = 0; i < columns; ++i) {
      const std::string name = "c" + std::to_string(i);
      if (i > 0) text += ", ";
      if (aggregate && i + 1 == columns) {
        text += Aggregate();
      } else if (!nodes_.empty() && random_.Chance(30)) {
        text += random_.Of(nodes_);
      } else if (random_.Chance(15)) {
        text += Condition(1);
      } else {
        text += Value(2);
      }
      text += " AS " + name;
      order += (i > 0 ? ", " : " ORDER BY ") + name + (random_.Chance(30) ? " DESC" : "");
    }
    if (columns_ > 0) return text;
    if (random_.Chance(30)) {
      text += order;
      if (random_.Chance(50)) text += " SKIP " + Number();
      if (random_.Chance(60)) text += " LIMIT " + std::to_string(1 + random_.Below(6));
    }
    return text;
  }

  Random random_;
  int next_ = 0;
  int columns_ = 0;  // forced for UNION
  bool one_way_ = false;
  std::vector<std::string> nodes_, rels_, lists_, paths_, values_;
};

class World {
 public:
  explicit World(uint64_t seed) {
    auto opened = graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()});
    EXPECT_TRUE(opened.ok());
    db_ = *std::move(opened);
    auto registry = std::make_shared<ProcedureRegistry>();
    planned_ = std::make_unique<Engine>(*db_, registry);
    reference_ = std::make_unique<Engine>(*db_, registry, /*reference=*/true);
    Random random(seed);
    auto tx = db_->Begin({.who = "test"});
    EXPECT_TRUE(tx.ok());
    std::vector<NodeId> nodes;
    const int count = 3 + random.Below(7);
    for (int i = 0; i < count; ++i) {
      std::vector<std::string> labels;
      for (const char* label : {"A", "B", "C"}) {
        if (random.Chance(45)) labels.push_back(label);
      }
      graph::Properties properties;
      if (random.Chance(80)) properties.emplace_back("x", int64_t{random.Below(4)});
      if (random.Chance(50)) properties.emplace_back("s", random.Chance(50) ? "ab" : "bc");
      if (random.Chance(90)) properties.emplace_back("name", random.Of(kNames));
      nodes.push_back(*(*tx)->CreateNode(labels, properties, {}));
    }
    const int edges = count / 2 + random.Below(count * 2);
    for (int i = 0; i < edges; ++i) {
      graph::Properties properties;
      if (random.Chance(80)) properties.emplace_back("w", int64_t{random.Below(4)});
      const NodeId from = random.Of(nodes), to = random.Of(nodes);
      EXPECT_TRUE((*tx)->CreateEdge(random.Chance(60) ? "R" : "S", from, to, properties, {}).ok());
    }
    EXPECT_TRUE((*tx)->Commit().ok());
  }

  // The rows as sorted text; a failure as its message. Nothing where the row or byte budget ran out.
  std::optional<std::vector<std::string>> Run(bool reference, const std::string& text) {
    Budget budget;
    budget.set_timeout_ms(20'000);
    budget.set_max_bytes(64 << 20);
    Session session(reference ? *reference_ : *planned_, {.who = "test"});
    std::vector<std::string> rows;
    auto cursor = session.Run(text, {}, budget);
    Status status = cursor.status();
    std::vector<Value> row;
    while (status.ok()) {
      const auto more = (*cursor)->Next(row);
      status = more.status();
      if (!more.ok() || !*more) break;
      std::string line;
      for (const Value& value : row) line += ToLiteral(value) + " | ";
      rows.push_back(std::move(line));
    }
    if (status.code() == Code::kBudget) return std::nullopt;
    if (!status.ok()) return std::vector<std::string>{"failed: " + status.message()};
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  // What is in the graph, without ids: they depend on the order of rows.
  std::vector<std::string> Contents() {
    const auto view = db_->Read();
    EXPECT_TRUE(view.ok());
    const auto entity = [&](const auto& properties) {
      std::vector<std::string> list;
      for (const auto& [id, value] : properties) list.push_back(Text(view->name(id), "=", graph::ToText(value)));
      std::sort(list.begin(), list.end());
      std::string out;
      for (const std::string& p : list) out += p + " ";
      return out;
    };
    const auto node = [&](NodeId id) {
      const auto loaded = view->GetNode(id);
      std::string out = "(";
      std::vector<std::string> labels;
      for (const auto label : (*loaded)->labels) labels.push_back(view->name(label));
      std::sort(labels.begin(), labels.end());
      for (const std::string& label : labels) out += ":" + label;
      return out + " " + entity((*loaded)->properties) + ")";
    };
    std::vector<std::string> lines;
    EXPECT_TRUE(view->AllNodes({}, [&](NodeId id) { lines.push_back(node(id)); return true; }).ok());
    EXPECT_TRUE(view->AllEdges({}, [&](const graph::Edge& e) {
      lines.push_back(node(e.from) + "-[" + view->name(e.type) + " " + entity(e.properties) + "]->" + node(e.to));
      return true;
    }).ok());
    std::sort(lines.begin(), lines.end());
    return lines;
  }

 private:
  std::unique_ptr<graph::Database> db_;
  std::unique_ptr<Engine> planned_, reference_;
};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string Joined(const std::vector<std::string>& rows) {
  std::string out = Text(rows.size(), " rows\n");
  for (size_t i = 0; i < rows.size() && i < 12; ++i) out += "  " + rows[i] + "\n";
  return out;
}

TEST(RandomQuery, PlannedAndReferenceAgreeAndDirectionOfWritingDoesNotMatter) {
  const uint64_t first = FromEnvironment("LIANTU_SEED", 1), count = FromEnvironment("LIANTU_QUERIES", 3000);
  std::unique_ptr<World> world;
  uint64_t compared = 0, with_rows = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    if (!world || seed % 25 == 0) world = std::make_unique<World>(seed / 25);
    const Pair text = Generator(seed).Query();
    const auto expected = world->Run(true, text.forward);
    if (!expected) continue;
    ++compared;
    with_rows += !expected->empty();
    ASSERT_TRUE(expected->empty() || !expected->front().starts_with("failed")) << "seed " << seed << "\n" << text.forward << "\n" << expected->front();
    for (const auto& [form, reference] : {std::pair(&text.forward, false), std::pair(&text.backward, true), std::pair(&text.backward, false)}) {
      const auto found = world->Run(reference, *form);
      if (!found) continue;
      ASSERT_EQ(*expected, *found) << "seed " << seed << (reference ? ", reference" : ", planned") << "\n" << text.forward << "\n" << *form
                                   << "\nexpected " << Joined(*expected) << "found " << Joined(*found);
    }
  }
  EXPECT_GT(compared, count * 95 / 100);
  EXPECT_GT(with_rows, count / 2);
}

// LIANTU_QUERY='MATCH …' LIANTU_SEED=76: what both make of one query, on the graph that the seed's query ran on.
TEST(RandomQuery, OneQueryByHand) {
  const char* text = std::getenv("LIANTU_QUERY");
  if (text == nullptr) return;
  World world(FromEnvironment("LIANTU_SEED", 1) / 25);
  std::printf("%s", Joined(world.Contents()).c_str());
  const auto expected = world.Run(true, text), found = world.Run(false, text);
  std::printf("reference %splanned %s", expected ? Joined(*expected).c_str() : "over budget\n", found ? Joined(*found).c_str() : "over budget\n");
  EXPECT_EQ(expected, found);
}

TEST(RandomQuery, WritesLeaveTheSameGraph) {
  const uint64_t first = FromEnvironment("LIANTU_SEED", 1), count = FromEnvironment("LIANTU_QUERIES", 3000) / 10;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Pair text = Generator(seed * 7919).Write();
    World planned(seed), reference(seed);
    const auto expected = reference.Run(true, text.forward), found = planned.Run(false, text.forward);
    ASSERT_TRUE(expected && found);
    ASSERT_EQ(*expected, *found) << "seed " << seed << "\n" << text.forward;
    ASSERT_TRUE(expected->empty()) << "seed " << seed << "\n" << text.forward << "\n" << expected->front();
    ASSERT_EQ(reference.Contents(), planned.Contents()) << "seed " << seed << "\n" << text.forward;
  }
}

}  // namespace
}  // namespace liantu::query
