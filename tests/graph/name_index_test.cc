// SPDX-License-Identifier: Apache-2.0
// Posting lists against a plain map: random nodes come, change and go; candidates are exactly those with enough terms;
// bulk loads give what single writes give.
#include "graph/name_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "text/search_key.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;
using storage::KeyView;

// Writes through a store batch after every change, so that reads see everything.
class Index {
 public:
  Index() : store_(storage::NewMemoryStore()), ontology_(Ontology::None()) {}
  Status Write(NameIndexChanges& changes) {
    // A plain overlay: the batch's own puts must be seen by later reads of the same WriteTo only where a list's blocks
    // are read again, which they are not; so reading the old state is enough.
    const auto view = store_->OpenView();
    const auto batch = store_->NewBatch();
    LT_TRY(changes.WriteTo({
        .get = [&](Keyspace s, KeyView k, std::string* v) { return view->Get(s, k, v); },
        .scan = [&](Keyspace s, storage::Route r, std::string_view p, std::string_view f) { return view->Scan(s, r, p, f); },
        .put = [&](Keyspace s, KeyView k, const std::string& v) { batch->Put(s, k, v); },
        .erase = [&](Keyspace s, KeyView k) { batch->Delete(s, k); },
    }));
    Result<uint64_t> done = store_->Write(batch.get());
    return done.status();
  }
  // Every list with its nodes, as stored; checks that blocks are in order and not too long.
  std::map<std::string, std::set<uint64_t>> Lists() {
    std::map<std::string, std::set<uint64_t>> out;
    std::map<std::string, uint64_t> last;
    const auto view = store_->OpenView();
    EXPECT_TRUE(view->ForEachShard(Keyspace::kText, 1, [&](int, storage::Route route, std::string_view rest, std::string_view value) {
      uint8_t generation;
      std::string list;
      uint64_t upper;
      std::vector<uint64_t> ids;
      EXPECT_TRUE(DecodePostingRest(rest, generation, list, upper));
      EXPECT_EQ(route, PostingRoute(list));
      EXPECT_TRUE(DecodePostings(value, ids));
      EXPECT_LE(ids.size(), kPostingsPerBlock);
      EXPECT_GT(ids.front(), last[list]);
      EXPECT_LE(ids.back(), upper);
      last[list] = upper;
      out[list].insert(ids.begin(), ids.end());
      return true;
    }).ok());
    return out;
  }
  std::vector<uint64_t> Find(char name_class, const std::vector<std::string>& terms, size_t need, size_t limit = 1 << 20, uint64_t after = 0) {
    const auto view = store_->OpenView();
    Result<std::vector<NodeId>> found = NameIndexReader(*view, LoadNameIndexHead(*view)->generation).Candidates(name_class, terms, need, limit, NodeId{after});
    EXPECT_TRUE(found.ok()) << found.status().message();
    std::vector<uint64_t> out;
    for (const NodeId id : *found) out.push_back(id.raw);
    return out;
  }
  storage::Store& store() { return *store_; }
  const Ontology& ontology() { return *ontology_; }

 private:
  std::unique_ptr<storage::Store> store_;
  std::shared_ptr<const Ontology> ontology_;
};

// Short names over a tiny alphabet, so that lists are long and meet often.
std::string RandomName(std::mt19937_64& random) {
  static const char* const kChars[] = {"甲", "乙", "丙", "丁"};
  std::string name;
  for (uint64_t n = 2 + random() % 8; n > 0; --n) name += kChars[random() % 4];
  return name;
}

