// SPDX-License-Identifier: Apache-2.0
// Texts from outside: values of every type, ontologies and projections in JSON, names to search, edge-type patterns. Nothing may
// crash, and what is read must be written and read again as the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "graph/ontology.h"
#include "graph/projection_json.h"
#include "graph/value.h"
#include "text/normalize.h"
#include "text/search_key.h"

using namespace liantu;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view in(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0:
      for (int t = 1; t <= static_cast<int>(graph::Value::Type::kPoint); ++t) {
        const graph::ValueType type{static_cast<graph::Value::Type>(t), (data[0] & 16) != 0};
        const auto value = graph::ParseValue(type, in);
        if (!value.ok()) continue;
        const std::string text = graph::ToText(*value);
        if (!type.list) {
          const auto back = graph::ParseValue(type, text);
          LT_ASSERT(back.ok() && graph::CompareValues(*value, *back) == 0);
        }
      }
      break;
    case 1: graph::Ontology::Parse(in, "fuzz").status().Ignore("any answer will do"); break;
    case 2: {
      const auto p = graph::ParseProjection(in, "fuzz");
      if (!p.ok()) break;
      const std::string json = graph::ProjectionJson(*p);
      const auto back = graph::ParseProjection(json, "fuzz");
      LT_ASSERT(back.ok() && graph::ProjectionJson(*back) == json);
      break;
    }
    case 3: {
      const std::string name = text::NormalizeName(in);
      LT_ASSERT(text::NormalizeName(name) == name);
      text::IndexTerms(in);
      text::PlanSearch(in);
      break;
    }
  }
  return 0;
}
