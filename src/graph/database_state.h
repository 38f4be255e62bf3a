// SPDX-License-Identifier: Apache-2.0
// What a Database holds; for the files of this module that implement it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "graph/catalog.h"
#include "graph/database.h"
#include "graph/view_state.h"

namespace liantu::graph {

// Ok where the format mark of a store is `expected`; else why it is refused.
Status CheckFormat(const std::string& uri, const std::string& format, const std::string& expected);

struct Database::State : std::enable_shared_from_this<Database::State> {
  std::string uri;
  bool read_only = false;
  std::unique_ptr<storage::Store> store;
  std::shared_ptr<CatalogCache> cache = std::make_shared<CatalogCache>();
  std::shared_ptr<SnapshotCache> snapshots = std::make_shared<SnapshotCache>();

  // What new views start from. Names may run ahead of the store by a commit that is under way: a number that no stored
  // record uses yet does no harm.
  mutable std::mutex published_mutex;
  std::shared_ptr<const Names> names;
  std::shared_ptr<const Ontology> ontology;
  std::shared_ptr<const IndexSet> indexes;

  // Commits that are in the store but not yet durable, and what readers see meanwhile: the state before the first of them,
  // then that of the newest that is durable. Guarded by published_mutex.
  int under_way = 0;
  std::shared_ptr<const storage::View> durable;
  void BeginPublishing();  // before the store is written, with the slot held
  void EndPublishing(std::shared_ptr<const storage::View> view);  // null: the write failed

  // The writer slot. `next` and `newest_batch_ms` belong to whoever holds it.
  std::mutex slot_mutex;
  std::condition_variable slot_free;
  bool slot_taken = false;
  std::thread::id slot_holder;
  NextIds next;
  int64_t newest_batch_ms = 0;  // batches never go back in time, whatever the clock does

  // For a reader: what is durable. For the writer (`newest`): all that is committed.
  std::shared_ptr<ReadView::State> NewViewState(bool newest = false) const;
  Status LoadCatalog();
  Status TakeSlot(const Budget* budget = nullptr);
  void FreeSlot();
};

}  // namespace liantu::graph
