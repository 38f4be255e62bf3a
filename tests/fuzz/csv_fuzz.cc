// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to the CSV reader and checks what must hold for all of them: it ends, views lie in the record, lines
// and columns never go back, refusals say where, and a record written again by the rules reads back the same.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/csv_reader.h"
#include "io/table.h"

using liantu::io::CsvOptions;
using liantu::io::CsvReader;
using liantu::io::Place;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const CsvOptions options{.delimiter = ",;\t|"[data[0] & 3], .max_record_bytes = 4096};
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  CsvReader reader = CsvReader::FromText(text, "fuzz", options);
  uint64_t last_line = 0;
  for (;;) {
    const liantu::Result<bool> more = reader.Next();
    if (!more.ok()) {
      LT_ASSERT(more.status().message().starts_with("fuzz:"));
      return 0;
    }
    if (!*more) return 0;
    LT_ASSERT(reader.size() > 0 && !reader.raw().empty() && reader.line() > last_line);
    last_line = reader.line();
    Place before{reader.line(), 1};
    std::string again;
    std::vector<std::string> values;
    for (size_t i = 0; i < reader.size(); ++i) {
      const Place at = reader.At(i);
      LT_ASSERT(at.line > before.line || (at.line == before.line && at.column >= before.column));
      before = at;
      values.emplace_back(reader[i]);
      if (i != 0) again += options.delimiter;
      liantu::io::AppendCsvField(again, values.back(), options.delimiter);
    }
    if (reader.fault() || again.size() > options.max_record_bytes) continue;
    CsvReader twin = CsvReader::FromText("\n" + again + "\n", "fuzz", options);  // a mark is one at the start only
    const liantu::Result<bool> read = twin.Next();
    LT_ASSERT(read.ok() && *read && twin.size() == values.size() && !twin.fault());
    for (size_t i = 0; i < values.size(); ++i) LT_ASSERT(twin[i] == values[i]);
  }
}
