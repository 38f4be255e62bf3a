// SPDX-License-Identifier: Apache-2.0
// What the store costs, beside the limits under it measured in the same run: a bare RocksDB with the same bytes, and
// fdatasync.
//
//   bench_store CSV_FOLDER WORK_FOLDER     the files of tools/generate; WORK_FOLDER must not exist, and is removed again
//
// Reads are warm and single-threaded; times are medians of rounds that take turns. Durable commits are wall time.
#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "graph/database.h"
#include "graph/snapshot_file.h"
#include "io/import.h"

namespace {

using namespace liantu;
using namespace liantu::graph;

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_store: %s\n", status.message().c_str());
  std::exit(1);
}
template <class T>
T Get(Result<T> result) {
  Check(result.status());
  return *std::move(result);
}
void Check(const rocksdb::Status& status) {
  if (!status.ok()) Check(Status(Code::kIo, status.ToString()));
}

double Wall() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double Processor() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
uint64_t FolderBytes(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += file.is_regular_file() ? file.file_size() : 0;
  return bytes;
}

// Ours and the limit in turns; microseconds of one of `count` steps, median of rounds.
void Row(const char* what, uint64_t count, const std::function<void()>& ours, const std::function<void()>& limit) {
  std::vector<double> a, b;
  for (int round = 0; round < 7; ++round) {
    double begin = Processor();
    ours();
    a.push_back((Processor() - begin) / static_cast<double>(count) * 1e6);
    begin = Processor();
    if (limit) limit();
    b.push_back((Processor() - begin) / static_cast<double>(count) * 1e6);
  }
  if (limit) std::printf("| %s | %.2f us | %.2f us | %.2f |\n", what, Median(a), Median(b), Median(a) / Median(b));
  else std::printf("| %s | %.2f us | | |\n", what, Median(a));
  std::fflush(stdout);
}

std::string Key(uint64_t id) {
  std::string key;
  PutBigEndian(key, id);
  return key;
}

std::unique_ptr<rocksdb::DB> OpenBare(const std::string& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(256 << 20);
  table.block_size = 16 << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::DB* db = nullptr;
  Check(rocksdb::DB::Open(options, folder, &db));
  return std::unique_ptr<rocksdb::DB>(db);
}

