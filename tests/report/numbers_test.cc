// SPDX-License-Identifier: Apache-2.0
// Every number of every report of the shipped data, traced: each column of a table that holds numbers is declared here with the openCypher
// statement that gives them, most from edges alone, without src/chain; a column that nobody declared fails, as does a declaration that no
// report uses. What a sentence says and what a picture writes must stand in a table of the same report.
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "io/json.h"
#include "report/cells.h"
#include "report/shipped.h"

namespace liantu::report {
namespace {

// --- Where a number stands

struct At {
  const NamedReport& report;
  const Section& section;
  const io::Row& row;
  std::string column;
  std::string self;    // key of the entity that the section is about
};

std::string Json(const io::Cell& cell) { return cell.json.empty() ? io::ToJson(cell.value) : cell.json; }
std::string KeyOf(const std::string& name) { return name.substr(name.find(':') + 1); }

const io::Cell& CellOf(const At& at, std::string_view column) {
  for (size_t c = 0; c < at.section.table.columns.size(); ++c) {
    if (at.section.table.columns[c].name == column) return at.row[c];
  }
  ADD_FAILURE() << "no column " << column << " in " << at.section.name;
  return at.row[0];
}
// The key of an entity, the value that programs get, or the text.
std::string Value(const io::Cell& cell) {
  const size_t at = cell.json.find("\"key\":\"");
  if (at != std::string::npos) return cell.json.substr(at + 7, cell.json.find('"', at + 7) - at - 7);
  if (cell.json == "null") return "";
  if (cell.json.size() > 2 && cell.json.front() == '"') return cell.json.substr(1, cell.json.size() - 2);
  return cell.value.is_null() ? "" : graph::ToText(cell.value);
}
std::string Value(const At& at, std::string_view column) { return Value(CellOf(at, column)); }

// --- Pieces of statements, by what they say

std::string Firm(const std::string& s) {
  return Text("(", s, ".status IS NULL OR ", s, ".status IN ['supply', 'contract', 'contract manufacturing', 'nomination']) AND NOT certainty(", s, ") IN ['planned', 'target', 'predicted']");
}
// Companies seated in a city, up the place tree, as a collected list.
std::string Seated(const std::string& list, const std::string& city, const std::string& kept = "") {
  return Text("MATCH (c:Company)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '", city, "'}) WITH ", kept, "collect(DISTINCT c) AS ", list, " ");
}
// What stands in <angles>: <self>, <A>, <B> the keys of what the report is about, <F:s> a firm tie s, <AB> both sides' companies collected
// as A and B, else the value of that column in the same row.
std::string Fill(const std::string& text, const At& at) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text[i] == '<' ? text.find('>', i) : std::string::npos;
    const std::string name = end == std::string::npos ? "" : text.substr(i + 1, end - i - 1);
    if (name.empty() || std::any_of(name.begin(), name.end(), [](char c) { return c != '_' && c != ':' && !std::isalnum(static_cast<unsigned char>(c)); })) {
      out += text[i++];
      continue;
    }
    const auto& names = at.report.names;
    if (name == "self") out += at.self;
    else if (name == "A") out += KeyOf(names[0]);
    else if (name == "B") out += KeyOf(names[1]);
    else if (name == "AB") out += Seated("A", KeyOf(names[0])) + Seated("B", KeyOf(names[1]), "A, ");
    else if (name.starts_with("F:")) out += Firm(name.substr(2));
    else out += Value(at, name);
    i = end + 1;
  }
  return out;
}

using Statement = std::function<std::string(const At&)>;
struct Declared {
  std::string where;        // "report section column"; "*" for a report stands for any
  Statement statement;
  bool one_of = false;      // several rows answer (two ties of one product), the number is one of them
};
Statement Ask(const std::string& text) {
  return [text](const At& at) { return Fill(text, at); };
}

// "A only", "both" … of the linkage tables as a condition on x.
std::string InPart(const std::string& x, const std::string& part) {
  const bool a = part == "A only" || part == "both", b = part == "B only" || part == "both";
  return Text(a ? "" : "NOT ", x, " IN A AND ", b ? "" : "NOT ", x, " IN B");
}
std::string OfStrength(const std::string& s, const std::string& strength) {
  if (strength == "firm") return Firm(s);
  const std::string past = Text("coalesce(", s, ".status, '') = 'past'");
  return strength == "past" ? past : Text("NOT (", Firm(s), ") AND NOT ", past);
}

