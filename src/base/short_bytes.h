// SPDX-License-Identifier: Apache-2.0
// A few encoded fields on their way into a string: they are gathered here and appended at once, which takes a third of the time of
// appending byte after byte. For loops that encode tens of millions of small records; elsewhere bytes.h will do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace liantu {

// Many varints on their way into a string, which has them once Flush was called.
class VarintRun {
 public:
  explicit VarintRun(std::string& out) : out_(out) {}
  void Put(uint64_t v) {
    if (at_ > bytes_ + sizeof bytes_ - 10) Flush();
    at_ = PutVarintAt(at_, v);
  }
  void Flush() {
    out_.append(bytes_, static_cast<size_t>(at_ - bytes_));
    at_ = bytes_;
  }

 private:
  std::string& out_;
  char bytes_[512];
  char* at_ = bytes_;
};

// Up to 64 bytes; whoever fills it knows that this is enough. A varint takes at most 10.
class ShortBytes {
 public:
  void PutByte(uint8_t byte) { bytes_[size_++] = static_cast<char>(byte); }
  void PutLittleEndian16(uint64_t v) {
    PutByte(static_cast<uint8_t>(v));
    PutByte(static_cast<uint8_t>(v >> 8));
  }
  void PutVarint(uint64_t v) { size_ = static_cast<size_t>(PutVarintAt(bytes_ + size_, v) - bytes_); }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[64];
  size_t size_ = 0;
};

}  // namespace liantu
