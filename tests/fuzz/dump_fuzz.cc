// SPDX-License-Identifier: Apache-2.0
// The reader of dumps: any text is either refused and leaves the store empty, or makes a store in which the deep check
// finds nothing and whose dump loads again.
#include <cstdint>
#include <string>
#include <string_view>

#include "graph/database.h"
#include "graph/dump.h"
#include "graph/json_line.h"

using namespace liantu;
using namespace liantu::graph;

namespace {

// A sound dump. Most inputs are read as edits of it (place, kind, byte), so that they get past the head.
constexpr std::string_view kDump =
    R"({"liantu_dump":1,"format":"1"}
{"next":{"node":5,"edge":2,"batch":3,"evidence":5}}
{"names":{"labels":["Document","Company"],"types":["SUPPLIES"],"properties":["key","name","uscc","year","date"]}}
{"ontology":""}
{"index":["Company","name"]}
{"batch":1,"time":{"datetime":"2026-11-22T02:55:00.123Z"},"who":"me","created":[4,1],"nodes":[1,4],"edges":[1,1],"inputs":[["a.csv","00"]]}
{"batch":2,"time":{"datetime":"2026-11-22T02:55:01Z"},"changed_deleted":[1,0]}
{"evidence":1,"certainty":"stated"}
{"evidence":2,"certainty":"inferred","documents":[1],"locator":"L1","from":{"date":"2024-01-01"}}
{"evidence":3,"certainty":"stated","documents":[1],"locator":"L3"}
{"evidence":4,"certainty":"stated","documents":[2]}
{"made":"nodes","ids":[1,2],"batch":1,"input":1,"evidence":1}
{"made":"nodes","ids":[3,4],"batch":1,"input":1,"evidence":2}
{"made":"edges","ids":[1,1],"batch":1,"input":1,"evidence":3}
{"node":1,"labels":["Document"],"properties":{"key":"d1","date":"2024"}}
{"node":2,"labels":["Document"],"properties":{"key":"d2","date":"2025"}}
{"node":3,"labels":["Company"],"evidence":4,"batch":2,"claims":[{"evidence":4,"batch":2},{"evidence":2,"batch":1}],"properties":{"key":"a","name":"X","uscc":"U1"},"about":{"uscc":{"evidence":2,"batch":1},"name":{"claims":[{"value":"X","evidence":4,"batch":2},{"value":"Y","evidence":2,"batch":1}]}}}
{"node":4,"labels":["Company"],"properties":{"key":"b"}}
{"edge":1,"type":"SUPPLIES","from":3,"to":4,"properties":{"year":2024}}
{"before":2,"node":3,"labels":["Company"],"properties":{"key":"a","name":"Y","uscc":"U1"}}
{"end":{"nodes":4,"edges":1,"batches":2,"images":1}}
)";

DumpSource From(std::string_view text) {
  return [text, at = size_t{0}](char* to, size_t size) mutable -> Result<size_t> {
    const size_t n = std::min(size, text.size() - at);
    text.copy(to, n, at);
    at += n;
    return n;
  };
}

std::string Edited(std::string_view edits) {
  std::string text(kDump);
  for (size_t n = 0; n < 4 && edits.size() >= 4 && !text.empty(); ++n, edits.remove_prefix(4)) {
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(edits[i]); };
    const size_t at = (size_t{byte(0)} << 8 | byte(1)) % text.size();
    const size_t line = text.rfind('\n', at) + 1;  // 0 for the first
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    switch (byte(2) % 6) {
      case 0: text[at] = static_cast<char>(byte(3)); break;
      case 1: text.erase(at, 1 + byte(3) % 8); break;
      case 2: text.insert(at, 1, static_cast<char>(byte(3))); break;
      case 3: text.insert(line, text.substr(line, end - line)); break;
      case 4: text.erase(line, end - line); break;
      default: {  // another number
        size_t digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text[digit] = static_cast<char>('0' + byte(3) % 10);
      }
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  (void)ParseJsonLine(in.substr(0, in.find('\n')));
  const std::string text = size > 0 && data[0] % 4 == 0 ? std::string(in) : Edited(in);
  auto store = storage::NewMemoryStore();
  const auto loaded = LoadDump(*store, "fuzz", From(text), text.size(), Budget());
  LT_ASSERT(loaded.ok() || text != kDump);
  if (!loaded.ok()) return 0;
  auto db = Database::Open(std::move(store), {});
  LT_ASSERT(db.ok());
  const auto problems = (*db)->Check(true, Budget());
  LT_ASSERT(problems.ok() && problems->empty());
  std::string dump, again;
  const auto to = [](std::string& out) {
    return [&out](std::string_view piece) {
      out += piece;
      return Status();
    };
  };
  LT_ASSERT((*db)->Dump(to(dump), Budget()).ok());
  auto other = storage::NewMemoryStore();
  LT_ASSERT(LoadDump(*other, "again", From(dump), 0, Budget()).ok());
  auto twin = Database::Open(std::move(other), {});
  LT_ASSERT(twin.ok() && (*twin)->Dump(to(again), Budget()).ok() && again == dump);
  return 0;
}
