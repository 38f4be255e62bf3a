// SPDX-License-Identifier: Apache-2.0
// Entities are found in the cells' JSON, where each stands as {"label":…,"key":…,"name":…}.
#include "report/original_names.h"

#include <algorithm>
#include <set>

namespace liantu::report {

namespace {

constexpr std::string_view kLabel = "{\"label\":\"", kKey = "\",\"key\":\"", kName = "\",\"name\":\"";

// Calls use(label, key) for every entity in the JSON. A key with an escaped character is passed over.
template <class F>
void ForEachEntity(std::string_view json, F&& use) {
  for (size_t at = json.find(kLabel); at != std::string_view::npos; at = json.find(kLabel, at)) {
    at += kLabel.size();
    const size_t key = json.find(kKey, at), name = key == std::string_view::npos ? key : json.find(kName, key + kKey.size());
    if (name == std::string_view::npos) return;
    const std::string_view label_text = json.substr(at, key - at), key_text = json.substr(key + kKey.size(), name - key - kKey.size());
    if (label_text.find_first_of("\"\\") == std::string_view::npos && key_text.find('\\') == std::string_view::npos) use(label_text, key_text);
  }
}

}  // namespace

Result<std::vector<OriginalName>> OriginalNames(chain::Reader& reader, const Document& document) {
  std::vector<OriginalName> out;
  if (document.lang != Lang::kEn) return out;
  std::set<std::pair<std::string, std::string>> entities;
  for (const Section& s : document.sections) {
    for (const io::Row& row : s.table.rows) {
      for (const io::Cell& cell : row) ForEachEntity(cell.json, [&](std::string_view label, std::string_view key) { entities.emplace(label, key); });
    }
  }
  for (const auto& [label, key] : entities) {
    const graph::LabelId id = reader.view().label(label);
    if (!id || key.empty()) continue;
    LT_ASSIGN(const auto node, reader.view().FindByKey(id, key));
    if (!node) continue;
    LT_ASSIGN(const chain::Entity entity, reader.Describe(*node));
    LT_ASSIGN(const std::string original, reader.Property(*node, "name"));
    if (!original.empty() && original != entity.name) out.push_back({entity.name, original, reader.LabelName(label)});
  }
  for (const auto& [name, original, label] : reader.Translated()) out.push_back({name, original, reader.LabelName(label)});
  const auto as_tuple = [](const OriginalName& n) { return std::tie(n.label, n.name, n.original); };
  std::sort(out.begin(), out.end(), [&](const OriginalName& a, const OriginalName& b) { return as_tuple(a) < as_tuple(b); });
  out.erase(std::unique(out.begin(), out.end(), [&](const OriginalName& a, const OriginalName& b) { return as_tuple(a) == as_tuple(b); }), out.end());
  return out;
}

}  // namespace liantu::report