void Reads(Database& database, const std::string& work) {
  const ReadView view = Get(database.Read());
  const LabelId company = view.label("Company");
  const PropertyId key = view.property("key");
  std::vector<NodeId> all;
  Check(view.NodesWithLabel(company, {}, [&](NodeId id) {
    all.push_back(id);
    return true;
  }));
  std::mt19937_64 random(3);
  constexpr size_t kSteps = 20'000;
  std::vector<NodeId> some;
  std::vector<std::string> keys;
  for (size_t i = 0; i < kSteps; ++i) some.push_back(all[random() % all.size()]);
  for (const NodeId id : some) keys.push_back(ToText(*Get(view.GetNode(id))->Property(key)));

  // The bare RocksDB: key → id, id → 60 bytes of record, id → its neighbours as 12 bytes each.
  auto bare = OpenBare(work + "/bare");
  rocksdb::WriteOptions unsynced;
  unsynced.disableWAL = true;
  uint64_t ends = 0;
  for (const NodeId id : all) {
    std::string row(1, 'n');
    row += Key(id.raw);
    Check(bare->Put(unsynced, row, std::string(60, static_cast<char>('a' + id.raw % 23))));
    std::string list;
    for (const Neighbour& n : Get(view.Expand(id, Direction::kBoth))) {
      PutBigEndian(list, n.node.raw);
      PutBigEndian(list, static_cast<uint32_t>(n.edge.raw));
      ++ends;
    }
    row[0] = 'a';
    Check(bare->Put(unsynced, row, list));
  }
  for (size_t i = 0; i < kSteps; ++i) Check(bare->Put(unsynced, "k" + keys[i], Key(some[i].raw)));
  Check(bare->Flush(rocksdb::FlushOptions()));
  Check(bare->CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr));
  std::string value;
  const auto bare_get = [&](char kind, const std::string& rest) { Check(bare->Get(rocksdb::ReadOptions(), std::string(1, kind) + rest, &value)); };

  std::printf("\n| read, one thread, warm | liantu | bare RocksDB | ratio |\n| --- | ---: | ---: | ---: |\n");
  uint64_t sum = 0;
  Row("a node by its key: id and all properties", kSteps, [&] {
    for (const std::string& k : keys) sum += Get(view.GetNode(*Get(view.FindByKey(company, k))))->properties.size();
  }, [&] {
    for (const std::string& k : keys) {
      bare_get('k', k);
      bare_get('n', std::string(value));
    }
  });
  Row("all neighbours of a company", kSteps, [&] {
    for (const NodeId id : some) Check(view.Expand(id, Direction::kBoth, {}, [&](const Neighbour& n) { return sum += n.node.raw, true; }));
  }, [&] {
    for (const NodeId id : some) {
      bare_get('a', Key(id.raw));
      for (size_t i = 0; i + 12 <= value.size(); i += 12) sum += static_cast<uint8_t>(value[i + 7]);
    }
  });
  Row("degree of a company", kSteps, [&] {
    for (const NodeId id : some) sum += Get(view.Degree(id, Direction::kOut));
  }, [&] {
    for (const NodeId id : some) bare_get('a', Key(id.raw));
  });
  Row("properties of 500 companies at once, each", kSteps, [&] {
    for (size_t i = 0; i < kSteps; i += 500) sum += Get(view.GetNodes(std::span(some).subspan(i, 500))).size();
  }, [&] {
    std::vector<std::string> names(500);
    std::vector<rocksdb::Slice> slices(500);
    std::vector<rocksdb::PinnableSlice> values(500);
    std::vector<rocksdb::Status> statuses(500);
    for (size_t i = 0; i < kSteps; i += 500) {
      for (size_t j = 0; j < 500; ++j) {
        names[j] = "n" + Key(some[i + j].raw);
        slices[j] = names[j];
        values[j].Reset();
      }
      bare->MultiGet(rocksdb::ReadOptions(), bare->DefaultColumnFamily(), 500, slices.data(), values.data(), statuses.data());
    }
  });
  // A hub's neighbours, and every node's in order.
  NodeId hub;
  uint64_t most = 0;
  for (const char* label : {"City", "District", "Segment", "Cluster"}) {
    Check(view.NodesWithLabel(view.label(label), {}, [&](NodeId id) {
      const uint64_t degree = Get(view.Degree(id, Direction::kIn));
      if (degree > most) most = degree, hub = id;
      return true;
    }));
  }
  std::vector<double> hub_rates, all_rates;
  for (int round = 0; round < 7; ++round) {
    double begin = Processor();
    const int times = static_cast<int>(std::max<uint64_t>(1, 2'000'000 / most));
    for (int i = 0; i < times; ++i) Check(view.Expand(hub, Direction::kIn, {}, [&](const Neighbour& n) { return sum += n.node.raw, true; }));
    hub_rates.push_back(static_cast<double>(most) * times / (Processor() - begin) * 1e-6);
    uint64_t edges = 0;
    begin = Processor();
    for (size_t i = 0; i < all.size(); i += 4096) {
      Check(view.ExpandMany(std::span(all).subspan(i, std::min<size_t>(4096, all.size() - i)), Direction::kBoth, {},
                            [&](size_t, const Neighbour& n) { return ++edges, sum += n.node.raw, true; }));
    }
    all_rates.push_back(static_cast<double>(edges) / (Processor() - begin) * 1e-6);
  }
  std::printf("\nNeighbours: %.1f million a second of a node that has %llu; %.1f million over all companies in order (%llu ends).\n",
              Median(hub_rates), static_cast<unsigned long long>(most), Median(all_rates), static_cast<unsigned long long>(ends));
  if (sum == 1) std::printf(" ");
}

