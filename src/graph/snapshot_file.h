// SPDX-License-Identifier: Apache-2.0
// Snapshots kept as files in the store's folder, so that the next process maps one instead of building it. They are
// derived: never needed, in no backup, not looked at by check, made anew when they are missing, damaged or of another
// commit. The bytes are in docs/storage-format.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/snapshot.h"

namespace liantu::graph {

// The commit that a snapshot shows: its batch, and a hash of the batch's record and of the ontology, which tells two
// histories of the same length apart.
struct CommitMark {
  uint64_t batch = 0, state = 0;
  friend bool operator==(const CommitMark&, const CommitMark&) = default;
};

// Thread-safe, also between processes: a file appears whole or not at all and is never changed.
class SnapshotFolder {
 public:
  explicit SnapshotFolder(std::string folder) : folder_(std::move(folder)) {}  // "": keeps nothing

  struct Kept {
    CommitMark mark;
    SnapshotPtr snapshot;
  };
  // The newest of the projection (`key` as KeyOfSelection gives it), mapped; nullopt where there is none or it is not what was
  // written. Reads the whole file once to know.
  std::optional<Kept> Find(const std::string& key, const Projection& projection) const;
  // Writes one and removes what it replaces; keeps the files of few projections, the latest. Where it cannot be written
  // nothing changes: the next process builds it again.
  void Keep(const std::string& key, const CommitMark& mark, const Snapshot& snapshot) const;
  // Removes all of them, also what a killed process left half written.
  void Clear() const;
  void ClearUnfinished() const;

 private:
  std::string folder_;
};

}  // namespace liantu::graph
