// SPDX-License-Identifier: Apache-2.0
#include "graph/code_check.h"

#include <algorithm>
#include <array>
#include <vector>

#include "text/credit_code.h"

namespace liantu::graph {
namespace {

Status Expected(std::string_view what, std::string_view found, std::string_view why = {}) {
  return Status(Code::kInvalid, Text("expected ", what, ", found '", found, "'", why.empty() ? "" : "; ", why));
}

bool Digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The first two digits of the 34 province-level divisions.
constexpr std::array<int, 34> kProvinces = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42,
                                            43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82};

Status CheckDivision(std::string_view text) {
  constexpr std::string_view kWhat = "a division code of GB/T 2260 (six digits)";
  if (text.size() != 6 || !Digits(text)) return Expected(kWhat, text);
  const int province = (text[0] - '0') * 10 + (text[1] - '0');
  if (!std::binary_search(kProvinces.begin(), kProvinces.end(), province)) {
    return Expected(kWhat, text, Text("no province has the code ", text.substr(0, 2)));
  }
  if (text.substr(2, 2) == "00" && text.substr(4) != "00") return Expected(kWhat, text, "a county code names its city in the third and fourth digit");
  return {};
}

// The last division of each section A to T.
constexpr std::array<int, 20> kLastDivision = {5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97};

Status CheckIndustry(std::string_view text) {
  constexpr std::string_view kWhat = "an industry code of GB/T 4754-2017 (a section A to T, or 2 to 4 digits)";
  std::string_view digits = text;
  int section = -1;
  if (!digits.empty() && digits[0] >= 'A' && digits[0] <= 'T') {
    section = digits[0] - 'A';
    digits.remove_prefix(1);
    if (digits.empty()) return {};
  }
  if (digits.size() < 2 || digits.size() > 4 || !Digits(digits)) return Expected(kWhat, text);
  const int division = (digits[0] - '0') * 10 + (digits[1] - '0');
  if (division < 1 || division > kLastDivision.back()) return Expected(kWhat, text, "divisions run from 01 to 97");
  const auto of_division = std::lower_bound(kLastDivision.begin(), kLastDivision.end(), division) - kLastDivision.begin();
  if (section >= 0 && section != of_division) {
    return Expected(kWhat, text, Text("division ", digits.substr(0, 2), " belongs to section ", static_cast<char>('A' + of_division)));
  }
  return {};
}

Status CheckStock(std::string_view text) {
  constexpr std::string_view kWhat = "a stock code such as 002594.SZ, 0285.HK or BABA.N";
  const size_t dot = text.rfind('.');
  if (dot == text.npos || dot == 0) return Expected(kWhat, text);
  const std::string_view code = text.substr(0, dot), market = text.substr(dot + 1);
  // The first digits that a mainland exchange gives out.
  const auto listed = [&](std::string_view first) -> Status {
    if (code.size() != 6 || !Digits(code)) return Expected(kWhat, text, Text("codes of ", market, " have six digits"));
    if (first.find(code[0]) == first.npos) return Expected(kWhat, text, Text("codes of ", market, " begin with one of ", first));
    return {};
  };
  if (market == "SH") return listed("69");
  if (market == "SZ") return listed("023");
  if (market == "BJ") return listed("489");
  if (market == "HK") {
    if ((code.size() != 4 && code.size() != 5) || !Digits(code)) return Expected(kWhat, text, "codes of HK have four or five digits");
    return {};
  }
  if (market == "N" || market == "O") {
    const bool ticker = code.size() <= 6 && std::all_of(code.begin(), code.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '.'; });
    return ticker ? Status() : Expected(kWhat, text, "a ticker has one to six capital letters");
  }
  return Expected(kWhat, text, "markets are SH, SZ, BJ, HK, N and O");
}

}  // namespace

Result<std::string> CheckFormat(std::string_view format, std::string_view text, const RetiredCodes* retired) {
  std::string canonical(text);
  if (format == "uscc") {
    canonical = text::CanonicalCreditCode(text);
    LT_TRY(text::CheckCreditCode(canonical));
  } else if (format == "gbt2260") {
    LT_TRY(CheckDivision(text));
  } else if (format == "gbt4754") {
    LT_TRY(CheckIndustry(text));
  } else if (format == "stock_code") {
    LT_TRY(CheckStock(text));
  } else {
    return Status(Code::kInvalid, Text("there is no format '", format, "'"));
  }
  if (retired != nullptr) {
    if (const auto it = retired->find(canonical); it != retired->end()) {
      return Expected("a code in force", text, it->second.empty() ? "it was withdrawn" : Text("it was replaced by ", it->second));
    }
  }
  return canonical;
}

}  // namespace liantu::graph
