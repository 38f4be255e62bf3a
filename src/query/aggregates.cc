// SPDX-License-Identifier: Apache-2.0
// The aggregates. Sums and means of integers are kept exactly in 128 bits, those of floats are added in the order of the
// rows; standard deviations follow Welford (Technometrics 4, 1962).
#include <algorithm>
#include <cmath>

#include "query/function_tables.h"
#include "query/temporal.h"

namespace liantu::query {
namespace {

class Count : public Aggregator {
 public:
  void Add(Context&, std::span<const Value> args) override { count_ += args.empty() || !args[0].is_null(); }
  Value Finish(Context&) override { return Value::Integer(count_); }

 private:
  int64_t count_ = 0;
};

// Numbers or durations, not both.
class Total {
 public:
  bool Add(Context& context, const char* name, const Value& v) {
    if (v.is_null()) return false;
    if (v.kind() == Kind::kDuration ? seen_number_ : !v.is_number() || seen_duration_) {
      WrongKind(context, name, seen_duration_ ? "durations" : seen_number_ ? "numbers" : "numbers or durations", v);
      return false;
    }
    ++count;
    if (v.kind() == Kind::kDuration) {
      seen_duration_ = true;
      const Result<graph::Duration> sum = AddDurations(duration, v.duration(), 1);
      if (sum.ok()) duration = *sum;
      else context.Fail(sum.status());
      return true;
    }
    seen_number_ = true;
    if (v.kind() == Kind::kInteger) whole += v.integer();
    else real += v.real(), seen_float = true;
    return true;
  }
  bool durations() const { return seen_duration_; }
  double number() const { return static_cast<double>(whole) + real; }

  uint64_t count = 0;
  __int128 whole = 0;
  double real = 0;
  bool seen_float = false;
  graph::Duration duration;

 private:
  bool seen_number_ = false, seen_duration_ = false;
};

class Sum : public Aggregator {
 public:
  void Add(Context& context, std::span<const Value> args) override { total_.Add(context, "sum", args[0]); }
  Value Finish(Context& context) override {
    if (total_.durations()) return Value::Of(total_.duration);
    if (total_.seen_float) return Value::Float(total_.number());
    if (total_.whole > INT64_MAX || total_.whole < INT64_MIN) {
      return BadArgument(context, ErrorType::kArithmeticError, "IntegerOverflow", "sum() is more than an Integer holds");
    }
    return Value::Integer(static_cast<int64_t>(total_.whole));
  }

 private:
  Total total_;
};

class Average : public Aggregator {
 public:
  void Add(Context& context, std::span<const Value> args) override { total_.Add(context, "avg", args[0]); }
  Value Finish(Context& context) override {
    if (total_.count == 0) return {};
    if (total_.durations()) {
      const Result<graph::Duration> mean = ScaleDuration(total_.duration, Value::Integer(static_cast<int64_t>(total_.count)), true);
      if (mean.ok()) return Value::Of(*mean);
      context.Fail(mean.status());
      return {};
    }
    return Value::Float(total_.number() / static_cast<double>(total_.count));
  }

 private:
  Total total_;
};

template <int kSign>
class Extreme : public Aggregator {
 public:
  void Add(Context&, std::span<const Value> args) override {
    if (args[0].is_null()) return;
    if (best_.is_null() || CompareForOrder(args[0], best_) * kSign > 0) best_ = args[0];
  }
  Value Finish(Context&) override { return best_; }
  size_t HeapBytes() const override { return best_.HeapBytes(); }

 private:
  Value best_;
};

class Collect : public Aggregator {
 public:
  void Add(Context& context, std::span<const Value> args) override {
    if (args[0].is_null()) return;
    bytes_ += args[0].HeapBytes();
    list_.push_back(args[0]);
    // Growing doubles the list: the old and the new one are there for a moment.
    if (list_.size() == list_.capacity()) Fits(context, 2 * list_.capacity() * sizeof(Value));
  }
  Value Finish(Context& context) override { return Shallow(context, Value::List(std::move(list_))); }
  size_t HeapBytes() const override { return bytes_ + list_.capacity() * sizeof(Value); }