void Commits(Database& database, const std::string& work) {
  NodeId hub, leaf;
  std::vector<NodeId> nodes;
  {
    const ReadView view = Get(database.Read());
    Check(view.NodesWithLabel(view.label("Company"), {}, [&](NodeId id) { return nodes.push_back(id), nodes.size() < 50'000; }));
    auto tx = Get(database.BeginBulk({.who = "bench"}));
    hub = Get(tx->CreateNode({"Hub"}, {}, {}));
    leaf = Get(tx->CreateNode({"Hub"}, {}, {}));
    for (int i = 0; i < 1'000'000; ++i) Get(tx->CreateEdge("NEAR", hub, nodes[static_cast<size_t>(i) % nodes.size()], {}, {}));
    for (size_t i = 0; i < 10; ++i) Get(tx->CreateEdge("NEAR", leaf, nodes[i], {}, {}));
    Get(tx->Commit());
  }
  size_t next = 0;
  const auto insert = [&](NodeId from) {
    auto tx = Get(database.Begin({.who = "bench"}));
    Get(tx->CreateEdge("NEAR", from, nodes[next++ % nodes.size()], {}, {}));
    Get(tx->Commit());
  };
  std::vector<double> at_hub, at_leaf;
  for (int i = 0; i < 300; ++i) {
    double begin = Processor();
    insert(hub);
    at_hub.push_back((Processor() - begin) * 1e6);
    begin = Processor();
    insert(leaf);
    at_leaf.push_back((Processor() - begin) * 1e6);
  }
  std::printf("\nOne edge at a node of a million: %.0f us of the processor, at a node of ten: %.0f us; ratio %.2f.\n", Median(at_hub),
              Median(at_leaf), Median(at_hub) / Median(at_leaf));

  // Durable: ours, the same bytes (about 700) into a bare RocksDB, a bare append and fdatasync.
  auto bare = OpenBare(work + "/durable");
  const std::string path = work + "/append";
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const std::string bytes(700, 'x');
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::vector<double> ours, rocks, disk;
  for (int i = 0; i < 1000; ++i) {
    double begin = Wall();
    insert(nodes[static_cast<size_t>(i * 37) % nodes.size()]);
    ours.push_back((Wall() - begin) * 1e6);
    begin = Wall();
    Check(bare->Put(synced, Key(static_cast<uint64_t>(i)), bytes));
    rocks.push_back((Wall() - begin) * 1e6);
    begin = Wall();
    if (::write(fd, bytes.data(), bytes.size()) < 0 || ::fdatasync(fd) != 0) Check(Status(Code::kIo, "append"));
    disk.push_back((Wall() - begin) * 1e6);
  }
  ::close(fd);
  std::printf("\nA durable commit of one edge, median: liantu %.0f us, bare RocksDB %.0f us, fdatasync %.0f us; ratio %.2f and %.2f.\n",
              Median(ours), Median(rocks), Median(disk), Median(ours) / Median(rocks), Median(ours) / Median(disk));
  std::printf("\n| clients at once | commits a second |\n| ---: | ---: |\n");
  for (const int clients : {1, 2, 4, 8, 16, 32}) {
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> commits{0};
    std::vector<std::thread> threads;
    const double begin = Wall();
    for (int c = 0; c < clients; ++c) {
      threads.emplace_back([&, c] {
        for (size_t i = static_cast<size_t>(c); !stop; i += 32) {
          auto tx = Get(database.Begin({.who = "bench"}));
          Get(tx->CreateEdge("NEAR", nodes[(i * 101) % nodes.size()], nodes[(i * 31) % nodes.size()], {}, {}));
          Get(tx->Commit());
          ++commits;
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));
    stop = true;
    for (std::thread& t : threads) t.join();
    std::printf("| %d | %.0f |\n", clients, static_cast<double>(commits) / (Wall() - begin));
    std::fflush(stdout);
  }
}

void Snapshots(const std::string& store) {
  double begin = Wall();
  auto database = Get(Database::Open(store, {.read_only = true}));
  const double open = Wall() - begin;
  {
    const ReadView view = Get(database->Read());
    const auto id = Get(view.FindByKey(view.label("Company"), "c00000017"));
    if (id) Get(view.GetNode(*id));
  }
  std::printf("\nOpening the store: %.1f ms, with a first look-up %.1f ms.\n", open * 1e3, (Wall() - begin) * 1e3);
  database.reset();
  const auto remove_files = [&] {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(store)) {
      if (entry.path().filename().string().starts_with("snapshot-")) files.push_back(entry.path());
    }
    for (const auto& file : files) std::filesystem::remove(file);
  };
  const std::string kept = store + "/../kept";
  std::filesystem::create_directory(kept);
  struct Asked {
    const char* name;
    Projection projection;
  };
  const std::vector<Asked> asked = {{"economic types (what analysis takes)", {}},
                                    {"SUPPLIES", {.types = {"SUPPLIES"}}},
                                    {"SUPPLIES, weighted", {.types = {"SUPPLIES"}, .weight = "amount"}},
                                    {"SUPPLIES, undirected", {.types = {"SUPPLIES"}, .undirected = true}}};
  std::printf("\n| snapshot, new process each, page cache warm | edges | built | processors | bytes an edge | its file | written | mapped | after one more edge |\n");
  std::printf("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  const auto timed = [&](const Projection& projection, double* cpu) {
    auto reader = Get(Database::Open(store, {.read_only = true}));
    const ReadView view = Get(reader->Read());
    const double processors = Processor(), wall = Wall();
    const SnapshotPtr snapshot = Get(view.Snap(projection, Budget()));
    if (cpu != nullptr) *cpu = Processor() - processors;
    return std::pair(snapshot, Wall() - wall);
  };
  const auto add_edge = [&] {
    auto writer = Get(Database::Open(store, {}));
    auto tx = Get(writer->Begin({.who = "bench"}));
    Get(tx->CreateEdge("SUPPLIES", NodeId{700}, NodeId{1700}, {{"amount", 1.5}}, {}));
    Get(tx->Commit());
  };
  for (const Asked& a : asked) {
    remove_files();
    double cpu = 0;
    auto [snapshot, built] = timed(a.projection, &cpu);
    const double write_begin = Wall();
    SnapshotFolder(kept).Keep("x", {}, *snapshot);
    const double written = Wall() - write_begin, mapped = timed(a.projection, nullptr).second;
    add_edge();
    const double patched = timed(a.projection, nullptr).second;
    std::printf("| %s | %llu | %.2f s | %.2f s | %.1f | %.1f MB | %.2f s | %.3f s | %.2f s |\n", a.name,
                static_cast<unsigned long long>(snapshot->edge_count()), built - written, cpu,
                static_cast<double>(snapshot->memory_bytes()) / static_cast<double>(snapshot->edge_count()),
                static_cast<double>(FolderBytes(kept)) * 1e-6, written, mapped, patched);
    std::fflush(stdout);
  }
  remove_files();
  std::filesystem::remove_all(kept);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::filesystem::exists(argv[2])) {
    std::fprintf(stderr, "usage: bench_store CSV_FOLDER WORK_FOLDER (which does not exist)\n");
    return 2;
  }
  const std::string work = argv[2], store = work + "/store";
  std::filesystem::create_directories(work);
  {
    const std::string schema = LIANTU_SCHEMA;
    const auto ontology = Get(Ontology::Parse(Get(ReadFile(schema)), schema));
    auto database = Get(Database::Open(store, {.create = true, .ontology = ontology}));
    const double begin = Wall(), cpu = Processor();
    const std::vector<std::string> paths = {argv[1]};
    const io::ImportReport report = Get(io::Import(*database, paths, {}, Budget()));
    Check(report.status());
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    std::printf("Loading %llu nodes and %llu edges: %.1f s, %.1f s of processors, %.0f MB of memory at most.\n",
                static_cast<unsigned long long>(report.batch.nodes_created), static_cast<unsigned long long>(report.batch.edges_created), Wall() - begin,
                Processor() - cpu, static_cast<double>(u.ru_maxrss) / 1024);
  }
  std::printf("On disk: %.1f MB.\n", static_cast<double>(FolderBytes(store)) * 1e-6);
  Snapshots(store);
  {
    auto database = Get(Database::Open(store, {}));
    Reads(*database, work);
    Commits(*database, work);
  }
  std::filesystem::remove_all(work);
}
