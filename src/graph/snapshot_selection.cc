// SPDX-License-Identifier: Apache-2.0
#include "graph/snapshot_selection.h"

#include <cmath>

#include "graph/projection_json.h"
#include "graph/temporal.h"
#include "text/suggest.h"

namespace liantu::graph {
namespace {

template <class Id, class Lookup, class Spec>
Result<Id> FindName(const std::string& name, const char* what, const Lookup& lookup, const Spec* spec, const std::vector<std::string>& known) {
  Id id = lookup(name);
  if (!id && spec != nullptr) id = lookup(spec->name);
  if (!id) return Status(Code::kNotFound, Text("the projection names the ", what, " '", name, "', which this graph does not know", text::DidYouMean(name, known)));
  return id;
}
Result<LabelId> FindLabel(const ReadView& view, const std::string& name) {
  return FindName<LabelId>(name, "label", [&](const std::string& n) { return view.label(n); }, view.ontology().Label(name), view.label_names());
}
Result<TypeId> FindType(const ReadView& view, const std::string& name) {
  return FindName<TypeId>(name, "edge type", [&](const std::string& n) { return view.type(n); }, view.ontology().EdgeType(name), view.type_names());
}
Result<PropertyId> FindProperty(const ReadView& view, const std::string& name) {
  const EdgeTypeSpec* none = nullptr;
  return FindName<PropertyId>(name, "property", [&](const std::string& n) { return view.property(n); }, none, view.property_names());
}

}  // namespace

Result<Selection> Select(const ReadView& view, const Projection& projection) {
  Selection s;
  s.projection = projection;
  if (s.projection.as_of.empty() && view.options().as_of) s.projection.as_of = ToText(*view.options().as_of);
  s.projection.predicted |= view.options().predicted;
  std::vector<std::string> types = projection.types;
  if (types.empty()) types = view.ontology().edge_types().empty() ? view.type_names() : view.ontology().EconomicTypes();
  for (const std::string& name : types) {
    LT_ASSIGN(const TypeId id, FindType(view, name));
    s.types.push_back(id);
  }
  std::sort(s.types.begin(), s.types.end());
  s.types.erase(std::unique(s.types.begin(), s.types.end()), s.types.end());
  s.any_label = projection.labels.empty();
  for (const std::string& name : projection.labels) {
    LT_ASSIGN(const LabelId id, FindLabel(view, name));
    s.labels.push_back(id);
  }
  std::sort(s.labels.begin(), s.labels.end());
  s.labels.erase(std::unique(s.labels.begin(), s.labels.end()), s.labels.end());
  s.weighted = !projection.weight.empty();
  if (s.weighted) {
    LT_ASSIGN(s.weight, FindProperty(view, projection.weight));
    if (std::isnan(projection.default_weight)) return Status(Code::kInvalid, "the projection's default weight is not a number");
  }
  for (const Projection::Filter& f : projection.filters) {
    LT_ASSIGN(const PropertyId id, FindProperty(view, f.property));
    s.filters.push_back({id, f.values});
    std::sort(s.filters.back().values.begin(), s.filters.back().values.end());
  }
  if (projection.collapse) {
    LT_ASSIGN(s.group_label, FindLabel(view, projection.collapse->label));
    if (projection.collapse->through.empty()) return Status(Code::kInvalid, "the projection collapses nodes but names no types to go through");
    for (const std::string& name : projection.collapse->through) {
      const bool backwards = name.starts_with('<');
      LT_ASSIGN(const TypeId id, FindType(view, backwards ? name.substr(1) : name));
      s.through.push_back(id);
      s.through_backwards.push_back(backwards);
    }
  }
  return s;
}

Result<ReadView> SightOfSelection(const ReadView& view, const Selection& s) {
  ReadOptions options{.predicted = s.projection.predicted};
  if (!s.projection.as_of.empty()) {
    LT_ASSIGN(options.as_of, ParseDate(s.projection.as_of));
  }
  return view.With(options);
}

Result<std::vector<NodeId>> NodesOf(const ReadView& view, std::span<const LabelId> labels) {
  std::vector<NodeId> nodes;
  for (const LabelId label : labels) {
    const auto middle = static_cast<ptrdiff_t>(nodes.size());
    LT_TRY(view.NodesWithLabel(label, {}, [&](NodeId id) {
      nodes.push_back(id);
      return true;
    }));
    std::inplace_merge(nodes.begin(), nodes.begin() + middle, nodes.end());
  }
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

Result<uint64_t> CountEdges(const ReadView& view, std::span<const TypeId> types) {
  uint64_t count = 0;
  for (const TypeId type : types) {
    LT_ASSIGN(const uint64_t n, view.EdgeCount(type));
    count += n;
  }
  return count;
}

Result<std::string> KeyOfSelection(const ReadView& view, const Selection& s) {
  Projection p = s.projection;
  p.name.clear();
  std::vector<std::string> used;  // a type without edges makes no difference
  for (const TypeId type : s.types) {
    LT_ASSIGN(const uint64_t edges, view.EdgeCount(type));
    if (edges > 0) used.push_back(view.name(type));
  }
  std::sort(used.begin(), used.end());
  if (!used.empty()) p.types = std::move(used);
  std::sort(p.labels.begin(), p.labels.end());
  return ProjectionJson(p);
}

}  // namespace liantu::graph
