// SPDX-License-Identifier: Apache-2.0
// Loads CSV files into a new store and says where the time went and what lies on disk.
//
//   bench_load FILES… STORE      STORE must not exist. In the environment: SCHEMA, a file (schema/industry.json; else no
//                                ontology), and MEMORY_MB, what the import may gather (else 1024)
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "graph/database.h"
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
}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::vector<std::string> paths(argv + 1, argv + argc - 1);
  const std::string store = argv[argc - 1];
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
