// SPDX-License-Identifier: Apache-2.0
// Where a bulk load keeps what it gathers until it can be written in order: byte strings by place, and byte strings by
// bucket. Past a bound of memory both go to a temporary file without a name, gone when the process is.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/big_memory.h"
#include "base/bytes.h"
#include "base/result.h"

namespace liantu::graph {

// A file that nobody else sees. `folder` empty: the system's place for temporary files. Reads may run at once.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  Status Open(const std::string& folder) {
    std::string path = (folder.empty() ? "/tmp" : folder) + "/.sort-XXXXXX";
    fd_ = ::mkstemp(path.data());
    if (fd_ < 0) return Status(Code::kIo, Text("cannot make a temporary file in '", folder.empty() ? "/tmp" : folder, "'"));
    ::unlink(path.c_str());
    return {};
  }
  bool open() const { return fd_ >= 0; }
  uint64_t size() const { return size_; }
  Status Append(const void* data, size_t n) {
    const char* at = static_cast<const char*>(data);
    while (n > 0) {
      const ssize_t wrote = ::pwrite(fd_, at, n, static_cast<off_t>(size_));
      if (wrote <= 0) return Status(Code::kIo, "cannot write a temporary file; the disk may be full");
      at += wrote;
      n -= static_cast<size_t>(wrote);
      size_ += static_cast<uint64_t>(wrote);
    }
    return {};
  }
  Status Read(uint64_t offset, void* data, size_t n) const {
    char* at = static_cast<char*>(data);
    while (n > 0) {
      const ssize_t got = ::pread(fd_, at, n, static_cast<off_t>(offset));
      if (got <= 0) return Status(Code::kIo, "cannot read a temporary file back");
      at += got;
      n -= static_cast<size_t>(got);
      offset += static_cast<uint64_t>(got);
    }
    return {};
  }

 private:
  int fd_ = -1;
  uint64_t size_ = 0;
};

// Memory for many bytes, which is not cleared first.
struct RawByte {
  RawByte() {}
  char byte;
};
using RawBytes = BigVector<RawByte>;
inline char* DataOf(RawBytes& bytes) { return &bytes.data()->byte; }

// Byte strings by the place at which they were put. Reads may run at once, but not beside Append.
class Spool {
 public:
  Spool(uint64_t memory_bytes, std::string folder) : memory_bytes_(memory_bytes), folder_(std::move(folder)) {}
  Result<uint64_t> Append(std::string_view bytes) {
    if (held_ > memory_bytes_) {
      if (!file_.open()) LT_TRY(file_.Open(folder_));
      for (uint64_t at = 0; at < held_; at += kChunk) LT_TRY(file_.Append(DataOf(chunks_[at / kChunk]), std::min(kChunk, held_ - at)));
      held_ = 0;
    }
    const uint64_t place = end();
    char head[kHead];
    for (size_t i = 0; i < kHead; ++i) head[i] = static_cast<char>(bytes.size() >> (8 * (kHead - 1 - i)));
    Add({head, kHead});
    Add(bytes);
    return place;
  }
  uint64_t end() const { return file_.size() + held_; }
  Status Read(uint64_t place, std::string* bytes) const {
    char head[kHead];
    LT_TRY(ReadRaw(place, head, sizeof head));
    std::string_view in(head, sizeof head);
    uint32_t size = 0;
    GetBigEndian(in, size);
    bytes->resize(size);
    return ReadRaw(place + sizeof head, bytes->data(), size);
  }

  // Reads strings whose places mostly ascend, many at a time.
  class Reader {
   public:
    explicit Reader(const Spool& spool) : spool_(spool) {}
    // The string dies with the next call.
    Result<std::string_view> Read(uint64_t place) {
      if (place < begin_ || place + kHead > begin_ + held_.size()) LT_TRY(Load(place, kHead));
      std::string_view in = std::string_view(held_).substr(place - begin_);
      uint32_t size = 0;
      GetBigEndian(in, size);
      if (in.size() < size) {
        LT_TRY(Load(place, kHead + size));
        in = std::string_view(held_).substr(kHead);
      }
      return in.substr(0, size);
    }

   private:
    Status Load(uint64_t place, size_t at_least) {
      held_.resize(std::min<uint64_t>(std::max<size_t>(at_least, size_t{1} << 18), spool_.end() - place));
      begin_ = place;
      return spool_.ReadRaw(place, held_.data(), held_.size());
    }
    const Spool& spool_;
    std::string held_;
    uint64_t begin_ = 0;
  };

