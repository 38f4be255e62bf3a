// SPDX-License-Identifier: Apache-2.0
// Sorts fixed-size records in bounded memory: past the bound, sorted runs go to temporary files without a name, gone when the
// process is. For plain structs; for keys and values of any length there is storage/external_sort.h. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/spool.h"

namespace liantu::graph {

// Records come out in the order of operator<, which must be total for equal output every time.
template <class T>
class RunSorter {
 public:
  RunSorter(uint64_t memory_bytes, std::string folder)
      : capacity_(std::max<uint64_t>(1024, memory_bytes / sizeof(T))), folder_(std::move(folder)) {}
  Status Add(const T& record) {
    buffer_.push_back(record);
    ++size_;
    return buffer_.size() < capacity_ ? Status() : Spill();
  }
  uint64_t size() const { return size_; }

  // Calls row(record) for each, which returns a Status. Empty afterwards.
  template <class Row>
  Status Drain(const Row& row) {
    SortBuffer();
    std::vector<std::unique_ptr<Reader>> readers;
    const size_t middle = buffer_.size() / 2;
    const std::span<const T> all(buffer_);
    for (const auto half : {all.first(middle), all.subspan(middle)}) readers.push_back(std::make_unique<Reader>(half));
    for (const auto& run : runs_) readers.push_back(std::make_unique<Reader>(run.get(), std::max<uint64_t>(1024, capacity_ / (16 * runs_.size()))));
    std::vector<Reader*> heap;
    const auto later = [](const Reader* a, const Reader* b) { return b->front() < a->front(); };
    for (const auto& reader : readers) {
      LT_TRY(reader->Fill());
      if (!reader->done()) heap.push_back(reader.get());
    }
    std::make_heap(heap.begin(), heap.end(), later);
    while (!heap.empty()) {
      // The reader with the least record gives records as long as they are the least.
      std::pop_heap(heap.begin(), heap.end(), later);
      Reader* least = heap.back();
      do {
        LT_TRY(row(least->front()));
        LT_TRY(least->Next());
      } while (!least->done() && (heap.size() == 1 || !(heap.front()->front() < least->front())));
      if (least->done()) heap.pop_back();
      else std::push_heap(heap.begin(), heap.end(), later);
    }
    std::vector<T>().swap(buffer_);
    runs_.clear();
    size_ = 0;
    return {};
  }

 private:
  class Reader {
   public:
    explicit Reader(std::span<const T> records) : records_(records) {}
    Reader(const TemporaryFile* file, uint64_t room) : file_(file), left_(file->size() / sizeof(T)), room_(room) {}
    bool done() const { return at_ == records_.size(); }
    const T& front() const { return records_[at_]; }
    Status Next() { return ++at_ == records_.size() ? Fill() : Status(); }
    Status Fill() {
      if (file_ == nullptr || left_ == 0) return {};
      held_.resize(std::min(left_, room_));
      LT_TRY(file_->Read(file_->size() - left_ * sizeof(T), held_.data(), held_.size() * sizeof(T)));
      left_ -= held_.size();
      records_ = held_;
      at_ = 0;
      return {};
    }

   private:
    const TemporaryFile* file_ = nullptr;
    uint64_t left_ = 0, room_ = 0;
    std::vector<T> held_;
    std::span<const T> records_;
    size_t at_ = 0;
  };

  // Two sorted halves, one by each of two threads.
  void SortBuffer() {
    const auto middle = buffer_.begin() + static_cast<ptrdiff_t>(buffer_.size() / 2);
    std::thread other([&] { std::sort(buffer_.begin(), middle); });
    std::sort(middle, buffer_.end());
    other.join();
  }
  Status Spill() {
    SortBuffer();
    for (const auto& [begin, end] : {std::pair<size_t, size_t>{0, buffer_.size() / 2}, {buffer_.size() / 2, buffer_.size()}}) {
      runs_.push_back(std::make_unique<TemporaryFile>());
      LT_TRY(runs_.back()->Open(folder_));
      LT_TRY(runs_.back()->Append(buffer_.data() + begin, (end - begin) * sizeof(T)));
    }
    buffer_.clear();
    return {};
  }

  const uint64_t capacity_;
  const std::string folder_;
  std::vector<T> buffer_;
  uint64_t size_ = 0;
  std::vector<std::unique_ptr<TemporaryFile>> runs_;
};

}  // namespace liantu::graph
