// SPDX-License-Identifier: Apache-2.0
// The property graph: open a database, read it through views, change it through transactions. Storage form:
// docs/storage-format.md. One writer at a time, any number of readers, each at its own snapshot.
//
//   LT_ASSIGN(auto db, Database::Open("liantu.db", {.create = true, .ontology = ontology}));
//   LT_ASSIGN(auto tx, db->Begin({.who = "me", .origin = "example"}));
//   LT_ASSIGN(NodeId byd, tx->CreateNode({"Company"}, {{"key", "byd"}, {"name", "比亚迪"}}, {}));
//   LT_ASSIGN(BatchInfo batch, tx->Commit());
//   ReadView view = *db->Read();
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/dump.h"
#include "graph/evidence.h"
#include "graph/ids.h"
#include "graph/ontology.h"
#include "graph/property_column.h"
#include "graph/repair.h"
#include "graph/snapshot.h"
#include "graph/value.h"
#include "storage/store.h"

namespace liantu::graph {

class GraphWriter;
struct Declared;
enum class NameKind : uint8_t;

using Properties = std::vector<std::pair<std::string, Value>>;  // names unique, values not null

struct Node {
  NodeId id;
  std::vector<LabelId> labels;                          // ascending
  std::vector<std::pair<PropertyId, Value>> properties; // ascending by id
  const Value* Property(PropertyId id) const;           // null pointer: not set
};

struct Edge {
  EdgeId id;
  TypeId type;
  NodeId from, to;
  std::vector<std::pair<PropertyId, Value>> properties;
  ValidTime valid;
  Certainty certainty = Certainty::kStated;
  const Value* Property(PropertyId id) const;
};

// One step of an expansion: the edge and the node at its other end.
struct Neighbour {
  EdgeId edge;
  NodeId node;
  TypeId type;
  Direction direction;  // kOut or kIn, seen from the expanded node
};

// What a reader asks of the two clocks. Predicted edges are invisible unless asked for.
struct ReadOptions {
  std::optional<Date> as_of;  // only edges and claims valid on that day
  bool predicted = false;
  // The graph as it was known after that batch (0: before the first). Names, indexes and the ontology are today's.
  std::optional<BatchId> as_known;
};

struct SearchHit {
  NodeId node;
  int rank = 0;          // text::MatchKind, smaller is better
  std::string matched;   // the name that matched
};

struct CheckProblem { std::string what; };

// A consistent state of the graph. Copyable and cheap (shared inside); all calls thread-safe. Returned structs own
// their data. Names → ids never fail loudly: an unknown name gives id 0, with which nothing is ever found.
class ReadView {
 public:
  struct State;  // graph/view_state.h, for the files of this module
  LabelId label(std::string_view name) const;
  TypeId type(std::string_view name) const;
  PropertyId property(std::string_view name) const;
  const std::string& name(LabelId id) const;
  const std::string& name(TypeId id) const;
  const std::string& name(PropertyId id) const;
  std::vector<std::string> label_names() const;      // in use or in the ontology, sorted
  std::vector<std::string> type_names() const;
  std::vector<std::string> property_names() const;
  const Ontology& ontology() const;
  const ReadOptions& options() const;
  // The same state seen with other options. Without as_known: as known by this view. An as_known that is not this view's
  // leads to the past of the committed state; where that cannot be read, every read of the view says why.
  ReadView With(ReadOptions options) const;
  uint64_t sequence() const;
  // Where files derived from this very state may be kept, named by its sequence: the store's folder, "derived" in it. "" for
  // views of the past, of a day, with predicted edges or of a transaction, and where the store is not on disk. Whoever
  // keeps a file there must be able to do without: the folder may be missing or not writable.
  std::string derived_folder() const;
  bool in_transaction() const;  // a view of uncommitted writes: nothing about it may be cached

  Result<std::optional<Node>> GetNode(NodeId id) const;
  Result<std::vector<std::optional<Node>>> GetNodes(std::span<const NodeId> ids) const;  // one multi-get
  Result<std::optional<Edge>> GetEdge(EdgeId id) const;
  Result<std::vector<std::optional<Edge>>> GetEdges(std::span<const EdgeId> ids) const;

