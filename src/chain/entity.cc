// SPDX-License-Identifier: Apache-2.0
// Names to entities and back.
#include "chain/entity.h"

#include <algorithm>
#include <bit>

#include "chain/network.h"
#include "chain/units.h"

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;
using graph::Node;

namespace {

constexpr size_t kCandidates = 12;  // shown when a name is ambiguous

constexpr std::string_view kEnglish = "_en";  // ends the name of a property that says in English what another says in Chinese

std::string Quote(std::string_view text) { return Text("'", text, "'"); }

std::string EnglishTwin(std::string_view property) { return Text(property, kEnglish); }

// Puts ids in order, each once. What lies in one place mostly has ids close to each other: then a mark for each is less work
// than comparing them.
void SortOnce(std::vector<NodeId>& ids) {
  if (ids.empty()) return;
  const auto [least, greatest] = std::minmax_element(ids.begin(), ids.end());
  const uint64_t first = least->raw, words = (greatest->raw - first) / 64 + 1;
  if (words > ids.size()) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return;
  }
  std::vector<uint64_t> marks(words, 0);
  for (const NodeId id : ids) marks[(id.raw - first) / 64] |= uint64_t{1} << (id.raw - first) % 64;
  ids.clear();
  for (uint64_t w = 0; w < words; ++w) {
    for (uint64_t rest = marks[w]; rest != 0; rest &= rest - 1) ids.push_back(NodeId{first + 64 * w + static_cast<uint64_t>(std::countr_zero(rest))});
  }
}

}  // namespace

Reader::Reader(const graph::ReadView& view, Lang lang)
    : view_(view), lang_(lang), key_(view.property("key")), name_(view.property("name")), name_en_(view.property("name_en")) {}

Reader Reader::Beside() const {
  Reader other(view_, lang_);
  if (network_) other.network_ = std::make_shared<Network>(*network_);
  return other;
}

Result<const Node*> Reader::Load(NodeId id) {
  auto it = nodes_.find(id);
  if (it == nodes_.end()) {
    LT_ASSIGN(auto node, view_.GetNode(id));
    it = nodes_.emplace(id, std::move(node)).first;
  }
  return it->second ? &*it->second : static_cast<const Node*>(nullptr);
}

Status Reader::LoadAll(std::span<const NodeId> ids) {
  std::vector<NodeId> missing;
  for (const NodeId id : ids) {
    if (!nodes_.contains(id)) missing.push_back(id);
  }
  SortOnce(missing);
  LT_ASSIGN(auto nodes, view_.GetNodes(missing));
  for (size_t i = 0; i < missing.size(); ++i) nodes_.emplace(missing[i], std::move(nodes[i]));
  return {};
}

Result<Entity> Reader::Describe(NodeId id) {
  LT_ASSIGN(const Node* node, Load(id));
  if (!node) return Status(Code::kNotFound, Text("there is no node ", id.raw));
  Entity entity{.id = id};
  for (graph::LabelId label : node->labels) {
    const std::string& name = view_.name(label);
    if (entity.label.empty() || (view_.ontology().Label(name) && !view_.ontology().Label(entity.label))) entity.label = name;
  }
  auto text = [&](graph::PropertyId property) {
    const graph::Value* value = property ? node->Property(property) : nullptr;
    return value ? graph::ToText(*value) : std::string();
  };
  entity.key = text(key_);
  if (lang_ == Lang::kEn) entity.name = text(name_en_);
  if (entity.name.empty()) entity.name = text(name_);
  if (const auto* spec = view_.ontology().Label(entity.label); spec && entity.name.empty()) {
    // A label may be called by another property (a document by its title).
    for (const graph::PropertySpec& p : spec->properties) {
      if (p.search == graph::PropertySpec::Search::kName && entity.name.empty()) entity.name = text(view_.property(p.name));
    }
  }
  if (entity.name.empty()) entity.name = entity.key.empty() ? Text("#", id.raw) : entity.key;
  return entity;
}

