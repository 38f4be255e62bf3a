// SPDX-License-Identifier: Apache-2.0
// What every industry question starts from: which entity a name means, what it is called, where it lies, who says so.
// No question is answered here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "graph/database.h"

namespace liantu::chain {

using graph::NodeId;

enum class Lang : uint8_t { kZh, kEn };

class Network;

struct Entity {
  NodeId id;
  std::string label;  // the first that the ontology knows, else the first
  std::string key;
  std::string name;   // in the reader's language where there is one, else the Chinese name, else the key
  friend bool operator==(const Entity& a, const Entity& b) { return a.id == b.id; }
};

// One source of one statement, for footnotes.
struct Source {
  NodeId document;
  std::string key, title, publisher, date, where, locator;
  graph::Certainty certainty = graph::Certainty::kStated;
};

// Where something is: the place tree above it, and the park where it stands in one. Ids are 0 where unknown.
struct Location {
  NodeId park, district, city, province;
};

// Looks entities up in one view and remembers them. Not thread-safe; make one for a question.
class Reader {
 public:
  Reader(const graph::ReadView& view, Lang lang);
  // Another of the same view and language, for another thread; it starts with the columns that this one has.
  Reader Beside() const;
  const graph::ReadView& view() const { return view_; }
  Lang lang() const { return lang_; }

  // The entity that a user's text means: a key ("gac"), "Label:key" ("Company:gac"), or a name as Search reads it.
  // `labels` empty: any. kAmbiguous lists the candidates with their keys; kNotFound suggests the nearest names.
  Result<Entity> Resolve(std::string_view text, const std::vector<std::string>& labels);
  Result<Entity> Describe(NodeId id);
  Result<const graph::Node*> Load(NodeId id);  // remembered; null where there is no such node
  Status LoadAll(std::span<const NodeId> ids);  // together, for who will ask for each of them
  // Text of a property, "" where it is not set; numbers and lists in their text form.
  Result<std::string> Property(NodeId id, std::string_view property);
  // A remark in the reader's language: in English `note_en` before `note`, in Chinese `note` before `note_en`; "" without both.
  // The same for every property that has an English twin.
  Result<std::string> Wording(NodeId id, std::string_view property);
  std::string Wording(const graph::Edge& edge, std::string_view property) const;
  // Whether, of a remark and its English twin, the property is the one that a reader of the other language is shown.
  bool OtherWording(std::string_view property, const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) const;
  Result<bool> HasLabel(NodeId id, std::string_view label);
  // What a text of the data names, in the reader's language: the product of a tie, the place of a leader. The text itself where no
  // product or place is called so, has no name in that language, or cannot be read.
  std::string ProductName(const std::string& text) { return Called("Product", text); }
  std::string PlaceName(const std::string& text) { return Called("", text); }
  // The text of any property that may name something: product, place, region, unit, on_behalf_of; other texts as they are.
  std::string Term(std::string_view property, const std::string& text);
  // Which texts these were, and the labels of what they name: English name, text, label.
  std::vector<std::tuple<std::string, std::string, std::string>> Translated() const;

  // Up LOCATED_IN, and PART_OF between places. Several seats: the nearest, then the one with the smallest edge id.
  Result<Location> Locate(NodeId id);
  // The place and every place below it.
  Result<std::vector<NodeId>> PlacesWithin(NodeId place);
  // Those of the nodes (ascending) that have the label. Reads records where they are few, the label's index elsewhere.
  Result<std::vector<NodeId>> OnlyWithLabel(std::span<const NodeId> nodes, std::string_view label);
  // Nodes of `label` located in the place, below it, or in a park there; ascending. What is located there is remembered, so
  // that asking for another label reads little.
  Result<std::vector<NodeId>> LocatedWithin(NodeId place, std::string_view label);
  bool IsPlace(const std::string& label) const { return label == "Province" || label == "City" || label == "District"; }

  Result<std::vector<Source>> Sources(graph::EdgeId edge);
  Result<std::vector<Source>> Sources(NodeId node);
  Result<std::vector<Source>> Sources(const graph::Evidence& evidence);

  // Neighbours over one type, in edge order.
  Result<std::vector<graph::Neighbour>> Around(NodeId node, graph::Direction direction, std::string_view type);
  std::string TypeName(std::string_view type) const;    // in the reader's language
  std::string LabelName(std::string_view label) const;
  // An allowed value in the reader's language; the value itself where the ontology has no such value.
  std::string ValueName(std::string_view label_or_type, std::string_view property, const std::string& value) const;

  // For network.h: the columns of the view, once a question has asked for them.
  std::shared_ptr<Network>& network() { return network_; }

 private:
  std::string Called(std::string_view label, const std::string& text);  // "": a place or park

  graph::ReadView view_;
  Lang lang_;
  graph::PropertyId key_, name_, name_en_;
  std::unordered_map<NodeId, std::optional<graph::Node>> nodes_;
  std::unordered_map<NodeId, Location> locations_;
  std::map<std::pair<std::string_view, std::string>, std::pair<std::string, std::string>> called_;  // as it is stored, to its name and label
  std::optional<std::vector<NodeId>> cities_and_districts_;  // ascending; read when first asked for
  // A place with those below it, and what is located in one of them, or else in a park there; ascending.
  struct Within {
    std::vector<NodeId> places;
    std::optional<std::vector<NodeId>> located, in_parks;  // read when first asked for
  };
  Result<Within*> ReadWithin(NodeId place, bool located);
  std::unordered_map<NodeId, Within> within_;
  std::shared_ptr<Network> network_;
};

}  // namespace liantu::chain