  // Neighbours over edges of the given types (empty: all), out rows first, then in; inside, by type, then edge id.
  // A loop comes twice with kBoth. Cost: one get, and a scan for groups of more than some 64 edges.
  // Honours as_of and predicted. `row` returns false to stop.
  Status Expand(NodeId node, Direction direction, std::span<const TypeId> types,
                const std::function<bool(const Neighbour&)>& row) const;
  Result<std::vector<Neighbour>> Expand(NodeId node, Direction direction, std::span<const TypeId> types = {}) const;
  // For a whole frontier; `row` also gets the index into `nodes`.
  Status ExpandMany(std::span<const NodeId> nodes, Direction direction, std::span<const TypeId> types,
                    const std::function<bool(size_t, const Neighbour&)>& row) const;
  // Stored degree, one get: all edges, whatever their valid time.
  Result<uint64_t> Degree(NodeId node, Direction direction, TypeId type = {}) const;

  // By key; label 0: any label (ascending ids, usually one).
  Result<std::optional<NodeId>> FindByKey(LabelId label, std::string_view key) const;
  Result<std::vector<NodeId>> FindByKey(std::string_view key) const;
  // By an indexed property (unique identifiers and declared indexes); kInvalid where there is no index. Every claimed
  // value of a key or identifier finds its node, also one that another claim outranks: who needs the visible value to
  // be equal, or uses as_of, compares again.
  Result<std::vector<NodeId>> FindByProperty(LabelId label, PropertyId property, const Value& value) const;
  // False for as_of where only visible values stand in the index.
  bool HasIndex(LabelId label, PropertyId property) const;
  // All nodes of a label (0: of all) whose property `name` is that very string, ascending, from the name index: the
  // transaction's own names too, but those of a bulk transaction. nullopt: the index cannot tell (with as_of, of a label whose names the
  // ontology does not search, a name of nothing but punctuation, an index of another version); read the nodes instead.
  // HasNameIndex: whether it can for names that have something to search. Cost: some 10 µs, and a read for each node whose name
  // differs in width, script, case, spaces or legal form only.
  Result<std::optional<std::vector<NodeId>>> FindByName(LabelId label, std::string_view name, const Budget& budget) const;
  bool HasNameIndex(LabelId label) const;
  // Nodes of a label in id order after `after`; `row` returns false to stop.
  Status NodesWithLabel(LabelId label, NodeId after, const std::function<bool(NodeId)>& row) const;
  Status AllNodes(NodeId after, const std::function<bool(NodeId)>& row) const;
  Status AllEdges(EdgeId after, const std::function<bool(const Edge&)>& row) const;
  // By name: exact, short, alias, part, traditional script, pinyin, initials; best first, then by id.
  // `labels` empty: all. With `fuzzy`, near misses for "did you mean".
  Result<std::vector<SearchHit>> Search(std::string_view query, std::span<const LabelId> labels, size_t limit,
                                        bool fuzzy = false) const;

  // Evidence. The claims about an entity's existence (property 0) or one property value, the visible one first.
  Result<std::vector<Claim>> Claims(NodeId node, PropertyId property = {}) const;
  Result<std::vector<Claim>> Claims(EdgeId edge, PropertyId property = {}) const;
  // The batch that made an entity and the file that it came from ("" where none was named).
  struct Birth { BatchId batch; std::string input; };
  Result<Birth> BornIn(NodeId node) const;
  Result<Birth> BornIn(EdgeId edge) const;
  Result<std::vector<BatchInfo>> Batches() const;  // ascending
  Result<std::optional<BatchInfo>> Batch(BatchId id) const;
  // The last batch committed up to the end of that day, in UTC, by the clock of the computer that wrote it; 0: none.
  Result<BatchId> LastBatch(Date day) const;

  // Counts kept up to date by every commit: one get each. Id 0 counts all.
  Result<uint64_t> NodeCount(LabelId label = {}) const;
  Result<uint64_t> EdgeCount(TypeId type = {}) const;