Result<Entity> Reader::Resolve(std::string_view text, const std::vector<std::string>& labels) {
  std::vector<std::string> wanted = labels;
  std::string_view query = text;
  if (const size_t colon = text.find(':'); colon != std::string_view::npos && colon > 0) {
    const std::string label(text.substr(0, colon));
    if (view_.ontology().Label(label) || view_.label(label)) {
      wanted = {label};
      query = text.substr(colon + 1);
    }
  }
  auto wants = [&](NodeId id) -> Result<bool> {
    if (wanted.empty()) return true;
    for (const std::string& label : wanted) {
      LT_ASSIGN(const bool has, HasLabel(id, label));
      if (has) return true;
    }
    return false;
  };
  std::vector<NodeId> found;
  LT_ASSIGN(const std::vector<NodeId> by_key, view_.FindByKey(query));
  for (NodeId id : by_key) {
    LT_ASSIGN(const bool ok, wants(id));
    if (ok) found.push_back(id);
  }
  std::vector<graph::LabelId> label_ids;
  for (const std::string& label : wanted) {
    if (const auto id = view_.label(label)) label_ids.push_back(id);
  }
  if (found.empty() && (wanted.empty() || !label_ids.empty())) {
    LT_ASSIGN(const auto hits, view_.Search(query, label_ids, 200));
    for (const graph::SearchHit& hit : hits) {
      if (hit.rank == hits.front().rank) found.push_back(hit.node);
    }
  }
  if (found.size() == 1) return Describe(found[0]);
  auto list = [&](const std::vector<NodeId>& ids) -> Result<std::string> {
    std::string out;
    for (size_t i = 0; i < ids.size() && i < kCandidates; ++i) {
      LT_ASSIGN(const Entity e, Describe(ids[i]));
      out += Text("\n  ", e.label, ":", e.key, "  ", e.name);
      LT_ASSIGN(const Location where, Locate(ids[i]));
      if (where.city) {
        LT_ASSIGN(const Entity city, Describe(where.city));
        out += Text("  (", city.name, ")");
      }
    }
    if (ids.size() > kCandidates) out += Text("\n  … and ", ids.size() - kCandidates, " more");
    return out;
  };
  if (found.size() > 1) {
    LT_ASSIGN(const std::string names, list(found));
    return Status(Code::kAmbiguous,
                  lang_ == Lang::kZh
                      ? Text(Quote(text), " 可指 ", found.size(), " 个实体,请用“标签:键”指定其一:", names)
                      : Text(Quote(text), " may mean ", found.size(), " entities; name one by its Label:key:", names));
  }
  std::string kinds;
  const bool zh = lang_ == Lang::kZh;
  for (const std::string& label : wanted) kinds += (kinds.empty() ? "" : zh ? "、" : " or ") + LabelName(label);
  std::vector<NodeId> near;
  if (wanted.empty() || !label_ids.empty()) {
    LT_ASSIGN(const auto hits, view_.Search(query, label_ids, 5, /*fuzzy=*/true));
    for (const graph::SearchHit& hit : hits) near.push_back(hit.node);
  }
  std::string message = zh ? Text("没有名为 ", Quote(text), " 的", kinds.empty() ? "实体" : kinds)
                           : Text("no ", kinds.empty() ? "entity" : kinds, " is called ", Quote(text));
  if (!near.empty()) {
    LT_ASSIGN(const std::string names, list(near));
    message += Text(zh ? ";您是否要找:" : "; did you mean:", names);
  } else {
    message += Text(zh ? ";可用名称的一部分查找:liantu find " : "; try a part of the name with: liantu find ", query);
  }
  return Status(Code::kNotFound, message);
}

Result<std::string> Reader::Property(NodeId id, std::string_view property) {
  const auto property_id = view_.property(property);
  if (!property_id) return std::string();
  LT_ASSIGN(const Node* node, Load(id));
  const graph::Value* value = node ? node->Property(property_id) : nullptr;
  return value ? graph::ToText(*value) : std::string();
}