TEST(NameIndex, AfterAnyChangesTheListsAreThoseOfTheNamesThatAreLeft) {
  Index index;
  std::mt19937_64 random(3);
  std::map<uint64_t, std::vector<std::string>> nodes;
  for (int round = 0; round < 150; ++round) {
    NameIndexChanges changes(std::make_shared<Ontology>(index.ontology()));
    for (int i = 0; i < 150; ++i) {
      const uint64_t id = 1 + (random() % 4 ? nodes.size() + random() % 3 : random() % (nodes.size() + 1));
      std::vector<std::string> after;
      for (uint64_t n = random() % 6; n > 0; --n) after.push_back(RandomName(random));
      std::vector<SearchName> before_names, after_names;
      for (const std::string& s : nodes[id]) before_names.push_back({s});
      for (const std::string& s : after) after_names.push_back({s});
      changes.Change(NodeId{id}, before_names, after_names);
      nodes[id] = after;
    }
    ASSERT_TRUE(index.Write(changes).ok());
    EXPECT_TRUE(changes.empty());
  }
  std::map<std::string, std::set<uint64_t>> expected;
  for (const auto& [id, names] : nodes) {
    std::vector<SearchName> list;
    for (const std::string& s : names) list.push_back({s});
    for (const std::string& l : NameLists(list)) expected[l].insert(id);
  }
  EXPECT_EQ(index.Lists(), expected);
  EXPECT_GT(expected.size(), 50u);
  EXPECT_GT(std::max_element(expected.begin(), expected.end(), [](auto& a, auto& b) { return a.second.size() < b.second.size(); })->second.size(),
            2 * kPostingsPerBlock);
}

TEST(NameIndex, CandidatesAreExactlyTheNodesWithEnoughTerms) {
  Index index;
  std::mt19937_64 random(5);
  NameIndexChanges changes(std::make_shared<Ontology>(index.ontology()));
  std::map<std::string, std::set<uint64_t>> lists;
  for (uint64_t id = 1; id <= 5000; ++id) {
    const std::string name = RandomName(random);
    const SearchName names[] = {{name}};
    changes.Change(NodeId{3 * id}, {}, names);
    for (const std::string& l : NameLists(names)) lists[l].insert(3 * id);
  }
  ASSERT_TRUE(index.Write(changes).ok());
  std::vector<std::string> all;
  for (const auto& [list, ids] : lists) all.push_back(list);
  for (int round = 0; round < 2000; ++round) {
    const char name_class = random() % 2 ? 's' : 'l';
    std::vector<std::string> terms;
    for (uint64_t n = 1 + random() % 5; n > 0; --n) {
      const std::string& list = all[random() % all.size()];
      terms.push_back(random() % 9 ? list.substr(1) : "b不有");
    }
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    const size_t need = 1 + random() % terms.size();
    std::map<uint64_t, size_t> count;
    for (const std::string& t : terms) {
      for (const uint64_t id : lists[name_class + t]) ++count[id];
    }
    std::vector<uint64_t> expected;
    for (const auto& [id, n] : count) {
      if (n >= need) expected.push_back(id);
    }
    ASSERT_EQ(index.Find(name_class, terms, need), expected) << round;
    // In portions.
    std::vector<uint64_t> portions;
    for (uint64_t after = 0;;) {
      const auto some = index.Find(name_class, terms, need, 700, after);
      portions.insert(portions.end(), some.begin(), some.end());
      if (some.size() < 700) break;
      after = some.back();
    }
    ASSERT_EQ(portions, expected);
  }
}