Statement MatrixCell() {
  return [](const At& at) {
    const std::string to = at.column == "a_only" ? "A only" : at.column == "b_only" ? "B only" : at.column == "both" ? "both" : "rest";
    return Fill(Text("<AB>MATCH (x)-[s:SUPPLIES]->(y) WHERE ", InPart("x", Value(at, "supplier")), " AND ", InPart("y", to), " AND ", OfStrength("s", Value(at, "strength")), " RETURN count(s)"), at);
  };
}
Statement KindCell(const std::string& from, const std::string& to) {
  return [=](const At& at) {
    const std::string type = Value(at, "type"), kind = Value(at, "kind"), strength = Value(at, "strength");
    const std::string what = type == "OWNS" ? Text("s.relation = '", kind, "'") : Text("s.status = '", kind, "' AND ", OfStrength("s", strength));
    const std::string ends = from.empty() ? "((x IN A AND y IN B) OR (x IN B AND y IN A))" : Text("x IN ", from, " AND y IN ", to);
    return Fill(Text("<AB>MATCH (x)-[s:", type, "]->(y) WHERE ", ends, " AND ", what, " RETURN count(s)"), at);
  };
}
// Firm ties among A and B as ia, ib, ab, ba, m, na, nb, with the ends of them on each side, and from them a formula (methods of
// docs/methods.md: E-I index; mean and variance of the configuration model by its factorial moments).
Statement StrengthCell() {
  return [](const At& at) {
    const std::string counts = "<AB>MATCH (x)-[s:SUPPLIES]->(y) WHERE <F:s> AND (x IN A OR x IN B) AND (y IN A OR y IN B) WITH 1.0 * size(A) AS na, 1.0 * size(B) AS nb, "
                               "1.0 * sum(CASE WHEN x IN A AND y IN A THEN 1 ELSE 0 END) AS ia, 1.0 * sum(CASE WHEN x IN B AND y IN B THEN 1 ELSE 0 END) AS ib, "
                               "1.0 * sum(CASE WHEN x IN A AND y IN B THEN 1 ELSE 0 END) AS ab, 1.0 * sum(CASE WHEN x IN B AND y IN A THEN 1 ELSE 0 END) AS ba "
                               "WITH *, ia + ib + ab + ba AS m ";
    // mean e and second factorial moment f of the observed count o
    const std::string undirected = "WITH *, 2 * ia + ab + ba AS a, 2 * ib + ab + ba AS b, 2 * m AS k, ab + ba AS o WITH *, a * b / (k - 1) AS e, a * (a - 1) * b * (b - 1) / ((k - 1) * (k - 3)) AS f ";
    const auto directed = [](const char* out, const char* in, const char* o) {
      return Text("WITH *, ", out, " AS a, ", in, " AS b, ", o, " AS o WITH *, a * b / m AS e, a * (a - 1) * b * (b - 1) / (m * (m - 1)) AS f ");
    };
    const std::string forward = directed("ia + ab", "ib + ab", "ab"), backward = directed("ib + ba", "ia + ba", "ba");
    const std::string measure = Value(at, "measure");
    const std::string model = measure == "z" ? undirected : measure == "z_a_to_b" ? forward : measure == "z_b_to_a" ? backward : "";
    std::string result;
    if (at.column == "ties") result = "m";
    else if (at.column == "observed") result = measure == "z_a_to_b" ? "ab" : measure == "z_b_to_a" ? "ba" : "ab + ba";
    else if (measure == "ei") result = at.column == "value" ? "(ab + ba - ia - ib) / m" : "(na * nb - na * (na - 1) / 2 - nb * (nb - 1) / 2) / (na * nb + na * (na - 1) / 2 + nb * (nb - 1) / 2)";
    else result = at.column == "expected" ? "e" : "(o - e) / sqrt(f + e - e * e)";
    return Fill(Text(counts, model, "RETURN ", result), at);
  };
}
// Gould and Fernandez: pairs x, y that v stands between without a tie of their own; by the groups of x, v and y.
Statement BrokerCell() {
  return [](const At& at) {
    const auto group = [](const char* v) { return Text("CASE WHEN ", v, " IN A THEN 'a' WHEN ", v, " IN B THEN 'b' ELSE 'r' END AS g", v); };
    const std::map<std::string, const char*> kRoles = {{"coordinator", "gx = gv AND gv = gy"}, {"itinerant", "gx = gy AND gv <> gx"}, {"gatekeeper", "gv = gy AND gx <> gv"},
                                                       {"representative", "gx = gv AND gy <> gv"}, {"liaison", "gx <> gv AND gv <> gy AND gx <> gy"}};
    return Fill(Text("<AB>MATCH (x:Company)-[s:SUPPLIES]->(v:Company {key: '<company>'})-[t:SUPPLIES]->(y:Company) WHERE <F:s> AND <F:t> AND x <> y AND x <> v AND y <> v "
                     "AND (x IN A OR x IN B OR v IN A OR v IN B) AND (y IN A OR y IN B OR v IN A OR v IN B) "
                     "AND NOT EXISTS { MATCH (x)-[u:SUPPLIES]->(y) WHERE <F:u> AND (x IN A OR x IN B OR y IN A OR y IN B) } WITH DISTINCT x, v, y, A, B WITH ",
                     group("x"), ", ", group("v"), ", ", group("y"), " WHERE ", kRoles.at(at.column), " RETURN count(*)"), at);
  };
}
const std::string kBrokerTies = "<AB>MATCH (v:Company {key: '<company>'})-[s:SUPPLIES]-(x:Company) WHERE <F:s> AND (v IN A OR v IN B OR x IN A OR x IN B) ";

Statement FragilityCell() {
  return [](const At& at) {
    const std::string across = "<AB>MATCH (x)-[s:SUPPLIES]->(y) WHERE <F:s> AND ((x IN A AND y IN B) OR (x IN B AND y IN A)) ";
    const std::string pairs = across + "WITH CASE WHEN x IN A THEN [x.key, y.key] ELSE [y.key, x.key] END AS pair, count(s) AS n ";
    const std::string ends = across + "UNWIND [x, y] AS v WITH v, A, count(s) AS n ";
    const std::map<std::string, std::string> kRows = {
        {"Firm ties between companies of one side only", across + "RETURN count(s)"},
        {"Pairs of companies so tied", pairs + "RETURN count(pair)"},
        {"Of these by one tie alone", pairs + "WHERE n = 1 RETURN count(pair)"},
        {"Members of A hanging on one tie", ends + "WHERE n = 1 AND v IN A RETURN count(v)"},
        {"Members of B hanging on one tie", ends + "WHERE n = 1 AND NOT v IN A RETURN count(v)"},
        {"Ties of the company with most of them", ends + "RETURN max(n)"},
        {"Fewest ties whose end parts the sides", "CALL liantu.linkage('City:<A>', 'City:<B>') YIELD tieCut RETURN tieCut"},
        {"Fewest companies whose loss parts the sides", "CALL liantu.linkage('City:<A>', 'City:<B>') YIELD companyCut RETURN companyCut"}};
    const auto it = kRows.find(Value(at, "measure"));
    return it == kRows.end() ? "no statement for " + Value(at, "measure") : Fill(it->second, at);
  };
}
// Texts after a key of a JSON list, in order: the companies, segments and products of a route.
std::vector<std::string> After(const std::string& json, const std::string& before) {
  std::vector<std::string> out;
  for (size_t i = 0; (i = json.find(before, i)) != std::string::npos;) {
    i += before.size();
    out.push_back(json.substr(i, json.find('"', i) - i));
  }
  return out;
}
// The length of a route, walked in the store.
Statement WalkedCompanies() {
  return [](const At& at) {
    const std::string json = Json(CellOf(at, "route"));
    const auto companies = After(json, "{\"label\":\"Company\",\"key\":\""), products = After(json, "\"product\":\"");
    std::string path = "MATCH p = ";
    for (size_t i = 0; i < companies.size(); ++i) {
      if (i > 0) path += products[i - 1].empty() ? "-[:SUPPLIES]->" : Text("-[:SUPPLIES {product: '", products[i - 1], "'}]->");
      path += Text("(:Company {key: '", companies[i], "'})");
    }
    return path + " RETURN DISTINCT length(p) + 1";
  };
}
Statement WalkedSegments(bool ties) {
  return [ties](const At& at) {
    const std::string json = Json(CellOf(at, "route"));
    const auto segments = After(json, "{\"label\":\"Segment\",\"key\":\""), parts = After(json, "\"part\":\"");
    if (!ties) {
      std::string path = "MATCH p = ";
      for (size_t i = 0; i < segments.size(); ++i) path += Text(i > 0 ? "-[:UPSTREAM_OF]->" : "", "(:Segment {key: '", segments[i], "'})");
      return path + " RETURN DISTINCT length(p) + 1";
    }
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      if (parts[i] == parts[i + 1]) continue;  // where the chain crosses from one side to the other
      return Fill(Text("<AB>MATCH (:Segment {key: '", segments[i], "'})<-[:OPERATES_IN]-(x)-[s:SUPPLIES]->(y)-[:OPERATES_IN]->(:Segment {key: '", segments[i + 1], "'}) WHERE ", InPart("x", parts[i]), " AND ", InPart("y", parts[i + 1]),
                       " AND <F:s> RETURN count(DISTINCT s)"), at);
    }
    return std::string("no crossing in ") + json;
  };
}