 private:
  static constexpr size_t kHead = 4;
  static constexpr uint64_t kChunk = uint64_t{4} << 20;
  void Add(std::string_view bytes) {
    while (!bytes.empty()) {
      if (held_ == chunks_.size() * kChunk) chunks_.emplace_back(kChunk);
      const size_t n = std::min<uint64_t>(bytes.size(), kChunk - held_ % kChunk);
      std::copy_n(bytes.data(), n, DataOf(chunks_[held_ / kChunk]) + held_ % kChunk);
      held_ += n;
      bytes.remove_prefix(n);
    }
  }
  Status ReadRaw(uint64_t place, char* to, size_t n) const {
    if (place < file_.size()) {
      const size_t stored = std::min<uint64_t>(n, file_.size() - place);
      LT_TRY(file_.Read(place, to, stored));
      place += stored;
      to += stored;
      n -= stored;
    }
    for (uint64_t at = place - file_.size(); n > 0;) {
      const size_t some = std::min<uint64_t>(n, kChunk - at % kChunk);
      std::copy_n(&chunks_[at / kChunk][at % kChunk].byte, some, to);
      to += some;
      at += some;
      n -= some;
    }
    return {};
  }
  const uint64_t memory_bytes_;
  const std::string folder_;
  std::vector<RawBytes> chunks_;  // what is behind the file
  uint64_t held_ = 0;             // bytes in them
  TemporaryFile file_;
};

// Byte strings that are put at the ends of buckets and taken back a bucket at a time. Thread-safe.
class BucketSpool {
 public:
  BucketSpool(uint64_t memory_bytes, std::string folder) : memory_bytes_(memory_bytes), folder_(std::move(folder)) {}
  Status Append(size_t bucket, std::string_view bytes) { return Append(bucket, {bytes}); }
  // One behind the other, nothing between them.
  Status Append(size_t bucket, std::initializer_list<std::string_view> parts) {
    std::lock_guard lock(mutex_);
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    Bucket& b = buckets_[bucket];
    for (std::string_view bytes : parts) {
      while (!bytes.empty()) {
        if (b.pages.empty() || b.used == kPage) {
          if (held_ + kPage > memory_bytes_ && held_ > 0) LT_TRY(Spill());
          b.pages.push_back(std::make_unique_for_overwrite<char[]>(kPage));
          b.used = 0;
          held_ += kPage;
        }
        const size_t n = std::min(bytes.size(), kPage - b.used);
        std::copy_n(bytes.data(), n, b.pages.back().get() + b.used);
        b.used += n;
        bytes.remove_prefix(n);
      }
    }
    return {};
  }
  size_t buckets() const { return buckets_.size(); }
  // All that the bucket holds, which is empty then.
  Status Take(size_t bucket, std::string* bytes) {
    bytes->clear();
    Bucket b;
    {
      std::lock_guard lock(mutex_);
      if (bucket >= buckets_.size()) return {};
      std::swap(b, buckets_[bucket]);
      held_ -= b.pages.size() * kPage;
    }
    uint64_t stored = 0;
    for (const auto& [place, size] : b.stored) stored += size;
    bytes->resize(stored);
    char* to = bytes->data();
    for (const auto& [place, size] : b.stored) {
      LT_TRY(file_.Read(place, to, size));
      to += size;
    }
    bytes->reserve(stored + b.pages.size() * kPage);
    for (size_t i = 0; i < b.pages.size(); ++i) bytes->append(b.pages[i].get(), i + 1 < b.pages.size() ? kPage : b.used);
    return {};
  }

 private:
  static constexpr size_t kPage = size_t{16} << 10;
  struct Bucket {
    std::vector<std::pair<uint64_t, uint64_t>> stored;  // place and size in the file
    std::vector<std::unique_ptr<char[]>> pages;         // behind what is stored
    size_t used = 0;                                    // of the last page
  };
  // All that is held goes to the file, a bucket after the other.
  Status Spill() {
    if (!file_.open()) LT_TRY(file_.Open(folder_));
    for (Bucket& b : buckets_) {
      if (b.pages.empty()) continue;
      const uint64_t place = file_.size();
      for (size_t i = 0; i < b.pages.size(); ++i) LT_TRY(file_.Append(b.pages[i].get(), i + 1 < b.pages.size() ? kPage : b.used));
      b.stored.emplace_back(place, file_.size() - place);
      b.pages.clear();
    }
    held_ = 0;
    return {};
  }
  const uint64_t memory_bytes_;
  const std::string folder_;
  std::mutex mutex_;
  uint64_t held_ = 0;
  std::vector<Bucket> buckets_;
  TemporaryFile file_;
};

}  // namespace liantu::graph
