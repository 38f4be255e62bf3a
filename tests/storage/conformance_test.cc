// SPDX-License-Identifier: Apache-2.0
// What store.h promises, run on every store; a store's own promises stand in its own test.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "storage/store.h"
#include "storage/temp_folder.h"

namespace liantu::storage {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;
using Model = std::map<std::pair<Route, std::string>, std::string>;

std::string B(std::initializer_list<int> bytes) {
  std::string s;
  for (int byte : bytes) s.push_back(static_cast<char>(byte));
  return s;
}

Rows Drain(std::unique_ptr<Cursor> cursor) {
  Rows rows;
  for (; cursor->Valid(); cursor->Next()) rows.emplace_back(cursor->rest(), cursor->value());
  EXPECT_TRUE(cursor->status().ok()) << cursor->status().message();
  return rows;
}

std::vector<std::string> Rests(std::unique_ptr<Cursor> cursor) {
  std::vector<std::string> rests;
  for (const auto& [rest, value] : Drain(std::move(cursor))) rests.push_back(rest);
  return rests;
}

// All keys of a keyspace; checks what ForEachShard promises on the way.
Model Everything(const View& view, Keyspace space, int threads) {
  std::mutex mutex;
  Model all;
  std::map<int, std::pair<Route, std::string>> last;
  std::map<Route, int> shard_of;
  const Status status = view.ForEachShard(space, threads, [&](int shard, Route route, std::string_view rest,
                                                              std::string_view value) {
    std::lock_guard lock(mutex);
    EXPECT_GE(shard, 0);
    EXPECT_LT(shard, threads);
    EXPECT_TRUE(all.emplace(std::pair(route, std::string(rest)), value).second) << "twice: route " << route;
    const auto [known, first] = shard_of.emplace(route, shard);
    EXPECT_EQ(known->second, shard) << "route " << route << " in two shards";
    const auto before = last.find(shard);
    if (before != last.end() && before->second.first == route) {
      EXPECT_LT(before->second.second, rest);
    } else {
      EXPECT_TRUE(first) << "route " << route << " comes twice";
    }
    last[shard] = {route, std::string(rest)};
    return true;
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return all;
}

class AnyStore : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    store_.reset();
    const bool memory = std::string(GetParam()) == "memory";
    OpenOptions options;
    options.create = true;
    auto store = OpenStore(memory ? "memory:" : "rocksdb:" + folder_.path() + "/store", options);
    ASSERT_TRUE(store.ok()) << store.status().message();
    store_ = *std::move(store);
  }

  void Put(Keyspace space, Route route, std::string_view rest, std::string_view value) {
    auto batch = store_->NewBatch();
    batch->Put(space, {route, rest}, value);
    ASSERT_TRUE(store_->Write(batch.get()).ok());
  }
  void Delete(Keyspace space, Route route, std::string_view rest) {
    auto batch = store_->NewBatch();
    batch->Delete(space, {route, rest});
    ASSERT_TRUE(store_->Write(batch.get()).ok());
  }
  std::optional<std::string> Get(const View& view, Keyspace space, Route route, std::string_view rest) {
    std::string value;
    const Result<bool> found = view.Get(space, {route, rest}, &value);
    EXPECT_TRUE(found.ok()) << found.status().message();
    return found.ok() && *found ? std::optional(value) : std::nullopt;
  }
  std::unique_ptr<BulkLoad> Bulk(uint64_t memory) {
    auto bulk = store_->NewBulkLoad(memory);
    EXPECT_TRUE(bulk.ok()) << bulk.status().message();
    return *std::move(bulk);
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(All, AnyStore, testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return std::string(info.param); });

constexpr Keyspace kSpace = Keyspace::kNode;

TEST_P(AnyStore, KeysOfARouteSortAsUnsignedBytes) {
  const std::vector<std::string> rests = {"",        B({0}),          B({0, 0}), B({0, 1}),         "a",
                                          "a" + B({0}), "ab", B({0x7f}), B({0x80}), B({0xff}), B({0xff, 0}),
                                          B({0xff, 0xff})};
  auto batch = store_->NewBatch();
  for (auto it = rests.rbegin(); it != rests.rend(); ++it) batch->Put(kSpace, {7, *it}, "v" + *it);
  ASSERT_TRUE(store_->Write(batch.get()).ok());
  auto view = store_->OpenView();
  EXPECT_EQ(Rests(view->Scan(kSpace, 7, "")), rests);
  for (const std::string& rest : rests) EXPECT_EQ(Get(*view, kSpace, 7, rest), "v" + rest);
  EXPECT_EQ(Get(*view, kSpace, 7, "b"), std::nullopt);
}

TEST_P(AnyStore, NeighbouringRoutesAndKeyspacesDoNotLeakIntoAScan) {
  const std::vector<Route> routes = {0, 1, 255, 256, 257, 0x00ffffffffffffff, 0x0100000000000000, ~Route{0} - 1,
                                     ~Route{0}};
  auto batch = store_->NewBatch();
  for (Route route : routes) {
    for (const std::string& rest : {std::string(), B({0}), B({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})}) {
      batch->Put(kSpace, {route, rest}, std::to_string(route));
    }
  }
  batch->Put(Keyspace::kEdge, {256, "other"}, "other");
  ASSERT_TRUE(store_->Write(batch.get()).ok());
  auto view = store_->OpenView();
  for (Route route : routes) {
    const Rows rows = Drain(view->Scan(kSpace, route, ""));
    ASSERT_EQ(rows.size(), 3u) << route;
    for (const auto& [rest, value] : rows) EXPECT_EQ(value, std::to_string(route));
    EXPECT_EQ(Drain(view->Scan(kSpace, route, B({0xff}))).size(), 1u);
  }
  EXPECT_TRUE(Drain(view->Scan(kSpace, 2, "")).empty());
  EXPECT_EQ(Rests(view->Scan(Keyspace::kEdge, 256, "")), std::vector<std::string>{"other"});
}

TEST_P(AnyStore, ScansTakeAPrefixAndAPlaceToStartFrom) {
  for (const char* rest : {"a", "ab1", "ab2", "ab3", "ac", "b"}) Put(kSpace, 1, rest, "");
  Put(kSpace, 1, "ab" + B({0xff}), "");
  auto view = store_->OpenView();
  using List = std::vector<std::string>;
  const std::string top = "ab" + B({0xff});
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "ab")), (List{"ab1", "ab2", "ab3", top}));
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "ab", "ab2")), (List{"ab2", "ab3", top}));
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "ab", "ab20")), (List{"ab3", top}));
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "ab", "a")), (List{"ab1", "ab2", "ab3", top}));
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "ab", "ac")), List{});
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "", "ac")), (List{"ac", "b"}));
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "c")), List{});
  EXPECT_EQ(Rests(view->Scan(kSpace, 2, "")), List{});
}

