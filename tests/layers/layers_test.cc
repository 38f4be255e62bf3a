// SPDX-License-Identifier: Apache-2.0
// A folder of src/ includes only folders below it (docs/architecture.md), and heavy libraries stay where they belong.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {
namespace fs = std::filesystem;

const fs::path kSource = fs::path(LIANTU_SOURCE_DIR) / "src";

// What each folder may include besides itself.
const std::map<std::string, std::set<std::string>> kBelow = {
    {"base", {}},
    {"storage", {"base"}},
    {"text", {"base"}},
    {"graph", {"base", "storage", "text"}},
    {"analysis", {"base", "storage", "text", "graph"}},
    {"io", {"base", "storage", "text", "graph"}},
    {"query", {"base", "storage", "text", "graph", "analysis", "io"}},
    {"chain", {"base", "storage", "text", "graph", "analysis", "io", "query"}},
    {"report", {"base", "storage", "text", "graph", "analysis", "io", "query", "chain"}},
    {"server", {"base", "storage", "text", "graph", "analysis", "io", "query", "chain", "report"}},
    {"cli", {"base", "storage", "text", "graph", "analysis", "io", "query", "chain", "report", "server"}},
};

// Folders in which a library's headers may be included.
const std::vector<std::pair<std::string, std::set<std::string>>> kLibraries = {
    {"<rocksdb/", {"storage"}},      {"<boost/graph/", {"analysis"}}, {"<cxxopts.hpp>", {"cli"}},
    {"<opencc/", {"text"}},          {"<unicode/", {"text", "io", "graph", "query"}},   {"<Eigen/", {"analysis"}},
    {"<graphviz/", {"report"}},      {"<openssl/", {"base", "server"}}, {"<boost/asio/", {"server"}},
};

std::vector<fs::path> Sources() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kSource)) {
    const auto extension = entry.path().extension();
    if (extension == ".h" || extension == ".cc") files.push_back(entry.path());
  }
  return files;
}

std::vector<std::string> Includes(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#include ")) names.push_back(line.substr(9));
  }
  return names;
}

TEST(Layers, AFolderIncludesOnlyFoldersBelowIt) {
  const auto files = Sources();
  ASSERT_GT(files.size(), 5u);
  for (const fs::path& file : files) {
    const std::string folder = (*fs::relative(file, kSource).begin()).string();
    ASSERT_TRUE(kBelow.contains(folder)) << folder << " has no place in the layers";
    for (const std::string& include : Includes(file)) {
      if (!include.starts_with('"')) continue;
      const size_t slash = include.find('/');
      ASSERT_NE(slash, std::string::npos) << file << " includes " << include << " without its folder";
      const std::string other = include.substr(1, slash - 1);
      EXPECT_TRUE(other == folder || kBelow.at(folder).contains(other)) << file << " includes " << include;
    }
  }
}

TEST(Layers, LibrariesStayInTheirFolders) {
  for (const fs::path& file : Sources()) {
    const std::string folder = (*fs::relative(file, kSource).begin()).string();
    for (const std::string& include : Includes(file)) {
      for (const auto& [library, folders] : kLibraries) {
        if (include.starts_with(library)) {
          EXPECT_TRUE(folders.contains(folder)) << file << " includes " << include;
        }
      }
    }
  }
}

TEST(Layers, EveryFileNamesItsLicence) {
  for (const fs::path& file : Sources()) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    EXPECT_EQ(line, "// SPDX-License-Identifier: Apache-2.0") << file;
  }
}

}  // namespace
