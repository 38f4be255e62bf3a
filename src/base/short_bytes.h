// SPDX-License-Identifier: Apache-2.0
// A few encoded fields on their way into a string: they are gathered here and appended at once, which takes a third of the time of
// appending byte after byte. For loops that encode tens of millions of small records; elsewhere bytes.h will do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace liantu {

// Up to 64 bytes; whoever fills it knows that this is enough. A varint takes at most 10.
class ShortBytes {
 public:
  void PutByte(uint8_t byte) { bytes_[size_++] = static_cast<char>(byte); }
  void PutLittleEndian16(uint64_t v) {
    PutByte(static_cast<uint8_t>(v));
    PutByte(static_cast<uint8_t>(v >> 8));
  }
  void PutVarint(uint64_t v) {
    while (v >= 0x80) {
      PutByte(static_cast<uint8_t>(v | 0x80));
      v >>= 7;
    }
    PutByte(static_cast<uint8_t>(v));
  }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[64];
  size_t size_ = 0;
};

}  // namespace liantu
