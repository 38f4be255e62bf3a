// SPDX-License-Identifier: Apache-2.0
// Files as the rest of the project needs them: read one whole, write one so that it is there whole or not at all, list a
// folder. Errors name the path and what the system said. No streaming here (io/ has its own reader).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu {

// The bytes of a regular file. kIo with the path and reason: missing, a directory, not readable.
Result<std::string> ReadFile(const std::string& path);

// Writes beside the target, syncs, renames over it: readers see the old file or the new one.
Status WriteFileAtomic(const std::string& path, std::string_view bytes);

// Names of the regular files in a folder, sorted; not recursive.
Result<std::vector<std::string>> ListFolder(const std::string& path);

bool FileExists(const std::string& path);
bool IsFolder(const std::string& path);

// Where schema/ and data/ lie: $LIANTU_HOME, else beside the program (../share/liantu, or the source tree it was built
// in). The returned path has no trailing slash.
std::string HomeFolder();

}  // namespace liantu
