// SPDX-License-Identifier: Apache-2.0
// The embedded store.
#include "storage/rocksdb_store.h"

namespace liantu::storage {

Result<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& folder, const OpenOptions& /*options*/) {
  return Status(Code::kInvalid, Text(folder, ": this build has no embedded store"));
}

}  // namespace liantu::storage
