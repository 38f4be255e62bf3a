// SPDX-License-Identifier: Apache-2.0
#include "io/conform.h"

#include <algorithm>
#include <vector>

#include "text/credit_code.h"
#include "text/suggest.h"

namespace liantu::io {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool AllDigits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit); }

// GB/T 2260: the first two digits of a province-level division.
bool IsProvinceCode(std::string_view two) {
  constexpr std::string_view kProvinces[] = {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
                                             "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
                                             "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"};
  return std::find(std::begin(kProvinces), std::end(kProvinces), two) != std::end(kProvinces);
}

// GB/T 4754-2017: the last division of each section A … T; sections take the divisions 01 … 97 in this order.
constexpr int kLastDivision[] = {5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97};

bool IsIndustryCode(std::string_view code) {
  if (code.empty()) return false;
  int first = 1, last = 97;
  if (IsUpper(code[0])) {
    if (code[0] > 'T') return false;
    const int section = code[0] - 'A';
    first = section == 0 ? 1 : kLastDivision[section - 1] + 1;
    last = kLastDivision[section];
    code.remove_prefix(1);
    if (code.empty()) return true;
  }
  if (!AllDigits(code) || code.size() < 2 || code.size() > 4) return false;
  const int division = (code[0] - '0') * 10 + (code[1] - '0');
  return first <= division && division <= last;
}

bool IsStockCode(std::string_view code) {
  const size_t dot = code.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view number = code.substr(0, dot), market = code.substr(dot + 1);
  if (market == "SH" || market == "SZ" || market == "BJ") return number.size() == 6 && AllDigits(number);
  if (market == "HK") return (number.size() == 4 || number.size() == 5) && AllDigits(number);
  return !number.empty() && number.size() <= 10 && !market.empty() && market.size() <= 3 &&
         std::all_of(market.begin(), market.end(), IsUpper) &&
         std::all_of(number.begin(), number.end(), [](char c) { return IsUpper(c) || IsDigit(c); });
}

std::optional<Mismatch> CheckAllowed(const graph::PropertySpec& spec, std::string& text) {
  std::vector<std::string> known;
  for (const auto& allowed : spec.values) {
    if (allowed.value == text) return std::nullopt;
  }
  for (const auto& allowed : spec.values) {
    if (allowed.zh == text || allowed.en == text) {
      text = allowed.value;
      return std::nullopt;
    }
    known.push_back(allowed.value);
  }
  std::string list;
  for (size_t i = 0; i < known.size() && i < 12; ++i) list += (i == 0 ? "" : ", ") + known[i];
  if (known.size() > 12) list += ", …";
  for (const auto& allowed : spec.values) {
    known.push_back(allowed.zh);
    known.push_back(allowed.en);
  }
  return Mismatch{"one of " + list, text, text::DidYouMean(text, known, 1)};
}

}  // namespace

std::string Mismatch::Text() const { return liantu::Text("expected ", expected, ", found '", found, "'", hint); }

std::optional<Mismatch> CheckCode(std::string_view format, std::string& text) {
  if (format == "uscc") {
    std::string canonical = text::CanonicalCreditCode(text);
    const Status status = text::CheckCreditCode(canonical);
    if (!status.ok()) return Mismatch{"a unified social credit code (GB 32100)", text, "; " + status.message()};
    text = std::move(canonical);
  } else if (format == "gbt2260") {
    if (text.size() != 6 || !AllDigits(text) || !IsProvinceCode(std::string_view(text).substr(0, 2))) {
      return Mismatch{"a division code of six digits (GB/T 2260), such as 440100", text, ""};
    }
  } else if (format == "gbt4754") {
    if (!IsIndustryCode(text)) {
      return Mismatch{"an industry code (GB/T 4754), such as C, C36 or 3610", text, ""};
    }
  } else if (format == "stock_code") {
    if (!IsStockCode(text)) {
      return Mismatch{"a stock code with its market, such as 002594.SZ, 1211.HK or XPEV.N", text, ""};
    }
  }
  return std::nullopt;
}

std::optional<Mismatch> Conform(const graph::PropertySpec& spec, graph::Value& value) {
  if (spec.format.empty() && spec.values.empty()) return std::nullopt;
  const auto check = [&spec](graph::Value& one) -> std::optional<Mismatch> {
    if (one.type() != graph::Value::Type::kString) return std::nullopt;
    std::string text = one.text();
    std::optional<Mismatch> mismatch = spec.format.empty() ? std::nullopt : CheckCode(spec.format, text);
    if (!mismatch && !spec.values.empty()) mismatch = CheckAllowed(spec, text);
    if (!mismatch && text != one.text()) one = graph::Value(std::move(text));
    return mismatch;
  };
  const auto* list = value.as<graph::Value::List>();
  if (list == nullptr) return check(value);
  graph::Value::List conformed = *list;
  for (graph::Value& one : conformed) {
    if (auto mismatch = check(one)) return mismatch;
  }
  value = graph::Value(std::move(conformed));
  return std::nullopt;
}

}  // namespace liantu::io
