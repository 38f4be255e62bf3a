// SPDX-License-Identifier: Apache-2.0
// Markers: docs/bolt.md. Sizes are checked against what is left of the message before anything is built from them: an item
// takes at least one byte, an entry of a map two.
#include "server/packstream.h"

#include <cstring>

#include "base/bytes.h"
#include "text/normalize.h"

namespace liantu::server {

const char* PackKindName(PackToken::Kind kind) {
  static const char* const kNames[] = {"null", "boolean", "integer", "float", "string", "byte array", "list", "map", "structure"};
  return kNames[static_cast<int>(kind)];
}

Status PackReader::Broken(std::string_view what) const {
  return Status(Code::kInvalid, Text("malformed message at byte ", offset(), ": ", what));
}

Result<PackToken> PackReader::Sized(PackToken::Kind kind, uint64_t size) {
  using Kind = PackToken::Kind;
  PackToken token{.kind = kind};
  if (kind == Kind::kString || kind == Kind::kBytes) {
    if (size > rest_.size()) {
      return Broken(Text("a ", PackKindName(kind), " of ", size, " bytes, but ", rest_.size(), " are left"));
    }
    token.text = rest_.substr(0, size);
    if (kind == Kind::kString && !text::IsUtf8(token.text)) return Broken("a string that is not UTF-8");
    rest_.remove_prefix(size);
    return token;
  }
  if (size > (kind == Kind::kMap ? rest_.size() / 2 : rest_.size())) {
    return Broken(Text("a ", PackKindName(kind), " of ", size, " items, but ", rest_.size(), " bytes are left"));
  }
  token.size = static_cast<uint32_t>(size);
  return token;
}

Result<PackToken> PackReader::Next() {
  using Kind = PackToken::Kind;
  if (rest_.empty()) return Broken("it ends where a value was expected");
  const auto marker = static_cast<uint8_t>(rest_.front());
  const std::string_view before = rest_;
  rest_.remove_prefix(1);
  const auto integer = [](int64_t value) { return PackToken{.kind = Kind::kInteger, .integer = value}; };
  if (marker < 0x80) return integer(marker);
  if (marker >= 0xF0) return integer(static_cast<int8_t>(marker));
  switch (marker & 0xF0) {
    case 0x80: return Sized(Kind::kString, marker & 0x0F);
    case 0x90: return Sized(Kind::kList, marker & 0x0F);
    case 0xA0: return Sized(Kind::kMap, marker & 0x0F);
    case 0xB0: {
      if (rest_.empty()) return Broken("it ends inside a structure");
      const auto tag = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      LT_ASSIGN(PackToken token, Sized(Kind::kStructure, marker & 0x0F));
      token.tag = tag;
      return token;
    }
    default: break;
  }
  // The rest have a number behind the marker: of 1, 2, 4 or 8 bytes.
  uint64_t number = 0;
  const auto read = [&](int bytes) {
    if (rest_.size() < static_cast<size_t>(bytes)) return false;
    number = 0;
    for (int i = 0; i < bytes; ++i) number = number << 8 | static_cast<uint8_t>(rest_[static_cast<size_t>(i)]);
    rest_.remove_prefix(static_cast<size_t>(bytes));
    return true;
  };
  const auto cut = [&] {
    rest_ = before;
    return Broken("it ends inside a value");
  };
  switch (marker) {
    case 0xC0: return PackToken{};
    case 0xC2: return PackToken{.kind = Kind::kBoolean};
    case 0xC3: return PackToken{.kind = Kind::kBoolean, .boolean = true};
    case 0xC1: {
      if (!read(8)) return cut();
      PackToken token{.kind = Kind::kFloat};
      std::memcpy(&token.number, &number, sizeof number);
      return token;
    }
    case 0xC8: return read(1) ? Result<PackToken>(integer(static_cast<int8_t>(number))) : cut();
    case 0xC9: return read(2) ? Result<PackToken>(integer(static_cast<int16_t>(number))) : cut();
    case 0xCA: return read(4) ? Result<PackToken>(integer(static_cast<int32_t>(number))) : cut();
    case 0xCB: return read(8) ? Result<PackToken>(integer(static_cast<int64_t>(number))) : cut();
    case 0xCC: return read(1) ? Sized(Kind::kBytes, number) : cut();
    case 0xCD: return read(2) ? Sized(Kind::kBytes, number) : cut();
    case 0xCE: return read(4) ? Sized(Kind::kBytes, number) : cut();
    case 0xD0: return read(1) ? Sized(Kind::kString, number) : cut();
    case 0xD1: return read(2) ? Sized(Kind::kString, number) : cut();
    case 0xD2: return read(4) ? Sized(Kind::kString, number) : cut();
    case 0xD4: return read(1) ? Sized(Kind::kList, number) : cut();
    case 0xD5: return read(2) ? Sized(Kind::kList, number) : cut();
    case 0xD6: return read(4) ? Sized(Kind::kList, number) : cut();
    case 0xD8: return read(1) ? Sized(Kind::kMap, number) : cut();
    case 0xD9: return read(2) ? Sized(Kind::kMap, number) : cut();
    case 0xDA: return read(4) ? Sized(Kind::kMap, number) : cut();
    default: break;
  }
  rest_ = before;
  static const char kHex[] = "0123456789ABCDEF";
  return Broken(Text("the marker ", kHex[marker >> 4], kHex[marker & 15], " means nothing"));
}

void PackWriter::Integer(int64_t value) {
  if (value >= -16 && value <= 127) {
    out_ += static_cast<char>(value);
  } else if (value >= INT8_MIN && value <= INT8_MAX) {
    out_ += '\xC8';
    out_ += static_cast<char>(value);
  } else if (value >= INT16_MIN && value <= INT16_MAX) {
    out_ += '\xC9';
    PutBigEndian(out_, static_cast<uint16_t>(value));
  } else if (value >= INT32_MIN && value <= INT32_MAX) {
    out_ += '\xCA';
    PutBigEndian(out_, static_cast<uint32_t>(value));
  } else {
    out_ += '\xCB';
    PutBigEndian(out_, static_cast<uint64_t>(value));
  }
}

void PackWriter::Float(double value) {
  out_ += '\xC1';
  PutDouble(out_, value);
}

// `tiny` < 0: the kind has no form for up to 15 in the marker itself.
void PackWriter::Header(size_t size, int tiny, char small, char medium, char large) {
  LT_ASSERT(size <= UINT32_MAX);
  if (tiny >= 0 && size < 16) {
    out_ += static_cast<char>(tiny + static_cast<int>(size));
  } else if (size <= UINT8_MAX) {
    out_ += small;
    out_ += static_cast<char>(size);
  } else if (size <= UINT16_MAX) {
    out_ += medium;
    PutBigEndian(out_, static_cast<uint16_t>(size));
  } else {
    out_ += large;
    PutBigEndian(out_, static_cast<uint32_t>(size));
  }
}

void PackWriter::String(std::string_view text) {
  Header(text.size(), 0x80, '\xD0', '\xD1', '\xD2');
  out_ += text;
}

void PackWriter::Bytes(std::string_view bytes) {
  Header(bytes.size(), -1, '\xCC', '\xCD', '\xCE');
  out_ += bytes;
}

void PackWriter::List(size_t items) { Header(items, 0x90, '\xD4', '\xD5', '\xD6'); }
void PackWriter::Map(size_t entries) { Header(entries, 0xA0, '\xD8', '\xD9', '\xDA'); }

void PackWriter::Structure(uint8_t tag, size_t fields) {
  LT_ASSERT(fields < 16);
  out_ += static_cast<char>(0xB0 + fields);
  out_ += static_cast<char>(tag);
}

}  // namespace liantu::server
