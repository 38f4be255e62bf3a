// SPDX-License-Identifier: Apache-2.0
// The seam between the property graph and the ordered key-value store underneath (embedded RocksDB, memory for tests,
// a distributed engine later). It knows bytes, not graphs.
//
// Every key is (keyspace, route, rest). The route is the 64-bit id of the node or index bucket that the key belongs to:
// keys of one route lie together and sort by `rest` as unsigned bytes. NO order holds between routes; the memory store
// shuffles them on purpose. Names are field terms: a View is a consistent snapshot, a Batch an atomic write.
//
// Threads: a Store and a View may be used from any thread, also at once; a Cursor, Batch, BulkLoad and BulkRun belong to
// one thread. A cursor must not outlive its view. A view may outlive its store: the files (and the writer's lock) are let go
// with the last of store, views and bulk loads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "base/result.h"

namespace liantu::storage {

// Column families in RocksDB, one-byte prefixes within a route elsewhere. The numbers are part of the format.
enum class Keyspace : uint8_t { kMeta, kCatalog, kNode, kEdge, kAdjacency, kIndex, kText, kJournal };
inline constexpr int kKeyspaces = 8;
const char* KeyspaceName(Keyspace space);

using Route = uint64_t;

struct KeyView {
  Route route = 0;
  std::string_view rest;
};

// Walks the keys of one route in order. `rest` and `value` die with the next call of Next and with the cursor.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool Valid() const = 0;
  virtual std::string_view rest() const = 0;
  virtual std::string_view value() const = 0;
  virtual void Next() = 0;
  // Why Valid() is false: Ok at the end of the route, otherwise the failure.
  virtual Status status() const = 0;
};

// One consistent state of all keys until it is destroyed. Cheap to make; keeps old versions alive, so keep it short.
class View {
 public:
  virtual ~View() = default;
  // Grows with every commit; equal sequences mean equal contents.
  virtual uint64_t sequence() const = 0;
  // True and the value, or false where the key is not there.
  virtual Result<bool> Get(Keyspace space, KeyView key, std::string* value) const = 0;
  // values[i] belongs to keys[i]; nullopt where it is not there. One round trip.
  virtual Status MultiGet(Keyspace space, std::span<const KeyView> keys,
                          std::vector<std::optional<std::string>>* values) const = 0;
  // Keys of `route` that start with `prefix` and are >= `from` (whole rests; "" = from the first).
  virtual std::unique_ptr<Cursor> Scan(Keyspace space, Route route, std::string_view prefix,
                                       std::string_view from = {}) const = 0;
  // The k-hop primitive: for each route in turn, up to `limit_each` keys that start with `prefix`; `row` gets the index
  // into `routes` and returns false to stop early.
  virtual Status MultiScan(Keyspace space, std::span<const Route> routes, std::string_view prefix, uint64_t limit_each,
                           const std::function<bool(size_t index, std::string_view rest, std::string_view value)>& row)
      const = 0;
  // Every key of a keyspace once. Called from up to `threads` threads at once, each with its own shard number in
  // [0, threads); a route lies whole in one shard, its keys together and in order. How routes fall to shards is not
  // promised. `row` returns false to stop all shards (others may see a few more rows).
  using ShardRow = std::function<bool(int shard, Route route, std::string_view rest, std::string_view value)>;
  virtual Status ForEachShard(Keyspace space, int threads, const ShardRow& row) const = 0;
};

// Puts and deletes that become visible together or not at all. Later operations on a key win over earlier ones.
// Deleting a key that is not there is fine. A batch is filled and written while the store that made it is open; Write and Publish leave it empty,
// ready for use again, also when they fail.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual void Put(Keyspace space, KeyView key, std::string_view value) = 0;
  virtual void Delete(Keyspace space, KeyView key) = 0;
  // About what it holds: keys and values.
  virtual uint64_t bytes() const = 0;
};

// Keys and values that ascend already, on their way into a bulk load. Belongs to one thread. Dropped without Finish it is
// no part of the load.
class BulkRun {
 public:
  virtual ~BulkRun() = default;
  // (route, rest) above that of the call before.
  virtual Status Put(KeyView key, std::string_view value) = 0;
  virtual Status Finish() = 0;
};

