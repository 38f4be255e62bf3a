// SPDX-License-Identifier: Apache-2.0
// Encodings shared by everything that is stored: variable-length integers, big-endian integers that sort as bytes, and
// checksums. Readers never trust their input: every Get… returns false at the end of the bytes or on a malformed value.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace liantu {

// LEB128, least significant group first, at most 10 bytes.
inline char* PutVarintAt(char* at, uint64_t v) {  // at most 10 bytes; tells where it ends
  while (v >= 0x80) {
    *at++ = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  *at++ = static_cast<char>(v);
  return at;
}
inline void PutVarint(std::string& out, uint64_t v) {
  char bytes[10];
  out.append(bytes, static_cast<size_t>(PutVarintAt(bytes, v) - bytes));
}
// False: it does not end before `end`, or is too long. Then, too, `at` has moved.
inline bool GetVarintAt(const char*& at, const char* end, uint64_t& v) {
  v = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at == end) return false;
    const auto byte = static_cast<uint8_t>(*at++);
    if (shift == 63 && byte > 1) return false;
    v |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (!(byte & 0x80)) return true;
  }
  return false;
}
inline bool GetVarint(std::string_view& in, uint64_t& v) {
  const char* at = in.data();
  const bool good = GetVarintAt(at, in.data() + in.size(), v);
  in.remove_prefix(static_cast<size_t>(at - in.data()));
  return good;
}
// Small numbers of either sign take few bytes: 0, -1, 1, -2 … become 0, 1, 2, 3 ….
inline uint64_t ZigZag(int64_t v) { return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63); }
inline int64_t UnZigZag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }

template <class U>
void PutBigEndian(std::string& out, U v) {
  for (int shift = 8 * (static_cast<int>(sizeof(U)) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(v) >> shift));
  }
}
template <class U>
bool GetBigEndian(std::string_view& in, U& v) {
  if (in.size() < sizeof(U)) return false;
  uint64_t r = 0;
  for (size_t i = 0; i < sizeof(U); ++i) r = r << 8 | static_cast<uint8_t>(in[i]);
  v = static_cast<U>(r);
  in.remove_prefix(sizeof(U));
  return true;
}

// A length as a varint, then the bytes.
inline void PutString(std::string& out, std::string_view s) {
  PutVarint(out, s.size());
  out += s;
}
inline bool GetString(std::string_view& in, std::string_view& s) {
  uint64_t n;
  if (!GetVarint(in, n) || n > in.size()) return false;
  s = in.substr(0, n);
  in.remove_prefix(n);
  return true;
}

// IEEE doubles as 8 big-endian bytes of their bit pattern (not an order; see graph/value.h for ordered index keys).
inline void PutDouble(std::string& out, double d) {
  uint64_t bits;
  std::memcpy(&bits, &d, sizeof bits);
  PutBigEndian(out, bits);
}
inline bool GetDouble(std::string_view& in, double& d) {
  uint64_t bits;
  if (!GetBigEndian(in, bits)) return false;
  std::memcpy(&d, &bits, sizeof d);
  return true;
}

// A 64-bit hash that never changes between versions (it is stored); not for secrets.
uint64_t StableHash(std::string_view bytes);

// SHA-256 as 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

// The same for bytes that come in pieces. Movable, not copyable; Hex ends it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  void Update(std::string_view bytes);
  std::string Hex();

 private:
  void* context_;
};

}  // namespace liantu
