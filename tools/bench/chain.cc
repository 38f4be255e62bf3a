// SPDX-License-Identifier: Apache-2.0
// Times the industry questions in process, without the program's start and without printing: the answer of chain/ alone, on a
// store that is there. Every question is asked by a reader of its own, as each run of the program does; the first time is not
// counted, since it may make the columns that are kept beside the store.
//
//   bench_chain STORE [ROUNDS [WORDS]]     default 5 rounds, of the questions whose line holds the words, all unless given; prints the
//                                          median and least wall time and the least processor time of each question, in ms
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "chain/connect.h"
#include "chain/gaps.h"
#include "chain/leaders.h"
#include "chain/linkage.h"
#include "chain/links.h"
#include "chain/matrix.h"
#include "chain/profile.h"
#include "chain/risk.h"

using namespace liantu;
using namespace liantu::chain;

namespace {

template <class T>
T Need(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "bench_chain: %s\n", result.status().message().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

double Processor() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}
double Wall() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: bench_chain STORE [ROUNDS [WORDS]]\n", stderr);
    return 2;
  }
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  const std::string words = argc > 3 ? argv[3] : "";
  const auto database = Need(graph::Database::Open(argv[1], {.read_only = true}));
  const graph::ReadView view = Need(database->Read());
  const Budget budget;
  struct Question {
    std::string text;
    std::function<void(Reader&)> ask;
  };
  std::vector<Question> questions;
  const auto entity = [](Reader& reader, const std::string& text) { return Need(reader.Resolve(text, {})); };
  const auto two = [&](const char* name, const std::string& a, const std::string& b, const auto& ask) {
    questions.push_back({Text(name, " ", a, " ", b), [&, a, b, ask](Reader& reader) { ask(reader, entity(reader, a), entity(reader, b)); }});
  };
  const auto one = [&](const char* name, const std::string& a, const auto& ask) {
    questions.push_back({Text(name, " ", a), [&, a, ask](Reader& reader) { ask(reader, entity(reader, a)); }});
  };
  // City:110100 holds a tenth of all companies, City:440100 is of middle size; c00000012 has many customers.
  for (const GroupBy by : {GroupBy::kCity, GroupBy::kProvince, GroupBy::kDistrict, GroupBy::kCluster}) {
    questions.push_back({Text("linkage --all --by ", GroupByName(by)), [&, by](Reader& reader) { Need(FindMatrix(reader, {.by = by}, budget)); }});
  }
  const auto linkage = [&](Reader& reader, const Entity& a, const Entity& b) { Need(FindLinkage(reader, a, b, {}, budget)); };
  two("linkage", "City:110100", "City:120100", linkage);
  two("linkage", "City:110100", "City:440100", linkage);
  two("linkage", "City:430100", "City:440100", linkage);
  two("linkage", "Cluster:k000003", "Cluster:k000004", linkage);
  const auto links = [&](Reader& reader, const Entity& a, const Entity& b) { Need(FindLinks(reader, a, b, {}, budget)); };
  two("links", "City:110100", "City:120100", links);
  two("links", "City:440100", "City:120100", links);
  const auto compare = [&](Reader& reader, const Entity& a, const Entity& b) { Need(Compare(reader, a, b, {}, budget)); };
  two("compare", "City:110100", "City:440100", compare);
  two("compare", "City:440100", "City:430100", compare);
  two("path", "Company:c00000012", "Company:c00900000", [&](Reader& reader, const Entity& a, const Entity& b) { Need(FindConnections(reader, a, b, {}, budget)); });
  for (const char* who : {"Company:c00000012", "City:440100"}) one("risk", who, [&](Reader& reader, const Entity& a) { Need(FindRisk(reader, a, {}, budget)); });
  // Of a store with chains of segments only: Chain:h0000 has 40.
  if (Reader reader(view, Lang::kZh); reader.Resolve("Chain:h0000", {}).ok()) {
    const auto gaps = [&](Reader& reader, const Entity& place, const Entity& chain) { Need(FindGaps(reader, place, chain, {}, budget)); };
    two("gaps", "City:440100", "Chain:h0000", gaps);
    two("gaps", "City:110100", "Chain:h0000", gaps);
  }
  for (const char* who : {"City:110100", "City:440100", "Company:c00000012"}) one("show", who, [&](Reader& reader, const Entity& a) { Need(MakeProfile(reader, a, {}, budget)); });
  for (const char* where : {"City:110100", "City:440100"}) one("leaders", where, [&](Reader& reader, const Entity& a) { Need(FindLeaders(reader, a, budget)); });
  for (const Question& question : questions) {
    if (question.text.find(words) == std::string::npos) continue;
    std::vector<double> walls;
    double processor = 1e99;
    for (int round = 0; round <= rounds; ++round) {
      const double wall_before = Wall(), processor_before = Processor();
      Reader reader(view, Lang::kZh);
      question.ask(reader);
      if (round == 0) continue;
      walls.push_back(Wall() - wall_before);
      processor = std::min(processor, Processor() - processor_before);
    }
    std::sort(walls.begin(), walls.end());
    std::printf("%-48s wall %7.1f ms, at least %7.1f   processor %7.1f ms\n", question.text.c_str(), walls[walls.size() / 2], walls[0], processor);
    std::fflush(stdout);
  }
}
