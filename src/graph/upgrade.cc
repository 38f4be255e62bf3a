// SPDX-License-Identifier: Apache-2.0
#include "graph/upgrade.h"

#include <algorithm>

#include "graph/database_state.h"

namespace liantu::graph {
namespace {

// One step to the next format. `change` rewrites what differs into the batch that also brings the new mark; null: the
// mark is all.
struct Step {
  const char *from, *to, *what;
  Status (*change)(const storage::View& view, storage::Batch& batch);
};
constexpr Step kSteps[] = {
    {"1-draft", "1", "the bytes stay as they are; the store is checked deeply and its format mark becomes 1", nullptr},
};

const Step* StepFrom(const std::string& format) {
  const auto at = std::find_if(std::begin(kSteps), std::end(kSteps), [&](const Step& s) { return format == s.from; });
  return at == std::end(kSteps) ? nullptr : at;
}

std::string Bare(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

Result<std::string> ReadFormat(const std::string& uri, const storage::Store& store) {
  std::string format;
  LT_ASSIGN(const bool found, store.OpenView()->Get(keys::Format().space, keys::Format().view(), &format));
  if (!found) return Status(Code::kInvalid, Text("'", uri, "' holds no graph, so there is nothing to upgrade"));
  return format;
}

}  // namespace

bool CanUpgrade(const std::string& format, const std::string& target) {
  std::string at = format;
  while (at != target) {
    const Step* step = StepFrom(at);
    if (step == nullptr) return false;
    at = step->to;
  }
  return true;
}

Result<std::string> StoreFolder(const std::string& uri) {
  if (uri.starts_with("rocksdb:")) return Bare(uri.substr(8));
  if (uri == "memory:") return Status(Code::kInvalid, "a store in memory has no files");
  return Bare(uri);
}

Result<UpgradePlan> PlanUpgrade(const std::string& uri, const std::string& target) {
  LT_ASSIGN(const std::string folder, StoreFolder(uri));
  LT_ASSIGN(const auto store, storage::OpenStore(uri, {.read_only = true}));
  UpgradePlan plan{.target = target};
  LT_ASSIGN(plan.format, ReadFormat(uri, *store));
  if (!CanUpgrade(plan.format, target)) LT_TRY(CheckFormat(uri, plan.format, target));
  for (std::string at = plan.format; at != target;) {
    const Step* step = StepFrom(at);
    plan.steps.push_back(Text(at, " → ", step->to, ": ", step->what));
    at = step->to;
  }
  if (!plan.steps.empty()) plan.checkpoint = Text(folder, ".before-", target);
  return plan;
}

Result<UpgradePlan> Upgrade(const std::string& uri, const std::string& target, const Budget& budget) {
  LT_ASSIGN(UpgradePlan plan, PlanUpgrade(uri, target));
  if (plan.steps.empty()) return plan;
  LT_ASSIGN(const std::string folder, StoreFolder(uri));
  LT_TRY(storage::MakeCheckpoint(folder, plan.checkpoint));
  LT_ASSIGN(auto store, storage::OpenStore(uri, {}));
  // Earlier formats are read as far as the check needs it; a step whose form differs brings its own reader.
  LT_ASSIGN(const auto database, Database::OpenForUpgrade(std::move(store), plan.format));
  LT_ASSIGN(const auto problems, database->Check(true, budget));
  if (!problems.empty()) {
    return Status(Code::kDamaged, Text("'", uri, "' is not upgraded, because the deep check found ", problems.size(), " problems, the first: ",
                                       problems.front().what, "; run 'liantu repair' with the version that wrote it, or restore a backup (",
                                       plan.checkpoint, " may be removed)"));
  }
  auto batch = database->store().NewBatch();
  const auto view = database->store().OpenView();
  for (std::string at = plan.format; at != target;) {
    const Step* step = StepFrom(at);
    if (step->change != nullptr) LT_TRY(step->change(*view, *batch));
    at = step->to;
  }
  batch->Put(keys::Format().space, keys::Format().view(), target);
  LT_TRY(database->store().Write(batch.get()).status());
  return plan;
}

Result<storage::BackupInfo> BackUpGraph(const std::string& uri, const std::string& backup_folder, const Budget& budget) {
  LT_ASSIGN(const std::string folder, StoreFolder(uri));
  return storage::BackUpStore(folder, Bare(backup_folder), [](const std::string& copy) -> Result<std::string> {
    LT_ASSIGN(const auto db, Database::Open(copy, {.read_only = true}));
    LT_ASSIGN(const auto stats, db->GetStats());
    return Text("format ", stats.format, ", batches ", stats.batches, ", nodes ", stats.nodes, ", edges ", stats.edges);
  }, budget);
}

}  // namespace liantu::graph
