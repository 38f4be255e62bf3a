// SPDX-License-Identifier: Apache-2.0
// Failures of a query. They travel as an ordinary Status whose message begins with type, detail and place in one fixed
// form; Explain() takes it apart again for the command line (caret under the place), HTTP and Bolt (codes). The types and
// details are openCypher's; docs/errors.md is made from Details().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu::query {

// Where in the query text, in bytes.
struct Span {
  uint32_t begin = 0, end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

enum class ErrorType : uint8_t {
  kSyntaxError, kSemanticError, kTypeError, kArgumentError, kArithmeticError, kEntityNotFound, kPropertyNotFound, kLabelNotFound,
  kParameterMissing, kProcedureError, kConstraintVerificationFailed, kConstraintValidationFailed
};
const char* ErrorTypeName(ErrorType type);  // "SyntaxError", …

// Every detail that the engine raises, by name, with a sentence for docs/errors.md.
struct ErrorDetail {
  const char* name;
  const char* gql_status;
  const char* help;
};
std::span<const ErrorDetail> Details();

// kInvalid (kNotFound for missing procedures, functions and parameters, kConflict for constraints). `detail` is a word of
// openCypher such as "UndefinedVariable"; `message` is a sentence for people without them.
Status Failure(ErrorType type, std::string_view detail, Span span, std::string_view message);
Status Failure(ErrorType type, std::string_view detail, std::string_view message);  // no place known (runtime)
// The same failure with its place filled in where it has none yet.
Status WithPlace(const Status& status, Span span);

struct QueryError {
  std::string type;     // "SyntaxError"; for failures that are not of a query (budget, store): empty
  std::string detail;   // "UndefinedVariable"
  std::string message;  // for people
  bool has_place = false;
  Span span;
  std::string neo4j_code;  // "Neo.ClientError.Statement.SyntaxError", "Neo.ClientError.Transaction.TransactionTimedOut" …
  std::string gql_status;  // five characters, ISO/IEC 39075; "50N42" where none fits
};
QueryError Explain(const Status& status);
// For the terminal: "SyntaxError: UndefinedVariable: …", then line and column, the line of the query and a caret under
// the place (widths of Chinese text respected).
std::string Render(const Status& status, std::string_view query);
// Line and column (in characters, from 1) of a byte offset.
struct LineColumn { uint32_t line = 1, column = 1; };
LineColumn PlaceOf(std::string_view query, uint32_t offset);

}  // namespace liantu::query
