// SPDX-License-Identifier: Apache-2.0
// Buffers, runs on disk and their merge.
//
// A run file holds one section for each keyspace, one after the other; a record is varint key length, varint 0 for a
// deletion or value length + 1, key, value. Run files are private to one load and never outlive it, so they carry no
// version and no checksum.
#include "storage/external_sort.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/bytes.h"

namespace liantu::storage {
namespace {

constexpr size_t kMergeWidth = 64;         // runs merged at once
constexpr uint32_t kDeleted = 0xffffffff;  // in place of a value's length
constexpr size_t kRouteBytes = 8;

struct Record {
  uint64_t route;
  uint64_t head;  // first 8 bytes of the rest, big-endian, zeros behind
  uint64_t offset;
  uint32_t key_size;
  uint32_t value_size;
};

uint64_t Head(std::string_view rest) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) head = head << 8 | (i < rest.size() ? static_cast<uint8_t>(rest[i]) : 0);
  return head;
}

Status IoError(const std::string& path, const char* what) {
  return Status(Code::kIo, Text(path, ": ", what, ": ", std::strerror(errno)));
}

// Appends to a file in large pieces.
class RunWriter {
 public:
  explicit RunWriter(std::string path) : path_(std::move(path)) { buffer_.reserve(kPiece + (64 << 10)); }
  ~RunWriter() {
    if (fd_ >= 0) ::close(fd_);
  }
  Status Open() {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return fd_ < 0 ? IoError(path_, "cannot be written") : Status();
  }
  uint64_t offset() const { return written_ + buffer_.size(); }
  Status Add(std::string_view key, std::optional<std::string_view> value) {
    PutVarint(buffer_, key.size());
    PutVarint(buffer_, value ? value->size() + 1 : 0);
    buffer_ += key;
    if (value) buffer_ += *value;
    return buffer_.size() >= kPiece ? Flush() : Status();
  }
  Status Flush() {
    std::string_view bytes = buffer_;
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return IoError(path_, "sorted rows cannot be spilled");
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    written_ += buffer_.size();
    buffer_.clear();
    return {};
  }

 private:
  static constexpr size_t kPiece = 1 << 20;
  const std::string path_;
  int fd_ = -1;
  std::string buffer_;
  uint64_t written_ = 0;
};

}  // namespace

// One contiguous block of bytes (untouched pages cost nothing) and the records that point into it.
struct ExternalSort::Buffer {
  explicit Buffer(uint64_t capacity) : capacity(capacity), bytes(new char[capacity]) {}

  bool Fits(uint64_t size) const { return used + size + (count + 1) * sizeof(Record) <= capacity || count == 0; }

  void Add(size_t space, KeyView key, std::optional<std::string_view> value) {
    const uint64_t size = kRouteBytes + key.rest.size() + (value ? value->size() : 0);
    if (used + size > capacity) {  // one record larger than the buffer
      capacity = size;
      bytes.reset(new char[capacity]);
    }
    records[space].push_back({key.route, Head(key.rest), used, static_cast<uint32_t>(kRouteBytes + key.rest.size()),
                              value ? static_cast<uint32_t>(value->size()) : kDeleted});
    char* out = bytes.get() + used;
    for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<char>(key.route >> shift);
    if (!key.rest.empty()) std::memcpy(out, key.rest.data(), key.rest.size());
    if (value && !value->empty()) std::memcpy(out + key.rest.size(), value->data(), value->size());
    used += size;
    ++count;
  }

  std::string_view Key(const Record& r) const { return {bytes.get() + r.offset, r.key_size}; }

  // Equal keys: the older first.
  bool Less(const Record& a, const Record& b) const {
    if (a.route != b.route) return a.route < b.route;
    if (a.head != b.head) return a.head < b.head;
    const int order = Key(a).compare(Key(b));
    return order != 0 ? order < 0 : a.offset < b.offset;
  }