  // The projection of this state, cached per (sequence, projection). Cost: linear in the edges of its types.
  Result<SnapshotPtr> Snap(const Projection& projection, const Budget& budget) const;
  // Only what lies within `hops` of the seeds, not expanding nodes of more than `max_degree` kept edges (seeds always).
  Result<SnapshotPtr> SnapAround(const Projection& projection, std::span<const NodeId> seeds, int hops,
                                 uint64_t max_degree, const Budget& budget) const;
  // About how many bytes Snap would hold, from the counts; no edge is read.
  Result<uint64_t> EstimateSnapBytes(const Projection& projection) const;
  // The values of a property of all nodes or edges, as their records show them. Null pointer: it would take more than `max_bytes`,
  // or the view has as_of or is a transaction's. Cost: one walk over all records (on M some 0.3 s for nodes, 1 s for edges).
  Result<PropertyColumnPtr> Column(bool edges, PropertyId property, uint64_t max_bytes, const Budget& budget) const;
  // The same of the types of all edges, numbers as integers, or of the labels of all nodes, lists of numbers.
  Result<PropertyColumnPtr> TypeColumn(bool edges, uint64_t max_bytes, const Budget& budget) const;
  // What a caller derived from this very state, kept beside its snapshots as long as no later state asks: made once by
  // `make` and found again by every view of the same sequence (whatever its options). In a transaction always made anew.
  std::shared_ptr<void> Companion(const std::function<std::shared_ptr<void>()>& make) const;

 private:
  friend class Database;
  friend class Transaction;
  friend class GraphWriter;
  friend class Differ;
  Result<std::vector<Claim>> ClaimsOf(bool edge, uint64_t id, PropertyId property) const;
  Result<Birth> BirthOf(bool edge, uint64_t id) const;
  std::shared_ptr<const State> state_;
  ReadOptions options_;
};

// Changes that become one batch. Reads through view() see the transaction's own writes. Dropped without Commit it
// leaves nothing. Belongs to one thread.
class Transaction {
 public:
  ~Transaction();
  // The state it started from, plus its own writes, also those made later. Dies with the transaction.
  const ReadView& view() const;

  // What is created from here on came from this file: BornIn and the batch tell it.
  Status SetInput(const std::string& name, const std::string& sha256);
  // The hashes, where they became known only as the files were read: of the batch's origin, and of an input that was set with
  // something else, which no other had, in place of its hash.
  void SetOriginHash(const std::string& sha256);
  void SetInputHash(const std::string& name, const std::string& instead, const std::string& sha256);

  // `evidence` holds for the node and the values given. kConflict: a unique key or identifier is taken.
  Result<NodeId> CreateNode(const std::vector<std::string>& labels, const Properties& properties,
                            const Evidence& evidence);
  Result<EdgeId> CreateEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                            const Evidence& evidence);
  // Client writes: replace the whole claim set by one of this batch. A null value removes.
  Status SetProperty(NodeId node, std::string_view property, const Value& value, const Evidence& evidence = {});
  Status SetProperty(EdgeId edge, std::string_view property, const Value& value, const Evidence& evidence = {});
  Status AddLabel(NodeId node, std::string_view label);
  Status RemoveLabel(NodeId node, std::string_view label);
  Status DeleteEdge(EdgeId edge);
  Status DeleteNode(NodeId node);  // kConflict while it has edges

  // Import's way of writing: add claims, never a second edge. One *source* is one set of documents.
  // - The same source, entity and property replaces its own earlier claim (claims about times that do not overlap stand
  //   side by side). A claim equal but for its locator adds the locator to the earlier one; else it changes nothing.
  // - Nodes are found by key or a unique identifier of one of the labels, and created if new; without any of these a
  //   row always makes a node. kConflict: two identifiers belong to different nodes, or a value is taken.
  // - Edges are the same when from, type, to and the identity properties of the ontology are (either direction where
  //   the type is symmetric) and their valid times overlap. For types outside the ontology, where CreateEdge and Cypher
  //   always make a new edge, import takes from, type, to, all properties and the documents as identity, so that the
  //   same rows read again change nothing.
  struct Merged {
    NodeId node;
    EdgeId edge;
    bool created = false, changed = false;
    uint64_t statement = 0;  // in a bulk transaction, of an edge that gets its id at the commit: counts from 1
  };
  Result<Merged> MergeNode(const std::vector<std::string>& labels, const Properties& properties,
                           const Evidence& evidence, const std::map<std::string, Evidence>& overrides = {});
  Result<Merged> MergeEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                           const Evidence& evidence, const std::map<std::string, Evidence>& overrides = {});

  // Statements made ready by other threads, for bulk transactions: their names, evidence and properties are numbers and
  // bytes already. Ids of types and properties: view(); both must have been used before.
  Result<EvidenceId> NumberOf(const Evidence& evidence);
  struct ReadyEdge {
    TypeId type;
    NodeId from, to;
    EvidenceId evidence;          // of the edge and its properties
    std::string_view properties;  // EncodeProperties of record.h; empty: none
  };
  // As the other MergeEdge, of which it gives the number of the statement; 0, and nothing was done, where that one must be
  // used: between older nodes.
  Result<uint64_t> MergeEdge(const ReadyEdge& edge);

  // True if nothing was changed; Commit then makes no batch and returns id 0.
  bool empty() const;
  Result<BatchInfo> Commit();

 private:
  friend class Database;
  struct State;
  explicit Transaction(std::unique_ptr<State> state);
  GraphWriter& writer();
  std::unique_ptr<State> state_;  // null once committed
};

