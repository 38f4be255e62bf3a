// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to the door of the Bolt server: chunks cut anywhere, the handshake, and messages of PackStream. Whatever is
// accepted as a value must read back the same when written again, and a message's values never outnumber its bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "query/context.h"
#include "server/bolt_values.h"
#include "server/bolt_wire.h"

using namespace liantu;
using namespace liantu::server;

namespace {

std::string Write(const query::Value& value, const ValueForms& forms, query::Context& context) {
  std::string out;
  PackWriter pack(out);
  LT_ASSERT(WriteValue(pack, value, context, forms).ok());
  return out;
}

void ReadAll(std::string_view message, const ValueForms& forms) {
  const query::ValueMap none;
  const Budget unlimited;
  query::Context context(none, unlimited);
  PackReader reader(message);
  uint32_t budget = kMaxValues;
  while (!reader.at_end()) {
    const size_t before = reader.offset();
    const auto value = ReadValue(reader, forms, budget);
    if (!value.ok()) {
      LT_ASSERT(value.code() == Code::kInvalid || value.code() == Code::kRejected);
      break;
    }
    LT_ASSERT(reader.offset() > before);
    const std::string bytes = Write(*value, forms, context);
    PackReader again(bytes);
    const auto twin = ReadValue(again, forms, budget);
    LT_ASSERT(twin.ok() && again.at_end() && Write(*twin, forms, context) == bytes);
  }
  PackReader tokens(message);
  for (size_t count = 0; !tokens.at_end() && tokens.Next().ok(); ++count) LT_ASSERT(count < message.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ValueForms forms{.element_ids = (data[0] & 1) != 0, .utc = (data[0] & 1) != 0};
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  ReadAll(bytes, forms);
  // In pieces as they might come.
  ChunkReader chunks(1024);
  std::vector<std::string> messages, whole;
  const size_t piece = 1 + (data[0] >> 1);
  bool fine = true;
  for (size_t at = 0; fine && at < bytes.size(); at += piece) fine = chunks.Add(std::string_view(bytes).substr(at, piece), messages).ok();
  ChunkReader at_once(1024);
  LT_ASSERT(at_once.Add(bytes, whole).ok() == fine && whole == messages);
  for (const std::string& message : messages) {
    LT_ASSERT(!message.empty() && message.size() <= 1024);
    ReadAll(message, forms);
  }
  const Handshake handshake = AnswerHandshake(bytes);
  LT_ASSERT(handshake.outcome != Handshake::Outcome::kAgreed || IsSpoken(handshake.version));
  std::string choice = bytes;
  BoltVersion version;
  const auto taken = TakeManifestChoice(choice, version);
  if (taken.ok() && *taken) LT_ASSERT(IsSpoken(version) && choice.size() < bytes.size());
  return 0;
}
