// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz entry without libFuzzer: files given on the command line once each, or random inputs and mutations of
// them for some seconds. No coverage feedback; it finds what random bytes find. The last input is kept in memory only:
// on a crash rerun with the seed that was printed.
//
//   csv_fuzz --seconds 30 [--seed N]      csv_fuzz FILE…
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Run(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size()); }

// Pieces that matter to text formats and queries: quotes, separators, line ends, marks, cut and overlong UTF-8, NUL, clauses.
const std::vector<std::string> kPieces = {
    "\"", "\"\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", ":ID(Company)", "@source", "a", "企业", "\xEF\xBB\xBF", "\xE7",
    "\xC0\x80", std::string(1, '\0'), " ", "'", "\\", "{", "}", "[", "]", "(", ")", "1", "-", ".", "\xF0\x9F\x98\x80",
    " MATCH (a)-[r:R*1..2]->(b:B {x: $p})", " WHERE a.x = 1 AND ", " RETURN ", " WITH *, count(*) AS n ", "EXISTS { ", "[x IN ", "CASE WHEN ", "(a)-->(b)"};

std::string Mutate(std::string input, std::mt19937_64& random) {
  for (uint64_t edits = 1 + random() % 8; edits > 0; --edits) {
    const size_t at = input.empty() ? 0 : random() % (input.size() + 1);
    switch (random() % 5) {
      case 0: input.insert(at, kPieces[random() % kPieces.size()]); break;
      case 1: input.insert(at, 1, static_cast<char>(random())); break;
      case 2: if (at < input.size()) input.erase(at, 1 + random() % 4); break;
      case 3: if (at < input.size()) input[at] = static_cast<char>(random()); break;
      case 4: input.insert(at, input.substr(0, random() % 64)); break;
    }
  }
  if (input.size() > 8192) input.resize(8192);
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 30;
  uint64_t seed = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  bool files = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seconds" && i + 1 < argc) {
      seconds = std::atof(argv[++i]);
    } else if (word == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::ifstream in(word, std::ios::binary);
      Run(std::string(std::istreambuf_iterator<char>(in), {}));
      files = true;
    }
  }
  if (files) return 0;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  std::mt19937_64 random(seed);
  std::vector<std::string> pool = {"", " key,name\n1,\"a\"\"b\"\r\n\n2,c\n", " :START_ID,:END_ID,:TYPE\na,b,HOSTS\n",
                                   "MATCH (a:A&!B WHERE a.x > 1)-[r:R]->+(b) WITH a, count(*) AS n ORDER BY n CALL (a) { MATCH (a)--(c) RETURN c LIMIT 1 } RETURN a.x, [y IN n | y], n + 1"};
  const auto start = std::chrono::steady_clock::now();
  uint64_t runs = 0;
  while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds) {
    for (int i = 0; i < 256; ++i, ++runs) {
      std::string input = Mutate(pool[random() % pool.size()], random);
      Run(input);
      if (pool.size() < 4096) pool.push_back(std::move(input));
      else pool[random() % pool.size()] = std::move(input);
    }
  }
  std::printf("%llu inputs, no fault\n", static_cast<unsigned long long>(runs));
}
