// SPDX-License-Identifier: Apache-2.0
// Loads CSV files into a new store and says where the time went and what lies on disk.
//
//   bench_load FILES… STORE      STORE must not exist. In the environment: SCHEMA, a file (schema/industry.json; else no
//                                ontology), and MEMORY_MB, what the import may gather (else its default)
//   PEER=sqlite bench_load FILES… FILE    the same files into SQLite, a reference that every Debian has: a table of nodes with
//                                an index of keys, a table for each edge type with the ends' numbers, indexed both ways; no
//                                evidence, no journal, no journal file, nothing synced before the end
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>
#include <unistd.h>

#include "base/files.h"
#include "graph/database.h"
#include "io/csv_reader.h"
#include "io/import.h"

using namespace liantu;

namespace {
double Cpu() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}
double MaxRss() {  // MB, so far
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_maxrss) / 1024;
}
// SQLite's side. Headers are those of neo4j-admin; columns keep their order and get the names c0, c1, …
class SqliteLoad {
 public:
  explicit SqliteLoad(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) Fail();
    Run("PRAGMA journal_mode=OFF");
    Run("PRAGMA synchronous=OFF");
    Run("PRAGMA cache_size=-1000000");
    Run("BEGIN");
    Run("CREATE TABLE node(n INTEGER PRIMARY KEY, key TEXT, label TEXT, c0, c1, c2, c3, c4, c5, c6, c7)");
  }
  ~SqliteLoad() { sqlite3_close(db_); }
  uint64_t nodes = 0, edges = 0;

  void Load(const std::string& path, bool edge_files) {
    auto reader = io::CsvReader::Open(path);
    if (!reader.ok() || !*reader->Next()) std::exit(1);
    int start = -1, end = -1, type = -1, id = -1, label = -1;
    std::vector<int> others;
    std::vector<bool> integer;
    for (size_t i = 0; i < reader->size(); ++i) {
      const std::string_view name = (*reader)[i];
      const int at = static_cast<int>(i);
      if (name.find(":START_ID") != name.npos) start = at;
      else if (name.find(":END_ID") != name.npos) end = at;
      else if (name == ":TYPE") type = at;
      else if (name.find(":ID") != name.npos) id = at;
      else if (name == ":LABEL") label = at;
      else others.push_back(at), integer.push_back(name.ends_with(":int"));
    }
    if ((start >= 0) != edge_files) return;
    if (edge_files) CreateIndex();
    const auto bind = [&](sqlite3_stmt* s, int place, std::string_view text, bool number) {
      if (text.empty()) sqlite3_bind_null(s, place);
      else if (number) sqlite3_bind_int64(s, place, std::strtoll(std::string(text).c_str(), nullptr, 10));
      else sqlite3_bind_text(s, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    };
    const auto cell = [&](int i) { return i < 0 ? std::string_view() : (*reader)[static_cast<size_t>(i)]; };
    while (*reader->Next()) {
      sqlite3_stmt* s = nullptr;
      int place = 0;
      if (edge_files) {
        s = Edges(std::string(cell(type)), others.size());
        sqlite3_bind_int64(s, ++place, numbers_.at(std::string(cell(start))));
        sqlite3_bind_int64(s, ++place, numbers_.at(std::string(cell(end))));
        ++edges;
      } else {
        if (node_ == nullptr) node_ = Prepare("INSERT INTO node VALUES(?,?,?,?,?,?,?,?,?,?,?)");
        s = node_;
        numbers_.emplace(cell(id), static_cast<int64_t>(++nodes));
        sqlite3_bind_int64(s, ++place, static_cast<int64_t>(nodes));
        bind(s, ++place, cell(id), false);
        bind(s, ++place, cell(label), false);
      }
      for (size_t i = 0; i < others.size() && i < 8; ++i) bind(s, ++place, cell(others[i]), integer[i]);
      if (sqlite3_step(s) != SQLITE_DONE) Fail();
      sqlite3_reset(s);
      sqlite3_clear_bindings(s);
    }
  }
  void Finish() {
    for (auto& [type, statement] : edge_) {
      sqlite3_finalize(statement);
      Run("CREATE INDEX \"" + type + "_out\" ON \"" + type + "\"(a, b)");
      Run("CREATE INDEX \"" + type + "_in\" ON \"" + type + "\"(b, a)");
    }
    sqlite3_finalize(node_);
    Run("COMMIT");
    Run("ANALYZE");
  }

 private:
  [[noreturn]] void Fail() {
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db_));
    std::exit(1);
  }
  void Run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail();
  }
  sqlite3_stmt* Prepare(const std::string& sql) {
    sqlite3_stmt* s = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &s, nullptr) != SQLITE_OK) Fail();
    return s;
  }
  void CreateIndex() {
    if (!indexed_) Run("CREATE INDEX node_key ON node(key)");
    indexed_ = true;
  }
  sqlite3_stmt* Edges(const std::string& type, size_t columns) {
    auto at = edge_.find(type);
    if (at != edge_.end()) return at->second;
    std::string names, marks;
    for (size_t i = 0; i < columns; ++i) names += ", c" + std::to_string(i), marks += ",?";
    Run("CREATE TABLE \"" + type + "\"(a INTEGER, b INTEGER" + names + ")");
    return edge_.emplace(type, Prepare("INSERT INTO \"" + type + "\" VALUES(?,?" + marks + ")")).first->second;
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* node_ = nullptr;
  bool indexed_ = false;
  std::map<std::string, sqlite3_stmt*> edge_;
  std::unordered_map<std::string, int64_t> numbers_;  // the quickest way to numbers that there is
};

