// SPDX-License-Identifier: Apache-2.0
// A derived file of columns: plain arrays side by side, mapped, each with a checksum of its own that is looked at when the column
// is first asked for, so that a question pays only for what it reads. The file is never needed: who finds none, an other
// state's or a damaged one makes the columns again. It is written once, whole, and never changed.
//
// Layout, in the machine's byte order: the heading (a line of text that names content and state), zeros up to a multiple of 64;
// the number of columns, the offset, bytes and checksum of each, a checksum of all that goes before, all 8 bytes wide; then the
// columns, each at a multiple of 64.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu::chain {

class ColumnFile {
 public:
  // Null where there is no such file, or it is of another heading or number of columns.
  static std::shared_ptr<const ColumnFile> Open(const std::string& path, std::string_view heading, size_t columns);
  // Whole or not at all.
  static Status Write(const std::string& path, std::string_view heading, const std::vector<std::string_view>& columns);
  ~ColumnFile();

  // The bytes of a column; nullopt where they are not what was written. Reads the column to know: ask once.
  std::optional<std::string_view> Column(size_t number) const;

 private:
  struct Place {
    uint64_t offset, bytes, checksum;
  };
  ColumnFile() = default;
  void* data_ = nullptr;
  size_t size_ = 0;
  std::vector<Place> places_;
};

}  // namespace liantu::chain
