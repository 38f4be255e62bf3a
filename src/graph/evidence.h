// SPDX-License-Identifier: Apache-2.0
// Who says so, how surely, and when it is true. Every node, edge and property value knows its evidence and the batch
// that wrote it. Claims that disagree stay side by side; a written rule picks the visible one when it is written:
// certainty (stated, inferred, derived, translated, planned, target, predicted), then the later document date, then the
// document's rank (1 is best), then the later batch, then the later start of validity, then the smaller documents. A
// document's date and rank are its properties `date` and `rank`; a claim without documents counts as dated the day it was
// written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/ids.h"
#include "graph/value.h"

namespace liantu::graph {

enum class Certainty : uint8_t {  // numbers are part of the format; a smaller one wins
  kStated, kInferred, kDerived, kTranslated, kPlanned, kTarget, kPredicted
};
const char* CertaintyName(Certainty certainty);
std::optional<Certainty> ParseCertainty(std::string_view name);

// When a fact holds: half-open [from, to); absent = always.
struct ValidTime {
  std::optional<Date> from, to;
  bool Covers(Date day) const { return (!from || *from <= day) && (!to || day < *to); }
  bool always() const { return !from && !to; }
  friend bool operator==(const ValidTime&, const ValidTime&) = default;
};

struct Evidence {
  std::vector<NodeId> documents;  // Document nodes, ascending
  std::string locator;            // where in the document, e.g. "L11"
  Certainty certainty = Certainty::kStated;
  ValidTime valid;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// One statement by one body of evidence.
struct Claim {
  Value value;        // null for the claim that an entity exists
  Evidence evidence;
  BatchId batch;      // that wrote it
  bool visible = false;
};

// A file that an import read.
struct InputFile {
  std::string name, sha256;
  friend bool operator==(const InputFile&, const InputFile&) = default;
};

struct BatchInfo {
  BatchId id;
  int64_t time_ms = 0;        // Unix, UTC, when committed; never before the batch before it
  std::string who;            // user or program
  std::string origin;         // command, file or client
  std::string origin_sha256;  // of the input, hex, or empty
  std::string note;
  uint64_t nodes_created = 0, edges_created = 0, entities_changed = 0, entities_deleted = 0;
  uint64_t entities_restored = 0;  // deleted ones that an undo brought back
  std::vector<BatchId> undoes;     // ascending; not empty: this batch is an undo of these (see Database::Undo)
  // Every id that the batch gave out lies in these (0: none given out); some may have been deleted since.
  NodeId first_node, last_node;
  EdgeId first_edge, last_edge;
  EvidenceId first_evidence, last_evidence;  // bodies of evidence first named by it
  std::vector<InputFile> inputs;  // files of an import, see Transaction::SetInput
};

}  // namespace liantu::graph
