// SPDX-License-Identifier: Apache-2.0
// Reads feature files of openCypher's Technology Compatibility Kit (Gherkin): scenarios with outlines expanded, steps with
// their texts and tables. Where the kit is: the environment's LIANTU_TCK, else ../shared/tck beside the checkout; without it
// there are no scenarios.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::query {

using FeatureTable = std::vector<std::vector<std::string>>;
struct FeatureStep {
  std::string text;      // without Given, When, Then, And, But
  std::string doc;       // the text between """
  FeatureTable table;
};
struct Scenario {
  std::string folder;    // "clauses/match"
  std::string file;      // "Match1"
  std::string name;      // "[3] …", with the number of the example behind a # where it comes from an outline
  std::vector<FeatureStep> steps;
};

inline std::filesystem::path FeatureFolder() {
  const char* set = std::getenv("LIANTU_TCK");
  return std::filesystem::path(set != nullptr ? set : LIANTU_SOURCE_DIR "/../shared/tck") / "features";
}

namespace features_internal {

inline std::string Trim(std::string_view s) {
  const size_t begin = s.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : std::string(s.substr(begin, s.find_last_not_of(" \t\r") - begin + 1));
}
inline std::vector<std::string> Cells(const std::string& line) {  // "| a | b |"; \| and \\ are escapes
  std::vector<std::string> cells;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '|' || line[i + 1] == '\\')) {
      cell += line[++i];
    } else if (line[i] == '|') {
      cells.push_back(Trim(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}
inline std::string Filled(std::string text, const std::vector<std::string>& names, const std::vector<std::string>& values) {
  for (size_t i = 0; i < names.size() && i < values.size(); ++i) {
    const std::string hole = "<" + names[i] + ">";
    for (size_t at = text.find(hole); at != std::string::npos; at = text.find(hole, at + values[i].size())) text.replace(at, hole.size(), values[i]);
  }
  return text;
}

inline void ReadFile(const std::filesystem::path& path, const std::filesystem::path& root, std::vector<Scenario>& scenarios) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::vector<FeatureStep> background;
  Scenario current;
  bool open = false, in_background = false;
  std::vector<FeatureTable> examples;
  const auto close = [&] {
    if (!open) return;
    open = false;
    if (examples.empty()) {
      scenarios.push_back(current);
      return;
    }
    size_t number = 0;
    for (const FeatureTable& table : examples) {
      for (size_t row = 1; row < table.size(); ++row) {
        Scenario filled = current;
        filled.name += " #" + std::to_string(++number);
        for (FeatureStep& step : filled.steps) {
          step.text = Filled(step.text, table[0], table[row]);
          step.doc = Filled(step.doc, table[0], table[row]);
          for (auto& cells : step.table) {
            for (std::string& cell : cells) cell = Filled(cell, table[0], table[row]);
          }
        }
        scenarios.push_back(std::move(filled));
      }
    }
  };
  bool in_examples = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string line = Trim(lines[i]);
    if (line.empty() || line[0] == '#' || line[0] == '@' || line.starts_with("Feature:")) continue;
    if (line.starts_with("Background:")) {
      in_background = true;
    } else if (line.starts_with("Scenario:") || line.starts_with("Scenario Outline:")) {
      close();
      in_background = in_examples = false;
      examples.clear();
      current = Scenario();
      current.folder = std::filesystem::relative(path.parent_path(), root).string();
      current.file = path.stem().string();
      current.name = Trim(std::string_view(line).substr(line.find(':') + 1));
      current.steps = background;
      open = true;
    } else if (line.starts_with("Examples:")) {
      in_examples = true;
      examples.emplace_back();
    } else if (line[0] == '|') {
      if (in_examples) examples.back().push_back(Cells(line));
      else (in_background ? background : current.steps).back().table.push_back(Cells(line));
    } else if (line == "\"\"\"") {
      const size_t indent = lines[i].find('"');
      std::string doc;
      for (++i; i < lines.size() && Trim(lines[i]) != "\"\"\""; ++i) {
        if (!doc.empty()) doc += '\n';
        doc += lines[i].size() > indent ? lines[i].substr(std::min(indent, lines[i].find_first_not_of(" \t"))) : Trim(lines[i]);
      }
      (in_background ? background : current.steps).back().doc = doc;
    } else if (const size_t space = line.find(' '); space != std::string::npos) {
      (in_background ? background : current.steps).push_back({line.substr(space + 1), {}, {}});
    }
  }
  close();
}

}  // namespace features_internal

// All scenarios below a folder, by path.
inline std::vector<Scenario> ReadFeatures(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root, none)) {
    if (entry.path().extension() == ".feature") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Scenario> scenarios;
  for (const auto& file : files) features_internal::ReadFile(file, root, scenarios);
  return scenarios;
}

}  // namespace liantu::query
