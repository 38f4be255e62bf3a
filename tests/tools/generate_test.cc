// SPDX-License-Identifier: Apache-2.0
// The generator of synthetic graphs: the same arguments give the same bytes, the shape is what its head says, and what it
// writes is good input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "base/files.h"
#include "graph/code_check.h"
#include "io/import.h"
#include "storage/temp_folder.h"

namespace liantu {
namespace {

std::string Generated(const storage::TempFolder& folder, const std::string& arguments, const char* name) {
  const std::string out = folder.path() + "/" + name;
  std::istringstream words(arguments);  // SCALE SEED [nodes edges]
  std::string scale, seed, rest;
  words >> scale >> seed;
  std::getline(words, rest);
  const std::string command = "'" LIANTU_BINARY_DIR "/generate' " + scale + " " + seed + " '" + out + "'" + rest + " >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return out;
}

std::map<std::string, std::string> Files(const std::string& folder) {
  std::map<std::string, std::string> files;
  const auto names = ListFolder(folder);
  EXPECT_TRUE(names.ok());
  for (const std::string& name : *names) files[name] = *ReadFile(folder + "/" + name);
  return files;
}

// Rows of cells, without the header; no cell of these files is quoted.
std::vector<std::vector<std::string>> Rows(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

TEST(Generate, TheSameArgumentsGiveTheSameBytesAndAnotherSeedOthers) {
  const storage::TempFolder folder;
  const auto first = Files(Generated(folder, "S 7 2000 10", "a"));
  EXPECT_EQ(first, Files(Generated(folder, "S 7 2000 10", "b")));
  const auto other = Files(Generated(folder, "S 8 2000 10", "c"));
  EXPECT_NE(first.at("synthetic-supplies.csv"), other.at("synthetic-supplies.csv"));
  for (const auto& [name, bytes] : first) EXPECT_TRUE(name.starts_with("synthetic-")) << name;
}

TEST(Generate, CreditCodesAreValidAndNoTwoAreTheSame) {
  const storage::TempFolder folder;
  std::set<std::string> codes;
  const auto rows = Rows(Generated(folder, "S 1 5000 10", "a") + "/synthetic-company.csv");
  for (const auto& row : rows) {
    const auto checked = graph::CheckFormat("uscc", row[2]);
    EXPECT_TRUE(checked.ok()) << row[2] << ": " << checked.status().message();
    codes.insert(row[2]);
  }
  EXPECT_EQ(codes.size(), rows.size());
  EXPECT_GT(rows.size(), 4000u);
}

TEST(Generate, ACityHoldsATenthOfAllCompaniesAndSupplyIsSkewedAndLocal) {
  const storage::TempFolder folder;
  const std::string out = Generated(folder, "S 3 20000 10", "a");
  std::map<std::string, std::string> city_of_district, city_of;
  for (const auto& row : Rows(out + "/synthetic-district-city.csv")) city_of_district[row[0]] = row[1];
  std::map<std::string, size_t> companies;
  for (const auto& row : Rows(out + "/synthetic-company-district.csv")) ++companies[city_of[row[0]] = city_of_district.at(row[1])];
  size_t largest = 0;
  for (const auto& [city, count] : companies) largest = std::max(largest, count);
  const auto share = [](size_t part, size_t all) { return static_cast<double>(part) / static_cast<double>(all); };
  EXPECT_NEAR(share(largest, city_of.size()), 0.1, 0.03);

  std::map<std::string, size_t> sold, bought;
  size_t ties = 0, local = 0;
  for (const auto& row : Rows(out + "/synthetic-supplies.csv")) {
    ++sold[row[0]];
    ++bought[row[1]];
    ++ties;
    local += city_of.at(row[0]) == city_of.at(row[1]);
  }
  for (const auto& degrees : {sold, bought}) {
    std::vector<size_t> sorted;
    for (const auto& [key, degree] : degrees) sorted.push_back(degree);
    std::sort(sorted.rbegin(), sorted.rend());
    size_t top = 0;
    for (size_t i = 0; i < city_of.size() / 100; ++i) top += sorted[i];
    EXPECT_GT(share(top, ties), 0.05);  // of the largest hundredth; of any other hundredth about 0.01
    EXPECT_GT(sorted[0], 20 * ties / city_of.size());
  }
  EXPECT_GT(share(local, ties), 0.45);
  EXPECT_LT(share(local, ties), 0.65);
}

TEST(Generate, EverySegmentIsOfOneChainAndAChainRunsFromUpstreamToDownstream) {
  const storage::TempFolder folder;
  const std::string out = Generated(folder, "S 5 40000 10", "a");
  std::map<std::string, std::string> level;
  for (const auto& row : Rows(out + "/synthetic-segment.csv")) level[row[0]] = row[2];
  std::map<std::string, std::vector<std::string>> of_chain;
  for (const auto& row : Rows(out + "/synthetic-segment-chain.csv")) of_chain[row[1]].push_back(row[0]);
  size_t segments = 0;
  for (const auto& [chain, list] : of_chain) {
    segments += list.size();
    EXPECT_EQ(level.at(list.front()), "upstream");
    if (list.size() == 40) EXPECT_EQ(level.at(list.back()), "downstream");
  }
  EXPECT_EQ(segments, level.size());
  std::set<std::string> names;
  const auto chains = Rows(out + "/synthetic-chain.csv");
  for (const auto& row : chains) names.insert(row[1]);
  EXPECT_EQ(chains.size(), of_chain.size());
  EXPECT_EQ(names.size(), chains.size());
}

TEST(Generate, EveryRowIsImported) {
  const storage::TempFolder folder;
  const std::string schema = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
  const auto ontology = graph::Ontology::Parse(*ReadFile(schema), schema);
  ASSERT_TRUE(ontology.ok());
  auto database = graph::Database::Open("memory:", {.create = true, .ontology = *ontology});
  ASSERT_TRUE(database.ok());
  const std::vector<std::string> paths = {Generated(folder, "S 5 3000 10", "a")};
  const auto report = io::Import(**database, paths, {}, Budget());
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_TRUE(report->status().ok()) << report->status().message();
  EXPECT_TRUE(report->rejects.empty());
  const auto view = (*database)->Read();
  EXPECT_NEAR(static_cast<double>(*view->EdgeCount()), 30'000, 3000);
  EXPECT_NEAR(static_cast<double>(*view->NodeCount()), 3000, 600);
}

}  // namespace
}  // namespace liantu