const std::string kCity = "MATCH (c:Company)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '<self>'}) ";
// The figures of a profile or comparison, by their English titles.
Statement FigureCell() {
  return [](const At& at) {
    const std::string key = at.column == "a" ? KeyOf(at.report.names[0]) : at.column == "b" ? KeyOf(at.report.names[1]) : at.self;
    const std::string ties = Seated("A", key) + "MATCH (x)-[s:SUPPLIES]->(y) WHERE <F:s> AND ", place = Text("(p)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..5]->(:City {key: '", key, "'})");
    const bool park = at.report.names[0].starts_with("Park:");
    const std::string node = Text("(n:Park {key: '", key, "'})");
    const std::map<std::string, std::string> kCityFigures = {
        {"companies", Seated("A", key) + "RETURN size(A)"},
        {"parks", "MATCH (p:Park) WHERE EXISTS { MATCH " + place + " } RETURN count(p)"},
        {"named leaders", Text("CALL liantu.leaders('City:", key, "') YIELD company RETURN count(DISTINCT company)")},
        {"clusters", Text("MATCH (c:City {key: '", key, "'}), (p)<-[:COVERS]-(k:Cluster) WHERE EXISTS { MATCH (c)-[:PART_OF*0..2]->(p) } OR EXISTS { MATCH (p)-[:PART_OF*0..2]->(c) } RETURN count(DISTINCT k)")},
        {"segments", Seated("A", key) + "MATCH (c)-[:OPERATES_IN]->(g) WHERE c IN A RETURN count(DISTINCT g)"},
        {"companies of known segment", Seated("A", key) + "MATCH (c)-[:OPERATES_IN]->() WHERE c IN A RETURN count(DISTINCT c)"},
        {"firm ties inside", ties + "x IN A AND y IN A RETURN count(s)"},
        {"firm ties outwards", ties + "x IN A AND NOT y IN A RETURN count(s)"},
        {"firm ties inwards", ties + "NOT x IN A AND y IN A RETURN count(s)"}};
    const std::map<std::string, std::string> kParkFigures = {
        {"area", Text("MATCH ", node, " RETURN n.area_km2")},
        {"hosted", Text("MATCH ", node, "-[:HOSTS]->(x) RETURN count(DISTINCT x)")},
        {"planned projects", Text("MATCH ", node, "-[:PLANS]->(x) RETURN count(DISTINCT x)")},
        {"named leaders", Text("MATCH ", node, "-[:HOSTS|PLANS]->()<-[:DEVELOPS|OWNS*0..3]-(x:Company)-[:LEADS]->() RETURN count(DISTINCT x)")},
        {"parks that share a direction", Text("MATCH ", node, "-[:FOCUSES_ON]->(d)-[:PART_OF*0..1]-(e)<-[:FOCUSES_ON]-(x:Park) WHERE x <> n AND (e = d OR e:Industry) RETURN count(DISTINCT x)")}};
    const auto& figures = park ? kParkFigures : kCityFigures;
    const auto it = figures.find(Value(at, "figure"));
    return it == figures.end() ? "no statement for " + Value(at, "figure") : Fill(it->second, at);
  };
}
Statement GapCount() {
  return [](const At& at) {
    const std::string chain = "MATCH (g:Segment)-[:PART_OF]->(:Chain {name: '<B>'}) ";
    const std::string here = Seated("A", KeyOf(at.report.names[0])) + chain + "OPTIONAL MATCH (c)-[:OPERATES_IN]->(g) WHERE c IN A WITH A, g, count(DISTINCT c) AS n ";
    const auto kind = [&](const char* wanted) { return Text("CALL liantu.gaps('City:<A>', '<B>') YIELD segment, kind WHERE kind = '", wanted, "' RETURN count(segment)"); };
    const std::map<std::string, std::string> kRows = {
        {"segments of the chain", chain + "RETURN count(DISTINCT g)"},
        {"held", here + "WHERE n > 0 RETURN count(g)"},
        {"of these by one company only", here + "WHERE n = 1 RETURN count(g)"},
        {"missing", here + "WHERE n = 0 RETURN count(g)"},
        {"of these to fill", kind("fill")},
        {"of these to extend", kind("extend")},
        {"of these absent", kind("absent")},
        {"companies of the place", Seated("A", KeyOf(at.report.names[0])) + "RETURN size(A)"},
        {"of these of a known segment", Seated("A", KeyOf(at.report.names[0])) + "MATCH (c)-[:OPERATES_IN]->() WHERE c IN A RETURN count(DISTINCT c)"}};
    const auto it = kRows.find(Value(at, "what"));
    return it == kRows.end() ? "no statement for " + Value(at, "what") : Fill(it->second, at);
  };
}
// A company follows where, of the inputs it is known to buy (a supplier and product each), so large a share is lost: those of the company
// asked about and of all that failed before.
Statement LostShare(const Document& d) {
  std::map<std::string, std::string> round;  // by company
  for (const Section& s : d.sections) {
    if (s.name != "failures") continue;
    for (const io::Row& row : s.table.rows) round[Value(row[1])] = Value(row[0]);
  }
  return [round](const At& at) {
    std::string failed = "['<self>'";
    for (const auto& [company, when] : round) {
      if (std::stoi(when) < std::stoi(round.at(Value(at, "company")))) failed += ", '" + company + "'";
    }
    return Fill(Text("MATCH (x)-[s:SUPPLIES]->(:Company {key: '<company>'}) WHERE <F:s> WITH DISTINCT x, s.product AS product RETURN 1.0 * sum(CASE WHEN x.key IN ", failed, "] THEN 1 ELSE 0 END) / count(*)"), at);
  };
}
Statement SupplyCell() {
  return [](const At& at) {
    const std::string who = Value(at, "who");
    const bool itself = who.find("controls") == std::string::npos, together = who == "together";
    const std::string group = "MATCH (g:Company {key: '<A>'}) OPTIONAL MATCH (g)-[o:OWNS*1..6]->(c) WHERE all(r IN o WHERE r.relation IN ['subsidiary', 'plant', 'majority stake']) WITH g, collect(DISTINCT c) AS cs ";
    const std::string mine = together ? "(v = g OR v IN cs)" : itself ? "v = g" : "v IN cs";
    // Ties between companies of one group are no ties of the group; a tie with the head counts as its own.
    const std::string other = itself && !together ? "true" : together ? "(v = g OR NOT w IN cs)" : "NOT w IN cs";
    const bool in = at.column.starts_with("in"), firm = at.column.ends_with("_firm");
    return Fill(Text(group, "MATCH (v)", in ? "<-" : "-", "[s:SUPPLIES]", in ? "-" : "->", "(w) WHERE ", mine, " AND ", other, firm ? " AND <F:s>" : "", " RETURN count(s)"), at);
  };
}
Statement SupplyCity() {
  return [](const At& at) {
    const bool in = Value(at, "side") == "suppliers", known = CellOf(at, "city").json.find("\"key\"") != std::string::npos;
    const std::string seat = Text("EXISTS { MATCH (w)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City", known ? " {key: '<city>'}" : "", ") }");
    return Fill(Text("MATCH (g:Company {key: '<A>'}) OPTIONAL MATCH (g)-[o:OWNS*1..6]->(c) WHERE all(r IN o WHERE r.relation IN ['subsidiary', 'plant', 'majority stake']) WITH g, collect(DISTINCT c) AS cs MATCH (v)", in ? "<-" : "-",
                     "[s:SUPPLIES]", in ? "-" : "->", "(w) WHERE (v = g OR (v IN cs AND NOT w IN cs)) AND ", known ? "" : "NOT ", seat, " RETURN count(s)"), at);
  };
}
const std::string kIndicator = "MATCH (i:Indicator {metric: '<metric>'})-[:MEASURES]->(n) WHERE n.key = '<of>' AND coalesce(i.period, '') = '<period>' RETURN i.value";
const std::string kTieYear = "MATCH (:Company {key: '<supplier>'})-[s:SUPPLIES]->(:Company {key: '<customer>'}) WHERE coalesce(s.product, '') = '<product>' RETURN s.year";
const std::string kHhi = "MATCH (x)-[s:SUPPLIES]->(:Company {key: '<self>'}) WHERE <F:s> AND coalesce(s.product, '') = '<product>' WITH DISTINCT x RETURN 1.0 / count(x)";
const std::string kInCity = "EXISTS { MATCH (c)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '";