TEST_P(AnyStore, AViewKeepsItsState) {
  Put(kSpace, 1, "kept", "old");
  Put(kSpace, 1, "gone", "old");
  auto before = store_->OpenView();
  auto same = store_->OpenView();
  EXPECT_EQ(before->sequence(), same->sequence());
  auto cursor = before->Scan(kSpace, 1, "");
  ASSERT_TRUE(cursor->Valid());
  EXPECT_EQ(cursor->rest(), "gone");
  Put(kSpace, 1, "kept", "new");
  Delete(kSpace, 1, "gone");
  Put(kSpace, 1, "hidden", "new");
  Put(kSpace, 2, "", "new");
  auto after = store_->OpenView();
  EXPECT_GT(after->sequence(), before->sequence());
  EXPECT_EQ(cursor->value(), "old");
  cursor->Next();
  ASSERT_TRUE(cursor->Valid());
  EXPECT_EQ(cursor->rest(), "kept");
  EXPECT_EQ(cursor->value(), "old");
  cursor->Next();
  EXPECT_FALSE(cursor->Valid());
  EXPECT_EQ(Drain(before->Scan(kSpace, 1, "")), (Rows{{"gone", "old"}, {"kept", "old"}}));
  EXPECT_EQ(Get(*before, kSpace, 1, "kept"), "old");
  EXPECT_EQ(Get(*before, kSpace, 2, ""), std::nullopt);
  EXPECT_EQ(Everything(*before, kSpace, 1).size(), 2u);
  EXPECT_EQ(Drain(after->Scan(kSpace, 1, "")), (Rows{{"hidden", "new"}, {"kept", "new"}}));
  cursor.reset();
  before.reset();
  EXPECT_EQ(Drain(after->Scan(kSpace, 1, "")), (Rows{{"hidden", "new"}, {"kept", "new"}}));
  EXPECT_EQ(Get(*after, kSpace, 1, "gone"), std::nullopt);
}

