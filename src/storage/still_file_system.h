// SPDX-License-Identifier: Apache-2.0
// Shows a store's folder as it was in a still picture, although a writer goes on: logs and manifest end where they
// ended then, later logs are not there. What the writer has deleted since cannot be read: opening fails and another
// picture must be taken. Tables never change once written and are passed through.
#pragma once

#include <memory>
#include <string>

#include "storage/store_folder.h"

namespace rocksdb {
class FileSystem;
}

namespace liantu::storage {

std::shared_ptr<rocksdb::FileSystem> NewStillFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                        const std::string& folder, const StillPicture& picture);

}  // namespace liantu::storage