// --- The declarations

std::vector<Declared> Declarations(const Document& document) {
  std::vector<Declared> all = {
      {"linkage groups members", Ask("<AB>RETURN size(<side>)")},
      {"linkage groups only", Ask("<AB>RETURN size([x IN <side> WHERE NOT (x IN A AND x IN B)])")},
      {"linkage groups shared", Ask("<AB>RETURN size([x IN A WHERE x IN B])")},
      {"linkage ties_by_kind a_to_b", KindCell("A", "B")},
      {"linkage ties_by_kind b_to_a", KindCell("B", "A")},
      {"linkage ties_by_kind total", KindCell("", "")},
      {"linkage ties_a_to_b year", Ask(kTieYear), true},
      {"linkage ties_b_to_a year", Ask(kTieYear), true},
      {"linkage matrix a_only", MatrixCell()},
      {"linkage matrix b_only", MatrixCell()},
      {"linkage matrix both", MatrixCell()},
      {"linkage matrix rest", MatrixCell()},
      {"linkage strength ties", StrengthCell()},
      {"linkage strength observed", StrengthCell()},
      {"linkage strength expected", StrengthCell()},
      {"linkage strength value", StrengthCell()},
      {"linkage brokers participation", Ask(kBrokerTies + "WITH CASE WHEN x IN A THEN 'a' WHEN x IN B THEN 'b' ELSE 'r' END AS g, count(s) AS n WITH collect(n) AS ns, 1.0 * sum(n) AS all RETURN 1 - reduce(t = 0.0, n IN ns | t + n * n / (all * all))")},
      {"linkage brokers ties", Ask(kBrokerTies + "RETURN count(s)")},
      {"linkage fragility value", FragilityCell()},
      {"linkage pairings score", Ask("CALL liantu.pairings('City:<A>', 'City:<B>') YIELD supplier, customer, score WHERE supplier.key = '<supplier>' AND customer.key = '<customer>' RETURN score")},
      {"linkage a_lacks companies", Ask("<AB>MATCH (x)-[:OPERATES_IN]->(:Segment {key: '<segment>'}) WHERE x IN B RETURN count(DISTINCT x)")},
      {"linkage b_lacks companies", Ask("<AB>MATCH (x)-[:OPERATES_IN]->(:Segment {key: '<segment>'}) WHERE x IN A RETURN count(DISTINCT x)")},
      {"linkage chains stages", WalkedCompanies()},
      {"linkage possible_chains stages", WalkedSegments(false)},
      {"linkage possible_chains existing_ties", WalkedSegments(true)},
      {"linkage members cross_ties", Ask("<AB>MATCH (x:Company {key: '<company>'})-[s:SUPPLIES]-(y) WHERE <F:s> AND ((x IN A AND y IN B) OR (x IN B AND y IN A)) RETURN count(s)")},
      {"linkage coverage members", Ask("<AB>RETURN size(<side>)")},
      {"linkage coverage with_city", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City) }])")},
      {"linkage coverage with_district", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:District) }])")},
      {"linkage coverage with_segment", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)-[:OPERATES_IN]->() }])")},
      {"linkage coverage with_tie", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)-[:SUPPLIES]-() }])")},
      {"linkage coverage with_firm_tie", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)-[s:SUPPLIES]-() WHERE <F:s> }])")},
      {"linkage coverage in_park", Ask("<AB>RETURN size([x IN <side> WHERE EXISTS { MATCH (x)<-[:HOSTS]-(:Park) }])")},
      {"leader supply in", SupplyCell()},
      {"leader supply in_firm", SupplyCell()},
      {"leader supply out", SupplyCell()},
      {"leader supply out_firm", SupplyCell()},
      {"leader supply_cities ties", SupplyCity()},
      {"leader suppliers year", Ask(kTieYear), true},
      {"leader customers year", Ask(kTieYear), true},
      {"leader controlled_suppliers year", Ask(kTieYear), true},
      {"leader controlled_customers year", Ask(kTieYear), true},
      {"leader inputs hhi", Ask(kHhi)},
      {"risk inputs hhi", Ask(kHhi)},
      {"risk exposures suppliers", Ask("MATCH (x)-[s:SUPPLIES]->(:Company {key: '<customer>'}) WHERE <F:s> AND coalesce(s.product, '') = '<product>' RETURN count(DISTINCT x)")},
      {"risk failures round", Ask("CALL liantu.risk('Company:<self>') YIELD company, round WHERE company.key = '<company>' RETURN round")},
      {"risk failures lost_share", LostShare(document)},
      {"* properties value", Ask("MATCH (n {key: '<self>'}) WHERE NOT n:Document UNWIND keys(n) AS k RETURN n[k]"), true},
      {"* properties claims", Ask("CALL liantu.why('<self>', {lang: 'en'}) YIELD subject WHERE subject = '<property>' RETURN count(*)")},
      {"* policies date", Ask("MATCH (p:Policy {key: '<policy>'}) RETURN p.date")},
      {"* figures value", FigureCell()},
      {"compare figures a", FigureCell()},
      {"compare figures b", FigureCell()},
      {"* parks count", Ask("MATCH (:Park {key: '<entity>'})-[h:HOSTS]->() RETURN count(h)")},
      {"* chains count", Ask(kCity + "MATCH (c)-[:OPERATES_IN]->(:Segment)-[:PART_OF]->(:Chain {key: '<entity>'}) RETURN count(DISTINCT c)")},
      {"* segments count", Ask(kCity + "MATCH (c)-[:OPERATES_IN]->(:Segment {key: '<entity>'}) RETURN count(DISTINCT c)")},
      {"* partner_cities count", Ask(kCity + "MATCH (c)-[s:SUPPLIES]-(x)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '<entity>'}) WHERE <F:s> RETURN count(DISTINCT s)")},
      {"* indicators value", Ask(kIndicator), true},
      {"place results value", Ask(kIndicator), true},
      {"place targets target", Ask(kIndicator), true},  // a target that counts pieces has no unit in English
      {"place flows in", Ask(kCity + "MATCH (c)<-[s:SUPPLIES]-(x)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '<city>'}) WHERE <F:s> RETURN count(DISTINCT s)")},
      {"place flows out", Ask(kCity + "MATCH (c)-[s:SUPPLIES]->(x)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(:City {key: '<city>'}) WHERE <F:s> RETURN count(DISTINCT s)")},
      {"chain segments companies", Ask("MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(x) RETURN count(DISTINCT x)")},
      {"chain segments cities", Ask("MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-()-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(p:City) RETURN count(DISTINCT p)")},
      {"chain city_segments companies", Ask("MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(x) RETURN count(DISTINCT x)")},
      {"gaps counts value", GapCount()},
      {"gaps gaps density", Ask("CALL liantu.gaps('City:<A>', '<B>') YIELD segment, density WHERE segment.key = '<segment>' RETURN density")},
      {"gaps gaps companies_elsewhere", [](const At& at) {
         return Fill(Seated("A", KeyOf(at.report.names[0])) + "MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(x) WHERE NOT x IN A RETURN count(DISTINCT x)", at);
       }},
      {"gaps held companies", [](const At& at) {
         return Fill(Seated("A", KeyOf(at.report.names[0])) + "MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(x) WHERE x IN A RETURN count(DISTINCT x)", at);
       }},
      // Its share of the companies here over its share everywhere, over all segments of all chains and all cities.
      {"gaps held quotient", Ask("MATCH (c:Company)-[:OPERATES_IN]->(s:Segment)-[:PART_OF]->(:Chain) MATCH (c)-[:LOCATED_IN]->()-[:PART_OF|LOCATED_IN*0..4]->(p:City) WITH DISTINCT c, s, p "
                                 "WITH 1.0 * count(*) AS n, 1.0 * sum(CASE WHEN p.key = '<A>' THEN 1 ELSE 0 END) AS here, 1.0 * sum(CASE WHEN s.key = '<segment>' THEN 1 ELSE 0 END) AS such, "
                                 "1.0 * sum(CASE WHEN p.key = '<A>' AND s.key = '<segment>' THEN 1 ELSE 0 END) AS both RETURN both / here / (such / n)")},
  };
  for (const char* role : {"representative", "gatekeeper", "liaison", "itinerant", "coordinator"}) all.push_back({Text("linkage brokers ", role), BrokerCell()});
  for (const auto& [to, from, side] : {std::tuple("to_a", "from_a", "A only"), std::tuple("to_b", "from_b", "B only"), std::tuple("to_both", "from_both", "both")}) {
    const std::string end = Text(" WHERE <F:s> AND ", InPart("y", side), " RETURN count(s)");
    all.push_back({Text("linkage bridges ", to), Ask("<AB>MATCH (:Company {key: '<company>'})-[s:SUPPLIES]->(y)" + end)});
    all.push_back({Text("linkage bridges ", from), Ask("<AB>MATCH (:Company {key: '<company>'})<-[s:SUPPLIES]-(y)" + end)});
  }
  // A column for each of the largest cities, named by its key; and the rest.
  for (const Section& s : document.sections) {
    if (s.name != "city_segments") continue;
    std::string listed;
    for (const io::Column& column : s.table.columns) {
      if (column.name.find_first_not_of("0123456789") != std::string::npos) continue;
      listed += Text(listed.empty() ? "" : " OR ", kInCity, column.name, "'}) }");
      all.push_back({"chain city_segments " + column.name, Ask(Text("MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(c) WHERE ", kInCity, column.name, "'}) } RETURN count(DISTINCT c)"))});
    }
    all.push_back({"chain city_segments elsewhere", Ask(Text("MATCH (:Segment {key: '<segment>'})<-[:OPERATES_IN]-(c) WHERE NOT (", listed, ") RETURN count(DISTINCT c)"))});
  }
  return all;
}

