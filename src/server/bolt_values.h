// SPDX-License-Identifier: Apache-2.0
// Values of the query language in PackStream and back. The forms differ a little between the versions of Bolt: entities have
// element ids from 5.0 on, and moments count their seconds in UTC (always from 5.0, in 4.4 when the client asks for it).
#pragma once

#include <string>

#include "base/result.h"
#include "query/context.h"
#include "query/value.h"
#include "server/bolt_wire.h"
#include "server/packstream.h"

namespace liantu::server {

struct ValueForms {
  bool element_ids = true;
  bool utc = true;
};

constexpr int kMaxValueDepth = 200;            // lists and maps in each other
constexpr uint32_t kMaxValues = 10'000'000;    // in one message

// The next value of a message. kInvalid: malformed. kRejected: well formed, but nothing that a client may send here (a node, a
// byte array, a date that does not exist); the reader then stands inside the value. `budget` counts values down.
Result<query::Value> ReadValue(PackReader& reader, const ValueForms& forms, uint32_t& budget);

// Nodes and relationships are looked up in the context; one that is deleted has its id and nothing else. kRejected: nested too
// deep; what was written of it must be dropped.
Status WriteValue(PackWriter& out, const query::Value& value, query::Context& context, const ValueForms& forms);

}  // namespace liantu::server
