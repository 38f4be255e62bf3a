// SPDX-License-Identifier: Apache-2.0
// Everything that a database shows, as text: two databases hold the same graph where their texts are equal. Ids, names,
// values, claims with evidence, batches, indexes and stored projections are in it; the times of batches are not, long
// values only by size and hash.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "graph/projection_json.h"
#include "graph/test_help.h"

namespace liantu::graph {

inline std::string EvidenceText(const Evidence& evidence) {
  std::string out = CertaintyName(evidence.certainty);
  for (const NodeId d : evidence.documents) out += Text(" d", d.raw);
  out += " '" + evidence.locator + "'";
  if (evidence.valid.from) out += Text(" from ", evidence.valid.from->days);
  if (evidence.valid.to) out += Text(" to ", evidence.valid.to->days);
  return out;
}

inline std::string ValueText(const Value& value) {
  std::string text = Text(static_cast<int>(value.type()), ":", ToText(value));
  return text.size() <= 200 ? text : Text(text.substr(0, 40), "… ", text.size(), " bytes ", StableHash(text));
}

inline std::string ClaimsText(const std::vector<Claim>& claims) {
  std::string out;
  for (const Claim& c : claims) out += Text(" [", ValueText(c.value), " | ", EvidenceText(c.evidence), " | b", c.batch.raw, "]");
  return out;
}

// The entities alone.
inline std::string GraphText(const ReadView& view) {
  std::string out;
  const auto entity = [&](auto id, const auto& properties, const char* kind) {
    out += Text("\n  claims", ClaimsText(Get(view.Claims(id))));
    for (const auto& [property, value] : properties) {
      out += Text("\n  ", view.name(property), " = ", ValueText(value), ClaimsText(Get(view.Claims(id, property))));
    }
    const auto birth = Get(view.BornIn(id));
    out += Text("\n  ", kind, " of batch ", birth.batch.raw, " '", birth.input, "'\n");
  };
  Ok(view.AllNodes({}, [&](NodeId id) {
    const auto node = Get(view.GetNode(id));
    if (!node) {
      out += Text("node ", id.raw, " is listed, but not there\n");
      return true;
    }
    out += Text("node ", id.raw);
    for (const LabelId label : node->labels) out += ":" + view.name(label);
    entity(id, node->properties, "node");
    for (const Neighbour& n : Get(view.Expand(id, Direction::kBoth))) {
      out += Text("  ", n.direction == Direction::kOut ? "-" : "<-", view.name(n.type), " ", n.edge.raw, " ", n.node.raw, "\n");
    }
    return true;
  }));
  Ok(view.AllEdges({}, [&](const Edge& edge) {
    out += Text("edge ", edge.id.raw, " ", edge.from.raw, " ", view.name(edge.type), " ", edge.to.raw);
    entity(edge.id, edge.properties, "edge");
    return true;
  }));
  return out;
}

inline std::string DatabaseText(const Database& database) {
  const ReadView view = Get(database.Read({.predicted = true}));
  std::string out = view.ontology().json() + "\n";
  for (const auto& names : {view.label_names(), view.type_names(), view.property_names()}) {
    for (const std::string& name : names) out += name + " ";
    out += "\n";
  }
  for (const auto& index : Get(database.Indexes())) out += Text("index ", index.label, ".", index.property, index.unique ? " unique" : "", index.declared ? " declared\n" : "\n");
  for (const Projection& p : Get(database.StoredProjections())) out += ProjectionJson(p) + "\n";
  for (const BatchInfo& b : Get(view.Batches())) {
    out += Text("batch ", b.id.raw, " ", b.who, " ", b.origin, " ", b.origin_sha256, " ", b.note, " ", b.nodes_created, " ", b.edges_created,
                " ", b.entities_changed, " ", b.entities_deleted, " ", b.first_node.raw, "-", b.last_node.raw, " ", b.first_edge.raw, "-",
                b.last_edge.raw, " ", b.first_evidence.raw, "-", b.last_evidence.raw, " ", b.entities_restored);
    for (const BatchId undone : b.undoes) out += Text(" undoes ", undone.raw);
    for (const InputFile& input : b.inputs) out += Text(" ", input.name, " ", input.sha256);
    out += "\n";
  }
  return out + GraphText(view);
}

}  // namespace liantu::graph