// --- The tests

const Document& Made(size_t report, Lang lang) {
  static std::map<std::pair<size_t, Lang>, Document> made;
  const auto it = made.find({report, lang});
  return it != made.end() ? it->second : made.emplace(std::pair(report, lang), Make(AllReports()[report], lang)).first->second;
}

// Sections of a part: "b_chains" is the table chains of the second entity, "risk_inputs" the table inputs of the risk.
std::string Plain(const NamedReport& report, const std::string& section) {
  const std::string kind = report.kind;
  for (const char* prefix : {"risk_", "targets_", "leaders_"}) {
    if (section.starts_with(prefix)) return section.substr(std::string_view(prefix).size());
  }
  if (kind == "compare" && (section.starts_with("a_") || section.starts_with("b_"))) return section.substr(2);
  if (kind == "compare" && (section == "indicators_a" || section == "indicators_b")) return "indicators";
  return section;
}
std::string SelfOf(const NamedReport& report, const std::string& section) {
  const bool second = report.names.size() > 1 && (section.starts_with("b_") || section.ends_with("_b")) && std::string(report.kind) == "compare";
  std::string name = report.names[second ? 1 : 0];
  if (std::string(report.kind) == "risk") {
    name = Shipped::Instance().Ask(Text("CALL liantu.find('", name, "', {label: 'Company', limit: 1}) YIELD node RETURN node.key"));
    name = name.substr(1, name.size() - 2);
  }
  return KeyOf(name);
}

