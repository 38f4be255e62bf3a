// SPDX-License-Identifier: Apache-2.0
// Chooses the store behind an address and names the keyspaces.
#include "storage/store.h"

#include "storage/rocksdb_store.h"

namespace liantu::storage {

const char* KeyspaceName(Keyspace space) {
  switch (space) {
    case Keyspace::kMeta: return "meta";
    case Keyspace::kCatalog: return "catalog";
    case Keyspace::kNode: return "node";
    case Keyspace::kEdge: return "edge";
    case Keyspace::kAdjacency: return "adjacency";
    case Keyspace::kIndex: return "index";
    case Keyspace::kText: return "text";
    case Keyspace::kJournal: return "journal";
  }
  return "unknown";
}

Result<std::unique_ptr<Store>> OpenStore(const std::string& uri, const OpenOptions& options) {
  const size_t colon = uri.find(':');
  const size_t slash = uri.find('/');
  std::string folder = uri;
  // A colon after a slash belongs to a folder name.
  if (colon != std::string::npos && (slash == std::string::npos || colon < slash)) {
    const std::string scheme = uri.substr(0, colon);
    folder = uri.substr(colon + 1);
    if (scheme == "memory") {
      if (!folder.empty()) {
        return Status(Code::kInvalid, Text("store address '", uri, "': a memory store has no place; write 'memory:'"));
      }
      return NewMemoryStore();
    }
    if (scheme != "rocksdb") {
      return Status(Code::kInvalid, Text("store address '", uri, "': unknown kind of store '", scheme,
                                         "'; expected a folder, 'rocksdb:FOLDER' or 'memory:' (a folder with a colon "
                                         "in its name is written './",
                                         uri, "')"));
    }
  }
  if (folder.empty()) {
    return Status(Code::kInvalid, Text("store address '", uri, "': the name of a folder is missing"));
  }
  return OpenRocksDbStore(folder, options);
}

}  // namespace liantu::storage
