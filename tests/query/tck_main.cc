// SPDX-License-Identifier: Apache-2.0
// tck FOLDER [--failures] [--filter TEXT] [--reference]: runs the feature files of a folder and prints how many scenarios of each folder
// pass; with --reference by the reference executor.
#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "tck_runner.h"

int main(int argc, char** argv) {
  std::string folder, filter;
  bool failures = false, reference = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--failures") {
      failures = true;
    } else if (word == "--reference") {
      reference = true;
    } else if (word == "--filter" && i + 1 < argc) {
      filter = argv[++i];
    } else if (folder.empty() && !word.starts_with("-")) {
      folder = word;
    } else {
      folder.clear();
      break;
    }
  }
  if (folder.empty()) {
    std::cerr << "usage: tck FOLDER [--failures] [--filter TEXT] [--reference]\n";
    return 2;
  }
  const auto outcomes = liantu::tck::RunFolder(folder, filter, reference, [&](const liantu::tck::Outcome& outcome) {
    if (failures && !outcome.passed) std::cout << "FAILED " << outcome.Key() << "\n    " << outcome.reason << std::endl;
  });
  if (!outcomes.ok()) {
    std::cerr << "tck: " << outcomes.status().message() << "\n";
    return 1;
  }
  std::map<std::string, std::pair<int, int>> totals;
  std::pair<int, int> total;
  for (const auto& outcome : *outcomes) {
    const size_t slash = outcome.file.rfind('/');
    auto& t = totals[slash == std::string::npos ? "." : outcome.file.substr(0, slash)];
    for (auto* pair : {&t, &total}) {
      pair->first += outcome.passed;
      ++pair->second;
    }
  }
  for (const auto& [name, pair] : totals) std::printf("%5d of %5d  %s\n", pair.first, pair.second, name.c_str());
  std::printf("%5d of %5d  all (%.2f %%)\n", total.first, total.second, total.second ? 100.0 * total.first / total.second : 0.0);
  return total.first == total.second ? 0 : 1;
}