  void Sort() {
    const auto less = [this](const Record& a, const Record& b) { return Less(a, b); };
    for (std::vector<Record>& all : records) {
      if (std::is_sorted(all.begin(), all.end(), less)) continue;
      if (all.size() < (1 << 15)) {
        std::sort(all.begin(), all.end(), less);
        continue;
      }
      const auto middle = all.begin() + static_cast<ptrdiff_t>(all.size() / 2);
      std::nth_element(all.begin(), middle, all.end(), less);
      std::thread lower([&] { std::sort(all.begin(), middle, less); });
      std::sort(middle, all.end(), less);
      lower.join();
    }
  }

  uint64_t capacity;
  std::unique_ptr<char[]> bytes;
  uint64_t used = 0;
  uint64_t count = 0;
  std::array<std::vector<Record>, kKeyspaces> records;
};

struct ExternalSort::Run {
  ~Run() {
    if (fd >= 0) ::close(fd);
    ::unlink(path.c_str());
  }
  std::string path;
  int level = 0;  // how often its records were merged
  int fd = -1;
  std::array<uint64_t, kKeyspaces + 1> sections{};  // offsets
};

class ExternalSort::BufferSource : public Stream {
 public:
  BufferSource(const Buffer& buffer, size_t space) : buffer_(buffer), records_(buffer.records[space]) {}
  bool Next() override {
    if (next_ == records_.size()) return false;
    while (next_ + 1 < records_.size() && buffer_.Key(records_[next_]) == buffer_.Key(records_[next_ + 1])) ++next_;
    current_ = &records_[next_++];
    return true;
  }
  std::string_view key() const override { return buffer_.Key(*current_); }
  std::optional<std::string_view> value() const override {
    if (current_->value_size == kDeleted) return std::nullopt;
    return std::string_view(buffer_.bytes.get() + current_->offset + current_->key_size, current_->value_size);
  }
  Status status() const override { return {}; }

 private:
  const Buffer& buffer_;
  const std::vector<Record>& records_;
  size_t next_ = 0;
  const Record* current_ = nullptr;
};

class ExternalSort::RunSource : public Stream {
 public:
  RunSource(std::shared_ptr<Run> run, size_t space, size_t piece)
      : run_(std::move(run)), piece_(piece), offset_(run_->sections[space]), end_(run_->sections[space + 1]) {}

  bool Next() override {
    rest_.remove_prefix(consumed_);
    consumed_ = 0;
    if (rest_.empty() && offset_ == end_) return false;
    uint64_t key_size = 0, value_code = 0;
    size_t need = 20;  // two varints at most
    for (;;) {
      if (!Fill(need)) return false;
      std::string_view in = rest_;
      if (!GetVarint(in, key_size) || !GetVarint(in, value_code)) return Fail("a record is cut short");
      const size_t head = rest_.size() - in.size();
      const uint64_t size = key_size + (value_code ? value_code - 1 : 0);
      if (in.size() >= size) {
        key_ = in.substr(0, key_size);
        value_ = value_code ? std::optional(in.substr(key_size, value_code - 1)) : std::nullopt;
        consumed_ = head + size;
        return true;
      }
      if (size > end_ - offset_ + in.size()) return Fail("a record is cut short");
      need = head + size;
    }
  }
  std::string_view key() const override { return key_; }
  std::optional<std::string_view> value() const override { return value_; }
  Status status() const override { return status_; }

 private:
  bool Fail(const char* what) {
    status_ = Status(Code::kDamaged, Text(run_->path, ": ", what, " in a file of sorted rows"));
    return false;
  }
  // Makes rest_ hold `need` bytes, or all that is left.
  bool Fill(size_t need) {
    if (rest_.size() >= need || offset_ == end_) return true;
    const size_t kept = rest_.size();
    const size_t want = static_cast<size_t>(std::min<uint64_t>(std::max(piece_, need) - kept, end_ - offset_));
    if (kept > 0) std::memmove(buffer_.data(), rest_.data(), kept);
    if (buffer_.size() < kept + want) buffer_.resize(kept + want);
    for (size_t done = 0; done < want;) {
      const ssize_t n =
          ::pread(run_->fd, buffer_.data() + kept + done, want - done, static_cast<off_t>(offset_ + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        status_ = IoError(run_->path, "cannot be read");
        return false;
      }
      if (n == 0) return Fail("bytes are missing");
      done += static_cast<size_t>(n);
    }
    offset_ += want;
    rest_ = std::string_view(buffer_.data(), kept + want);
    return true;
  }

  const std::shared_ptr<Run> run_;
  const size_t piece_;
  uint64_t offset_;
  const uint64_t end_;
  std::string buffer_;
  std::string_view rest_;  // read, not yet given
  size_t consumed_ = 0;
  std::string_view key_;
  std::optional<std::string_view> value_;
  Status status_;
};

// A heap of streams, older streams first in `inputs`.
class ExternalSort::Merge : public Stream {
 public:
  explicit Merge(std::vector<std::unique_ptr<Stream>> inputs) : inputs_(std::move(inputs)) {}

