// SPDX-License-Identifier: Apache-2.0
// Stores of every format there was, as files: fixtures/FORMAT/store and what it shows (graph.txt) and dumps (dump.jsonl).
// They open, or are upgraded, and show the same. LIANTU_REWRITE=1 makes those of the present format anew: do that once,
// when a format becomes final, and never again. Also: later formats are refused without a change to any file.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "graph/change_script.h"
#include "graph/graph_text.h"
#include "graph/keys.h"
#include "graph/upgrade.h"
#include "storage/temp_folder.h"

namespace liantu::graph {
namespace {

namespace fs = std::filesystem;

const fs::path kFixtures = fs::path(LIANTU_SOURCE_DIR) / "tests/graph/fixtures";

// Something of every kind, the same each time but for the times of its batches.
void Fill(Database& db) {
  auto tx = Get(db.Begin({.who = "fixture", .origin = "a.csv", .origin_sha256 = std::string(64, '0'), .note = "first"}));
  Ok(tx->SetInput("a.csv", std::string(64, '0')));
  const NodeId d1 = Get(tx->CreateNode({"Document"}, {{"key", "d1"}, {"name", "年报 2024"}, {"date", "2024"}}, {}));
  const NodeId d2 = Get(tx->CreateNode({"Document"}, {{"key", "d2"}, {"date", "2025"}}, {}));
  const NodeId city = Get(tx->CreateNode({"City"}, {{"key", "gz"}, {"name", "广州"}, {"code", "440100"}}, {{d1}, "L1"}));
  NodeId company;
  for (int i = 0; i < 90; ++i) {  // more than a head holds
    company = Get(tx->CreateNode({"Company"}, {{"key", "c" + std::to_string(i)}, {"name", "企业" + std::to_string(i)}}, {{d1}, "L2"}));
    Ok(tx->CreateEdge("LOCATED_IN", company, city, {}, {{d1}, "L" + std::to_string(i % 3)}));
  }
  Evidence dated{{d1}, "L9", Certainty::kPredicted};
  dated.valid.from = Date{19000};
  dated.valid.to = Date{20000};
  const EdgeId supply = Get(tx->CreateEdge("SUPPLIES", company, NodeId{company.raw - 1}, {{"share", 0.25}, {"year", 2024}}, dated));
  Ok(tx->CreateNode({"Strange", "Company"}, {{"key", "values"}, {"flag", true}, {"when", DateTime{1700000000, 5, 28800, "Asia/Shanghai"}},
                     {"long", Duration{1, 2, 3, 4}}, {"where", Point{4326, 113.3, 23.1, 0}}, {"list", Value::List{1, 2}}, {"day", Date{20000}}}, {}));
  Ok(tx->Commit());
  tx = Get(db.Begin({.who = "fixture", .origin = "b.csv"}));
  Ok(tx->MergeNode({"Company"}, {{"key", "c7"}, {"name", "企业七"}}, {{d2}, "L4"}));
  Ok(tx->SetProperty(supply, "share", Value(0.5)));
  Ok(tx->DeleteEdge(EdgeId{5}));
  Ok(tx->AddLabel(NodeId{12}, "Seen"));
  const BatchInfo second = Get(tx->Commit());
  tx = Get(db.Begin({.who = "fixture"}));
  Ok(tx->CreateNode({"Company"}, {{"key", "late"}}, {{d2}, ""}));
  Ok(tx->Commit());
  Ok(db.Undo(second.id, {}, {.who = "fixture", .note = "taken back"}, Budget()));
  Ok(db.CreateIndex("Company", "year"));
  Ok(db.StoreProjection({.name = "supply", .types = {"SUPPLIES"}, .weight = "share"}));
}

std::string DumpText(const Database& db) {
  std::string out;
  Ok(db.Dump([&](std::string_view piece) {
    out += piece;
    return Status();
  }, Budget()));
  return out;
}

void Rewrite() {
  const fs::path folder = kFixtures / std::string(kFormat);
  fs::remove_all(folder);
  fs::create_directories(folder);
  storage::TempFolder work;
  const std::string path = work.path() + "/store", store = (folder / "store").string();
  Fill(*Get(Database::Open(path, {.create = true, .ontology = ScriptOntology(true)})));
  Ok(storage::MakeCheckpoint(path, store));  // tables
  {
    auto db = Get(Database::Open(store, {}));  // and a log
    auto tx = Get(db->Begin({.who = "fixture", .note = "in the log"}));
    Ok(tx->CreateNode({"Company"}, {{"key", "last"}, {"name", "最后"}}, {}));
    Ok(tx->Commit());
    Ok(WriteFileAtomic((folder / "graph.txt").string(), DatabaseText(*db)));
    Ok(WriteFileAtomic((folder / "dump.jsonl").string(), DumpText(*db)));
  }
  for (const auto& entry : fs::directory_iterator(store)) {  // what the store does not need
    const std::string name = entry.path().filename().string();
    if (name.starts_with("OPTIONS") || name == "LOCK" || name == "IDENTITY") fs::remove(entry.path());
  }
}

std::map<std::string, std::string> Files(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const std::string& name : Get(ListFolder(folder))) files[name] = Get(ReadFile(folder + "/" + name));
  return files;
}

void Mark(const std::string& path, const std::string& format) {
  auto store = Get(storage::OpenStore(path, {}));
  auto batch = store->NewBatch();
  batch->Put(keys::Format().space, keys::Format().view(), format);
  Ok(store->Write(batch.get()));
}

TEST(Upgrade, StoresAndDumpsOfEveryFormatShowWhatTheyShowedThen) {
  if (std::getenv("LIANTU_REWRITE")) Rewrite();
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(kFixtures)) {
    const std::string format = entry.path().filename().string();
    SCOPED_TRACE(format);
    storage::TempFolder work;
    const std::string path = work.path() + "/store";
    fs::copy(entry.path() / "store", path);
    if (format != kFormat) {
      for (const bool read_only : {false, true}) {
        const Status refused = Database::Open(path, {.read_only = read_only}).status();
        EXPECT_EQ(ExitStatus(refused.code()), 5);
        EXPECT_NE(refused.message().find(Text("has the earlier storage format ", format, "; this program reads 1: run 'liantu upgrade")), std::string::npos) << refused.message();
      }
      Ok(Upgrade(path, std::string(kFormat), Budget()));
    }
    const std::string shows = Get(ReadFile((entry.path() / "graph.txt").string())), dump = Get(ReadFile((entry.path() / "dump.jsonl").string()));
    for (const bool read_only : {true, false}) {
      auto db = Get(Database::Open(path, {.read_only = read_only}));
      EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
      EXPECT_EQ(DatabaseText(*db), shows);
    }
    auto store = storage::NewMemoryStore();
    size_t at = 0;
    Ok(LoadDump(*store, "dump.jsonl", [&](char* to, size_t size) -> Result<size_t> {
      const size_t n = dump.copy(to, size, at);
      at += n;
      return n;
    }, 0, Budget()));
    const auto loaded = Get(Database::Open(std::move(store), {}));
    EXPECT_EQ(DatabaseText(*loaded), shows);
    if (format == kFormat) {
      EXPECT_EQ(DumpText(*loaded), dump);
    }
    ++seen;
  }
  EXPECT_GE(seen, 2);
}

