// SPDX-License-Identifier: Apache-2.0
// Searching by name through a database: which names are found, in which order, after which changes; against a look at
// every node.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/files.h"
#include "graph/name_index.h"
#include "text/search_key.h"
#include "tiny_graph.h"

namespace liantu::graph {
namespace {

// The keys found, best first.
std::string Found(const Tiny& g, std::string_view query, std::vector<std::string> labels = {}, size_t limit = 10, bool fuzzy = false) {
  const ReadView view = g.view();
  std::vector<LabelId> ids;
  for (const std::string& l : labels) ids.push_back(view.label(l));
  Result<std::vector<SearchHit>> hits = view.Search(query, ids, limit, fuzzy);
  if (!hits.ok()) return hits.status().message();
  std::string out;
  for (const SearchHit& hit : *hits) out += (out.empty() ? "" : " ") + g.name(hit.node);
  return out;
}

TEST(Search, NamesAreFoundBySpellingPinyinAndInitials) {
  const Tiny g = TinyGraph("pci:Company {name: 佳都科技集团股份有限公司}; gac:Company {name: 广汽集团}; gz:City {name: 广州市}; byd:Company {name: 比亚迪}");
  EXPECT_EQ(Found(g, "佳都科技"), "pci");
  EXPECT_EQ(Found(g, "科技集团"), "pci");
  EXPECT_EQ(Found(g, "jdkj"), "pci");
  EXPECT_EQ(Found(g, "biyadi"), "byd");
  EXPECT_EQ(Found(g, "廣州"), "gz");
  EXPECT_EQ(Found(g, "广"), "gz gac");  // the shorter name first
  EXPECT_EQ(Found(g, "byd"), "byd");   // by key
  EXPECT_EQ(Found(g, "没有"), "");
  EXPECT_EQ(Found(g, ""), "");
  EXPECT_EQ(Found(g, "广", {"Company"}), "gac");
  EXPECT_EQ(Found(g, "广", {"Unheard"}), "");
  EXPECT_EQ(Found(g, "广", {}, 1), "gz");
  EXPECT_EQ(Found(g, "比亚狄"), "");
  EXPECT_EQ(Found(g, "比亚狄", {}, 10, true), "byd");
}

TEST(Search, ChangesOfNamesAreFollowedAlsoInsideTheTransaction) {
  Tiny g = TinyGraph("a:Company {name: 旧名科技}");
  {
    auto tx = *g.database().Begin({});
    ASSERT_TRUE(tx->SetProperty(g["a"], "name", "新名电子").ok());
    EXPECT_EQ(tx->view().Search("新名", {}, 5)->size(), 1u);
    EXPECT_EQ(tx->view().Search("旧名", {}, 5)->size(), 0u);
    EXPECT_EQ(Found(g, "旧名"), "a");
    ASSERT_TRUE(tx->Commit().ok());
  }
  EXPECT_EQ(Found(g, "旧名"), "");
  EXPECT_EQ(Found(g, "新名"), "a");
  auto tx = *g.database().Begin({});
  ASSERT_TRUE(tx->DeleteNode(g["a"]).ok());
  ASSERT_TRUE(tx->Commit().ok());
  EXPECT_EQ(Found(g, "新名"), "");
}

TEST(Search, ARolledBackNameLeavesNothing) {
  Tiny g = TinyGraph("a:Company {name: 甲乙}");
  {
    auto tx = *g.database().Begin({});
    ASSERT_TRUE(tx->CreateNode({"Company"}, {{"name", "丙丁"}}, {}).ok());
    EXPECT_EQ(tx->view().Search("丙丁", {}, 5)->size(), 1u);
  }
  EXPECT_EQ(Found(g, "丙丁"), "");
}

TEST(Search, ANewOntologyChangesWhatIsSearched) {
  Tiny g = TinyGraph("a:Firm {title: 某某集团, name: 甲乙}");
  EXPECT_EQ(Found(g, "某某"), "");
  const auto ontology = Ontology::Parse(
      R"({"name": "t", "version": 1, "labels": [{"name": "Firm", "properties": [{"name": "title", "type": "string", "search": "name"}]}]})", "t");
  ASSERT_TRUE(ontology.ok()) << ontology.status().message();
  ASSERT_TRUE(g.database().SetOntology(*ontology).ok());
  EXPECT_EQ(Found(g, "某某"), "a");
  EXPECT_EQ(Found(g, "甲乙"), "");
  g.Add("b:Firm {title: 某某电子}");  // the rebuilt index is written on
  EXPECT_EQ(Found(g, "某某"), "a b");
}

TEST(Search, CommonPartsOfManyNamesDoNotHideAShortOneNorALabelsOwn) {
  auto database = *Database::Open("memory:", {.create = true});
  auto tx = *database->Begin({});
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(tx->CreateNode({"Company"}, {{"name", Text("广州第", i, "号精密机械设备厂")}}, {}).ok());
  }
  const NodeId park = *tx->CreateNode({"Park"}, {{"name", "广州第九千九百号精密机械产业园"}}, {});
  const NodeId city = *tx->CreateNode({"City"}, {{"name", "广州市"}}, {});
  ASSERT_TRUE(tx->Commit().ok());
  const ReadView view = *database->Read();
  const auto hits = *view.Search("广州", {}, 5);
  ASSERT_EQ(hits.size(), 5u);
  EXPECT_EQ(hits[0].node, city);
  EXPECT_EQ(hits[0].matched, "广州市");
  const LabelId parks[] = {view.label("Park")};
  const auto only = *view.Search("广州", parks, 5);
  ASSERT_EQ(only.size(), 1u);
  EXPECT_EQ(only[0].node, park);
  EXPECT_EQ((*view.Search("第2999号", {}, 5))[0].node, NodeId{3000});
}

TEST(Search, AgreesWithALookAtEveryName) {
  static const char* const kParts[] = {"广", "州", "佳", "都", "科", "技", "长", "安", "汽", "车", "电", "子"};
  std::mt19937_64 random(11);
  auto database = *Database::Open("memory:", {.create = true});
  auto tx = *database->Begin({});
  std::vector<std::string> names(1);
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (uint64_t n = 2 + random() % 7; n > 0; --n) name += kParts[random() % std::size(kParts)];
    if (random() % 2) name += "有限公司";
    names.push_back(name);
    ASSERT_TRUE(tx->CreateNode({"Company"}, {{"name", name}}, {}).ok());
  }
  ASSERT_TRUE(tx->Commit().ok());
  const ReadView view = *database->Read();
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    std::string query;
    for (uint64_t n = 1 + random() % 3; n > 0; --n) query += kParts[random() % std::size(kParts)];
    const text::Matcher matcher(query);
    std::vector<std::pair<uint32_t, uint64_t>> expected;
    for (size_t id = 1; id < names.size(); ++id) {
      const text::Match match = matcher.Check(names[id]);
      // A single character is sought at the beginning of names only.
      const auto least = query.size() == 3 ? text::MatchKind::kPrefix : text::MatchKind::kPart;
      if (match.kind >= least) expected.emplace_back(~match.score, id);
    }
    std::sort(expected.begin(), expected.end());
    const auto hits = *view.Search(query, {}, 20);
    for (size_t i = 0; i < std::min<size_t>(expected.size(), 20); ++i) {
      ASSERT_LT(i, hits.size()) << query;
      ASSERT_EQ(hits[i].node.raw, expected[i].second) << query << " " << i;
      ++found;
    }
  }
  EXPECT_GT(found, 1000);
}

