// SPDX-License-Identifier: Apache-2.0
// The values of one property of all nodes, or of all edges, or the types of all edges or labels of all nodes, of one state, in memory by id: for who asks for so many of them
// that reading record after record would cost more than one walk over all (ReadView::Column). Immutable and thread-safe.
// Memory: four bytes for each id ever given out, and each value in its stored form.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/value.h"

namespace liantu::graph {

class PropertyColumn {
 public:
  // False, and `value` is as before: the property is not set there. Cost: one read at a random place, and decoding.
  bool Get(uint64_t id, Value& value) const;
  uint64_t bytes() const { return places_.size() * sizeof(uint32_t) + values_.size(); }

 private:
  friend class ColumnBuilder;
  std::vector<uint32_t> places_;  // by id: where its value begins; 0: none
  std::string values_;            // a byte that stands for nothing, then values as EncodeValue gives them
};
using PropertyColumnPtr = std::shared_ptr<const PropertyColumn>;

}  // namespace liantu::graph