int LoadSqlite(const std::vector<std::string>& paths, const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  const auto wall = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  {
    SqliteLoad load(file);
    for (const bool edges : {false, true}) {
      for (const std::string& path : paths) load.Load(path, edges);
    }
    load.Finish();
    std::printf("loaded: wall %.2f s, cpu %.2f s, rss %.0f MB, %llu nodes, %llu edges\n", wall(), Cpu(), MaxRss(),
                static_cast<unsigned long long>(load.nodes), static_cast<unsigned long long>(load.edges));
  }
  ::sync();
  std::printf("closed: wall %.2f s\non disk: %.1f MB\n", wall(), 1e-6 * static_cast<double>(std::filesystem::file_size(file)));
  return 0;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::vector<std::string> paths(argv + 1, argv + argc - 1);
  const std::string store = argv[argc - 1];
  if (const char* peer = std::getenv("PEER")) return std::string_view(peer) == "sqlite" ? LoadSqlite(paths, store) : 2;
  std::shared_ptr<const graph::Ontology> ontology;
  if (const char* schema = std::getenv("SCHEMA")) {
    const auto text = ReadFile(schema);
    if (!text.ok()) return std::fprintf(stderr, "%s\n", text.status().message().c_str()), 1;
    const auto parsed = graph::Ontology::Parse(*text, schema);
    if (!parsed.ok()) return std::fprintf(stderr, "%s\n", parsed.status().message().c_str()), 1;
    ontology = *parsed;
  }
  auto db = graph::Database::Open(store, {.create = true, .ontology = ontology});
  if (!db.ok()) return std::fprintf(stderr, "%s\n", db.status().message().c_str()), 1;
  const auto start = std::chrono::steady_clock::now();
  const auto wall = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  Budget budget;
  int told = -1;
  budget.set_progress([&](double share) {
    const int now = static_cast<int>(share * 20);
    if (now == told) return;
    told = now;
    std::printf("%3.0f %%  wall %6.2f s  cpu %6.2f s  rss %5.0f MB\n", 100 * share, wall(), Cpu(), MaxRss());
    std::fflush(stdout);
  });
  io::ImportOptions options;
  if (const char* memory = std::getenv("MEMORY_MB")) options.memory_bytes = std::strtoull(memory, nullptr, 10) << 20;
  auto report = io::Import(**db, paths, options, budget);
  if (!report.ok()) return std::fprintf(stderr, "%s\n", report.status().message().c_str()), 1;
  std::printf("loaded: wall %.2f s, cpu %.2f s, rss %.0f MB, %llu nodes, %llu edges\n", wall(), Cpu(), MaxRss(),
              static_cast<unsigned long long>(report->batch.nodes_created), static_cast<unsigned long long>(report->batch.edges_created));
  db->reset();
  std::printf("closed: wall %.2f s\n", wall());
  uint64_t bytes = 0, snapshots = 0;
  for (const auto& file : std::filesystem::directory_iterator(store)) {
    if (!file.is_regular_file()) continue;
    (file.path().filename().string().starts_with("snapshot-") ? snapshots : bytes) += file.file_size();
  }
  std::printf("on disk: %.1f MB, and %.1f MB of snapshot files\n", static_cast<double>(bytes) * 1e-6, static_cast<double>(snapshots) * 1e-6);
}