std::optional<double> Number(const std::string& text) {
  std::string digits = text;
  if (digits.size() > 2 && digits.front() == '\'') digits = digits.substr(1, digits.size() - 2);
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);
  if (digits.empty() || *end != '\0') return std::nullopt;
  return value;
}
bool Same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a)); }

class Numbers : public testing::TestWithParam<size_t> {};

TEST_P(Numbers, OfEveryTableComeFromAStatementOfTheirOwn) {
  const NamedReport& report = AllReports()[GetParam()];
  const Document& d = Made(GetParam(), Lang::kEn);
  const auto declared = Declarations(d);
  size_t checked = 0;
  for (const Section& s : d.sections) {
    const std::string plain = Plain(report, s.name), self = SelfOf(report, s.name);
    for (size_t c = 0; c < s.table.columns.size(); ++c) {
      const std::string& column = s.table.columns[c].name;
      const std::string where = Text(report.kind, " ", plain, " ", column), anywhere = Text("* ", plain, " ", column);
      auto found = std::find_if(declared.begin(), declared.end(), [&](const Declared& x) { return x.where == where; });
      if (found == declared.end()) found = std::find_if(declared.begin(), declared.end(), [&](const Declared& x) { return x.where == anywhere; });
      size_t undeclared = 0;
      for (const io::Row& row : s.table.rows) {
        const io::Cell& cell = row[c];
        if (cell.value.is_null() || !IsNumber(cell.value)) continue;
        if (found == declared.end()) {
          ++undeclared;
          continue;
        }
        ++checked;
        const At at{report, s, row, column, self};
        const std::string statement = found->statement(at);
        const std::string answer = Shipped::Instance().Ask(statement);
        const auto expected = Number(cell.json.empty() ? graph::ToText(cell.value) : cell.json);
        ASSERT_TRUE(expected.has_value()) << Json(cell);
        bool same = false;
        for (size_t i = 0; i <= answer.size() && !same; ) {
          const size_t end = found->one_of ? answer.find(" | ", i) : std::string::npos;
          const auto number = Number(answer.substr(i, end == std::string::npos ? end : end - i));
          same = number && Same(*number, *expected);
          if (end == std::string::npos) break;
          i = end + 3;
        }
        EXPECT_TRUE(same) << report.kind << " " << s.name << " " << column << " has " << Json(cell) << " in row " << Json(row[0]) << ", the store says " << answer << "\n  " << statement;
      }
      EXPECT_EQ(undeclared, 0u) << "no statement is declared for the numbers of column " << column << " of table " << s.name << " in report " << report.kind;
    }
  }
  EXPECT_GT(checked, 8u);
}

TEST(NumbersOfReports, NoDeclarationIsWithoutATable) {
  std::set<std::string> used;
  std::vector<Declared> all;
  for (size_t i = 0; i < AllReports().size(); ++i) {
    const NamedReport& report = AllReports()[i];
    const Document& d = Made(i, Lang::kEn);
    if (std::string(report.kind) == "chain") all = Declarations(d);
    for (const Section& s : d.sections) {
      for (const io::Column& column : s.table.columns) {
        for (const std::string& kind : {std::string(report.kind), std::string("*")}) used.insert(Text(kind, " ", Plain(report, s.name), " ", column.name));
      }
    }
  }
  for (const Declared& x : all) EXPECT_TRUE(used.contains(x.where)) << x.where;
}

// --- Sentences and pictures against the tables

