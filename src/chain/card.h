// SPDX-License-Identifier: Apache-2.0
// One entity on a card: its labels, properties with unit and evidence, neighbours by edge type; and `why`: every claim
// about it, who says so, since when the store knows it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

struct CardProperty {
  std::string name;          // as stored
  std::string title;         // in the reader's language
  std::string value;         // text form, allowed values in the reader's language
  std::string unit;
  std::vector<Source> sources;
  size_t claims = 1;         // more than one: see `why`
};

struct CardNeighbour {
  Entity entity;
  graph::EdgeId edge;
  std::vector<std::pair<std::string, std::string>> properties;  // title, value
  graph::Certainty certainty = graph::Certainty::kStated;
  std::vector<Source> sources;
};

struct CardSection {
  std::string type, title;   // edge type as stored, in the reader's language
  graph::Direction direction = graph::Direction::kOut;
  uint64_t total = 0;        // all such edges; `neighbours` holds the first of them
  std::vector<CardNeighbour> neighbours;
};

struct Card {
  Entity entity;
  std::vector<std::string> labels;
  std::vector<CardProperty> properties;
  std::vector<CardSection> sections;
  std::vector<Source> sources;   // that say it exists
};

Result<Card> MakeCard(Reader& reader, NodeId node, uint64_t neighbours_per_section);

// One claim in words.
struct WhyRow {
  std::string subject;       // "existence", a property's title, or an edge in words
  std::string value;
  bool visible = true;
  std::string outranked;     // why the visible claim stands before this one: certainty, date, rank, batch, valid_from,
                             // documents; written: as the documents were then. Empty: this one is visible
  std::string certainty, valid_from, valid_to;
  std::vector<Source> sources;
  graph::BatchInfo batch;
};
// About the node itself, its properties and its edges (up to `edges` of them). With `property`, only that one.
Result<std::vector<WhyRow>> Why(Reader& reader, NodeId node, const std::string& property, uint64_t edges);

}  // namespace liantu::chain
