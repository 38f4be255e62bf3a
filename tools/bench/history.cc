// SPDX-License-Identifier: Apache-2.0
// What history costs: the same random changes written to two stores, one with the journal and one without (a switch of
// the writer that only views of the past use otherwise), then the present read from both, then the past and an undo.
//
//   bench_history [NODES [EDGES [ROUNDS]]]     default 100000 1000000 10
//
// Rounds of the two stores take turns. Times are processor seconds of the process, the best round of each; sizes are bytes on
// disk after a compaction by closing and opening.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "graph/writer.h"

namespace {

using namespace liantu;
using namespace liantu::graph;

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_history: %s\n", status.message().c_str());
  std::exit(1);
}
template <class T>
T Get(Result<T> result) {
  Check(result.status());
  return *std::move(result);
}

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double Seconds(const std::function<void()>& work) {
  const double begin = ProcessorSeconds();
  work();
  return ProcessorSeconds() - begin;
}

// A store written through the store-level writer, which alone can leave the journal out.
class Subject {
 public:
  Subject(std::string folder, GraphWriter::Purpose purpose) : folder_(std::move(folder)), purpose_(purpose), random_(7) {
    Get(Database::Open(folder_, {.create = true}));
    store_ = Get(storage::OpenStore(folder_, {.durability = storage::Durability::kSoon}));
  }

  void Batch(const std::function<void(GraphWriter&)>& changes) {
    auto state = std::make_shared<ReadView::State>();
    state->view = store_->OpenView();
    state->names = Get(Names::Load(*state->view));
    state->ontology = Ontology::None();
    state->indexes = std::make_shared<IndexSet>(*state->ontology, *state->names, Declared());
    state->cache = std::make_shared<CatalogCache>();
    GraphWriter writer(state, Get(NextIds::Load(*state->view)), {.who = "bench"}, purpose_);
    changes(writer);
    auto batch = store_->NewBatch();
    Get(writer.Finish(1, *batch));
    Get(store_->Write(batch.get()));
  }

  void Create(uint64_t nodes, uint64_t edges) {
    nodes_ = nodes;
    Batch([&](GraphWriter& writer) {
      Intern(writer);
      for (uint64_t i = 0; i < nodes; ++i) {
        NodeRecord node;
        node.labels = {label_};
        node.evidence = evidence_;
        node.batch = writer.batch();
        node.properties = {{name_, Value("公司" + std::to_string(i)), evidence_, writer.batch()},
                           {count_, Value(static_cast<int64_t>(i)), evidence_, writer.batch()}};
        Get(writer.CreateNode(std::move(node)));
      }
      for (uint64_t i = 0; i < edges; ++i) Tie(writer);
    });
    edges_ = edges;
  }

  // Sets a property of `n` nodes and of as many edges; adds and deletes a fifth of that.
  void Change(uint64_t n) {
    Batch([&](GraphWriter& writer) {
      Intern(writer);
      for (uint64_t i = 0; i < n; ++i) {
        for (const bool edge : {false, true}) {
          auto edit = Get(writer.Edit(edge, 1 + random_() % (edge ? edges_ : nodes_)));
          if (!edit) continue;
          auto* claims = Get(writer.ClaimsOf(*edit, count_));
          *claims = {{Value(static_cast<int64_t>(random_() % 1000)), evidence_, writer.batch()}};
          edit->record().FindOrAdd(count_) = {count_, claims->front().value, evidence_, writer.batch(), false};
          if (purpose_ == GraphWriter::Purpose::kCommit) edit->replaced = {count_};
          Check(writer.StoreEdit(std::move(*edit)));
        }
        if (i % 5 != 0) continue;
        Tie(writer);
        const EdgeId gone{1 + random_() % edges_};
        if (Get(writer.FindEdge(gone)) != nullptr) Check(writer.DeleteEdge(gone));
      }
    });
  }

  void Close() { store_.reset(); }
  uint64_t DiskBytes() const {
    uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_)) bytes += file.is_regular_file() ? file.file_size() : 0;
    return bytes;
  }
  const std::string& folder() const { return folder_; }

 private:
  void Intern(GraphWriter& writer) {
    label_.raw = Get(writer.Intern(NameKind::kLabel, "Company"));
    type_.raw = Get(writer.Intern(NameKind::kType, "SUPPLIES"));
    name_.raw = Get(writer.Intern(NameKind::kProperty, "name"));
    count_.raw = Get(writer.Intern(NameKind::kProperty, "count"));
    evidence_ = Get(writer.Intern(Evidence()));
  }
  void Tie(GraphWriter& writer) {
    EdgeRecord edge;
    edge.type = type_;
    edge.from.raw = 1 + random_() % nodes_;
    edge.to.raw = 1 + random_() % nodes_;
    edge.evidence = evidence_;
    edge.batch = writer.batch();
    Get(writer.CreateEdge(std::move(edge)));
  }

  std::string folder_;
  const GraphWriter::Purpose purpose_;
  std::mt19937_64 random_;
  std::unique_ptr<storage::Store> store_;
  uint64_t nodes_ = 0, edges_ = 0;
  LabelId label_;
  TypeId type_;
  PropertyId name_, count_;
  EvidenceId evidence_;
};

