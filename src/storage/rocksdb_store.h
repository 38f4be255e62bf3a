// SPDX-License-Identifier: Apache-2.0
// Opens the embedded store. What it guarantees stands in store.h; how bytes lie on disk in docs/storage-format.md. No
// header of RocksDB is included here.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "storage/store.h"

namespace liantu::storage {

class FaultControl;

// What OpenStore does for a folder. Tests may put a file system that fails (fault_file_system.h) under the store; it
// covers all that RocksDB writes, not the spilled runs of a bulk load.
Result<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& folder, const OpenOptions& options,
                                                std::shared_ptr<FaultControl> faults = nullptr);

}  // namespace liantu::storage
