// SPDX-License-Identifier: Apache-2.0
// Query texts from outside: any bytes are parsed and, where that works, bound. Nothing may crash, hang or use up the
// stack; a failure must have its place inside the text.
#include <cstdint>
#include <string_view>

#include "query/binder.h"
#include "query/parser.h"
#include "query/procedure.h"

using namespace liantu;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const query::ProcedureRegistry& procedures = *[] {
    auto* registry = new query::ProcedureRegistry;
    query::RegisterDatabaseProcedures(*registry);
    return registry;
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = [&](const Status& status) {
    if (status.ok()) return;
    const query::QueryError error = query::Explain(status);
    LT_ASSERT(error.has_place && error.span.begin <= error.span.end && error.span.end <= text.size());
    LT_ASSERT(!query::Render(status, text).empty());
  };
  const size_t end = query::StatementEnd(text);
  LT_ASSERT(end == std::string_view::npos || (end <= text.size() && text[end - 1] == ';'));
  auto statement = query::Parse(text);
  check(statement.status());
  if (statement.ok()) check(query::Bind(*statement, procedures));
  return 0;
}