// Puts only, any order, of any amount in bounded memory; nothing is visible before Publish, everything at once after
// it. Dropped without Publish it leaves nothing behind. A key given twice, or one the store already has, takes the
// newest value. Commits made while it runs are fine; for the order of writes it counts as made at Publish.
class BulkLoad {
 public:
  virtual ~BulkLoad() = default;
  virtual Status Put(Keyspace space, KeyView key, std::string_view value) = 0;
  // A part that needs no sorting. From any thread; several may be filled at once. The runs of a keyspace must not overlap:
  // all keys of one lie before or after all keys of another. What Put and Publish are given wins over what a run holds.
  virtual Result<std::unique_ptr<BulkRun>> NewRun(Keyspace space) = 0;
  // Publishes the load together with `with` (counters, the batch record …; may be null), all or nothing and durable
  // on return. `with` may hold puts and deletes; where it names a key of the load, it wins. Once only; after it, also
  // when it fails, the load can only be dropped.
  virtual Status Publish(Batch* with) = 0;
};

enum class Durability : uint8_t {
  kEveryCommit,  // synced to disk before the commit returns; the default
  kSoon,         // handed to the system, synced within about a second: a power cut may lose the last commits, a crash
                 // of the program alone loses none
};

struct OpenOptions {
  bool create = false;     // make the store if it is not there
  bool read_only = false;  // open beside a writer; the view is fixed at open and at Refresh
  Durability durability = Durability::kEveryCommit;
  uint64_t cache_bytes = 256ull << 20;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual std::unique_ptr<View> OpenView() const = 0;
  virtual std::unique_ptr<Batch> NewBatch() const = 0;
  // All or nothing; durable on return as the options say. Returns a sequence that shows it (views of that sequence or
  // later). Calls from several threads share one disk sync. An empty batch changes nothing, not even the sequence.
  // kInvalid on a read-only store. After kIo it is open whether the batch is there; nothing more can be written then
  // until the store is opened again, and reading goes on.
  virtual Result<uint64_t> Write(Batch* batch) = 0;
  // The two halves of Write, for who has something to do between them. Append: views opened from now on show the batch, but
  // a crash of the machine may still lose it, together with all that came after it. Sync: everything up to that sequence
  // is durable, as the options say, when it returns; calls at the same time share one sync of the disk.
  virtual Result<uint64_t> Append(Batch* batch) = 0;
  virtual Status Sync(uint64_t sequence) = 0;
  // memory_bytes bounds the sort buffers; what goes beyond is spilled to files in the store's folder, which the next
  // open for writing removes after a crash. A load that stays small is written as one batch.
  virtual Result<std::unique_ptr<BulkLoad>> NewBulkLoad(uint64_t memory_bytes) = 0;
  // Read-only stores: catch up with the writer. Views that are open keep their state. Others are always current: no
  // effect. kBudget or kCancelled leaves the store as it was.
  virtual Status Refresh(const Budget& budget) = 0;
  // Bytes on disk (memory for the memory store), approximately.
  virtual uint64_t SizeBytes() const = 0;
  // Reads every stored block and checks its checksum. kDamaged names what is broken.
  virtual Status VerifyChecksums(const Budget& budget) const = 0;
  // The folder on disk, "" where there is none: the place for derived files such as snapshots.
  virtual std::string folder() const = 0;
};

// "rocksdb:FOLDER", a bare FOLDER (the same), or "memory:" (a new empty store each time).
// kNotFound: no store there and create is false; kLocked: another process writes (its pid and since when);
// kInvalid: an unknown scheme, or the folder holds something else; kDamaged: stored bytes are not what was written.
Result<std::unique_ptr<Store>> OpenStore(const std::string& uri, const OpenOptions& options);

// A memory store; `seed` shuffles the order in which routes come out of ForEachShard.
std::unique_ptr<Store> NewMemoryStore(uint64_t seed = 1);

}  // namespace liantu::storage