// Numbers as a reader meets them: digits with a point, a sign only where no word or digit stands before it. Not those inside of words (5G,
// 12218, seg_2) and not marks of sources.
std::vector<std::string> NumbersIn(const std::string& text) {
  std::vector<std::string> out;
  const auto letter = [&](size_t i) { return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_' || text[i] == '%'); };
  for (size_t i = 0; i < text.size();) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && (std::isdigit(static_cast<unsigned char>(text[end])) || (text[end] == '.' && end + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[end + 1]))))) ++end;
    const bool mark = i > 0 && text[i - 1] == '[' && end < text.size() && text[end] == ']';
    const bool sign = i > 0 && text[i - 1] == '-' && (i < 2 || text[i - 2] == ' ' || text[i - 2] == '(');
    if (!mark && !letter(end) && !(i > 0 && letter(i - 1)) && !(i > 0 && text[i - 1] == '-' && !sign)) out.push_back((sign ? "-" : "") + text.substr(i, end - i));
    i = end;
  }
  return out;
}

// What a sentence may say: a cell, or as many rows, different values, or rows of one value, as a table has.
struct Known {
  std::vector<double> cells;
  std::set<size_t> counts = {0};  // a table that is not there has no rows

  explicit Known(const Document& d) {
    for (const Section& s : d.sections) {
      counts.insert(s.table.rows.size());
      for (size_t c = 0; c < s.table.columns.size(); ++c) {
        std::map<std::string, size_t> groups;
        for (const io::Row& row : s.table.rows) {
          if (row[c].value.is_null()) continue;
          ++groups[Json(row[c])];
          if (const auto number = Number(row[c].json.empty() ? graph::ToText(row[c].value) : row[c].json)) cells.push_back(*number);
        }
        counts.insert(groups.size());
        for (const auto& [value, count] : groups) counts.insert(count);
      }
      for (const std::string& n : NumbersIn(s.title)) counts.insert(static_cast<size_t>(std::stoul(n)));
    }
    // Settings: the threshold of the risk report, the number of ties under which nothing is read into them.
    for (const auto& [name, text] : d.method) {
      for (const std::string& n : NumbersIn(text)) cells.push_back(*Number(n));
    }
  }
  bool Has(const std::string& text) const {
    const double value = *Number(text);
    if (value == std::floor(value) && value >= 0 && counts.contains(static_cast<size_t>(value))) return true;
    const size_t point = text.find('.');
    const int digits = point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
    return std::any_of(cells.begin(), cells.end(), [&](double cell) { return Fixed(cell, digits) == text || Same(cell, value); });
  }
};

TEST_P(Numbers, OfEverySentenceStandInATableOfTheReport) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const Document& d = Made(GetParam(), lang);
    const Known known(d);
    size_t numbers = 0;
    for (const std::string& line : d.summary) {
      for (const std::string& n : NumbersIn(line)) {
        ++numbers;
        EXPECT_TRUE(known.Has(n)) << n << " in: " << line;
      }
    }
    EXPECT_GT(numbers, 1u);
    for (const Section& s : d.sections) {
      std::set<double> rest;  // of a total in a row's second column: "173 of them have none"
      for (const io::Row& row : s.table.rows) {
        for (size_t c = 2; c < row.size(); ++c) {
          const auto *total = row[1].value.as<int64_t>(), *part = row[c].value.as<int64_t>();
          if (total && part) rest.insert(static_cast<double>(*total - *part));
        }
      }
      for (const std::string& note : s.notes) {
        for (const std::string& n : NumbersIn(note)) EXPECT_TRUE(known.Has(n) || rest.contains(*Number(n))) << n << " in a note of " << s.name << ": " << note;
      }
    }
  }
}

// What stands beside the shapes of a picture: "Guangzhou → Shenzhen: 9".
std::map<std::string, std::vector<double>> Hints(const Drawing& drawing) {
  std::map<std::string, std::vector<double>> out;
  for (const Drawing::Shape& shape : drawing.shapes()) {
    const size_t colon = shape.hint.rfind(": ");
    if (colon == std::string::npos) continue;
    const auto numbers = NumbersIn(shape.hint.substr(colon));
    if (numbers.size() == 1) out[shape.hint.substr(0, colon)].push_back(*Number(numbers[0]));
  }
  return out;
}

const Section* Find(const Document& d, std::string_view name) {
  for (const Section& s : d.sections) {
    if (s.name == name) return &s;
  }
  return nullptr;
}
std::string TextOf(const Section& s, const io::Row& row, std::string_view column) {
  for (size_t c = 0; c < s.table.columns.size(); ++c) {
    if (s.table.columns[c].name == column) return row[c].value.is_null() ? "" : graph::ToText(row[c].value);
  }
  return "";
}

// What the tables say that a picture shows, by its id: label → numbers.
using Shown = std::map<std::string, std::vector<double>>;
// A number of each row under the text of a column, or of two with an arrow.
void AddCells(Shown& shown, const Section* s, const std::string& label, const std::string& number) {
  if (!s) return;
  for (const io::Row& row : s->table.rows) {
    if (const auto n = Number(TextOf(*s, row, number))) shown[TextOf(*s, row, label)].push_back(*n);
  }
}
// Rows that have each value of a column.
void AddGroups(Shown& shown, const Section* s, const std::vector<std::string>& columns, const std::string& unknown = "") {
  if (!s) return;
  std::map<std::string, double> groups;
  for (const io::Row& row : s->table.rows) {
    std::string label;
    for (const std::string& column : columns) {
      const std::string text = TextOf(*s, row, column);
      label += (label.empty() ? "" : " → ") + (text.empty() ? unknown : text);
    }
    ++groups[label];
  }
  for (const auto& [label, count] : groups) shown[label].push_back(count);
}
void AddMatrix(Shown& shown, const Section* s, size_t first, size_t last, size_t label, const std::string& only = "") {
  if (!s) return;
  for (const io::Row& row : s->table.rows) {
    if (!only.empty() && graph::ToText(row[0].value) != only) continue;
    for (size_t c = first; c < last; ++c) {
      std::string column = s->table.columns[c].title;
      if (column.starts_with("→ ")) column = column.substr(std::string("→ ").size());
      if (!row[c].value.is_null()) shown[Text(graph::ToText(row[label].value), " → ", column)].push_back(*Number(graph::ToText(row[c].value)));
    }
  }
}