// For bulk transactions.
struct BulkOptions {
  uint64_t memory_bytes = 1ull << 30;  // about what may be gathered in memory; besides some 60 bytes a new node
  // Told during the commit for each statement (Merged::statement) that turned out to be about an edge that an earlier
  // one had made; until then it was counted as created.
  std::function<void(uint64_t statement, bool changed)> on_edge_merged;
  // Told the share of the commit that is done, now and then, by one thread at a time; a failure ends the commit.
  std::function<Status(double share)> during_commit;
};

// What Database::Undo did, or would do.
struct UndoReport {
  BatchInfo batch;              // that was made; its `undoes` are the batch asked for and those taken along. Id 0: a plan
  std::vector<BatchId> undone;  // the same, ascending; of a plan, what would be undone
  // Later batches that cannot stand without what is undone, ascending, each with the first reason that was met.
  struct Dependent { BatchId batch; std::string why; };
  std::vector<Dependent> dependents;
  uint64_t removed = 0, restored = 0, changed = 0;  // nodes and edges together
};

// For each batch the standing undo that takes it back, 0 where it stands. `batches`: all of a view, ascending.
std::vector<BatchId> UndoneBy(const std::vector<BatchInfo>& batches);

// Thread-safe. Views and transactions keep what they need alive, but a store stays open until the last of them is gone.
class Database {
 public:
  struct OpenOptions {
    bool create = false;
    bool read_only = false;
    storage::Durability durability = storage::Durability::kEveryCommit;
    std::shared_ptr<const Ontology> ontology;  // for a new store; an old one keeps its own. Null: none.
  };
  // `uri`: a folder, "rocksdb:FOLDER" or "memory:" (always new). kNotFound: no graph there and `create` is false;
  // kLocked: another process writes; kTooNew: made by a later version, or of an earlier format that upgrade.h takes on;
  // kInvalid: something else is stored there. A store that is refused is not changed.
  static Result<std::unique_ptr<Database>> Open(const std::string& uri, const OpenOptions& options);
  // Over a store that the caller made (tests, fault injection).
  static Result<std::unique_ptr<Database>> Open(std::unique_ptr<storage::Store> store, const OpenOptions& options);
  // For upgrade.h: a store whose format is an earlier one.
  static Result<std::unique_ptr<Database>> OpenForUpgrade(std::unique_ptr<storage::Store> store, const std::string& format);
  ~Database();

