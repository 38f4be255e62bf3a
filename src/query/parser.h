// SPDX-License-Identifier: Apache-2.0
// From text to tree. Keywords are not reserved where a name can stand; identifiers may be any Unicode letters, so Chinese
// labels, types, properties and variables need no back quotes. Full-width punctuation outside strings is refused with
// the half-width form named. Nesting is limited (depth kMaxDepth), so no text can overflow the stack.
#pragma once

#include <string_view>

#include "base/result.h"
#include "query/ast.h"

namespace liantu::query {

constexpr int kMaxDepth = 200;  // of expressions, patterns and subqueries in each other

// One statement, with or without a final semicolon. SyntaxError with details and place.
Result<Statement> Parse(std::string_view text);
// The end of the first statement of a text that may hold several (the shell, files): the offset after its semicolon, or
// npos while it is not complete. Knows strings, back quotes and comments.
size_t StatementEnd(std::string_view text);

}  // namespace liantu::query
