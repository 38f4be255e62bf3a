// SPDX-License-Identifier: Apache-2.0
// bench_analysis GRAPH… [--task TEXT]… [--peer NAME]… [--rounds N] [--threads N]: the same tasks on the same synthetic graph by our
// kernels, Boost.Graph, igraph and hand-written floors, in turns within one process, so that other load on the machine meets all alike.
// Prints a JSON line per peer, task and number of threads (medians of the rounds, wall and processor seconds) and a table: our wall
// time, and the processor time of the others on one thread divided by ours. Answers are compared.
// bench_analysis --stops GRAPH… and --growth GRAPH…: see bench.h.
#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "bench.h"

namespace {

// Medians over the rounds.
struct Times {
  std::vector<double> walls, processors;
  std::string answer;
  static double Median(std::vector<double> list) {
    std::sort(list.begin(), list.end());
    return list[list.size() / 2];
  }
  double wall() const { return Median(walls); }
  double processor() const { return Median(processors); }
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> graphs, only_tasks, only_peers;
  int rounds = 3, only_threads = 0;
  bool stops = false, growth = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--", 0) != 0) graphs.push_back(word);
    else if (word == "--stops") stops = true;
    else if (word == "--growth") growth = true;
    else if (word == "--task" && i + 1 < argc) only_tasks.push_back(argv[++i]);
    else if (word == "--peer" && i + 1 < argc) only_peers.push_back(argv[++i]);
    else if (word == "--rounds" && i + 1 < argc) rounds = std::atoi(argv[++i]);
    else if (word == "--threads" && i + 1 < argc) only_threads = std::atoi(argv[++i]);
  }
  if (graphs.empty()) {
    std::fprintf(stderr, "usage: bench_analysis GRAPH… [--task TEXT]… [--peer NAME]… [--rounds N] [--threads N] [--stops|--growth]   graphs: S M L ball rmat20\n");
    return 2;
  }
  if (stops || growth) {
    if (only_threads > 0) omp_set_num_threads(only_threads);
    if (growth) bench::MeasureGrowth(graphs, only_tasks);
    for (size_t i = 0; stops && i < graphs.size(); ++i) bench::MeasureStops(graphs[i], only_tasks);
    return 0;
  }
  for (const std::string& name : graphs) {
    const bench::Graph g = bench::MakeGraph(name), u = bench::Undirected(g);
    std::vector<bench::Peer> peers;
    const std::pair<const char*, bench::Peer (*)(const bench::Graph&, const bench::Graph&)> makers[] = {
        {"liantu", bench::Liantu}, {"Boost.Graph", bench::BoostGraph}, {"igraph", bench::Igraph}, {"floor", bench::Floor}};
    for (const auto& [peer_name, make] : makers) {
      if (!only_peers.empty() && std::find(only_peers.begin(), only_peers.end(), peer_name) == only_peers.end()) continue;
      peers.push_back(make(g, u));
      const bench::Peer& p = peers.back();
      std::printf("{\"suite\":\"analysis\",\"graph\":\"%s\",\"vertices\":%u,\"edges\":%zu,\"peer\":\"%s\",\"task\":\"build\",\"seconds\":%.4f,\"bytes_per_edge\":%.1f}\n",
                  name.c_str(), g.n, g.m(), p.name.c_str(), p.build_seconds, p.bytes_per_edge);
    }
    std::vector<std::string> order;
    std::map<std::string, std::map<std::string, Times>> results;  // task, peer and threads
    for (const auto& t : peers[0].tasks) {
      const bool wanted = only_tasks.empty() || std::any_of(only_tasks.begin(), only_tasks.end(), [&](const std::string& only) { return t.name.find(only) != std::string::npos; });
      if (wanted && (order.empty() || order.back() != t.name)) order.push_back(t.name);
    }
    for (const std::string& task : order) {
      for (int round = 0; round < rounds; ++round) {
        for (const auto& peer : peers) {
          for (const auto& t : peer.tasks) {
            if (t.name != task || (only_threads > 0 && t.threads != only_threads)) continue;
            omp_set_num_threads(t.threads);
            const double wall = bench::Now(), processor = bench::ProcessorSeconds();
            std::string answer = t.run();
            Times& times = results[task][peer.name + (t.threads > 1 ? ", 2 threads" : "")];
            times.processors.push_back(bench::ProcessorSeconds() - processor);
            times.walls.push_back(bench::Now() - wall);
            times.answer = std::move(answer);
          }
        }
      }
      const auto first = results[task].find(only_threads > 1 ? "liantu, 2 threads" : "liantu");
      const std::string ours = first == results[task].end() ? "" : first->second.answer;
      for (const auto& [who, times] : results[task]) {
        if (times.walls.empty()) continue;
        std::printf("{\"suite\":\"analysis\",\"graph\":\"%s\",\"peer\":\"%s\",\"task\":\"%s\",\"seconds\":%.4f,\"processor_seconds\":%.4f,\"answer\":\"%s\"%s}\n", name.c_str(),
                    who.c_str(), task.c_str(), times.wall(), times.processor(), times.answer.c_str(),
                    times.answer.empty() || ours.empty() || times.answer == ours ? "" : ",\"differs\":true");
      }
      std::fflush(stdout);
    }
    std::printf("\n| %s (%u vertices, %zu edges) | liantu | liantu, 2 threads | Boost.Graph / liantu | igraph / liantu | floor / liantu |\n| --- | --- | --- | --- | --- | --- |\n", name.c_str(), g.n, g.m());
    for (const std::string& task : order) {
      const auto& r = results[task];
      const auto cell = [&](const char* who) {
        const auto it = r.find(who);
        char text[32] = "–";
        if (it != r.end() && r.count("liantu")) std::snprintf(text, sizeof text, "%.2f", it->second.processor() / r.at("liantu").processor());
        return std::string(text);
      };
      const auto seconds = [&](const char* who) {
        const auto it = r.find(who);
        char text[32] = "–";
        if (it != r.end()) std::snprintf(text, sizeof text, "%.3f s", it->second.wall());
        return std::string(text);
      };
      std::printf("| %s | %s | %s | %s | %s | %s |\n", task.c_str(), seconds("liantu").c_str(), seconds("liantu, 2 threads").c_str(), cell("Boost.Graph").c_str(),
                  cell("igraph").c_str(), cell("floor").c_str());
    }
    std::printf("\n");
  }
  return 0;
}
