// SPDX-License-Identifier: Apache-2.0
// What only the memory store promises: shuffled routes, and old versions that go when nobody can see them.
#include <gtest/gtest.h>

#include <algorithm>

#include "storage/store.h"

namespace liantu::storage {
namespace {

std::vector<Route> RoutesOf(const Store& store) {
  std::vector<Route> routes;
  const Status status =
      store.OpenView()->ForEachShard(Keyspace::kNode, 1, [&](int, Route route, std::string_view, std::string_view) {
        routes.push_back(route);
        return true;
      });
  EXPECT_TRUE(status.ok());
  return routes;
}

void PutRoutes(Store& store, Route count) {
  auto batch = store.NewBatch();
  for (Route route = 0; route < count; ++route) batch->Put(Keyspace::kNode, {route, ""}, "x");
  ASSERT_TRUE(store.Write(batch.get()).ok());
}

TEST(MemoryStore, RoutesComeOutShuffledBySeed) {
  auto one = NewMemoryStore(1), same = NewMemoryStore(1), two = NewMemoryStore(2);
  for (Store* store : {one.get(), same.get(), two.get()}) PutRoutes(*store, 100);
  EXPECT_EQ(RoutesOf(*one), RoutesOf(*same));
  EXPECT_NE(RoutesOf(*one), RoutesOf(*two));
  std::vector<Route> routes = RoutesOf(*one);
  EXPECT_FALSE(std::is_sorted(routes.begin(), routes.end()));
}

TEST(MemoryStore, VersionsThatNoViewSeesAreDropped) {
  auto store = NewMemoryStore();
  PutRoutes(*store, 100);
  const uint64_t size = store->SizeBytes();
  {
    auto view = store->OpenView();
    for (int i = 0; i < 10; ++i) PutRoutes(*store, 100);
    EXPECT_GT(store->SizeBytes(), size);
  }
  EXPECT_EQ(store->SizeBytes(), size);
  auto batch = store->NewBatch();
  for (Route route = 0; route < 100; ++route) batch->Delete(Keyspace::kNode, {route, ""});
  ASSERT_TRUE(store->Write(batch.get()).ok());
  EXPECT_EQ(store->SizeBytes(), 0u);
}

}  // namespace
}  // namespace liantu::storage
