// SPDX-License-Identifier: Apache-2.0
// From the storage format of an earlier version to this one's, and backups of a graph. An upgrade first makes a
// checkpoint beside the store (hard links: at once, and little space), checks the store deeply, and only then changes it.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "storage/backup.h"

namespace liantu::graph {

struct UpgradePlan {
  std::string format;              // of the store now
  std::string target;
  std::vector<std::string> steps;  // what is done, in words; none: the store has the target's format
  std::string checkpoint;          // the folder to go back to; must not be there yet
};
// kTooNew: the store's format is later than `target`; kDamaged: its format cannot be read. `target` is the format of this
// program but in tests.
Result<UpgradePlan> PlanUpgrade(const std::string& uri, const std::string& target);
// Does it. kLocked while somebody writes. kDamaged: the deep check found something; nothing is changed then.
Result<UpgradePlan> Upgrade(const std::string& uri, const std::string& target, const Budget& budget);

// Whether a later version's `upgrade` takes stores of `format` on to `target`.
bool CanUpgrade(const std::string& format, const std::string& target);

// The folder of an embedded store; kInvalid for other kinds.
Result<std::string> StoreFolder(const std::string& uri);

// storage::BackUpStore with a note on what the graph holds: "format F, batches B, nodes N, edges E".
Result<storage::BackupInfo> BackUpGraph(const std::string& uri, const std::string& backup_folder, const Budget& budget);

}  // namespace liantu::graph
