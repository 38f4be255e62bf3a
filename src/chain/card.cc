// SPDX-License-Identifier: Apache-2.0
// Reads one node with its neighbourhood. Neighbours are counted by stored degree, so a hub's card stays cheap.
#include "chain/card.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace liantu::chain {

using graph::Claim;
using graph::Direction;
using graph::Neighbour;

namespace {

const graph::PropertySpec* Spec(const Reader& reader, const std::vector<std::string>& labels, std::string_view property) {
  for (const std::string& label : labels) {
    const auto* spec = reader.view().ontology().Label(label);
    if (const auto* p = spec ? spec->Property(property) : nullptr) return p;
  }
  return nullptr;
}

std::string Title(const Reader& reader, const graph::PropertySpec* spec, const std::string& name) {
  return spec ? (reader.lang() == Lang::kZh ? spec->zh : spec->en) : name;
}

std::string Shown(Reader& reader, const graph::PropertySpec* spec, const graph::Value& value) {
  const std::string text = graph::ToText(value);
  if (spec) {
    for (const auto& allowed : spec->values) {
      if (allowed.value == text) return reader.lang() == Lang::kZh ? allowed.zh : allowed.en;
    }
  }
  return spec ? reader.Term(spec->name, text) : text;
}

Result<std::vector<std::string>> Labels(Reader& reader, NodeId node) {
  LT_ASSIGN(const graph::Node* stored, reader.Load(node));
  if (!stored) return Status(Code::kNotFound, Text("there is no node ", node.raw));
  std::vector<std::string> labels;
  for (graph::LabelId label : stored->labels) labels.push_back(reader.view().name(label));
  return labels;
}

Result<std::vector<Source>> AllSources(Reader& reader, const std::vector<Claim>& claims) {
  std::vector<Source> all;
  for (const Claim& claim : claims) {
    LT_ASSIGN(const auto some, reader.Sources(claim.evidence));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Result<CardNeighbour> DescribeNeighbour(Reader& reader, const Neighbour& n) {
  CardNeighbour out{.edge = n.edge};
  LT_ASSIGN(out.entity, reader.Describe(n.node));
  LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
  if (edge) {
    const auto* type = reader.view().ontology().EdgeType(reader.view().name(edge->type));
    for (const auto& [id, value] : edge->properties) {
      const std::string& name = reader.view().name(id);
      if (reader.OtherWording(name, edge->properties)) continue;
      const auto* spec = type ? type->Property(name) : nullptr;
      out.properties.emplace_back(Title(reader, spec, name), Shown(reader, spec, value));
    }
    out.certainty = edge->certainty;
  }
  LT_ASSIGN(out.sources, reader.Sources(n.edge));
  return out;
}

std::string Day(const std::optional<graph::Date>& day) { return day ? graph::ToText(*day) : std::string(); }

// What ranks a claim by the rule of graph/evidence.h, from the documents as the view has them.
struct Standing {
  graph::Certainty certainty = graph::Certainty::kStated;
  std::string date;
  int64_t rank = std::numeric_limits<int64_t>::max();
  graph::BatchId batch;
  std::string valid_from;
};

Result<Standing> StandingOf(Reader& reader, const Claim& claim) {
  Standing s{.certainty = claim.evidence.certainty, .batch = claim.batch, .valid_from = Day(claim.evidence.valid.from)};
  if (claim.evidence.documents.empty()) {
    LT_ASSIGN(const auto batch, reader.view().Batch(claim.batch));
    if (batch) s.date = graph::ToText(graph::Value(graph::DateTime{.seconds = batch->time_ms / 1000})).substr(0, 10);
  }
  for (const NodeId document : claim.evidence.documents) {
    LT_ASSIGN(const std::string date, reader.Property(document, "date"));
    LT_ASSIGN(const std::string rank_text, reader.Property(document, "rank"));
    int64_t rank = std::numeric_limits<int64_t>::max();
    std::from_chars(rank_text.data(), rank_text.data() + rank_text.size(), rank);
    if (date > s.date || (date == s.date && rank < s.rank)) {
      s.date = date;
      s.rank = rank;
    }
  }
  return s;
}

// The first point of the rule in which they differ; `written` where the documents have changed since the rule was applied.
std::string Outranked(const Standing& visible, const Standing& other) {
  if (visible.certainty != other.certainty) return visible.certainty < other.certainty ? "certainty" : "written";
  if (visible.date != other.date) return visible.date > other.date ? "date" : "written";
  if (visible.rank != other.rank) return visible.rank < other.rank ? "rank" : "written";
  if (visible.batch != other.batch) return visible.batch > other.batch ? "batch" : "written";
  if (visible.valid_from != other.valid_from) return visible.valid_from > other.valid_from ? "valid_from" : "written";
  return "documents";
}

Status AddRows(Reader& reader, const std::string& subject, const graph::PropertySpec* spec, const std::vector<Claim>& claims,
               std::vector<WhyRow>& rows) {
  for (const Claim& claim : claims) {
    WhyRow row{.subject = subject, .visible = claim.visible, .certainty = graph::CertaintyName(claim.evidence.certainty)};
    row.value = claim.value.is_null() ? "" : Shown(reader, spec, claim.value);
    row.valid_from = Day(claim.evidence.valid.from);
    row.valid_to = Day(claim.evidence.valid.to);
    LT_ASSIGN(row.sources, reader.Sources(claim.evidence));
    LT_ASSIGN(const auto batch, reader.view().Batch(claim.batch));
    if (batch) row.batch = *batch;
    if (!claim.visible) {
      LT_ASSIGN(const Standing visible, StandingOf(reader, claims.front()));
      LT_ASSIGN(const Standing other, StandingOf(reader, claim));
      row.outranked = Outranked(visible, other);
    }
    rows.push_back(std::move(row));
  }
  return {};
}

}  // namespace

Result<Card> MakeCard(Reader& reader, NodeId node, uint64_t neighbours_per_section) {
  Card card;
  LT_ASSIGN(card.entity, reader.Describe(node));
  LT_ASSIGN(card.labels, Labels(reader, node));
  LT_ASSIGN(const auto existence, reader.view().Claims(node));
  LT_ASSIGN(card.sources, AllSources(reader, existence));
  LT_ASSIGN(const graph::Node* stored, reader.Load(node));
  for (const auto& [id, value] : stored->properties) {
    CardProperty p{.name = reader.view().name(id)};
    if (reader.OtherWording(p.name, stored->properties)) continue;
    const auto* spec = Spec(reader, card.labels, p.name);
    p.title = Title(reader, spec, p.name);
    p.value = Shown(reader, spec, value);
    p.unit = spec ? spec->unit : "";
    LT_ASSIGN(const auto claims, reader.view().Claims(node, id));
    p.claims = claims.size();
    LT_ASSIGN(p.sources, AllSources(reader, claims));
    card.properties.push_back(std::move(p));
  }
  for (const std::string& name : reader.view().type_names()) {
    const graph::TypeId type = reader.view().type(name);
    for (const Direction direction : {Direction::kOut, Direction::kIn}) {
      LT_ASSIGN(const uint64_t degree, reader.view().Degree(node, direction, type));
      if (degree == 0) continue;
      CardSection section{.type = name, .title = reader.TypeName(name), .direction = direction, .total = degree};
      std::vector<Neighbour> first;
      LT_TRY(reader.view().Expand(node, direction, std::span(&type, 1), [&](const Neighbour& n) {
        first.push_back(n);
        return first.size() < neighbours_per_section;
      }));
      for (const Neighbour& n : first) {
        LT_ASSIGN(auto described, DescribeNeighbour(reader, n));
        section.neighbours.push_back(std::move(described));
      }
      card.sections.push_back(std::move(section));
    }
  }
  return card;
}

Result<std::vector<WhyRow>> Why(Reader& reader, NodeId node, const std::string& property, uint64_t edges) {
  std::vector<WhyRow> rows;
  LT_ASSIGN(const auto labels, Labels(reader, node));
  const bool zh = reader.lang() == Lang::kZh;
  if (property.empty()) {
    LT_ASSIGN(const auto claims, reader.view().Claims(node));
    LT_TRY(AddRows(reader, zh ? "存在" : "existence", nullptr, claims, rows));
  }
  LT_ASSIGN(const graph::Node* stored, reader.Load(node));
  bool known = property.empty();
  for (const auto& [id, value] : stored->properties) {
    const std::string& name = reader.view().name(id);
    const auto* spec = Spec(reader, labels, name);
    const std::string title = Title(reader, spec, name);
    if (!property.empty() && property != name && property != title) continue;
    if (property.empty() && reader.OtherWording(name, stored->properties)) continue;
    known = true;
    LT_ASSIGN(const auto claims, reader.view().Claims(node, id));
    LT_TRY(AddRows(reader, title, spec, claims, rows));
  }
  if (!known) {
    LT_ASSIGN(const Entity entity, reader.Describe(node));
    std::string names;
    for (const auto& [id, value] : stored->properties) names += (names.empty() ? "" : ", ") + reader.view().name(id);
    return Status(Code::kNotFound, zh ? Text("“", entity.name, "”没有属性 '", property, "';它有:", names)
                                      : Text("'", entity.name, "' has no property '", property, "'; it has: ", names));
  }
  if (!property.empty()) return rows;
  uint64_t shown = 0;
  std::vector<Neighbour> around;
  LT_TRY(reader.view().Expand(node, Direction::kBoth, {}, [&](const Neighbour& n) {
    around.push_back(n);
    return ++shown < edges;
  }));
  for (const Neighbour& n : around) {
    LT_ASSIGN(const Entity self, reader.Describe(node));
    LT_ASSIGN(const Entity other, reader.Describe(n.node));
    const bool out = n.direction == Direction::kOut;
    const std::string subject = Text((out ? self : other).name, " —", reader.TypeName(reader.view().name(n.type)), "→ ", (out ? other : self).name);
    LT_ASSIGN(const auto claims, reader.view().Claims(n.edge));
    LT_TRY(AddRows(reader, subject, nullptr, claims, rows));
  }
  return rows;
}

}  // namespace liantu::chain
