// SPDX-License-Identifier: Apache-2.0
// Opens the embedded store. What it guarantees stands in store.h; how bytes lie on disk in docs/storage-format.md. No
// header of RocksDB is included here.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "storage/store.h"

namespace liantu::storage {

Result<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& folder, const OpenOptions& options);

}  // namespace liantu::storage