 private:
  ValueList list_;
  size_t bytes_ = 0;
};

template <bool kContinuous>
class Percentile : public Aggregator {
 public:
  void Add(Context& context, std::span<const Value> args) override {
    const char* const name = kContinuous ? "percentileCont" : "percentileDisc";
    if (args[1].is_null() || !args[1].is_number()) {
      WrongKind(context, name, "a number as percentile", args[1]);
      return;
    }
    share_ = args[1].number();
    if (!(share_ >= 0 && share_ <= 1)) {
      BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", Text(name, "() takes a percentile between 0 and 1, found ", ToText(args[1])));
      return;
    }
    if (args[0].is_null()) return;
    if (!args[0].is_number()) {
      WrongKind(context, name, "numbers", args[0]);
      return;
    }
    values_.push_back(args[0]);
  }
  Value Finish(Context&) override {
    if (values_.empty()) return {};
    std::sort(values_.begin(), values_.end(), [](const Value& a, const Value& b) { return CompareForOrder(a, b) < 0; });
    const double n = static_cast<double>(values_.size());
    if (kContinuous) {
      const double at = share_ * (n - 1), low = std::floor(at), high = std::ceil(at);
      const double a = values_[static_cast<size_t>(low)].number(), b = values_[static_cast<size_t>(high)].number();
      return Value::Float(low == high ? a : a * (high - at) + b * (at - low));
    }
    const double at = std::ceil(share_ * n);  // the smallest value with that share of values not above it
    return values_[at < 1 ? 0 : static_cast<size_t>(at) - 1];
  }
  size_t HeapBytes() const override { return values_.capacity() * sizeof(Value); }

 private:
  std::vector<Value> values_;
  double share_ = 0;
};

template <bool kSample>
class Deviation : public Aggregator {
 public:
  void Add(Context& context, std::span<const Value> args) override {
    if (args[0].is_null()) return;
    if (!args[0].is_number()) {
      WrongKind(context, kSample ? "stDev" : "stDevP", "numbers", args[0]);
      return;
    }
    ++count_;
    const double x = args[0].number(), delta = x - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (x - mean_);
  }
  Value Finish(Context&) override {
    if (count_ < (kSample ? 2u : 1u)) return Value::Float(0);
    return Value::Float(std::sqrt(squares_ / static_cast<double>(kSample ? count_ - 1 : count_)));
  }

 private:
  uint64_t count_ = 0;
  double mean_ = 0, squares_ = 0;
};

template <class T>
std::unique_ptr<Aggregator> New() { return std::make_unique<T>(); }

}  // namespace

const std::vector<AggregateKind>& Aggregates() {
  static const std::vector<AggregateKind> table = {
      {"avg", 1, 1, {kNumberKinds | kDuration}, kFloat | kDuration, New<Average>, "avg(input :: INTEGER | FLOAT | DURATION) :: FLOAT | DURATION",
       "The mean of the values that are not null."},
      {"collect", 1, 1, {kAnyKind}, kList, New<Collect>, "collect(input :: ANY) :: LIST<ANY>", "The values that are not null as a list."},
      {"count", 1, 1, {kAnyKind}, kInteger, New<Count>, "count(input :: ANY) :: INTEGER", "The count of values that are not null, or of rows."},
      {"max", 1, 1, {kAnyKind}, kAnyKind, New<Extreme<1>>, "max(input :: ANY) :: ANY", "The largest value in the order of ORDER BY."},
      {"min", 1, 1, {kAnyKind}, kAnyKind, New<Extreme<-1>>, "min(input :: ANY) :: ANY", "The smallest value in the order of ORDER BY."},
      {"percentileCont", 2, 2, {kNumberKinds, kNumberKinds}, kFloat, New<Percentile<true>>,
       "percentileCont(input :: FLOAT, percentile :: FLOAT) :: FLOAT", "The percentile, interpolated between values."},
      {"percentileDisc", 2, 2, {kNumberKinds, kNumberKinds}, kNumberKinds, New<Percentile<false>>,
       "percentileDisc(input :: INTEGER | FLOAT, percentile :: FLOAT) :: INTEGER | FLOAT", "The percentile, one of the values."},
      {"stDev", 1, 1, {kNumberKinds}, kFloat, New<Deviation<true>>, "stDev(input :: FLOAT) :: FLOAT", "The standard deviation of a sample."},
      {"stDevP", 1, 1, {kNumberKinds}, kFloat, New<Deviation<false>>, "stDevP(input :: FLOAT) :: FLOAT", "The standard deviation of a whole population."},
      {"sum", 1, 1, {kNumberKinds | kDuration}, kNumberKinds | kDuration, New<Sum>, "sum(input :: INTEGER | FLOAT | DURATION) :: INTEGER | FLOAT | DURATION",
       "The sum of the values that are not null; 0 where there are none."},
  };
  return table;
}

const AggregateKind* FindAggregate(std::string_view name) {
  for (const AggregateKind& a : Aggregates()) {
    const bool same = a.name.size() == name.size() && std::equal(name.begin(), name.end(), a.name.begin(), [](char x, char y) {
      auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
      return lower(x) == lower(y);
    });
    if (same) return &a;
  }
  return nullptr;
}

}  // namespace liantu::query