TEST_P(AnyStore, AViewOutlivesItsStore) {
  Put(kSpace, 1, "a", "1");
  auto view = store_->OpenView();
  store_.reset();
  EXPECT_EQ(Get(*view, kSpace, 1, "a"), "1");
}

TEST_P(AnyStore, TheLastOperationOnAKeyOfABatchWins) {
  Put(kSpace, 1, "c", "before");
  auto batch = store_->NewBatch();
  EXPECT_EQ(batch->bytes(), 0u);
  batch->Put(kSpace, {1, "a"}, "1");
  batch->Put(kSpace, {1, "a"}, "2");
  batch->Put(kSpace, {1, "b"}, "1");
  batch->Delete(kSpace, {1, "b"});
  batch->Delete(kSpace, {1, "c"});
  batch->Put(kSpace, {1, "c"}, "after");
  batch->Delete(kSpace, {1, "never there"});
  EXPECT_GT(batch->bytes(), 10u);
  const Result<uint64_t> sequence = store_->Write(batch.get());
  ASSERT_TRUE(sequence.ok());
  EXPECT_EQ(batch->bytes(), 0u);
  auto view = store_->OpenView();
  EXPECT_GE(view->sequence(), *sequence);
  EXPECT_EQ(Drain(view->Scan(kSpace, 1, "")), (Rows{{"a", "2"}, {"c", "after"}}));
  // The emptied batch changes nothing, and can be filled again.
  EXPECT_EQ(*store_->Write(batch.get()), *sequence);
  batch->Put(kSpace, {1, "d"}, "");
  ASSERT_TRUE(store_->Write(batch.get()).ok());
  EXPECT_EQ(Get(*store_->OpenView(), kSpace, 1, "d"), "");
}

TEST_P(AnyStore, MultiGetAnswersInTheOrderAsked) {
  auto batch = store_->NewBatch();
  for (Route route = 0; route < 1000; route += 2) batch->Put(kSpace, {route, "k"}, std::to_string(route));
  ASSERT_TRUE(store_->Write(batch.get()).ok());
  auto view = store_->OpenView();
  std::vector<KeyView> keys;
  for (Route i = 0; i < 1000; ++i) keys.push_back({(i * 617) % 1000, "k"});
  keys.push_back({4, ""});
  keys.push_back(keys[0]);
  std::vector<std::optional<std::string>> values(3, "stale");
  ASSERT_TRUE(view->MultiGet(kSpace, keys, &values).ok());
  ASSERT_EQ(values.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool there = keys[i].route % 2 == 0 && keys[i].rest == "k";
    EXPECT_EQ(values[i], there ? std::optional(std::to_string(keys[i].route)) : std::nullopt) << i;
  }
  ASSERT_TRUE(view->MultiGet(kSpace, {}, &values).ok());
  EXPECT_TRUE(values.empty());
}

TEST_P(AnyStore, MultiScanKeepsLimitsOrderAndEarlyStop) {
  for (Route route : {1, 2, 3}) {
    for (const char* rest : {"p1", "p2", "p3", "q1"}) Put(kSpace, route, rest, std::to_string(route));
  }
  auto view = store_->OpenView();
  const std::vector<Route> routes = {3, 9, 1, 3};
  std::vector<std::pair<size_t, std::string>> seen;
  const auto collect = [&](size_t index, std::string_view rest, std::string_view value) {
    EXPECT_EQ(value, std::to_string(routes[index]));
    seen.emplace_back(index, rest);
    return seen.size() < 5;
  };
  ASSERT_TRUE(view->MultiScan(kSpace, routes, "p", 2, collect).ok());
  EXPECT_EQ(seen, (std::vector<std::pair<size_t, std::string>>{{0, "p1"}, {0, "p2"}, {2, "p1"}, {2, "p2"}, {3, "p1"}}));
  seen.clear();
  ASSERT_TRUE(view->MultiScan(kSpace, routes, "p", 0, collect).ok());
  EXPECT_TRUE(seen.empty());
  ASSERT_TRUE(view->MultiScan(kSpace, std::span(routes).first(1), "", 100, collect).ok());
  EXPECT_EQ(seen.size(), 4u);
}

