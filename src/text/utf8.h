// SPDX-License-Identifier: Apache-2.0
// UTF-8 to code points and back, one at a time and without ICU: for text/ and for what reads text character by character.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace liantu::text {

constexpr char32_t kBadByte = 0xFFFFFFFF;

// The code point at `at`, which moves behind it; kBadByte for a byte that begins no well-formed sequence (`at` moves by
// one). Requires at < s.size().
inline char32_t NextCodePoint(std::string_view s, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  const auto follows = [&](size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const uint8_t b = byte(at);
  if (b < 0x80) {
    ++at;
    return b;
  }
  if (b >= 0xE0 && b < 0xF0 && follows(at + 1) && follows(at + 2)) {
    const char32_t c = (b & 0x0Fu) << 12 | (byte(at + 1) & 0x3Fu) << 6 | (byte(at + 2) & 0x3Fu);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
      at += 3;
      return c;
    }
  } else if (b >= 0xC2 && b < 0xE0 && follows(at + 1)) {
    const char32_t c = (b & 0x1Fu) << 6 | (byte(at + 1) & 0x3Fu);
    at += 2;
    return c;
  } else if (b >= 0xF0 && b < 0xF5 && follows(at + 1) && follows(at + 2) && follows(at + 3)) {
    const char32_t c = (b & 0x07u) << 18 | (byte(at + 1) & 0x3Fu) << 12 | (byte(at + 2) & 0x3Fu) << 6 | (byte(at + 3) & 0x3Fu);
    if (c >= 0x10000 && c <= 0x10FFFF) {
      at += 4;
      return c;
    }
  }
  ++at;
  return kBadByte;
}

inline void AppendUtf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    const char s[] = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    out.append(s, 2);
  } else if (c < 0x10000) {
    const char s[] = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                      static_cast<char>(0x80 | (c & 0x3F))};
    out.append(s, 3);
  } else {
    const char s[] = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                      static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    out.append(s, 4);
  }
}

// All code points; U+FFFD for each bad byte.
inline std::u32string ToCodePoints(std::string_view s) {
  std::u32string out;
  out.reserve(s.size());
  for (size_t at = 0; at < s.size();) {
    const char32_t c = NextCodePoint(s, at);
    out += c == kBadByte ? U'\uFFFD' : c;
  }
  return out;
}

inline std::string FromCodePoints(std::u32string_view s) {
  std::string out;
  out.reserve(s.size() * 3);
  for (char32_t c : s) AppendUtf8(out, c);
  return out;
}

}  // namespace liantu::text
