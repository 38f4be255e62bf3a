// SPDX-License-Identifier: Apache-2.0
// The one way to fail. Functions that can fail return Status or Result<T>; both are [[nodiscard]]. A code says what kind
// of failure it is (one table in result.cc maps codes to exit statuses), a message says where, what was expected, what
// was found and what to try. Library exceptions are caught where the library is called; a bug is LT_ASSERT, never a
// user message.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace liantu {

enum class Code : unsigned char {
  kOk,
  kInvalid,    // bad input: a file, a name, an argument, a value
  kNotFound,   // a thing the caller named is not there
  kAmbiguous,  // a name means several things; the message lists them
  kConflict,   // two statements exclude each other (unique key taken, claim against claim)
  kOutdated,   // a commit since the transaction's view touched what it read or wrote; may be retried
  kLocked,     // another process holds the store
  kDamaged,    // stored bytes are not what was written
  kTooNew,     // the store was written by a later version
  kIo,         // the operating system said no
  kBudget,     // a time, row or byte budget ran out
  kCancelled,  // the caller asked to stop
  kRejected,   // some rows were rejected, the rest went in
  kUsage,      // the command line itself was wrong
};

// The process exit status of a code: 0 ok, 1 failed, 2 usage (ambiguous and unknown names included), 3 rows rejected,
// 4 locked, 5 damaged or too new.
int ExitStatus(Code code);
const char* CodeName(Code code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}
  static Status Ok() { return {}; }
  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  // The same failure with words put before its message, e.g. the file that was being read.
  Status Prefixed(std::string_view words) const { return ok() ? *this : Status(code_, std::string(words) + message_); }
  // For the rare place where a failure does not matter; the reason is for the reader.
  void Ignore(const char* /*reason*/) const {}

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}  // NOLINT
  Result(Code code, std::string message) : state_(std::in_place_index<1>, Status(code, std::move(message))) {}
  bool ok() const { return state_.index() == 0; }
  Status status() const { return ok() ? Status() : std::get<1>(state_); }
  Code code() const { return ok() ? Code::kOk : std::get<1>(state_).code(); }
  // The value; a bug if there is none.
  T& operator*() & { return Get(); }
  const T& operator*() const& { return const_cast<Result*>(this)->Get(); }
  T&& operator*() && { return std::move(Get()); }
  T* operator->() { return &Get(); }
  const T* operator->() const { return &const_cast<Result*>(this)->Get(); }
  T ValueOr(T other) && { return ok() ? std::move(Get()) : std::move(other); }

 private:
  T& Get() {
    if (!ok()) {
      std::fprintf(stderr, "bug: value of a failed result: %s\n", std::get<1>(state_).message().c_str());
      std::abort();
    }
    return std::get<0>(state_);
  }
  std::variant<T, Status> state_;
};

// A text from pieces: Text("row ", 7, ": ", name). Numbers in plain decimal.
namespace internal {
inline void Append(std::string& out, std::string_view s) { out += s; }
inline void Append(std::string& out, const char* s) { out += s; }
inline void Append(std::string& out, const std::string& s) { out += s; }
inline void Append(std::string& out, char c) { out += c; }
template <class N>
  requires std::is_arithmetic_v<N>
void Append(std::string& out, N n) {
  out += std::to_string(n);
}
}  // namespace internal
template <class... Pieces>
std::string Text(const Pieces&... pieces) {
  std::string out;
  (internal::Append(out, pieces), ...);
  return out;
}

}  // namespace liantu

#define LT_CONCAT_(a, b) a##b
#define LT_CONCAT(a, b) LT_CONCAT_(a, b)

// Returns early with the failure of `expression` (a Status or Result).
#define LT_TRY(expression)                                         \
  do {                                                             \
    auto&& lt_status_ = (expression);                              \
    if (!lt_status_.ok()) return ::liantu::internal::StatusOf(lt_status_); \
  } while (0)

// LT_ASSIGN(auto x, F()) declares x, or returns early with F's failure.
#define LT_ASSIGN(declaration, expression)                              \
  auto LT_CONCAT(lt_result_, __LINE__) = (expression);                  \
  if (!LT_CONCAT(lt_result_, __LINE__).ok()) return LT_CONCAT(lt_result_, __LINE__).status(); \
  declaration = *std::move(LT_CONCAT(lt_result_, __LINE__))

// A condition that only a bug can break; checked in every build.
#define LT_ASSERT(condition)                                                              \
  do {                                                                                    \
    if (!(condition)) [[unlikely]] {                                                      \
      std::fprintf(stderr, "bug: %s does not hold (%s:%d)\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (0)

namespace liantu::internal {
inline Status StatusOf(const Status& status) { return status; }
template <class T>
Status StatusOf(const Result<T>& result) { return result.status(); }
}  // namespace liantu::internal
