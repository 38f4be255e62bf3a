// SPDX-License-Identifier: Apache-2.0
// A text is walked in pictures: a character with everything that is drawn onto it.
#include "text/width.h"

#include <unicode/uchar.h>

#include "text/utf8.h"

namespace liantu::text {
namespace {

constexpr char32_t kJoiner = 0x200D, kEmojiStyle = 0xFE0F, kKeycap = 0x20E3;

bool Has(char32_t c, UProperty property) { return u_hasBinaryProperty(static_cast<UChar32>(c), property); }
bool IsFlagLetter(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }
bool IsSkinTone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }

// Width of one code point by itself.
size_t Columns(char32_t c) {
  if (c < 0x300) return c < 0x20 || (c >= 0x7F && c < 0xA0) ? 0 : 1;
  if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF)) return 2;
  if (c >= 0x1160 && c <= 0x11FF) return 0;  // vowels and finals of composed Hangul
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH || Has(c, UCHAR_EMOJI_PRESENTATION) ? 2 : 1;
}

char32_t Peek(std::string_view text, size_t at) { return at < text.size() ? NextCodePoint(text, at) : 0; }

// Moves `at` behind the picture that begins there and returns its width.
size_t NextPicture(std::string_view text, size_t& at) {
  const char32_t c = NextCodePoint(text, at);
  if (c == kBadByte) return 1;
  size_t width = Columns(c);
  // Plain ASCII before plain ASCII or an ideograph, the commonest case, ends here.
  const char32_t follower = Peek(text, at);
  if (follower < 0x300 || (follower >= 0x3000 && follower <= 0x9FFF && follower != 0x3099 && follower != 0x309A &&
                           !(follower >= 0x302A && follower <= 0x302F))) {
    return width;
  }
  if (IsFlagLetter(c) && IsFlagLetter(follower)) {
    NextCodePoint(text, at);
    return 2;
  }
  for (;;) {
    size_t after = at;
    const char32_t next = Peek(text, at);
    if (after >= text.size() || next == kBadByte) return width;
    NextCodePoint(text, after);
    if (next == kJoiner && Has(c, UCHAR_EXTENDED_PICTOGRAPHIC) && Has(Peek(text, after), UCHAR_EXTENDED_PICTOGRAPHIC)) {
      NextCodePoint(text, after);  // joined pictures are one
      width = 2;
    } else if (next == kEmojiStyle && Has(c, UCHAR_EMOJI) && c > 0x7F) {
      width = 2;
    } else if (next == kKeycap) {
      width = 2;
    } else if (IsSkinTone(next)) {
      if (!Has(c, UCHAR_EMOJI_MODIFIER_BASE)) return width;
    } else if (next < 0x300 || Columns(next) != 0) {
      return width;
    }
    at = after;
  }
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) width += NextPicture(text, at);
  return width;
}

std::string PadTo(std::string_view text, size_t width, Align align) {
  const size_t now = DisplayWidth(text);
  std::string out(text);
  if (now < width) out.insert(align == Align::kLeft ? out.size() : 0, width - now, ' ');
  return out;
}

std::string TruncateTo(std::string_view text, size_t width, std::string_view ellipsis) {
  const size_t room = DisplayWidth(ellipsis);
  size_t used = 0, keep = 0;  // keep: bytes that fit together with the ellipsis
  for (size_t at = 0; at < text.size();) {
    used += NextPicture(text, at);
    if (used > width) return room > width ? "" : std::string(text.substr(0, keep)).append(ellipsis);
    if (used + room <= width) keep = at;
  }
  return std::string(text);
}

}  // namespace liantu::text