TEST_P(AnyStore, EachShardGivesEveryKeyOnceWithAnyNumberOfThreads) {
  std::mt19937_64 random(3);
  Model model;
  // Dense small routes, clusters of neighbours far apart, and some large routes: cuts must find the bytes.
  for (int round = 0; round < 2; ++round) {
    auto batch = store_->NewBatch();
    for (int i = 0; i < 6000; ++i) {
      Route route = random() % 2000;
      if (i % 3 == 1) route = (random() % 4) << 61 | random() % 100;
      if (i % 50 == 2) route = ~Route{0} - random() % 3;
      std::string rest(random() % 20, 'x'), value(random() % 1500, 'v');
      for (char& c : rest) c = static_cast<char>(random());
      batch->Put(kSpace, {route, rest}, value);
      model[{route, rest}] = value;
    }
    ASSERT_TRUE(store_->Write(batch.get()).ok());
    for (int threads : {1, 2, 3, 8}) EXPECT_EQ(Everything(*store_->OpenView(), kSpace, threads), model) << threads;
    if (round == 0 && std::string(GetParam()) != "memory") Open();  // the second round has files and memtables
  }
  EXPECT_TRUE(Everything(*store_->OpenView(), Keyspace::kText, 4).empty());
}

TEST_P(AnyStore, EachShardStopsWhenToldTo) {
  auto batch = store_->NewBatch();
  for (Route route = 0; route < 50000; ++route) batch->Put(kSpace, {route, ""}, std::string(100, 'x'));
  ASSERT_TRUE(store_->Write(batch.get()).ok());
  auto view = store_->OpenView();
  std::atomic<int> rows{0};
  ASSERT_TRUE(view->ForEachShard(kSpace, 1, [&](int, Route, std::string_view, std::string_view) {
                    return ++rows < 10;
                  }).ok());
  EXPECT_EQ(rows, 10);
  rows = 0;
  ASSERT_TRUE(view->ForEachShard(kSpace, 4, [&](int, Route, std::string_view, std::string_view) {
                    ++rows;
                    return false;
                  }).ok());
  EXPECT_GE(rows, 1);
  EXPECT_LE(rows, 4);
}

TEST_P(AnyStore, ABulkLoadIsInvisibleUntilPublishedAndThenWhole) {
  Put(kSpace, 5, "kept", "store");
  Put(kSpace, 5, "taken", "store");
  Put(Keyspace::kMeta, 0, "counter", "1");
  Put(Keyspace::kMeta, 0, "mark", "1");
  Model model = {{{5, "kept"}, "store"}};
  auto before = store_->OpenView();
  // 48 KiB of buffers for about 3 MB: many runs, merged twice. Then one that stays in memory.
  for (const uint64_t memory : {uint64_t{48} << 10, uint64_t{64} << 20}) {
    SCOPED_TRACE(memory);
    auto bulk = Bulk(memory);
    std::mt19937_64 random(memory);
    for (int i = 0; i < 30000; ++i) {
      const Route route = random() % 5000;
      std::string rest(random() % 12, '\0'), value(random() % 100, '\0');
      for (char& c : rest) c = static_cast<char>(random() % 3 - 1);
      for (char& c : value) c = static_cast<char>(random());
      ASSERT_TRUE(bulk->Put(kSpace, {route, rest}, value).ok());
      model[{route, rest}] = value;
      if (i % 7 == 0) {
        ASSERT_TRUE(bulk->Put(Keyspace::kJournal, {route, "j"}, value).ok());
      }
    }
    ASSERT_TRUE(bulk->Put(kSpace, {5, "taken"}, "load").ok());
    ASSERT_TRUE(bulk->Put(kSpace, {6, "both"}, "load").ok());
    ASSERT_TRUE(bulk->Put(kSpace, {6, "dropped"}, "load").ok());
    const uint64_t sequence = store_->OpenView()->sequence();
    EXPECT_EQ(Get(*store_->OpenView(), kSpace, 6, "both"), memory < 1 << 20 ? std::nullopt : std::optional<std::string>("batch"));
    Put(Keyspace::kMeta, 0, "beside", "a commit beside the load");
    auto with = store_->NewBatch();
    with->Put(Keyspace::kMeta, {0, "counter"}, "2");
    with->Delete(Keyspace::kMeta, {0, "mark"});
    with->Put(kSpace, {6, "both"}, "batch");
    with->Delete(kSpace, {6, "dropped"});
    const Status status = bulk->Publish(with.get());
    ASSERT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(with->bytes(), 0u);
    bulk.reset();
    model[{5, "taken"}] = "load";
    model[{6, "both"}] = "batch";
    auto view = store_->OpenView();
    EXPECT_GT(view->sequence(), sequence + 1);
    EXPECT_EQ(Everything(*view, kSpace, 3), model);
    EXPECT_EQ(Get(*view, Keyspace::kMeta, 0, "counter"), "2");
    EXPECT_EQ(Get(*view, Keyspace::kMeta, 0, "mark"), std::nullopt);
    EXPECT_EQ(Everything(*before, kSpace, 2).size(), 2u);
    EXPECT_EQ(Get(*before, kSpace, 5, "taken"), "store");
    EXPECT_EQ(Get(*before, Keyspace::kMeta, 0, "mark"), "1");
  }
  // Later commits win over the load.
  Put(kSpace, 5, "taken", "later");
  Delete(kSpace, 6, "both");
  EXPECT_EQ(Get(*store_->OpenView(), kSpace, 5, "taken"), "later");
  EXPECT_EQ(Get(*store_->OpenView(), kSpace, 6, "both"), std::nullopt);
}