Result<std::string> Reader::Wording(NodeId id, std::string_view property) {
  const std::string twin = EnglishTwin(property);
  LT_ASSIGN(std::string text, Property(id, lang_ == Lang::kEn ? twin : property));
  if (!text.empty()) return text;
  return Property(id, lang_ == Lang::kEn ? property : twin);
}

std::string Reader::Wording(const graph::Edge& edge, std::string_view property) const {
  const auto text = [&](std::string_view name) {
    const graph::PropertyId id = view_.property(name);
    const graph::Value* value = id ? edge.Property(id) : nullptr;
    return value ? graph::ToText(*value) : std::string();
  };
  const std::string twin = EnglishTwin(property), own = text(lang_ == Lang::kEn ? twin : property);
  return own.empty() ? text(lang_ == Lang::kEn ? property : twin) : own;
}

bool Reader::OtherWording(std::string_view property, const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) const {
  // Names are shown in both languages: either finds the entity.
  const bool english = property.ends_with(kEnglish);
  const std::string twin = english ? std::string(property.substr(0, property.size() - kEnglish.size())) : EnglishTwin(property);
  if (property == "name" || twin == "name" || english == (lang_ == Lang::kEn)) return false;
  const graph::PropertyId id = view_.property(twin);
  return id && std::any_of(properties.begin(), properties.end(), [&](const auto& p) { return p.first == id; });
}

std::string Reader::Called(std::string_view label, const std::string& text) {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (lang_ != Lang::kEn || std::all_of(text.begin(), text.end(), ascii)) return text;
  const auto [it, fresh] = called_.try_emplace({label, text}, text, "");
  if (!fresh) return it->second.first;
  std::vector<graph::LabelId> labels;
  for (const std::string_view name : label.empty() ? std::vector<std::string_view>{"Province", "City", "District", "Park"} : std::vector<std::string_view>{label}) {
    if (const graph::LabelId id = view_.label(name)) labels.push_back(id);
  }
  constexpr size_t kLike = 8;  // exact names come first
  const auto hits = labels.empty() ? Result<std::vector<graph::SearchHit>>(std::vector<graph::SearchHit>()) : view_.Search(text, labels, kLike);
  if (!hits.ok()) return text;
  for (const graph::SearchHit& hit : *hits) {
    const auto name = Property(hit.node, "name");
    const auto entity = Describe(hit.node);
    if (!name.ok() || *name != text || !entity.ok()) continue;
    it->second = {entity->name, entity->label};
    return entity->name;
  }
  return text;
}

std::vector<std::tuple<std::string, std::string, std::string>> Reader::Translated() const {
  std::vector<std::tuple<std::string, std::string, std::string>> out;
  for (const auto& [text, found] : called_) {
    if (found.first != text.second) out.emplace_back(found.first, text.second, found.second);
  }
  return out;
}

std::string Reader::Term(std::string_view property, const std::string& text) {
  if (lang_ != Lang::kEn) return text;
  if (property == "product") return ProductName(text);
  if (property == "place" || property == "region") return PlaceName(text);
  if (property == "on_behalf_of") return Called("Cluster", text);
  return property == "unit" ? EnglishUnit(text) : text;
}

Result<bool> Reader::HasLabel(NodeId id, std::string_view label) {
  const auto label_id = view_.label(label);
  LT_ASSIGN(const Node* node, Load(id));
  return node && label_id && std::binary_search(node->labels.begin(), node->labels.end(), label_id);
}

Result<std::vector<Neighbour>> Reader::Around(NodeId node, Direction direction, std::string_view type) {
  const graph::TypeId id = view_.type(type);
  if (!id) return std::vector<Neighbour>();
  LT_ASSIGN(auto rows, view_.Expand(node, direction, std::span(&id, 1)));
  std::sort(rows.begin(), rows.end(), [](const Neighbour& a, const Neighbour& b) { return a.edge < b.edge; });
  return rows;
}