  bool Next() override {
    if (!started_) {
      started_ = true;
      for (size_t i = 0; i < inputs_.size(); ++i) {
        if (!Advance(i)) return false;
      }
    } else if (!Pop()) {
      return false;
    }
    if (heap_.empty()) return false;
    // The newest of equal keys is on top; the older ones below it are skipped when it is popped.
    return true;
  }
  std::string_view key() const override { return inputs_[heap_.front()]->key(); }
  std::optional<std::string_view> value() const override { return inputs_[heap_.front()]->value(); }
  Status status() const override { return status_; }

 private:
  // Heap order: the smallest key on top; of equal keys the newest (highest index).
  bool Below(size_t a, size_t b) const {
    const int order = inputs_[a]->key().compare(inputs_[b]->key());
    return order != 0 ? order > 0 : a < b;
  }
  bool Advance(size_t i) {
    if (inputs_[i]->Next()) {
      heap_.push_back(i);
      std::push_heap(heap_.begin(), heap_.end(), [this](size_t a, size_t b) { return Below(a, b); });
      return true;
    }
    status_ = inputs_[i]->status();
    return status_.ok();
  }
  bool Pop() {
    last_ = key();
    do {
      std::pop_heap(heap_.begin(), heap_.end(), [this](size_t a, size_t b) { return Below(a, b); });
      const size_t i = heap_.back();
      heap_.pop_back();
      if (!Advance(i)) return false;
    } while (!heap_.empty() && key() == last_);
    return true;
  }