// Names that differ in width, script, case, spaces, punctuation or legal form only share a posting list; some have none.
const std::vector<Value>& NamesAndOthers() {
  static const std::vector<Value> all = [] {
    std::string far;
    for (int i = 0; i < 3000; ++i) far += "长安汽车";
    std::vector<Value> out;
    for (const char* name : {"", " ", "。", "!!", "佳都科技", "佳都科技有限公司", "佳都科技集团股份有限公司", "佳都 科技", "abc", "ABC", "ＡＢＣ", "a b c", "广州", "廣州",
                             "广州市", "e", "公司", "有限公司", "🙂", "🙂🙂", "\x01", "一二三四五六", "一二三四五六七"}) {
      out.push_back(Value(name));
    }
    out.push_back(Value(far));
    out.push_back(Value(far + "甲"));
    out.push_back(Value(far + "乙"));
    out.push_back(Value(int64_t{7}));
    out.push_back(Value(true));
    out.push_back(Value(Value::List{Value("佳都科技"), Value("abc")}));
    return out;
  }();
  return all;
}

void ExpectTheScansNodes(const ReadView& view, const std::vector<std::string>& labels, const std::string& where) {
  const PropertyId property = view.property("name");
  for (const std::string& label : labels) {
    const LabelId id = view.label(label);
    if (!label.empty() && !id) continue;
    std::map<std::string, std::vector<NodeId>> expected;
    const auto note = [&](NodeId node) {
      const auto read = *view.GetNode(node);
      const Value* value = read->Property(property);
      if (value != nullptr && value->as<std::string>() != nullptr) expected[*value->as<std::string>()].push_back(node);
      return true;
    };
    ASSERT_TRUE((label.empty() ? view.AllNodes({}, note) : view.NodesWithLabel(id, {}, note)).ok());
    for (const Value& name : NamesAndOthers()) {
      const std::string* text = name.as<std::string>();
      if (text == nullptr) continue;
      const auto found = view.FindByName(id, *text, Budget());
      ASSERT_TRUE(found.ok()) << found.status().message();
      const bool searched = !text::IndexTerms(*text).empty();
      ASSERT_EQ(found->has_value(), view.HasNameIndex(id) && searched) << where << " :" << label << " " << text->substr(0, 60);
      if (*found) ASSERT_EQ(**found, expected[*text]) << where << " :" << label << " " << text->substr(0, 60);
    }
  }
}

