// SPDX-License-Identifier: Apache-2.0
// The lowest layer of Bolt: agreeing on a version, and messages in chunks. No sockets and no meaning of messages.
// What is spoken: docs/bolt.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu::server {

struct BoltVersion {
  int major = 0, minor = 0;  // 0.0: none
  friend auto operator<=>(const BoltVersion&, const BoltVersion&) = default;
};
bool IsSpoken(BoltVersion version);  // 5.8-5.6, 5.4-5.0 and 4.4

constexpr size_t kHandshakeBytes = 20;
constexpr std::string_view kBoltMagic = "\x60\x60\xB0\x17";

// What the server says to the client's first 20 bytes.
struct Handshake {
  enum class Outcome : uint8_t { kNotBolt, kRefused, kAgreed, kManifest } outcome = Outcome::kNotBolt;
  BoltVersion version;  // kAgreed
  std::string answer;   // to be sent: empty for kNotBolt, else a version, four zero bytes, or the list of versions
};
// The client's slots are its preferences in order; the first one with a version that is spoken wins, its highest.
Handshake AnswerHandshake(std::string_view first_bytes);
// The client's choice after kManifest: a version and a varint of capabilities, taken from the front of `bytes`. False: more
// bytes are needed. kInvalid: a version that was not offered.
Result<bool> TakeManifestChoice(std::string& bytes, BoltVersion& version);

// Puts chunks together. A message of more than max_message_bytes is refused before it is gathered.
class ChunkReader {
 public:
  explicit ChunkReader(size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}
  void set_max_message_bytes(size_t bytes) { max_message_bytes_ = bytes; }
  // Adds bytes as they come and appends to `messages` what is whole now. Empty chunks between messages (keep-alives)
  // are skipped. kInvalid: too large; nothing more may be added then.
  Status Add(std::string_view bytes, std::vector<std::string>& messages);

 private:
  size_t max_message_bytes_;
  std::string message_;
  uint32_t chunk_left_ = 0;    // of the chunk being read
  int header_bytes_ = 0;       // of the next chunk's length that are there
  uint32_t header_ = 0;
};

// Appends messages to a text, each in chunks with its end: Begin, write the message to the text, End.
class ChunkWriter {
 public:
  explicit ChunkWriter(std::string& out) : out_(out) {}
  void Begin();
  void End();
  void Drop();  // takes back what was begun

 private:
  std::string& out_;
  size_t start_ = 0;
};

}  // namespace liantu::server
