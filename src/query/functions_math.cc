// SPDX-License-Identifier: Apache-2.0
// Numbers: rounding, powers, logarithms, angles, random numbers.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

#include "query/function_tables.h"

namespace liantu::query {
namespace {

// Every function of one float.
template <double (*F)(double)>
Value Real(Context&, Args args) {
  return Value::Float(F(args[0].number()));
}
template <double (*F)(double)>
Function RealFunction(const char* name, const char* signature, const char* help) {
  return {name, 1, 1, {kNumberKinds}, kFloat, [](Context& context, Args args) -> Value {
            if (args[0].is_null()) return {};
            if (!args[0].is_number()) return WrongKind(context, "the function", "a number", args[0]);
            return Real<F>(context, args);
          }, true, signature, help};
}

double Cot(double x) { return 1 / std::tan(x); }
double Coth(double x) { return 1 / std::tanh(x); }
double Haversin(double x) { const double s = std::sin(x / 2); return s * s; }
double Degrees(double x) { return x * 180 / std::numbers::pi; }
double Radians(double x) { return x * std::numbers::pi / 180; }
double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Sqrt(double x) { return std::sqrt(x); }
double Exp(double x) { return std::exp(x); }
double Log(double x) { return std::log(x); }
double Log10(double x) { return std::log10(x); }
double Sin(double x) { return std::sin(x); }
double Cos(double x) { return std::cos(x); }
double Tan(double x) { return std::tan(x); }
double Sinh(double x) { return std::sinh(x); }
double Cosh(double x) { return std::cosh(x); }
double Tanh(double x) { return std::tanh(x); }
double Asin(double x) { return std::asin(x); }
double Acos(double x) { return std::acos(x); }
double Atan(double x) { return std::atan(x); }

Value Abs(Context& context, Args args) {
  if (args[0].kind() == Kind::kFloat) return Value::Float(std::fabs(args[0].real()));
  if (args[0].kind() != Kind::kInteger) return WrongKind(context, "abs", "a number", args[0]);
  if (args[0].integer() == std::numeric_limits<int64_t>::min()) {
    return BadArgument(context, ErrorType::kArithmeticError, "IntegerOverflow", "abs(-9223372036854775808) is more than an Integer holds");
  }
  return Value::Integer(std::abs(args[0].integer()));
}

Value SignOf(Context& context, Args args) {
  if (!args[0].is_number()) return WrongKind(context, "sign", "a number", args[0]);
  const double x = args[0].number();
  return Value::Integer(x > 0 ? 1 : x < 0 ? -1 : 0);
}

Value IsNan(Context& context, Args args) {
  if (!args[0].is_number()) return WrongKind(context, "isNaN", "a number", args[0]);
  return Value::Boolean(args[0].kind() == Kind::kFloat && std::isnan(args[0].real()));
}

Value Atan2(Context& context, Args args) {
  for (const Value& v : args) {
    if (!v.is_number()) return WrongKind(context, "atan2", "two numbers", v);
  }
  return Value::Float(std::atan2(args[0].number(), args[1].number()));
}

// Rounds the shortest decimal digits of a float, so that round(1.005, 2) is what a reader of "1.005" expects.
enum class Rounding { kUp, kDown, kCeiling, kFloor, kHalfUp, kHalfDown, kHalfEven };
double RoundDecimal(double x, int64_t precision, Rounding mode) {
  if (!std::isfinite(x) || x == 0) return x;
  char buffer[64];
  const char* const end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(x), std::chars_format::scientific).ptr;
  std::string digits;
  const char* at = buffer;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') digits += *at;
  }
  int exponent = 0;  // of the first digit
  std::from_chars(at + 1 + (at[1] == '+'), end, exponent);
  const int64_t keep = exponent + 1 + precision;  // digits that stay
  if (keep >= static_cast<int64_t>(digits.size())) return x;
  const bool negative = x < 0;
  // What is cut off, against half a unit of the last place that stays.
  int half = -1;
  if (keep >= 0) {
    const std::string_view rest = std::string_view(digits).substr(static_cast<size_t>(keep));
    const bool tail = rest.size() > 1 && rest.find_first_not_of('0', 1) != rest.npos;
    half = rest[0] > '5' || (rest[0] == '5' && tail) ? 1 : rest[0] == '5' ? 0 : -1;
  }
  std::string kept = keep > 0 ? digits.substr(0, static_cast<size_t>(keep)) : "0";
  bool up = false;
  switch (mode) {
    case Rounding::kUp: up = true; break;
    case Rounding::kDown: up = false; break;
    case Rounding::kCeiling: up = !negative; break;
    case Rounding::kFloor: up = negative; break;
    case Rounding::kHalfUp: up = half >= 0; break;
    case Rounding::kHalfDown: up = half > 0; break;
    case Rounding::kHalfEven: up = half > 0 || (half == 0 && (kept.back() - '0') % 2 == 1); break;
  }
  if (up) {
    size_t i = kept.size();
    while (i > 0 && kept[i - 1] == '9') kept[--i] = '0';
    if (i > 0) ++kept[i - 1];
    else kept.insert(kept.begin(), '1');
  }
  const std::string text = Text(kept, "e", -precision);
  double out = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc()) return x;
  return negative ? -out : out;
}

