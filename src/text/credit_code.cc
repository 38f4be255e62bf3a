// SPDX-License-Identifier: Apache-2.0
#include "text/credit_code.h"

#include "text/normalize.h"
#include "text/utf8.h"

namespace liantu::text {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // GB 32100: no I O S V Z
constexpr size_t kLength = 18;

}  // namespace

std::string CanonicalCreditCode(std::string_view code) {
  std::string out;
  for (size_t at = 0; at < code.size();) {
    const size_t from = at;
    char32_t c = NextCodePoint(code, at);
    if (c == kBadByte) {
      out += code[from];
      continue;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFF01 - '!';
    if (c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 || c == '-' || (c >= 0x2010 && c <= 0x2015)) continue;
    if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
    AppendUtf8(out, c);
  }
  return out;
}

char CreditCodeCheck(std::string_view first17) {
  if (first17.size() != kLength - 1) return '\0';
  size_t sum = 0, weight = 1;
  for (const char c : first17) {
    const size_t value = kAlphabet.find(c);
    if (value == kAlphabet.npos) return '\0';
    sum += value * weight;
    weight = weight * 3 % 31;
  }
  return kAlphabet[(31 - sum % 31) % 31];
}

char OrganisationCodeCheck(std::string_view first8) {
  constexpr size_t kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  if (first8.size() != 8) return '\0';
  size_t sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    const char c = first8[i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'A' && c <= 'Z')) return '\0';
    sum += kWeights[i] * static_cast<size_t>(digit ? c - '0' : c - 'A' + 10);
  }
  const size_t check = 11 - sum % 11;
  return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

Status CheckCreditCode(std::string_view code) {
  const auto fail = [&](const auto&... why) {
    return Status(Code::kInvalid, Text("'", RepairUtf8(code), "' is not a unified social credit code: ", why...));
  };
  if (const size_t length = ToCodePoints(code).size(); length != kLength) {
    return fail("it has ", length, " characters, expected 18");
  }
  if (code.size() != kLength) return fail("it has characters other than digits and capital letters");
  for (size_t i = 0; i < kLength; ++i) {
    if (kAlphabet.find(code[i]) != kAlphabet.npos) continue;
    const bool lower = code[i] >= 'a' && code[i] <= 'z';
    const bool confusable = std::string_view("IOSVZ").find(code[i]) != std::string_view::npos;
    return fail("character ", i + 1, ", '", RepairUtf8(code.substr(i, 1)), "', ",
                lower        ? "is a small letter; write it as a capital"
                : confusable ? "is never used in these codes (nor are the others of I O S V Z); is it a digit?"
                             : "is neither a digit nor a capital letter");
  }
  for (size_t i = 2; i < 8; ++i) {
    if (code[i] < '0' || code[i] > '9') {
      return fail("character ", i + 1, ", '", code[i], "', should be a digit of the division code");
    }
  }
  if (const char check = CreditCodeCheck(code.substr(0, 17)); check != code[17]) {
    return fail("the check character should be '", check, "', found '", code[17], "'");
  }
  if (const char check = OrganisationCodeCheck(code.substr(8, 8)); check != code[16]) {
    return fail("the check character of its organisation code (character 17) should be '", check, "', found '", code[16],
                "'");
  }
  return {};
}

bool IsCreditCode(std::string_view code) {
  if (code.size() != kLength) return false;
  return CreditCodeCheck(code.substr(0, 17)) == code[17] && OrganisationCodeCheck(code.substr(8, 8)) == code[16] &&
         !CreditCodeRegion(code).empty();
}

std::string CreditCodeRegion(std::string_view code) {
  if (code.size() != kLength) return "";
  const std::string_view region = code.substr(2, 6);
  for (const char c : region) {
    if (c < '0' || c > '9') return "";
  }
  return std::string(region);
}

}  // namespace liantu::text
