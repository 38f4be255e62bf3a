// SPDX-License-Identifier: Apache-2.0
#include "graph/overlay.h"

#include <gtest/gtest.h>

#include <random>

#include "graph/test_help.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

TEST(Overlay, ReadsAsIfItsChangesWereWritten) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    auto store = storage::NewMemoryStore(static_cast<uint64_t>(round));
    std::map<storage::Route, std::map<std::string, std::string>> model;
    const auto some_key = [&] {
      std::string rest;
      for (uint64_t n = random() % 3; n > 0; --n) rest.push_back(static_cast<char>('a' + random() % 3));
      return Key{Keyspace::kNode, random() % 4, rest};
    };
    auto batch = store->NewBatch();
    for (int i = 0; i < 20; ++i) {
      const Key key = some_key();
      const std::string value = std::to_string(random() % 100);
      batch->Put(key.space, key.view(), value);
      model[key.route][key.rest] = value;
    }
    Ok(store->Write(batch.get()));
    std::shared_ptr<const storage::View> base = store->OpenView();
    Overlay overlay(base);
    int flushed = 0;
    const OverlayView view(&overlay, [&](Keyspace) {
      ++flushed;
      return Status();
    });
    for (int i = 0; i < 20; ++i) {
      const Key key = some_key();
      if (random() % 2 == 0) {
        overlay.Delete(key);
        model[key.route].erase(key.rest);
      } else {
        overlay.Put(key, "new");
        model[key.route][key.rest] = "new";
      }
    }
    std::vector<storage::Route> routes = {0, 1, 2, 3};
    std::map<std::string, std::string> all_expected, all_found;
    for (const storage::Route route : routes) {
      for (const std::string prefix : {"", "a", "ab"}) {
        for (const std::string from : {"", "a", "b"}) {
          std::map<std::string, std::string> expected, found;
          for (const auto& [rest, value] : model[route]) {
            if (rest.starts_with(prefix) && rest >= from) expected[rest] = value;
          }
          auto cursor = view.Scan(Keyspace::kNode, route, prefix, from);
          std::string last;
          for (; cursor->Valid(); cursor->Next()) {
            EXPECT_TRUE(found.empty() || cursor->rest() > last);
            last = cursor->rest();
            found[last] = cursor->value();
          }
          Ok(cursor->status());
          EXPECT_EQ(found, expected);
        }
      }
      for (const auto& [rest, value] : model[route]) all_expected[std::to_string(route) + rest] = value;
      std::vector<storage::KeyView> keys = {{route, "a"}, {route, "zz"}, {route, ""}};
      std::vector<std::optional<std::string>> values;
      Ok(view.MultiGet(Keyspace::kNode, keys, &values));
      for (size_t i = 0; i < keys.size(); ++i) {
        const auto at = model[route].find(std::string(keys[i].rest));
        EXPECT_EQ(values[i], at == model[route].end() ? std::nullopt : std::optional(at->second));
        std::string value;
        EXPECT_EQ(Get(view.Get(Keyspace::kNode, keys[i], &value)), at != model[route].end());
      }
    }
    Ok(view.ForEachShard(Keyspace::kNode, 1, [&](int, storage::Route route, std::string_view rest, std::string_view value) {
      EXPECT_TRUE(all_found.emplace(std::to_string(route) + std::string(rest), value).second);
      return true;
    }));
    EXPECT_EQ(all_found, all_expected);
    EXPECT_GT(flushed, 0);
    auto changes = store->NewBatch();
    overlay.MoveTo(*changes);
    Ok(store->Write(changes.get()));
    const auto after = store->OpenView();
    all_found.clear();
    Ok(after->ForEachShard(Keyspace::kNode, 1, [&](int, storage::Route route, std::string_view rest, std::string_view value) {
      all_found.emplace(std::to_string(route) + std::string(rest), value);
      return true;
    }));
    EXPECT_EQ(all_found, all_expected);
  }
}

}  // namespace
}  // namespace liantu::graph