Result<Location> Reader::Locate(NodeId id) {
  if (auto it = locations_.find(id); it != locations_.end()) return it->second;
  if (network_ && network_->Has(Network::kSeats)) {
    if (const uint32_t node = network_->Of(id); node != Network::kNone) return network_->locations()[network_->seats()[node]];
  }
  // Breadth first up LOCATED_IN and PART_OF: of each kind of place the nearest one, then the smallest edge id.
  Location where;
  std::vector<NodeId> open{id};
  std::set<NodeId> seen{id};
  for (size_t i = 0; i < open.size(); ++i) {
    LT_ASSIGN(const Entity entity, Describe(open[i]));
    if (entity.label == "Park" && i > 0 && !where.park) where.park = open[i];
    if (entity.label == "District" && !where.district) where.district = open[i];
    if (entity.label == "City" && !where.city) where.city = open[i];
    if (entity.label == "Province" && !where.province) where.province = open[i];
    for (const char* type : {"LOCATED_IN", "PART_OF"}) {
      if (type[0] == 'P' && !IsPlace(entity.label)) continue;
      LT_ASSIGN(const auto up, Around(open[i], Direction::kOut, type));
      for (const Neighbour& n : up) {
        if (seen.insert(n.node).second) open.push_back(n.node);
      }
    }
  }
  locations_.emplace(id, where);
  return where;
}

Result<Reader::Within*> Reader::ReadWithin(NodeId place, bool located) {
  if (const auto it = within_.find(place); it != within_.end() && (it->second.located || !located)) return &it->second;
  if (!cities_and_districts_) {
    std::vector<NodeId> all;
    for (const char* name : {"City", "District"}) {
      const graph::LabelId label = view_.label(name);
      if (!label) continue;
      LT_TRY(view_.NodesWithLabel(label, {}, [&](NodeId id) {
        all.push_back(id);
        return true;
      }));
    }
    std::sort(all.begin(), all.end());
    cities_and_districts_ = std::move(all);
  }
  // Everything located in a district is met on the way: what is no place is passed over without reading it.
  Within within{.places = {place}};
  std::vector<NodeId> open{place}, inside;
  std::set<NodeId> seen{place};
  std::vector<graph::TypeId> types;
  for (const char* name : {"PART_OF", "LOCATED_IN"}) {
    if (const graph::TypeId type = view_.type(name)) types.push_back(type);
  }
  const graph::TypeId located_in = view_.type("LOCATED_IN");
  while (!open.empty() && !types.empty()) {
    std::vector<NodeId> next;
    LT_TRY(view_.ExpandMany(open, Direction::kIn, types, [&](size_t, const Neighbour& n) {
      if (located && n.type == located_in) inside.push_back(n.node);
      if (std::binary_search(cities_and_districts_->begin(), cities_and_districts_->end(), n.node) && seen.insert(n.node).second) next.push_back(n.node);
      return true;
    }));
    within.places.insert(within.places.end(), next.begin(), next.end());
    std::sort(next.begin(), next.end());
    open = std::move(next);
  }
  std::sort(within.places.begin(), within.places.end());
  if (located) {
    SortOnce(inside);
    within.located = std::move(inside);
  }
  return &(within_[place] = std::move(within));
}

Result<std::vector<NodeId>> Reader::PlacesWithin(NodeId place) {
  LT_ASSIGN(const Within* within, ReadWithin(place, false));
  return within->places;
}

Result<std::vector<NodeId>> Reader::OnlyWithLabel(std::span<const NodeId> nodes, std::string_view label) {
  const graph::LabelId wanted = view_.label(label);
  std::vector<NodeId> kept;
  if (!wanted || nodes.empty()) return kept;
  if (label == "Company") {
    LT_ASSIGN(const auto network, NetworkAtHand(*this, nodes.size(), 0));
    if (network) {
      const auto others = network->others();
      for (const NodeId id : nodes) {
        const uint32_t node = network->Of(id);
        if (node != Network::kNone && (others.empty() || !std::binary_search(others.begin(), others.end(), node))) kept.push_back(id);
      }
      return kept;
    }
  }
  LT_ASSIGN(const uint64_t all, view_.NodeCount(wanted));
  constexpr uint64_t kScan = 20;  // a record costs about as much as so many entries of the index
  if (nodes.size() * kScan < all) {
    LT_ASSIGN(const auto records, view_.GetNodes(nodes));
    for (const auto& node : records) {
      if (node && std::binary_search(node->labels.begin(), node->labels.end(), wanted)) kept.push_back(node->id);
    }
    return kept;
  }
  auto at = nodes.begin();
  LT_TRY(view_.NodesWithLabel(wanted, NodeId{nodes.front().raw - 1}, [&](NodeId id) {
    while (at != nodes.end() && *at < id) ++at;
    if (at == nodes.end()) return false;
    if (*at == id) kept.push_back(id);
    return true;
  }));
  return kept;
}