TEST(NameIndex, BulkPostingsEqualSingleOnesAlsoWhenSpilledAndOnTopOfOthers) {
  std::mt19937_64 random(7);
  Index one, bulk;
  const auto names_of = [&](uint64_t id) {
    std::mt19937_64 own(id);
    return RandomName(own);
  };
  for (Index* index : {&one, &bulk}) {
    NameIndexChanges changes(std::make_shared<Ontology>(index->ontology()));
    for (uint64_t id = 1; id <= 1000; ++id) {
      const std::string name = names_of(id);
      const SearchName names[] = {{name}};
      changes.Change(NodeId{id}, {}, names);
    }
    ASSERT_TRUE(index->Write(changes).ok());
  }
  NameIndexChanges changes(std::make_shared<Ontology>(one.ontology()));
  PostingSorter sorter(20000, "");  // so little that it spills many times
  for (uint64_t id = 1001; id <= 4000; ++id) {
    const std::string name = names_of(id);
    const SearchName names[] = {{name}};
    changes.Change(NodeId{id}, {}, names);
    ASSERT_TRUE(sorter.Add(NodeId{id}, NameLists(names)).ok());
  }
  ASSERT_TRUE(one.Write(changes).ok());
  const auto view = bulk.store().OpenView();
  auto load = bulk.store().NewBulkLoad(1 << 20);
  ASSERT_TRUE(load.ok());
  ASSERT_TRUE(sorter.Drain([&](const std::string& list, std::span<const uint64_t> ids) {
    return PutPostings(
        0, list, ids, [&](KeyView key, std::string* value) { return view->Get(Keyspace::kText, key, value); },
        [&](KeyView key, std::string_view value) { return (*load)->Put(Keyspace::kText, key, value); });
  }).ok());
  ASSERT_TRUE((*load)->Publish(nullptr).ok());
  EXPECT_EQ(bulk.Lists(), one.Lists());
}

TEST(NameIndex, KeysAreFoundAsAWholeOnly) {
  const SearchName key[] = {{"guangqi", true}};
  EXPECT_EQ(NameLists(key).size(), 1u);
  const SearchName name[] = {{"guangqi", false}};
  EXPECT_GT(NameLists(name).size(), 3u);
}

TEST(NameIndex, NamesAreWhatTheOntologyMarksAndTheKey) {
  const auto ontology = Ontology::Parse(R"({"name": "t", "version": 1, "labels": [{"name": "Firm", "properties": [
      {"name": "title", "type": "string", "search": "name"}, {"name": "other", "type": "string[]", "search": "alias"},
      {"name": "note", "type": "string"}, {"name": "name", "type": "string"}]}]})", "t");
  ASSERT_TRUE(ontology.ok()) << ontology.status().message();
  const std::vector<std::string> labels = {"", "Firm", "Unheard"}, properties = {"", "key", "name", "note", "other", "title"};
  SearchFields fields(
      *ontology, [&](LabelId id) -> const std::string& { return labels[id.raw]; }, [&](PropertyId id) -> const std::string& { return properties[id.raw]; });
  const std::vector<std::pair<PropertyId, Value>> values = {
      {PropertyId{1}, "k1"}, {PropertyId{2}, "名"}, {PropertyId{3}, "注"}, {PropertyId{4}, Value::List{"甲", "乙"}}, {PropertyId{5}, "题"}};
  const auto names = [&](std::vector<LabelId> of) {
    std::vector<SearchName> out;
    fields.Collect(of, values, &out);
    std::string text;
    for (const SearchName& n : out) text += std::string(n.text) + (n.key ? "! " : " ");
    return text;
  };
  EXPECT_EQ(names({LabelId{1}}), "题 甲 乙 k1! ");
  EXPECT_EQ(names({LabelId{2}}), "名 k1! ");
  EXPECT_EQ(names({}), "名 k1! ");
  EXPECT_EQ(names({LabelId{1}, LabelId{2}}), "题 甲 乙 k1! ");
}

TEST(NameIndex, AnotherVersionIsNotWrittenInto) {
  Index index;
  NameIndexChanges first(Ontology::None());
  const SearchName names[] = {{"甲乙"}};
  first.Change(NodeId{1}, {}, names);
  ASSERT_TRUE(index.Write(first).ok());
  const auto other = Ontology::Parse(R"({"name": "t", "version": 1, "labels": [{"name": "A", "properties": [{"name": "p", "type": "string", "search": "name"}]}]})", "t");
  NameIndexChanges second(*other);
  second.Change(NodeId{2}, {}, names);
  EXPECT_EQ(index.Write(second).code(), Code::kOutdated);
}

}  // namespace
}  // namespace liantu::graph
