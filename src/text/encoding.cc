// SPDX-License-Identifier: Apache-2.0
// The Unicode forms and GB 18030 are recognised by their own rules, which are sharper on short Chinese texts than general
// detection; the rest is left to ICU.
#include "text/encoding.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <cstdint>

#include "text/normalize.h"
#include "text/utf8.h"

namespace liantu::text {
namespace {

constexpr size_t kLook = 64 << 10;

uint8_t Byte(std::string_view s, size_t i) { return static_cast<uint8_t>(s[i]); }

// UTF-8 but for a character cut off at the end.
bool LooksUtf8(std::string_view bytes) {
  const size_t bad = FirstBadUtf8(bytes);
  if (bad == std::string_view::npos) return true;
  const size_t left = bytes.size() - bad;
  const uint8_t lead = Byte(bytes, bad);
  const size_t want = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (left >= want || bad == 0) return false;
  for (size_t i = 1; i < left; ++i) {
    if ((Byte(bytes, bad + i) & 0xC0) != 0x80) return false;
  }
  return true;
}

// Zero bytes nearly all at even (big-endian) or odd (little-endian) places: Latin text in UTF-16.
std::string GuessFromZeros(std::string_view bytes) {
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == 0;
  const size_t half = bytes.size() / 2;
  if (zeros[1] * 10 > half && zeros[0] * 20 < zeros[1]) return "UTF-16LE";
  if (zeros[0] * 10 > half && zeros[1] * 20 < zeros[0]) return "UTF-16BE";
  return "";
}

// Well-formed GB 18030 whose two-byte characters are mostly the common ones (GB 2312 level 1 and its punctuation).
bool LooksGb18030(std::string_view bytes) {
  size_t pairs = 0, common = 0;
  for (size_t i = 0; i < bytes.size();) {
    const uint8_t a = Byte(bytes, i);
    if (a < 0x80) {
      ++i;
      continue;
    }
    if (a == 0x80 || a == 0xFF) return false;
    if (i + 1 >= bytes.size()) break;  // cut
    const uint8_t b = Byte(bytes, i + 1);
    if (b >= 0x30 && b <= 0x39) {
      if (i + 3 >= bytes.size()) break;
      const uint8_t c = Byte(bytes, i + 2), d = Byte(bytes, i + 3);
      if (c < 0x81 || c > 0xFE || d < 0x30 || d > 0x39) return false;
      i += 4;
      continue;
    }
    if (b < 0x40 || b == 0x7F || b == 0xFF) return false;
    ++pairs;
    common += b >= 0xA1 && ((a >= 0xB0 && a <= 0xD7) || a == 0xA1 || a == 0xA3);
    i += 2;
  }
  return pairs > 0 && common * 10 >= pairs * 7;
}

std::string GuessByIcu(std::string_view bytes) {
  UErrorCode error = U_ZERO_ERROR;
  UCharsetDetector* detector = ucsdet_open(&error);
  if (U_FAILURE(error)) return "";
  ucsdet_setText(detector, bytes.data(), static_cast<int32_t>(bytes.size()), &error);
  const UCharsetMatch* match = U_SUCCESS(error) ? ucsdet_detect(detector, &error) : nullptr;
  std::string name;
  if (match && U_SUCCESS(error) && ucsdet_getConfidence(match, &error) >= 10) name = ucsdet_getName(match, &error);
  ucsdet_close(detector);
  if (name.rfind("ISO-8859-1", 0) == 0 || name.rfind("windows-125", 0) == 0) return "windows-1252";
  if (name == "GB18030" || name == "Big5" || name == "Shift_JIS") return name;
  return "";
}

}  // namespace

std::string GuessEncoding(std::string_view bytes) {
  bytes = bytes.substr(0, kLook);
  const auto begins = [&](std::string_view mark) { return bytes.substr(0, mark.size()) == mark; };
  using std::literals::operator""sv;
  if (begins("\xEF\xBB\xBF"sv)) return LooksUtf8(bytes) ? "UTF-8 with BOM" : "";
  if (begins("\xFF\xFE\0\0"sv)) return "UTF-32LE";
  if (begins("\0\0\xFE\xFF"sv)) return "UTF-32BE";
  if (begins("\xFF\xFE"sv)) return "UTF-16LE";
  if (begins("\xFE\xFF"sv)) return "UTF-16BE";
  if (bytes.find('\0') != std::string_view::npos) return GuessFromZeros(bytes);
  if (LooksUtf8(bytes)) return "UTF-8";
  if (LooksGb18030(bytes)) return "GB18030";
  // Control characters other than those of text files: no text.
  const size_t controls = std::count_if(bytes.begin(), bytes.end(), [](char c) {
    const auto b = static_cast<uint8_t>(c);
    return b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1A;
  });
  if (controls * 100 > bytes.size()) return "";
  return GuessByIcu(bytes);
}

Result<std::string> ToUtf8(std::string_view bytes, std::string_view encoding) {
  std::string name(encoding);
  if (name == "UTF-8 with BOM") name = "UTF-8";
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name.c_str(), &error);
  if (U_FAILURE(error) || name.empty()) {
    if (converter) ucnv_close(converter);
    return Status(Code::kInvalid, Text("the encoding '", encoding, "' is not known; try UTF-8, GB18030, Big5 or UTF-16LE"));
  }
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  std::u16string wide;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  bool bad = U_FAILURE(error);
  char16_t buffer[4096];
  for (bool more = !bad; more;) {
    char16_t* target = buffer;
    ucnv_toUnicode(converter, &target, buffer + 4096, &source, end, nullptr, true, &error);
    wide.append(buffer, target);
    more = error == U_BUFFER_OVERFLOW_ERROR;
    if (more) error = U_ZERO_ERROR;
    bad = !more && U_FAILURE(error);
  }
  ucnv_close(converter);
  const auto offset = static_cast<size_t>(source - bytes.data());
  if (bad) {
    return Status(Code::kInvalid, Text("the bytes before offset ", offset, " are not ", encoding,
                                       "; is the file in another encoding?"));
  }
  std::string out;
  out.reserve(wide.size() * 3);
  for (size_t i = 0; i < wide.size(); ++i) {
    char32_t c = wide[i];
    if (i == 0 && c == 0xFEFF) continue;
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < wide.size()) c = 0x10000 + ((c - 0xD800) << 10) + (wide[++i] - 0xDC00);
    AppendUtf8(out, c);
  }
  return out;
}

}  // namespace liantu::text
