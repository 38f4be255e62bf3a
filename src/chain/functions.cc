// SPDX-License-Identifier: Apache-2.0
// Roll-up is a walk upwards from the node, so that one row costs the few steps from a company to its province or chain,
// however much lies below these.
#include "chain/functions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "query/context.h"
#include "query/error.h"
#include "text/normalize.h"

namespace liantu::chain {
namespace {

using query::Context;
using query::ErrorType;
using query::Kind;
using query::Value;

constexpr const char* kUpwards[] = {"LOCATED_IN", "PART_OF", "OPERATES_IN"};

// What the user named: a node, or a text that is a key or a name.
struct Wanted {
  graph::NodeId node;
  std::string text, name, stem;

  bool Is(Context& context, graph::NodeId id, const graph::Node& found) const {
    if (node) return id == node;
    const graph::ReadView& view = *context.view();
    auto property = [&](const char* key) -> const std::string* {
      const graph::Value* v = found.Property(view.property(key));
      return v != nullptr ? v->as<std::string>() : nullptr;
    };
    if (const std::string* key = property("key"); key != nullptr && *key == text) return true;
    for (const char* key : {"name", "name_en"}) {
      const std::string* own = property(key);
      if (own == nullptr) continue;
      if (text::NormalizeName(*own) == name) return true;
      const bool place = std::any_of(found.labels.begin(), found.labels.end(), [&](graph::LabelId label) {
        const std::string& l = view.name(label);
        return l == "Province" || l == "City" || l == "District";
      });
      if (place && text::PlaceStem(*own) == stem) return true;
    }
    return false;
  }
};

Value Within(Context& context, std::span<const Value> args) {
  if (args[0].is_null() || args[1].is_null() || context.view() == nullptr) return {};
  if (args[1].kind() != Kind::kNode || (args[0].kind() != Kind::kNode && args[0].kind() != Kind::kString)) {
    context.Fail(ErrorType::kTypeError, "InvalidArgumentValue",
                 Text("liantu.within() takes a place, chain or segment (a name, a key or a node) and a node, found ", query::KindName(args[0].kind()),
                      " and ", query::KindName(args[1].kind())));
    return {};
  }
  Wanted wanted;
  if (args[0].kind() == Kind::kNode) wanted.node = args[0].node();
  else wanted = {{}, args[0].string(), text::NormalizeName(args[0].string()), text::PlaceStem(args[0].string())};
  const graph::ReadView& view = *context.view();
  std::vector<graph::TypeId> types;
  for (const char* type : kUpwards) {
    if (const graph::TypeId id = view.type(type)) types.push_back(id);
  }
  std::vector<graph::NodeId> open{args[1].node()};
  for (size_t i = 0; i < open.size(); ++i) {
    if (context.Stop()) return {};
    const graph::Node* node = context.GetNode(open[i]);
    if (node == nullptr) return {};
    if (wanted.Is(context, open[i], *node)) return Value::Boolean(true);
    if (types.empty()) continue;
    const Status status = view.Expand(open[i], graph::Direction::kOut, types, [&](const graph::Neighbour& n) {
      if (std::find(open.begin(), open.end(), n.node) == open.end()) open.push_back(n.node);
      return true;
    });
    if (!status.ok()) {
      context.Fail(status);
      return {};
    }
  }
  return Value::Boolean(false);
}

}  // namespace

void RegisterFunctions(query::ProcedureRegistry& registry) {
  const query::KindSet node = query::Only(Kind::kNode);
  registry
      .AddFunction({"liantu.within", 2, 2, {query::Only(Kind::kString) | node, node}, query::Only(Kind::kBoolean), Within, true,
                    "liantu.within(of :: STRING | NODE, node :: NODE) :: BOOLEAN",
                    "Whether a node lies in a place, at any level, or belongs to a segment, chain or industry: up LOCATED_IN, PART_OF and OPERATES_IN."})
      .Ignore("registered before");
}

}  // namespace liantu::chain