// Every node and its neighbours, as a reader sees them; the sum keeps the work from being left out.
uint64_t ReadAll(const ReadView& view, uint64_t nodes) {
  uint64_t sum = 0;
  std::vector<NodeId> ids;
  for (uint64_t begin = 1; begin <= nodes; begin += 512) {
    ids.clear();
    for (uint64_t id = begin; id < begin + 512 && id <= nodes; ++id) ids.push_back(NodeId{id});
    for (const auto& node : Get(view.GetNodes(ids))) sum += node ? node->properties.size() : 0;
    Check(view.ExpandMany(ids, Direction::kBoth, {}, [&](size_t, const Neighbour& n) {
      sum += n.node.raw;
      return true;
    }));
  }
  return sum;
}

double Best(const std::vector<double>& seconds) { return *std::min_element(seconds.begin(), seconds.end()); }

}  // namespace

int main(int argc, char** argv) {
  const uint64_t nodes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const uint64_t edges = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 10;
  std::string folder = (std::filesystem::temp_directory_path() / "liantu-history-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  {
    Subject with(folder + "/with", GraphWriter::Purpose::kCommit), without(folder + "/without", GraphWriter::Purpose::kPast);
    std::vector<double> create[2], change[2], small[2];
    create[0].push_back(Seconds([&] { with.Create(nodes, edges); }));
    create[1].push_back(Seconds([&] { without.Create(nodes, edges); }));
    for (const bool history : {false, true}) {  // once more, the other way round
      Subject again(folder + (history ? "/again-with" : "/again-without"),
                    history ? GraphWriter::Purpose::kCommit : GraphWriter::Purpose::kPast);
      create[history ? 0 : 1].push_back(Seconds([&] { again.Create(nodes, edges); }));
      again.Close();
    }
    for (int i = 0; i < rounds; ++i) {
      change[0].push_back(Seconds([&] { with.Change(nodes / 20); }));
      change[1].push_back(Seconds([&] { without.Change(nodes / 20); }));
    }
    for (int i = 0; i < 5; ++i) {
      small[0].push_back(Seconds([&] { for (int k = 0; k < 200; ++k) with.Change(1); }));
      small[1].push_back(Seconds([&] { for (int k = 0; k < 200; ++k) without.Change(1); }));
    }
    with.Close();
    without.Close();
    for (const Subject* s : {&with, &without}) Get(Database::Open(s->folder(), {}));
    std::printf("%llu nodes, %llu edges, %d rounds that set %llu nodes and edges, add and delete %llu edges\n\n",
                static_cast<unsigned long long>(nodes), static_cast<unsigned long long>(edges), rounds,
                static_cast<unsigned long long>(nodes / 10), static_cast<unsigned long long>(nodes / 100));
    std::printf("| processor seconds | with history | without | ratio |\n| --- | ---: | ---: | ---: |\n");
    const auto row = [](const char* what, double a, double b) { std::printf("| %s | %.3f | %.3f | %.2f |\n", what, a, b, a / b); };
    row("create everything, one batch", Best(create[0]), Best(create[1]));
    row("a round", Best(change[0]), Best(change[1]));
    row("200 commits of two values each", Best(small[0]), Best(small[1]));
    auto db = Get(Database::Open(with.folder(), {})), plain = Get(Database::Open(without.folder(), {}));
    std::vector<double> read[3];
    uint64_t sums[2] = {};
    for (int i = 0; i < 5; ++i) {
      read[0].push_back(Seconds([&] { sums[0] = ReadAll(Get(db->Read()), nodes); }));
      read[1].push_back(Seconds([&] { sums[1] = ReadAll(Get(plain->Read()), nodes); }));
    }
    if (sums[0] != sums[1]) Check(Status(Code::kInvalid, "the two stores differ"));
    row("read every node and neighbour of the present", Best(read[0]), Best(read[1]));
    const double bytes[2] = {static_cast<double>(with.DiskBytes()), static_cast<double>(without.DiskBytes())};
    std::printf("\n| | |\n| --- | ---: |\n| disk, with and without | %.1f and %.1f MB |\n", bytes[0] * 1e-6, bytes[1] * 1e-6);
    for (const int back : {1, rounds}) {
      const uint64_t batch = 1 + static_cast<uint64_t>(rounds - back);
      ReadView past;
      const double open = Seconds([&] { past = Get(db->Read({.as_known = BatchId{batch}})); });
      const double all = Seconds([&] { ReadAll(past, nodes); });
      std::printf("| open the past before the last %d rounds and 1000 commits; read it whole | %.3f and %.3f s |\n", back, open, all);
    }
    UndoReport undo;
    const double seconds = Seconds([&] { undo = Get(db->Undo(BatchId{static_cast<uint64_t>(rounds)}, {}, {}, Budget())); });
    std::printf("| undo the last round but one: %llu entities | %.3f s |\n",
                static_cast<unsigned long long>(undo.removed + undo.restored + undo.changed), seconds);
  }
  std::filesystem::remove_all(folder);
}
