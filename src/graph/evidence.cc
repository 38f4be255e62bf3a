// SPDX-License-Identifier: Apache-2.0
#include "graph/evidence.h"

#include <iterator>

namespace liantu::graph {
namespace {

constexpr const char* kCertaintyNames[] = {"stated", "inferred", "derived", "translated", "planned", "target", "predicted"};

}  // namespace

const char* CertaintyName(Certainty certainty) { return kCertaintyNames[static_cast<size_t>(certainty)]; }

std::optional<Certainty> ParseCertainty(std::string_view name) {
  for (size_t i = 0; i < std::size(kCertaintyNames); ++i) {
    if (name == kCertaintyNames[i]) return static_cast<Certainty>(i);
  }
  return std::nullopt;
}

}  // namespace liantu::graph