Shown FromTables(const Document& d, const std::string& id) {
  Shown out;
  if (id == "flow-a-to-b" || id == "flow-b-to-a") {
    const Section* s = Find(d, id == "flow-a-to-b" ? "ties_a_to_b" : "ties_b_to_a");
    for (const auto& columns : std::vector<std::vector<std::string>>{{"supplier"}, {"customer"}, {"supplier", "customer"}}) AddGroups(out, s, columns);
  } else if (id == "matrix-heat") {
    AddMatrix(out, Find(d, "matrix"), 2, 6, 1, "firm");
  } else if (id == "members-map") {
    AddGroups(out, Find(d, "members"), {"city"});
    for (const char* name : {"ties_a_to_b", "ties_b_to_a"}) {
      // One line for firm ties, one for the weaker ones.
      if (const Section* s = Find(d, name)) {
        for (const char* strength : {"firm", "weak"}) {
          Section part = *s;
          std::erase_if(part.table.rows, [&](const io::Row& row) { return TextOf(*s, row, "strength") != strength; });
          AddGroups(out, &part, {"supplier_city", "customer_city"});
        }
      }
    }
  } else if (id == "supply-flow") {
    const Section* s = Find(d, "supply_cities");
    const std::string middle = graph::ToText(Find(d, "supply")->table.rows[0][0].value);
    double in = 0, all_out = 0;
    for (const io::Row& row : s->table.rows) {
      const bool supplier = TextOf(*s, row, "side") == "suppliers";
      const double n = *Number(TextOf(*s, row, "ties"));
      (supplier ? in : all_out) += n;
      out[TextOf(*s, row, "city")].push_back(n);
      out[supplier ? Text(TextOf(*s, row, "city"), " → ", middle) : Text(middle, " → ", TextOf(*s, row, "city"))].push_back(n);
    }
    out[middle] = {in, all_out};
  } else if (id == "city-flows") {
    const Section* s = Find(d, "flows");
    double in = 0, all_out = 0;
    for (const io::Row& row : s->table.rows) {
      const std::string city = TextOf(*s, row, "city");
      const double to = *Number(TextOf(*s, row, "in")), from = *Number(TextOf(*s, row, "out"));
      if (out.size() < 12 * 3) in += to, all_out += from;
      out[city] = {to, from}, out[city + " → Guangzhou"] = {to}, out["Guangzhou → " + city] = {from};
    }
    out["Guangzhou"] = {std::max(in, all_out)};
  } else if (id == "parks-map") {
    AddCells(out, Find(d, "parks"), "entity", "count");
  } else if (id == "chain-bars") {
    AddCells(out, Find(d, "chains"), "entity", "count");
  } else if (id == "figures") {
    for (const auto& [column, name] : {std::pair("a", "Guangzhou"), std::pair("b", "Shenzhen")}) {
      for (const io::Row& row : Find(d, "figures")->table.rows) {
        if (const auto n = Number(TextOf(*Find(d, "figures"), row, column))) out[Text(graph::ToText(row[0].value), " ", name)].push_back(*n);
      }
    }
  } else if (id == "city-segments") {
    const Section* s = Find(d, "city_segments");
    AddMatrix(out, s, 2, s->table.columns.size() - 1, 0);
  } else if (id == "cities-map") {
    AddGroups(out, Find(d, "companies"), {"city"});
  } else if (id == "quotients") {
    AddCells(out, Find(d, "held"), "segment", "quotient");
  } else if (id == "candidates-map") {
    AddGroups(out, Find(d, "candidates"), {"city"});
  } else if (id == "lost-inputs") {
    AddCells(out, Find(d, "failures"), "company", "lost_share");
  } else if (id == "substitutes") {
    for (const char* near : {"same city", "same cluster", "same province", "elsewhere"}) out[near] = {0};
    AddGroups(out, Find(d, "substitutes"), {"nearness"});
  } else if (id == "exposed-map") {
    AddGroups(out, Find(d, "exposures"), {"city"});
  } else if (id == "shared-directions") {
    const Section* s = Find(d, "neighbours");
    for (const io::Row& row : s->table.rows) out[TextOf(*s, row, "park")].push_back(static_cast<double>(After(Json(row[3]), "\"key\":\"").size()));
  }
  return out;
}

TEST_P(Numbers, OfEveryPictureStandInATableOfTheReport) {
  const Document& d = Made(GetParam(), Lang::kEn);
  const Known known(d);
  for (const Section& s : d.sections) {
    for (const Figure& f : s.figures) {
      const auto hints = Hints(f.drawing);
      const Shown shown = FromTables(d, f.drawing.id());
      std::set<std::string> allowed;
      for (const auto& [label, numbers] : hints) {
        const auto it = shown.find(label);
        ASSERT_NE(it, shown.end()) << AllReports()[GetParam()].kind << " " << f.drawing.id() << " shows '" << label << "', which no table is declared to say";
        for (const double n : numbers) {
          EXPECT_TRUE(std::any_of(it->second.begin(), it->second.end(), [&](double cell) { return Fixed(cell, 2) == Fixed(n, 2); })) << f.drawing.id() << " " << label << ": " << n;
          allowed.insert(Fixed(n, 0));
          allowed.insert(Fixed(n, 2));
        }
      }
      // What is written is what the pointer says; degrees of a map and settings aside.
      for (const Drawing::Shape& shape : f.drawing.shapes()) {
        if (shape.text.find("°") != std::string::npos) continue;
        const bool more = shape.text.ends_with(" more");  // beside the four named in a box
        for (const std::string& n : NumbersIn(shape.text)) {
          EXPECT_TRUE(allowed.contains(n) || known.Has(more ? std::to_string(std::stoi(n) + 4) : n)) << f.drawing.id() << " writes " << shape.text;
        }
      }
      for (const std::string& n : NumbersIn(f.caption)) {
        double sum = 0, each = 0;  // "17 ties in all"
        for (const auto& [label, numbers] : hints) {
          for (const double x : numbers) (label.find(" → ") == std::string::npos ? each : sum) += x;
        }
        EXPECT_TRUE(known.Has(n) || *Number(n) == sum || *Number(n) == each) << f.drawing.id() << ": " << f.caption;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Numbers, testing::Range<size_t>(0, AllReports().size()), [](const auto& info) { return AllReports()[info.param].kind; });

}  // namespace
}  // namespace liantu::report