TEST_P(AnyStore, AnUnpublishedLoadLeavesNothing) {
  Put(kSpace, 1, "a", "1");
  const uint64_t sequence = store_->OpenView()->sequence();
  {
    auto bulk = Bulk(16 << 10);
    for (Route route = 0; route < 5000; ++route) ASSERT_TRUE(bulk->Put(kSpace, {route, "x"}, "y").ok());
  }
  EXPECT_EQ(store_->OpenView()->sequence(), sequence);
  EXPECT_EQ(Everything(*store_->OpenView(), kSpace, 1), (Model{{{1, "a"}, "1"}}));
  if (!store_->folder().empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(store_->folder())) {
      EXPECT_FALSE(entry.is_directory()) << entry.path();
    }
  }
}

TEST_P(AnyStore, AnEmptyLoadAndABatchAloneCanBePublished) {
  const uint64_t sequence = store_->OpenView()->sequence();
  ASSERT_TRUE(Bulk(1 << 20)->Publish(nullptr).ok());
  EXPECT_EQ(store_->OpenView()->sequence(), sequence);
  auto with = store_->NewBatch();
  with->Put(kSpace, {1, ""}, "x");
  ASSERT_TRUE(Bulk(1 << 20)->Publish(with.get()).ok());
  EXPECT_EQ(Get(*store_->OpenView(), kSpace, 1, ""), "x");
}

TEST_P(AnyStore, ValuesLargerThanTheSortBuffersGoThroughALoad) {
  const std::string large(3 << 20, 'L');
  for (const char* name : {"one", "two"}) {
    auto bulk = Bulk(8 << 10);
    ASSERT_TRUE(bulk->Put(kSpace, {1, "small"}, name).ok());
    ASSERT_TRUE(bulk->Put(kSpace, {1, name}, large).ok());
    ASSERT_TRUE(bulk->Put(kSpace, {1, "tail"}, name).ok());
    ASSERT_TRUE(bulk->Publish(nullptr).ok());
  }
  auto view = store_->OpenView();
  EXPECT_EQ(Rests(view->Scan(kSpace, 1, "")), (std::vector<std::string>{"one", "small", "tail", "two"}));
  EXPECT_EQ(Get(*view, kSpace, 1, "one"), large);
  EXPECT_EQ(Get(*view, kSpace, 1, "small"), "two");
}

