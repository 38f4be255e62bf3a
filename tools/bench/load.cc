// SPDX-License-Identifier: Apache-2.0
// Loads CSV files into a new store and says where the time went and what lies on disk.
//
//   bench_load FILES… STORE      STORE must not exist; SCHEMA=industry.json for an ontology, else none; MEMORY_MB
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "graph/database.h"
#include "io/import.h"

using namespace liantu;

namespace {
double Cpu() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}
}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::vector<std::string> paths(argv + 1, argv + argc - 1);
  auto db = graph::Database::Open(argv[argc - 1], {.create = true});
  if (!db.ok()) return std::fprintf(stderr, "%s\n", db.status().message().c_str()), 1;
  const auto start = std::chrono::steady_clock::now();
  const auto wall = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  Budget budget;
  int told = -1;
  budget.set_progress([&](double share) {
    const int now = static_cast<int>(share * 20);
    if (now == told) return;
    told = now;
    std::printf("%3.0f %%  wall %6.2f s  cpu %6.2f s\n", 100 * share, wall(), Cpu());
  });
  io::ImportOptions options;
  auto report = io::Import(**db, paths, options, budget);
  if (!report.ok()) return std::fprintf(stderr, "%s\n", report.status().message().c_str()), 1;
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  std::printf("loaded: wall %.2f s, cpu %.2f s, rss %.0f MB, %llu nodes, %llu edges\n", wall(), Cpu(), static_cast<double>(u.ru_maxrss) / 1024,
              static_cast<unsigned long long>(report->batch.nodes_created), static_cast<unsigned long long>(report->batch.edges_created));
  db->reset();
  std::printf("closed: wall %.2f s\n", wall());
}