Result<std::vector<NodeId>> Reader::LocatedWithin(NodeId place, std::string_view label) {
  LT_ASSIGN(Within* within, ReadWithin(place, true));
  if (!within->in_parks) {
    LT_ASSIGN(const std::vector<NodeId> parks, OnlyWithLabel(*within->located, "Park"));
    std::vector<NodeId> inside;
    if (const graph::TypeId located_in = view_.type("LOCATED_IN")) {
      LT_TRY(view_.ExpandMany(parks, Direction::kIn, std::span(&located_in, 1), [&](size_t, const Neighbour& n) {
        inside.push_back(n.node);
        return true;
      }));
    }
    SortOnce(inside);
    within->in_parks = std::move(inside);
  }
  LT_ASSIGN(std::vector<NodeId> found, OnlyWithLabel(*within->located, label));
  LT_ASSIGN(const std::vector<NodeId> in_parks, OnlyWithLabel(*within->in_parks, label));
  if (in_parks.empty()) return found;
  found.insert(found.end(), in_parks.begin(), in_parks.end());
  SortOnce(found);
  return found;
}

Result<std::vector<Source>> Reader::Sources(const graph::Evidence& evidence) {
  std::vector<Source> sources;
  for (NodeId document : evidence.documents) {
    Source s{.document = document, .locator = evidence.locator, .certainty = evidence.certainty};
    LT_ASSIGN(s.key, Property(document, "key"));
    LT_ASSIGN(s.title, Property(document, "title"));
    LT_ASSIGN(s.publisher, Property(document, "publisher"));
    LT_ASSIGN(s.date, Property(document, "date"));
    LT_ASSIGN(s.where, Property(document, "where"));
    sources.push_back(std::move(s));
  }
  return sources;
}

Result<std::vector<Source>> Reader::Sources(graph::EdgeId edge) {
  LT_ASSIGN(const auto claims, view_.Claims(edge));
  std::vector<Source> all;
  for (const graph::Claim& claim : claims) {
    LT_ASSIGN(auto some, Sources(claim.evidence));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Result<std::vector<Source>> Reader::Sources(NodeId node) {
  LT_ASSIGN(const auto claims, view_.Claims(node));
  std::vector<Source> all;
  for (const graph::Claim& claim : claims) {
    LT_ASSIGN(auto some, Sources(claim.evidence));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string Reader::TypeName(std::string_view type) const {
  const auto* spec = view_.ontology().EdgeType(type);
  return spec ? (lang_ == Lang::kZh ? spec->zh : spec->en) : std::string(type);
}

std::string Reader::LabelName(std::string_view label) const {
  const auto* spec = view_.ontology().Label(label);
  return spec ? (lang_ == Lang::kZh ? spec->zh : spec->en) : std::string(label);
}

std::string Reader::ValueName(std::string_view label_or_type, std::string_view property, const std::string& value) const {
  const graph::PropertySpec* spec = nullptr;
  if (const auto* label = view_.ontology().Label(label_or_type)) spec = label->Property(property);
  if (const auto* type = view_.ontology().EdgeType(label_or_type); type && !spec) spec = type->Property(property);
  if (spec) {
    for (const auto& allowed : spec->values) {
      if (allowed.value == value) return lang_ == Lang::kZh ? allowed.zh : allowed.en;
    }
  }
  return value;
}

}  // namespace liantu::chain