TEST(Names, AnExactNameFindsTheNodesThatAScanFinds) {
  const auto ontology = *Ontology::Parse(R"({"name": "t", "version": 1, "labels": [
      {"name": "Named", "properties": [{"name": "name", "type": "string", "search": "name"}]},
      {"name": "Also", "properties": [{"name": "name", "type": "string[]", "search": "alias"}]},
      {"name": "Plain", "properties": [{"name": "name", "type": "string"}]}]})", "t");
  const std::vector<std::string> labels{"", "Named", "Also", "Plain", "Free"};
  for (const bool known : {false, true}) {
    auto database = *Database::Open("memory:", {.create = true, .ontology = known ? ontology : nullptr});
    std::mt19937_64 random(known ? 3 : 4);
    const auto name = [&] { return NamesAndOthers()[random() % NamesAndOthers().size()]; };
    std::vector<NodeId> nodes;  // some of which are gone
    for (int round = 0; round < 40; ++round) {
      auto tx = *database->Begin({});
      std::vector<NodeId> mine = nodes;
      for (int step = 0; step < 12; ++step) {
        const NodeId node = mine.empty() ? NodeId{} : mine[random() % mine.size()];
        const std::string& label = labels[random() % labels.size()];
        const bool there = node && *tx->view().GetNode(node);
        switch (there ? random() % 8 : 0) {
          case 0: case 1: case 2: {
            std::vector<std::string> of;
            for (size_t i = 1; i < labels.size(); ++i) {
              if (random() % 3 == 0) of.push_back(labels[i]);
            }
            mine.push_back(*tx->CreateNode(of, random() % 8 == 0 ? Properties{} : Properties{{"name", name()}}, {}));
            break;
          }
          case 3: case 4: ASSERT_TRUE(tx->SetProperty(node, "name", random() % 6 == 0 ? Value() : name()).ok()); break;
          case 5: if (!label.empty()) ASSERT_TRUE(tx->AddLabel(node, label).ok()); break;
          case 6: if (!label.empty()) ASSERT_TRUE(tx->RemoveLabel(node, label).ok()); break;
          default: ASSERT_TRUE(tx->DeleteNode(node).ok());
        }
        if (step % 4 == 3) ExpectTheScansNodes(tx->view(), labels, Text("in round ", round, " step ", step));
        if (step == 7 && round % 3 == 0) ASSERT_TRUE(tx->view().Search("佳都", {}, 3).ok());  // writes what was new
      }
      if (random() % 4 == 0) continue;  // rolled back
      ASSERT_TRUE(tx->Commit().ok());
      nodes = std::move(mine);
      ExpectTheScansNodes(*database->Read(), labels, Text("after round ", round));
    }
    for (uint64_t batch = 0; batch < 20; batch += 3) ExpectTheScansNodes(*database->Read({.as_known = BatchId{batch}}), labels, Text("as known after ", batch));
    ASSERT_TRUE(database->Undo(BatchId{5}, {.with_dependents = true}, {}, Budget()).ok());
    ExpectTheScansNodes(*database->Read(), labels, "after an undo");
    const ReadView view = *database->Read();
    EXPECT_TRUE(view.HasNameIndex(view.label("Named")));
    EXPECT_TRUE(view.HasNameIndex(view.label("Also")));
    for (const char* label : {"Plain", "Free", ""}) EXPECT_EQ(view.HasNameIndex(view.label(label)), !known) << label;
    EXPECT_FALSE(database->Read({.as_of = Date{20000}})->HasNameIndex(view.label("Named")));
    ASSERT_TRUE(database->SetOntology(known ? nullptr : ontology).ok());
    ExpectTheScansNodes(*database->Read(), labels, "by another ontology");
    EXPECT_EQ(database->Read()->HasNameIndex(LabelId{}), known);
  }
}

TEST(Names, ManyNodesOfOneNameAreAllFound) {
  auto database = *Database::Open("memory:", {.create = true});
  auto tx = *database->Begin({});
  for (int i = 0; i < 20000; ++i) {
    ASSERT_TRUE(tx->CreateNode({i % 2 == 0 ? "A" : "B"}, {{"name", i % 4 < 2 ? "Same Name" : "same name"}}, {}).ok());
  }
  ASSERT_TRUE(tx->Commit().ok());
  const ReadView view = *database->Read();
  EXPECT_EQ((*view.FindByName({}, "Same Name", Budget()))->size(), 10000u);
  EXPECT_EQ((*view.FindByName(view.label("A"), "same name", Budget()))->size(), 5000u);
  Budget stopped;
  stopped.Cancel();
  EXPECT_EQ(view.FindByName({}, "Same Name", stopped).status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::graph