TEST(Upgrade, ADraftBecomesAOneAfterACheckpoint) {
  storage::TempFolder work;
  const std::string path = work.path() + "/store";
  Fill(*Get(Database::Open(path, {.create = true, .ontology = Industry()})));
  Mark(path, "1-draft");
  const UpgradePlan plan = Get(PlanUpgrade(path, "1"));
  EXPECT_EQ(plan.format, "1-draft");
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.checkpoint, path + ".before-1");
  EXPECT_FALSE(FileExists(plan.checkpoint));
  {
    auto writer = Get(storage::OpenStore(path, {}));
    EXPECT_EQ(Upgrade(path, "1", Budget()).code(), Code::kLocked);
  }
  const UpgradePlan done = Get(Upgrade(path, "1", Budget()));
  EXPECT_EQ(Get(PlanUpgrade(path, "1")).format, "1");
  EXPECT_EQ(Get(PlanUpgrade(done.checkpoint, "1")).format, "1-draft");
  EXPECT_TRUE(Get(Upgrade(path, "1", Budget())).steps.empty());
  // The checkpoint is not overwritten.
  Mark(path, "1-draft");
  EXPECT_EQ(Upgrade(path, "1", Budget()).code(), Code::kInvalid);
}

TEST(Upgrade, ADamagedStoreIsLeftAsItIs) {
  storage::TempFolder work;
  const std::string path = work.path() + "/store";
  Fill(*Get(Database::Open(path, {.create = true, .ontology = Industry()})));
  Mark(path, "1-draft");
  {
    auto store = Get(storage::OpenStore(path, {}));
    auto batch = store->NewBatch();
    batch->Delete(keys::Node(NodeId{9}).space, keys::Node(NodeId{9}).view());
    Ok(store->Write(batch.get()));
  }
  const auto refused = Upgrade(path, "1", Budget());
  EXPECT_EQ(refused.code(), Code::kDamaged);
  EXPECT_NE(refused.status().message().find("is not upgraded, because the deep check found"), std::string::npos) << refused.status().message();
  EXPECT_EQ(Get(PlanUpgrade(path, "1")).format, "1-draft");
}

TEST(Upgrade, ALaterFormatIsRefusedAndNoFileChanges) {
  storage::TempFolder work;
  const std::string path = work.path() + "/store";
  Fill(*Get(Database::Open(path, {.create = true, .ontology = Industry()})));
  Mark(path, "77");
  const auto before = Files(path);
  for (const bool read_only : {false, true}) {
    const auto opened = Database::Open(path, {.create = !read_only, .read_only = read_only});
    EXPECT_EQ(opened.code(), Code::kTooNew);
    EXPECT_EQ(ExitStatus(opened.code()), 5);
    EXPECT_NE(opened.status().message().find("has storage format 77; this program reads"), std::string::npos) << opened.status().message();
  }
  EXPECT_EQ(PlanUpgrade(path, "1").code(), Code::kTooNew);
  EXPECT_EQ(Upgrade(path, "1", Budget()).code(), Code::kTooNew);
  EXPECT_TRUE(Files(path) == before);
}

TEST(Upgrade, ABackupOfAGraphSaysWhatItHolds) {
  storage::TempFolder work;
  const std::string path = work.path() + "/store", backups = work.path() + "/backups";
  auto db = Get(Database::Open(path, {.create = true, .ontology = Industry()}));
  Fill(*db);
  const auto made = Get(BackUpGraph(path, backups, Budget()));
  EXPECT_EQ(made.note, Text("format ", kFormat, ", batches 4, nodes 95, edges 91"));
  const std::string shows = DatabaseText(*db);
  Ok(storage::RestoreBackup(backups, made.number, work.path() + "/restored", Budget()));
  const auto restored = Get(Database::Open(work.path() + "/restored", {}));
  EXPECT_EQ(DatabaseText(*restored), shows);
  EXPECT_TRUE(Get(restored->Check(true, Budget())).empty());
}

}  // namespace
}  // namespace liantu::graph
