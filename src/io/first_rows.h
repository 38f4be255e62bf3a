// SPDX-License-Identifier: Apache-2.0
// Where the first row about each thing of an import stands, for things told apart by a 64-bit hash. An import of fifty
// million edges asks for each of them, so it is a flat hash table of 16 bytes a slot, in pieces that grow one by one and by
// a quarter: at most 27 bytes a thing, and growing needs room for one piece more, not for the whole table twice. Pieces come
// from the system and go back to it, in huge pages where it has them.
#pragma once

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace liantu::io {

class FirstRows {
 public:
  static uint64_t Pack(size_t file, uint64_t offset) { return uint64_t{file} << kOffsetBits | offset; }
  static size_t FileOf(uint64_t place) { return place >> kOffsetBits; }
  static uint64_t OffsetOf(uint64_t place) { return place & ((uint64_t{1} << kOffsetBits) - 1); }

  struct Found { uint64_t place; bool is_new; };
  // Thing 0 is always new and never kept.
  Found Find(uint64_t thing) const {
    const Slots& slots = pieces_[thing >> kShift].slots;
    if (thing == 0 || slots.size() == 0) return {0, true};
    for (size_t i = Home(thing, slots.size());; i = i + 1 == slots.size() ? 0 : i + 1) {
      if (slots[i].thing == thing) return {slots[i].place, false};
      if (slots[i].thing == 0) return {0, true};
    }
  }
  void Prefetch(uint64_t thing) const {
    const Slots& slots = pieces_[thing >> kShift].slots;
    if (slots.size() != 0) __builtin_prefetch(&slots[Home(thing, slots.size())]);
  }
  // What is not there yet.
  void Add(uint64_t thing, uint64_t place) {
    if (thing == 0) return;
    Piece& piece = pieces_[thing >> kShift];
    if (4 * (piece.count + 1) > 3 * piece.slots.size()) {
      // Twice as large, and in the end, where memory counts more than time, by a quarter.
      Slots larger(piece.slots.size() + piece.slots.size() / (piece.slots.size() < kLargeSlots ? 1 : 4) + kFirstSlots);
      for (size_t i = 0; i < piece.slots.size(); ++i) {
        if (piece.slots[i].thing != 0) Put(larger, piece.slots[i]);
      }
      piece.slots = std::move(larger);
    }
    Put(piece.slots, {thing, place});
    ++piece.count;
  }

 private:
  static constexpr int kOffsetBits = 44;  // files of 16 TiB, a million of them
  static constexpr int kPieceBits = 6, kShift = 64 - kPieceBits;
  static constexpr size_t kFirstSlots = 256;  // a page
  static constexpr size_t kLargeSlots = size_t{1} << 16;
  struct Slot { uint64_t thing = 0, place = 0; };
  // All empty at first.
  class Slots {
   public:
    Slots() = default;
    explicit Slots(size_t size) : size_(size) {
      void* const memory = ::mmap(nullptr, size * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) throw std::bad_alloc();
      ::madvise(memory, size * sizeof(Slot), MADV_HUGEPAGE);  // only advice
      data_ = static_cast<Slot*>(memory);
    }
    ~Slots() {
      if (data_ != nullptr) ::munmap(data_, size_ * sizeof(Slot));
    }
    Slots(const Slots&) = delete;
    Slots& operator=(Slots&& other) noexcept {
      std::swap(data_, other.data_);
      std::swap(size_, other.size_);
      return *this;
    }
    size_t size() const { return size_; }
    Slot& operator[](size_t i) { return data_[i]; }
    const Slot& operator[](size_t i) const { return data_[i]; }

   private:
    Slot* data_ = nullptr;
    size_t size_ = 0;
  };
  struct Piece {
    Slots slots;
    size_t count = 0;
  };
  // The bits below those that chose the piece, scaled to its size.
  static size_t Home(uint64_t thing, size_t size) {
    return static_cast<size_t>(static_cast<unsigned __int128>(thing << kPieceBits) * size >> 64);
  }
  static void Put(Slots& slots, const Slot& slot) {
    size_t i = Home(slot.thing, slots.size());
    while (slots[i].thing != 0) i = i + 1 == slots.size() ? 0 : i + 1;
    slots[i] = slot;
  }
  std::array<Piece, size_t{1} << kPieceBits> pieces_;
};

}  // namespace liantu::io