Value Round(Context& context, Args args) {
  if (!args[0].is_number()) return WrongKind(context, "round", "a number", args[0]);
  const double x = args[0].number();
  if (args.size() == 1) {  // to the nearest whole number, ties upward
    const double down = std::floor(x);
    return Value::Float(x - down >= 0.5 ? down + 1 : down);
  }
  if (args[1].kind() != Kind::kInteger && !(args[1].kind() == Kind::kFloat && args[1].real() == std::trunc(args[1].real()))) {
    return WrongKind(context, "round", "a whole number of decimals", args[1]);
  }
  const double wanted = args[1].number();
  if (wanted < -400 || wanted > 400) return wanted > 0 ? Value::Float(x) : Value::Float(0);
  Rounding mode = Rounding::kHalfUp;
  if (args.size() == 3) {
    if (args[2].kind() != Kind::kString) return WrongKind(context, "round", "a rounding mode", args[2]);
    constexpr std::string_view kModes[] = {"UP", "DOWN", "CEILING", "FLOOR", "HALF_UP", "HALF_DOWN", "HALF_EVEN"};
    const auto* const found = std::find(std::begin(kModes), std::end(kModes), args[2].string());
    if (found == std::end(kModes)) {
      return BadArgument(context, ErrorType::kArgumentError, "InvalidArgumentValue",
                         Text("round() has the modes UP DOWN CEILING FLOOR HALF_UP HALF_DOWN HALF_EVEN, found '", args[2].string(), "'"));
    }
    mode = static_cast<Rounding>(found - std::begin(kModes));
  }
  return Value::Float(RoundDecimal(x, static_cast<int64_t>(wanted), mode));
}

Value E(Context&, Args) { return Value::Float(std::numbers::e); }
Value Pi(Context&, Args) { return Value::Float(std::numbers::pi); }
Value Rand(Context& context, Args) { return Value::Float(context.Random()); }
Value RandomUuid(Context& context, Args) { return Value::String(context.RandomUuid()); }

}  // namespace