TEST_P(AnyStore, ReadersSeeWholeCommitsWhileAWriterWrites) {
  Put(kSpace, 1, "n", "0");
  Put(Keyspace::kJournal, 2, "n", "0");
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done) {
        auto view = store_->OpenView();
        const auto one = Get(*view, kSpace, 1, "n"), two = Get(*view, Keyspace::kJournal, 2, "n");
        EXPECT_EQ(one, two);
        EXPECT_GE(std::stoi(*one), last);
        last = std::stoi(*one);
        const Rows rows = Drain(view->Scan(kSpace, 3, ""));
        EXPECT_EQ(static_cast<int>(rows.size()), last);
      }
    });
  }
  for (int n = 1; n <= 300; ++n) {
    if (n % 100 == 50) {
      auto bulk = Bulk(4 << 10);
      for (int i = 0; i < 500; ++i) ASSERT_TRUE(bulk->Put(Keyspace::kText, {static_cast<Route>(i), "t"}, "x").ok());
      auto with = store_->NewBatch();
      with->Put(kSpace, {1, "n"}, std::to_string(n));
      with->Put(kSpace, {3, std::to_string(n)}, "");
      with->Put(Keyspace::kJournal, {2, "n"}, std::to_string(n));
      ASSERT_TRUE(bulk->Publish(with.get()).ok());
      continue;
    }
    auto batch = store_->NewBatch();
    batch->Put(kSpace, {1, "n"}, std::to_string(n));
    batch->Put(kSpace, {3, std::to_string(n)}, "");
    batch->Put(Keyspace::kJournal, {2, "n"}, std::to_string(n));
    ASSERT_TRUE(store_->Write(batch.get()).ok());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

// Random histories of batches, loads, views and reopenings against ordered maps.
TEST_P(AnyStore, RandomHistoriesAgreeWithAModel) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TempFolder folder;
    const bool memory = std::string(GetParam()) == "memory";
    OpenOptions options;
    options.create = true;
    options.durability = seed % 2 ? Durability::kEveryCommit : Durability::kSoon;
    const auto open = [&] {
      auto store = memory ? Result<std::unique_ptr<Store>>(NewMemoryStore(seed)) : OpenStore(folder.path(), options);
      EXPECT_TRUE(store.ok()) << store.status().message();
      return *std::move(store);
    };
    std::unique_ptr<Store> store = open();
    const std::array<Keyspace, 3> spaces = {Keyspace::kNode, Keyspace::kAdjacency, Keyspace::kMeta};
    std::array<Model, 3> model;
    struct Old {
      std::unique_ptr<View> view;
      std::array<Model, 3> model;
    };
    std::vector<Old> olds;
    const auto route = [&] { return random() % 2 ? random() % 6 : ~Route{0} - random() % 3; };
    const auto word = [&](size_t most) {
      std::string s(random() % (most + 1), '\0');
      for (char& c : s) c = "\0\1a\xfe\xff"[random() % 5];
      return s;
    };
    const auto check = [&](const View& view, const std::array<Model, 3>& expected) {
      for (size_t s = 0; s < 3; ++s) {
        ASSERT_EQ(Everything(view, spaces[s], 1 + static_cast<int>(random() % 3)), expected[s]);
        for (int i = 0; i < 20; ++i) {
          const Route r = route();
          const std::string prefix = word(2), from = word(3);
          Rows rows;
          for (const auto& [key, value] : expected[s]) {
            if (key.first == r && key.second.starts_with(prefix) && key.second >= from) rows.emplace_back(key.second, value);
          }
          ASSERT_EQ(Drain(view.Scan(spaces[s], r, prefix, from)), rows);
          const std::string rest = word(3);
          const auto known = expected[s].find({r, rest});
          ASSERT_EQ(Get(view, spaces[s], r, rest),
                    known == expected[s].end() ? std::nullopt : std::optional(known->second));
        }
      }
    };
    for (int step = 0; step < 150; ++step) {
      const uint64_t dice = random() % 20;
      if (dice < 13) {
        auto batch = store->NewBatch();
        for (uint64_t i = random() % 8; i-- > 0;) {
          const size_t s = random() % 3;
          const Route r = route();
          const std::string rest = word(3), value = word(30);
          if (random() % 3 == 0) {
            batch->Delete(spaces[s], {r, rest});
            model[s].erase({r, rest});
          } else {
            batch->Put(spaces[s], {r, rest}, value);
            model[s][{r, rest}] = value;
          }
        }
        ASSERT_TRUE(store->Write(batch.get()).ok());
      } else if (dice < 15) {
        auto bulk = store->NewBulkLoad(random() % 2 ? 4 << 10 : 1 << 20);
        ASSERT_TRUE(bulk.ok());
        std::array<Model, 3> loaded = model;
        for (uint64_t i = random() % 400; i-- > 0;) {
          const size_t s = random() % 3;
          const Route r = route();
          const std::string rest = word(3), value = word(40);
          ASSERT_TRUE((*bulk)->Put(spaces[s], {r, rest}, value).ok());
          loaded[s][{r, rest}] = value;
        }
        if (random() % 4 != 0) {
          const Status status = (*bulk)->Publish(nullptr);
          ASSERT_TRUE(status.ok()) << status.message();
          model = loaded;
        }
      } else if (dice < 17) {
        olds.push_back({store->OpenView(), model});
      } else if (dice < 19) {
        if (!olds.empty()) {
          const size_t i = random() % olds.size();
          check(*olds[i].view, olds[i].model);
          olds.erase(olds.begin() + static_cast<ptrdiff_t>(i));
        }
      } else if (!memory) {
        olds.clear();
        store.reset();
        store = open();
      }
      if (step % 10 == 9) check(*store->OpenView(), model);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace liantu::storage
