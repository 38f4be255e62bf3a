// SPDX-License-Identifier: Apache-2.0
// PackStream, the encoding of Bolt messages, one token at a time: a reader over the bytes of one message that believes
// nothing they say, and a writer that always takes the shortest form. What structures mean is bolt_values.h's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace liantu::server {

// What stands next in a message.
struct PackToken {
  enum class Kind : uint8_t { kNull, kBoolean, kInteger, kFloat, kString, kBytes, kList, kMap, kStructure };
  Kind kind = Kind::kNull;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string_view text;  // kString (well-formed UTF-8) and kBytes: lies in the message
  uint32_t size = 0;      // kList: items; kMap: entries; kStructure: fields. They follow as tokens.
  uint8_t tag = 0;        // kStructure
};
const char* PackKindName(PackToken::Kind kind);  // "string", "list", … for messages

// Reads tokens from a message that it does not own. A list, map or structure that claims more items than the rest of
// the message could hold is refused at once, so `size` is safe to reserve by. Failures are kInvalid and say the offset.
class PackReader {
 public:
  explicit PackReader(std::string_view message) : rest_(message), size_(message.size()) {}
  Result<PackToken> Next();
  bool at_end() const { return rest_.empty(); }
  size_t offset() const { return size_ - rest_.size(); }

 private:
  Result<PackToken> Sized(PackToken::Kind kind, uint64_t size);
  Status Broken(std::string_view what) const;
  std::string_view rest_;
  size_t size_;
};

// Appends tokens to a text; what follows a header is the caller's.
class PackWriter {
 public:
  explicit PackWriter(std::string& out) : out_(out) {}
  void Null() { out_ += '\xC0'; }
  void Boolean(bool value) { out_ += value ? '\xC3' : '\xC2'; }
  void Integer(int64_t value);
  void Float(double value);
  void String(std::string_view text);
  void Bytes(std::string_view bytes);
  void List(size_t items);
  void Map(size_t entries);
  void Structure(uint8_t tag, size_t fields);  // at most 15 fields
  // Map entries.
  void Entry(std::string_view key, std::string_view value) { String(key), String(value); }
  void Entry(std::string_view key, const char* value) { String(key), String(value); }
  void Entry(std::string_view key, int64_t value) { String(key), Integer(value); }
  void Entry(std::string_view key, double value) { String(key), Float(value); }
  void Entry(std::string_view key, bool value) { String(key), Boolean(value); }

 private:
  void Header(size_t size, int tiny, char small, char medium, char large);
  std::string& out_;
};

}  // namespace liantu::server