std::vector<Function> MathFunctions() {
  const KindSet n = kNumberKinds;
  return {
      {"abs", 1, 1, {n}, n, Strict<Abs>, true, "abs(input :: INTEGER | FLOAT) :: INTEGER | FLOAT", "The number without its sign."},
      {"sign", 1, 1, {n}, kInteger, Strict<SignOf>, true, "sign(input :: INTEGER | FLOAT) :: INTEGER", "-1, 0 or 1."},
      {"isNaN", 1, 1, {n}, kBoolean, Strict<IsNan>, true, "isNaN(input :: INTEGER | FLOAT) :: BOOLEAN", "Whether the number is NaN."},
      {"round", 1, 3, {n, n, kString}, kFloat, Strict<Round>, true,
       "round(value :: FLOAT, precision = 0 :: INTEGER, mode = 'HALF_UP' :: STRING) :: FLOAT", "The number rounded to a count of decimals."},
      {"rand", 0, 0, {}, kFloat, Rand, false, "rand() :: FLOAT", "A random number from 0 to below 1."},
      {"randomUUID", 0, 0, {}, kString, RandomUuid, false, "randomUUID() :: STRING", "A random universally unique identifier."},
      {"e", 0, 0, {}, kFloat, E, true, "e() :: FLOAT", "The base of the natural logarithm."},
      {"pi", 0, 0, {}, kFloat, Pi, true, "pi() :: FLOAT", "The ratio of a circle's circumference to its diameter."},
      {"atan2", 2, 2, {n, n}, kFloat, Strict<Atan2>, true, "atan2(y :: FLOAT, x :: FLOAT) :: FLOAT", "The angle of the point (x, y), in radians."},
      RealFunction<Ceil>("ceil", "ceil(input :: FLOAT) :: FLOAT", "The smallest whole number that is not less."),
      RealFunction<Ceil>("ceiling", "ceiling(input :: FLOAT) :: FLOAT", "The smallest whole number that is not less."),
      RealFunction<Floor>("floor", "floor(input :: FLOAT) :: FLOAT", "The largest whole number that is not more."),
      RealFunction<Sqrt>("sqrt", "sqrt(input :: FLOAT) :: FLOAT", "The square root."),
      RealFunction<Exp>("exp", "exp(input :: FLOAT) :: FLOAT", "e to the power of the number."),
      RealFunction<Log>("log", "log(input :: FLOAT) :: FLOAT", "The natural logarithm."),
      RealFunction<Log>("ln", "ln(input :: FLOAT) :: FLOAT", "The natural logarithm."),
      RealFunction<Log10>("log10", "log10(input :: FLOAT) :: FLOAT", "The logarithm to base 10."),
      RealFunction<Sin>("sin", "sin(input :: FLOAT) :: FLOAT", "The sine of an angle in radians."),
      RealFunction<Cos>("cos", "cos(input :: FLOAT) :: FLOAT", "The cosine of an angle in radians."),
      RealFunction<Tan>("tan", "tan(input :: FLOAT) :: FLOAT", "The tangent of an angle in radians."),
      RealFunction<Cot>("cot", "cot(input :: FLOAT) :: FLOAT", "The cotangent of an angle in radians."),
      RealFunction<Sinh>("sinh", "sinh(input :: FLOAT) :: FLOAT", "The hyperbolic sine."),
      RealFunction<Cosh>("cosh", "cosh(input :: FLOAT) :: FLOAT", "The hyperbolic cosine."),
      RealFunction<Tanh>("tanh", "tanh(input :: FLOAT) :: FLOAT", "The hyperbolic tangent."),
      RealFunction<Coth>("coth", "coth(input :: FLOAT) :: FLOAT", "The hyperbolic cotangent."),
      RealFunction<Asin>("asin", "asin(input :: FLOAT) :: FLOAT", "The angle with that sine, in radians."),
      RealFunction<Acos>("acos", "acos(input :: FLOAT) :: FLOAT", "The angle with that cosine, in radians."),
      RealFunction<Atan>("atan", "atan(input :: FLOAT) :: FLOAT", "The angle with that tangent, in radians."),
      RealFunction<Haversin>("haversin", "haversin(input :: FLOAT) :: FLOAT", "Half the versine of an angle in radians."),
      RealFunction<Degrees>("degrees", "degrees(input :: FLOAT) :: FLOAT", "Radians in degrees."),
      RealFunction<Radians>("radians", "radians(input :: FLOAT) :: FLOAT", "Degrees in radians."),
  };
}

}  // namespace liantu::query