  // With as_known the cost is a read of the journal for each older entity changed since, and memory for it while the
  // view lives; kNotFound: there is no such batch yet. Else nothing is read.
  Result<ReadView> Read(const ReadOptions& options = {}) const;
  // Takes the writer slot until the transaction commits or is dropped; waits while another thread has it. kLocked: this
  // thread has it already. `info`: who, origin, origin_sha256, note. Ids given out by a dropped transaction stay unused.
  // With a budget the waiting ends with it.
  Result<std::unique_ptr<Transaction>> Begin(const BatchInfo& info, const Budget* budget = nullptr);
  // A transaction for large amounts of new nodes and edges, in bounded memory and many times as fast; the result is the
  // same but for edge ids. What is different before its commit: reads through its view see new nodes by id and by
  // label, but not by key, property or name, nor their edges; new nodes cannot be deleted; edges with a new end get
  // their ids at the commit (until then CreateEdge and MergeEdge give id 0).
  Result<std::unique_ptr<Transaction>> BeginBulk(const BatchInfo& info, const BulkOptions& options = {});
  // Takes back what a batch did, as a batch of its own: then the graph is as the remaining batches make it, one after the
  // other. What later batches wrote stays; values of one source that the batch had replaced come back. An undo can be
  // undone. kNotFound: there is no such batch; kConflict: it is undone already, or later batches depend on it
  // (undo.cc says when) and `with_dependents`, which takes these back too, is not set; the message lists them.
  // Cost: reads what the batch touched and what later batches changed; holds the changes in memory, see kMostUndone.
  struct UndoOptions {
    bool with_dependents = false;
    bool plan_only = false;  // change nothing; dependents are then told, never an error. Works on read-only databases
  };
  Result<UndoReport> Undo(BatchId batch, const UndoOptions& options, const BatchInfo& info, const Budget& budget);
  // Replaces the ontology (labels may be added; what is stored stays). Reads every node of labels whose unique
  // identifiers change. kConflict: two nodes have a value that is now to be unique; then nothing changes.
  Status SetOntology(std::shared_ptr<const Ontology> ontology);
  // Indexes beyond the ontology's identifiers. Reads every node of the label. Making one that is there does nothing;
  // one that a constraint made goes with the constraint.
  Status CreateIndex(const std::string& label, const std::string& property, const std::string& name = {});
  Status DropIndex(const std::string& label, const std::string& property);
  struct IndexInfo { std::string label, property; bool unique = false, declared = false; std::string name; };
  Result<std::vector<IndexInfo>> Indexes() const;  // by label, then property; `key` of labels outside the ontology left out
  // Constraints beyond the ontology's. Uniqueness is looked at with each write, the others when a transaction commits
  // (kConflict, and nothing is written), whatever wrote it: a statement, an import or an undo. Values loaded with a dump
  // are taken as they are. Making one reads what it is about, and fails with kConflict where something breaks it already;
  // one of the same kind on the same property is replaced. While there are any but unique ones, BeginBulk is Begin.
  struct ConstraintInfo {
    std::string name;
    bool edges = false;                        // `of` is a type of edges, else a label
    std::string of, property;
    bool unique = false, exists = false;       // both: a key
    uint32_t types = 0, element_types = 0;     // bits by Value::Type; 0: no rule of the type
    std::string type_text;                     // as shown, "INTEGER|FLOAT"
  };
  Status CreateConstraint(const ConstraintInfo& wanted);
  Status DropConstraint(const std::string& name);   // kNotFound
  Result<std::vector<ConstraintInfo>> Constraints() const;  // by name
  // Read-only databases: catch up with the writer. Waits until no view is open.
  Status Refresh(const Budget& budget);

  // Makes the snapshot that analysis takes where nothing else is said, so that the next process finds it as a file
  // (snapshot_file.h). Does nothing where it would need more memory than that.
  Status KeepSnapshot(uint64_t memory_bytes, const Budget& budget) const;

  // Named projections, kept with the store (projection_json.h is their form). kNotFound names the nearest.
  Status StoreProjection(const Projection& projection);  // kInvalid without a name; replaces one of the same name
  Result<Projection> StoredProjection(const std::string& name) const;
  Result<std::vector<Projection>> StoredProjections() const;  // by name
  Status RemoveProjection(const std::string& name);

  // Looks for damage; never changes anything. `deep`: every edge in both directions, every index entry, every journal
  // entry, checksums. No problems: an empty list.
  Result<std::vector<CheckProblem>> Check(bool deep, const Budget& budget) const;
  // Makes anew what follows from the records (repair.h), as one atomic write that is no batch. `plan`: only says what it
  // would do. Keeps what it changes in memory. Takes the writer slot.
  Result<RepairReport> Repair(bool plan, const Budget& budget);
  // Writes the whole graph as text, piece by piece (dump.h). kDamaged where a record, the catalog or the journal cannot be
  // read; damage to neighbours, indexes, counts or names does not matter.
  Result<DumpCounts> Dump(const std::function<Status(std::string_view)>& out, const Budget& budget) const;
  struct Stats {
    uint64_t nodes = 0, edges = 0, batches = 0, bytes = 0;
    std::map<std::string, uint64_t> nodes_by_label, edges_by_type;
    std::string format, uri;
  };
  Result<Stats> GetStats(const ReadOptions& options = {}) const;  // bytes, format and uri are today's
  storage::Store& store();

 private:
  friend class Transaction;
  struct State;
  explicit Database(std::shared_ptr<State> state);
  static Result<std::unique_ptr<Database>> OpenOver(std::shared_ptr<State> state, const OpenOptions& options,
                                                    const std::string& format);
  using NumberOf = std::function<uint32_t(NameKind, const std::string&)>;  // of a name, which becomes known by it
  using CatalogChange = std::function<Status(Declared&, const NumberOf&)>;
  Status ChangeCatalog(std::shared_ptr<const Ontology> ontology, const CatalogChange& change);
  Status RefreshNameIndex();
  std::shared_ptr<State> state_;
};

}  // namespace liantu::graph