  const std::vector<std::unique_ptr<Stream>> inputs_;
  bool started_ = false;
  std::vector<size_t> heap_;
  std::string last_;
  Status status_;
};

ExternalSort::ExternalSort(std::string folder, uint64_t memory_bytes)
    : folder_(std::move(folder)), memory_bytes_(memory_bytes) {}

ExternalSort::~ExternalSort() {
  if (spiller_.joinable()) spiller_.join();
  runs_.clear();
  std::error_code ignored;
  if (made_folder_) std::filesystem::remove_all(folder_, ignored);
}

Result<std::string> ExternalSort::Folder() {
  if (!made_folder_) {
    std::error_code error;
    std::filesystem::create_directory(folder_, error);
    if (error) return Status(Code::kIo, Text(folder_, ": cannot be made: ", error.message()));
    made_folder_ = true;
  }
  return folder_;
}

Status ExternalSort::Add(Keyspace space, KeyView key, std::optional<std::string_view> value) {
  if (key.rest.size() >= (1u << 30) || (value && value->size() >= kDeleted)) {
    return Status(Code::kInvalid, Text("a key of ", key.rest.size(), " bytes or a value of ", value ? value->size() : 0,
                                       " bytes is too long to be stored; at most 1 GiB and 4 GiB"));
  }
  const uint64_t size = kRouteBytes + key.rest.size() + (value ? value->size() : 0);
  if (filling_ && !filling_->Fits(size)) LT_TRY(StartSpill());
  if (!filling_) filling_ = std::make_unique<Buffer>(std::max<uint64_t>(memory_bytes_ / 2, 4096));
  filling_->Add(static_cast<size_t>(space), key, value);
  bytes_ += size;
  ++records_[static_cast<size_t>(space)];
  return {};
}

Status ExternalSort::WaitForSpill() {
  if (spiller_.joinable()) spiller_.join();
  spilling_.reset();
  return spill_status_;
}

Status ExternalSort::StartSpill() {
  LT_TRY(WaitForSpill());
  LT_TRY(Folder());
  spilling_ = std::move(filling_);
  spiller_ = std::thread([this] {
    spilling_->Sort();
    std::array<std::unique_ptr<Stream>, kKeyspaces> streams;
    for (size_t space = 0; space < kKeyspaces; ++space) {
      streams[space] = std::make_unique<BufferSource>(*spilling_, space);
    }
    Result<std::shared_ptr<Run>> run = WriteRun(streams, 0);
    if (!run.ok()) {
      spill_status_ = run.status();
      return;
    }
    runs_.push_back(*std::move(run));
    // The newest runs of equal level are neighbours, so merging them keeps the order of age.
    for (;;) {
      const int level = runs_.back()->level;
      size_t first = runs_.size();
      while (first > 0 && runs_[first - 1]->level == level) --first;
      if (runs_.size() - first < kMergeWidth) return;
      spill_status_ = MergeRuns(first, runs_.size() - first);
      if (!spill_status_.ok()) return;
    }
  });
  return {};
}

Result<std::shared_ptr<ExternalSort::Run>> ExternalSort::WriteRun(
    const std::array<std::unique_ptr<Stream>, kKeyspaces>& streams, int level) {
  auto run = std::make_shared<Run>();
  run->level = level;
  run->path = Text(folder_, "/run-", next_file_++);
  RunWriter writer(run->path);
  LT_TRY(writer.Open());
  for (size_t space = 0; space < kKeyspaces; ++space) {
    run->sections[space] = writer.offset();
    while (streams[space]->Next()) LT_TRY(writer.Add(streams[space]->key(), streams[space]->value()));
    LT_TRY(streams[space]->status());
  }
  LT_TRY(writer.Flush());
  run->sections[kKeyspaces] = writer.offset();
  run->fd = ::open(run->path.c_str(), O_RDONLY | O_CLOEXEC);
  if (run->fd < 0) return IoError(run->path, "cannot be opened");
  return run;
}

Status ExternalSort::MergeRuns(size_t first, size_t count) {
  std::array<std::unique_ptr<Stream>, kKeyspaces> streams;
  for (size_t space = 0; space < kKeyspaces; ++space) {
    LT_ASSIGN(streams[space], OpenRuns(static_cast<Keyspace>(space), first, count, nullptr));
  }
  LT_ASSIGN(std::shared_ptr<Run> merged, WriteRun(streams, runs_[first]->level + 1));
  const auto begin = runs_.begin() + static_cast<ptrdiff_t>(first);
  *begin = std::move(merged);
  runs_.erase(begin + 1, begin + static_cast<ptrdiff_t>(count));
  return {};
}

Result<std::unique_ptr<ExternalSort::Stream>> ExternalSort::OpenRuns(Keyspace space, size_t first, size_t count,
                                                                     const Buffer* newest) const {
  // Half the memory for the pieces read ahead, shared by two keyspaces at a time.
  const size_t piece = std::clamp<size_t>(memory_bytes_ / 4 / std::max<size_t>(count, 1), 4 << 10, 1 << 20);
  std::vector<std::unique_ptr<Stream>> inputs;
  const auto index = static_cast<size_t>(space);
  for (size_t i = first; i < first + count; ++i) {
    if (runs_[i]->sections[index] < runs_[i]->sections[index + 1]) {
      inputs.push_back(std::make_unique<RunSource>(runs_[i], index, piece));
    }
  }
  if (newest) inputs.push_back(std::make_unique<BufferSource>(*newest, index));
  if (inputs.size() == 1) return std::move(inputs[0]);
  return std::unique_ptr<Stream>(std::make_unique<Merge>(std::move(inputs)));
}

Status ExternalSort::Finish() {
  LT_TRY(WaitForSpill());
  if (filling_) filling_->Sort();
  return {};
}

Result<std::unique_ptr<ExternalSort::Stream>> ExternalSort::Open(Keyspace space) const {
  return OpenRuns(space, 0, runs_.size(), filling_.get());
}

}  // namespace liantu::storage
