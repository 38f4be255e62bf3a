// SPDX-License-Identifier: Apache-2.0
// A whole graph as text: JSON Lines, ids kept, with ontology, batches, evidence, claims, journal, declared indexes and
// stored projections. The same store gives the same bytes. docs/dump-format.md describes every line. Later versions of
// this program read it; what follows from the records (neighbours, indexes, counts, names) is not in it but computed
// anew, so a dump also leads out of a store whose derived parts are damaged. Database::Dump writes one.
#pragma once

#include <functional>
#include <string>

#include "base/budget.h"
#include "base/result.h"
#include "graph/value.h"
#include "storage/store.h"

namespace liantu::graph {

inline constexpr int kDumpVersion = 1;

struct DumpCounts {
  uint64_t nodes = 0, edges = 0, batches = 0;
  uint64_t images = 0;  // entries of the journal
  friend bool operator==(const DumpCounts&, const DumpCounts&) = default;
};

// Gives up to `size` bytes of the dump; 0 at its end.
using DumpSource = std::function<Result<size_t>(char* to, size_t size)>;

// Fills `store`, which must hold nothing at all, with what was dumped: everything or, on failure, nothing. `name` stands in
// messages. kInvalid as NAME:LINE:COLUMN: what is wrong; kTooNew: a dump of a later version. `total_bytes` is for the
// progress alone; 0: not known. Cost: about that of a bulk load; memory some 512 MiB and 24 bytes for each kind of
// evidence with a valid time.
Result<DumpCounts> LoadDump(storage::Store& store, const std::string& name, const DumpSource& source, uint64_t total_bytes,
                            const Budget& budget);

// Values as they stand in a dump.
struct Json;
void PutDumpValue(std::string& out, const Value& value);
// False where it is no value as PutDumpValue writes them.
bool ReadDumpValue(const Json& json, Value& value);

}  // namespace liantu::graph
