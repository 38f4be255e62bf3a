// SPDX-License-Identifier: Apache-2.0
// Plants faults into a sound store, one at a time, and expects the deep check to name them and to change nothing.
#include <gtest/gtest.h>

#include <random>

#include "graph/planted_faults.h"
#include "storage/temp_folder.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

std::string Random(size_t size, int seed) {
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  std::string out(size, ' ');
  for (char& c : out) c = static_cast<char>('!' + random() % 90);
  return out;
}

TEST(Check, NamesEachPlantedFaultAndChangesNothing) {
  for (const Fault& fault : Faults()) {
    SCOPED_TRACE(fault.name);
    Planted store;
    fault.plant(store);
    ExpectFound(store.Find(), fault.expected);
    if (fault.fast) ExpectFound(store.Find(false), fault.expected);
  }
}

// What cannot be opened is named as well.
TEST(Check, AHoleInTheCatalogIsNamedWhenTheStoreIsOpened) {
  const auto open = [](const Key& key, const char* value) {
    auto store = storage::NewMemoryStore();
    {
      auto made = Get(Database::Open("memory:", {.create = true, .ontology = Industry()}));
      auto batch = store->NewBatch();
      for (int space = 0; space < storage::kKeyspaces; ++space) {
        Ok(made->store().OpenView()->ForEachShard(static_cast<Keyspace>(space), 1, [&](int, storage::Route route, std::string_view rest, std::string_view bytes) {
          batch->Put(static_cast<Keyspace>(space), {route, rest}, bytes);
          return true;
        }));
      }
      if (value != nullptr) batch->Put(key.space, key.view(), value);
      else batch->Delete(key.space, key.view());
      Ok(store->Write(batch.get()));
    }
    const auto opened = Database::Open(std::move(store), {});
    EXPECT_EQ(opened.code(), Code::kDamaged);
    return opened.status().message();
  };
  const auto has = [](const std::string& message, const char* part) { EXPECT_NE(message.find(part), std::string::npos) << message; };
  has(open(keys::Name('L', 3), nullptr), "a name cannot be read (keyspace catalog");
  has(open(keys::NextIds(), nullptr), "the table of next ids cannot be read");
  has(open(keys::OntologyText(), nullptr), "the ontology cannot be read");
  has(open(keys::DeclaredIndex(LabelId{900}, PropertyId{1}), ""), "an index definition cannot be read");
}

// A real file: one byte of one table.
TEST(Check, AFlippedByteInAFileIsNamedAndNothingIsChanged) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/store";
  {
    auto db = Get(Database::Open(path, {.create = true}));
    auto tx = Get(db->BeginBulk({.who = "test"}, {.memory_bytes = 1 << 20, .on_edge_merged = {}}));
    for (int i = 0; i < 700; ++i) Get(tx->CreateNode({"N"}, {{"key", "k" + std::to_string(i)}, {"text", Random(16000, i)}}, {}));
    Ok(tx->Commit());
  }
  std::string table;
  const auto bytes = [&] {
    std::map<std::string, std::string> files;
    for (const std::string& name : Get(ListFolder(path))) files[name] = Get(ReadFile(path + "/" + name));
    return files;
  };
  for (const auto& [name, content] : bytes()) {
    if (name.ends_with(".sst") && content.size() > 1 << 20) table = name;
  }
  ASSERT_FALSE(table.empty());
  std::string content = Get(ReadFile(path + "/" + table));
  content[content.size() / 2] ^= 4;
  Ok(WriteFileAtomic(path + "/" + table, content));
  const auto before = bytes();
  {
    auto db = Get(Database::Open(path, {.read_only = true}));
    const auto problems = db->Check(true, Budget());
    const std::string said = problems.ok() ? problems->at(0).what : problems.status().message();
    EXPECT_NE(said.find(table), std::string::npos) << said;
    EXPECT_TRUE(!problems.ok() || !problems->empty());
  }
  EXPECT_TRUE(bytes() == before);
}

TEST(Check, StopsWhenItsBudgetIsSpent) {
  Planted store;
  Budget budget;
  budget.Cancel();
  auto tx = Get(store.db->Begin({}));
  for (int i = 0; i < 9000; ++i) Get(tx->CreateNode({}, {}, {}));
  Ok(tx->Commit());
  EXPECT_EQ(store.db->Check(true, budget).code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::graph
