// SPDX-License-Identifier: Apache-2.0
// Sorts puts and deletes of any amount in bounded memory: a buffer is filled, sorted and spilled to a file as a sorted
// run while the next one fills; at the end the runs are merged, a key's newest record winning. It knows nothing of the
// store that takes the result. Cost: one sort in memory, one write and one read of what does not fit (one more for
// each 64-fold beyond 64 runs).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace liantu::storage {

class ExternalSort {
 public:
  // Spills into `folder`, which is made when it is first needed and removed, with all in it, by the destructor.
  ExternalSort(std::string folder, uint64_t memory_bytes);
  ~ExternalSort();
  ExternalSort(const ExternalSort&) = delete;
  ExternalSort& operator=(const ExternalSort&) = delete;

  // nullopt deletes the key. kIo from a spill, also from an earlier one. One thread.
  Status Add(Keyspace space, KeyView key, std::optional<std::string_view> value);
  // Sum of keys and values added.
  uint64_t bytes() const { return bytes_; }
  // What was added of one keyspace, before the newest wins.
  uint64_t records(Keyspace space) const { return records_[static_cast<size_t>(space)]; }
  // After Finish.
  bool spilled() const { return !runs_.empty(); }

  // Ends adding.
  Status Finish();

  // The records of one keyspace in ascending order of (route, rest), each key once. Streams of several keyspaces may be
  // read at once by different threads.
  class Stream {
   public:
    virtual ~Stream() = default;
    // False at the end and at a failure (see status). Views die with the next call.
    virtual bool Next() = 0;
    // The route as 8 big-endian bytes, then the rest.
    virtual std::string_view key() const = 0;
    virtual std::optional<std::string_view> value() const = 0;
    virtual Status status() const = 0;
  };
  // After Finish. The stream must not outlive the sort; each keyspace may be opened any number of times.
  Result<std::unique_ptr<Stream>> Open(Keyspace space) const;

  // Where the result may be put before it is published: the folder, made if need be.
  Result<std::string> Folder();

 private:
  struct Buffer;
  struct Run;
  class Merge;
  class BufferSource;
  class RunSource;

  Status StartSpill();
  Status WaitForSpill();
  Status MergeRuns(size_t first, size_t count);
  Result<std::shared_ptr<Run>> WriteRun(const std::array<std::unique_ptr<Stream>, kKeyspaces>& streams, int level);
  Result<std::unique_ptr<Stream>> OpenRuns(Keyspace space, size_t first, size_t count, const Buffer* newest) const;

  const std::string folder_;
  const uint64_t memory_bytes_;
  uint64_t bytes_ = 0;
  std::array<uint64_t, kKeyspaces> records_{};
  uint64_t next_file_ = 0;
  bool made_folder_ = false;
  std::unique_ptr<Buffer> filling_;
  std::unique_ptr<Buffer> spilling_;        // being sorted and written by spiller_
  std::thread spiller_;
  Status spill_status_;                     // written by spiller_, read after the join
  std::vector<std::shared_ptr<Run>> runs_;  // oldest first; spiller_'s while it runs
};

}  // namespace liantu::storage
