// SPDX-License-Identifier: Apache-2.0
// The fixed form of a query's failure, "Type: Detail [begin,end]: message", its reading back, the tables of details and
// codes, and the picture of the place. Nothing here decides when a failure is raised.
#include "query/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "text/utf8.h"
#include "text/width.h"

namespace liantu::query {
namespace {

constexpr std::array<const char*, 12> kTypeNames = {"SyntaxError",
                                                    "SemanticError",
                                                    "TypeError",
                                                    "ArgumentError",
                                                    "ArithmeticError",
                                                    "EntityNotFound",
                                                    "PropertyNotFound",
                                                    "LabelNotFound",
                                                    "ParameterMissing",
                                                    "ProcedureError",
                                                    "ConstraintVerificationFailed",
                                                    "ConstraintValidationFailed"};

// Sorted by name. The code is a GQLSTATUS of ISO/IEC 39075 or of
// Neo4j's subclasses where one is known to fit, else that of the whole class (42001 invalid syntax, 22000 data
// exception).
constexpr ErrorDetail kDetails[] = {
    {"AmbiguousAggregationExpression", "42I18",
     "An expression with an aggregate also uses something that is neither inside the aggregate nor a grouping key (a "
     "variable or property of the same WITH or RETURN)."},
    {"ColumnNameConflict", "42N38", "Two columns of one WITH or RETURN have the same name."},
    {"ConstraintAlreadyExists", "22000", "A constraint of that name or on that property is there already."},
    {"ConstraintNotFound", "22000", "There is no constraint of that name."},
    {"ConstraintViolation", "22000",
     "A rule of the store or its ontology forbids the change: a key is taken, a property is missing or has the wrong "
     "type."},
    {"CreatingVarLength", "42001", "CREATE or MERGE is asked to make a relationship of variable length."},
    {"DeleteConnectedNode", "G1001", "A node that still has relationships is deleted without DETACH."},
    {"DeletedEntityAccess", "22000", "A property, label or type of a node or relationship is read after its deletion."},
    {"DifferentColumnsInUnion", "42N39", "The parts of a UNION do not have the same columns."},
    {"DivisionByZero", "22012", "An integer is divided by zero."},
    {"FloatingPointOverflow", "22003", "A number is too large for a 64-bit float."},
    {"IndexAlreadyExists", "22000", "An index or constraint of that name or on those properties is there already."},
    {"IndexBelongsToConstraint", "22000", "An index that belongs to a constraint, or a constraint of the ontology, is to be dropped."},
    {"IndexNotFound", "22000", "There is no index of that name."},
    {"IntegerOverflow", "22003", "A number is too large for a 64-bit integer."},
    {"InvalidAggregation", "42001", "An aggregate stands where there are no groups, e.g. in WHERE."},
    {"InvalidArgumentExpression", "42001", "A function is given an expression of a form that it cannot take."},
    {"InvalidArgumentPassingMode", "42001",
     "A CALL inside a longer query leaves out its arguments; only a CALL that stands alone may."},
    {"InvalidArgumentType", "22N01", "A value is of a kind that cannot be used there."},
    {"InvalidArgumentValue", "22000", "A value is of the right kind but cannot be used there."},
    {"InvalidClauseComposition", "42001",
     "Clauses follow each other in an order that means nothing, or a clause is not allowed in this kind of subquery."},
    {"InvalidDelete", "42001", "DELETE is given a label or type instead of a node, relationship or path."},
    {"InvalidElementAccess", "22000", "Something that has no elements is indexed."},
    {"InvalidNumberLiteral", "42001", "A number is not written as numbers are."},
    {"InvalidNumberOfArguments", "42I13", "A function or procedure is called with too few or too many arguments."},
    {"InvalidParameterUse", "42001", "A parameter stands for the whole property map of a pattern in MATCH or MERGE."},
    {"InvalidPropertyType", "22000",
     "A value cannot be stored as a property: a map, a node, a path or a list of such."},
    {"InvalidRelationshipPattern", "42001",
     "The length of a relationship pattern is not written as *, *n, *n..m, *n.. or *..m."},
    {"InvalidTransaction", "25000",
     "A statement does not fit the state of its transaction, such as a write in a transaction that only reads."},
    {"InvalidUnicodeCharacter", "42001", "A character cannot stand outside quotes, such as full-width punctuation."},
    {"InvalidUnicodeLiteral", "42001",
     "After \\u or \\U there are not four or eight hexadecimal digits of a character."},
    {"ListElementAccessByNonInteger", "22000",
     "An element of a list is asked for by something that is not an integer."},
    {"MapElementAccessByNonString", "22000", "An entry of a map is asked for by something that is not a string."},
    {"MergeReadOwnWrites", "22000", "MERGE is given a property that is null: what it makes it could never find again."},
    {"MissingParameter", "42N51", "A parameter that the query uses was not given."},
    {"NegativeIntegerArgument", "22000", "SKIP, LIMIT or a length is negative."},
    {"NestedAggregation", "42001", "An aggregate stands inside another aggregate."},
    {"NoExpressionAlias", "42N21", "An expression in WITH, or in the RETURN of a subquery, has no name given by AS."},
    {"NoSingleRelationshipType", "42001", "CREATE or MERGE is asked to make a relationship without exactly one type."},
    {"NoVariablesInScope", "42001", "RETURN * stands where there are no variables."},
    {"NonConstantExpression", "42001",
     "Something that changes from row to row stands where one value serves all rows, as in LIMIT."},
    {"NumberOutOfRange", "22003", "A number is outside the range that a function takes."},
    {"ProcedureNotFound", "42N08", "There is no procedure of that name."},
    {"PropertyAccessOnNonMap", "22000", "A property is asked of something that has none."},
    {"RelationshipUniquenessViolation", "42001",
     "One relationship variable stands for two relationships of the same MATCH."},
    {"RequiresDirectedRelationship", "42001", "CREATE is asked to make a relationship without a direction."},
    {"UndefinedVariable", "42N62", "A name is used that no clause before has defined, or that WITH did not keep."},
    {"UnexpectedSyntax", "42I06", "The text does not follow the grammar at this place."},
    {"UnknownFunction", "42N48", "There is no function of that name."},
    {"UnsupportedConstraint", "42001", "A constraint is of a kind that the store does not keep."},
    {"UnsupportedIndex", "42001", "An index is of a kind that the store does not keep."},
    {"VariableAlreadyBound", "42N59", "A name is defined that already stands for something."},
    {"VariableTypeConflict", "42001",
     "A name stands for things of different kinds, such as a node and a relationship."},
};

const ErrorDetail* FindDetail(std::string_view name) {
  const auto at = std::lower_bound(std::begin(kDetails), std::end(kDetails), name,
                                   [](const ErrorDetail& d, std::string_view n) { return n.compare(d.name) > 0; });
  return at != std::end(kDetails) && name == at->name ? at : nullptr;
}

Code CodeOf(ErrorType type, std::string_view detail) {
  switch (type) {
    case ErrorType::kConstraintVerificationFailed:
    case ErrorType::kConstraintValidationFailed:
      return Code::kConflict;
    case ErrorType::kParameterMissing:
      return Code::kNotFound;
    default:
      return detail == "ProcedureNotFound" || detail == "UnknownFunction" ? Code::kNotFound : Code::kInvalid;
  }
}

bool IsWord(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

struct Parts {
  ErrorType type{};
  std::string_view detail, message;
  std::optional<Span> span;
};

std::optional<Parts> Read(std::string_view text) {
  Parts parts;
  const size_t colon = text.find(": ");
  if (colon == std::string_view::npos) return {};
  const auto type = std::find(kTypeNames.begin(), kTypeNames.end(), text.substr(0, colon));
  if (type == kTypeNames.end()) return {};
  parts.type = static_cast<ErrorType>(type - kTypeNames.begin());
  text.remove_prefix(colon + 2);
  const size_t end = text.find_first_of(" :");
  if (end == std::string_view::npos || !IsWord(text.substr(0, end))) return {};
  parts.detail = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with(" [")) {
    Span span;
    const char* const last = text.data() + text.size();
    auto [p, failed] = std::from_chars(text.data() + 2, last, span.begin);
    if (failed != std::errc() || p == last || *p != ',') return {};
    auto [q, failed_too] = std::from_chars(p + 1, last, span.end);
    if (failed_too != std::errc() || q == last || *q != ']') return {};
    parts.span = span;
    text.remove_prefix(static_cast<size_t>(q + 1 - text.data()));
  }
  if (!text.starts_with(": ")) return {};
  parts.message = text.substr(2);
  return parts;
}

std::string Neo4jCode(Code code, std::string_view message) {
  switch (code) {
    case Code::kBudget:
      return message.find("time budget") != std::string_view::npos
                 ? "Neo.ClientError.Transaction.TransactionTimedOut"
                 : "Neo.TransientError.General.MemoryPoolOutOfMemoryError";
    case Code::kCancelled:
      return "Neo.ClientError.Transaction.TransactionTerminated";
    case Code::kOutdated:
      return "Neo.TransientError.Transaction.Outdated";
    case Code::kLocked:
      return "Neo.TransientError.General.DatabaseUnavailable";
    case Code::kConflict:
      return "Neo.ClientError.Schema.ConstraintValidationFailed";
    case Code::kOk:
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kAmbiguous:
    case Code::kRejected:
    case Code::kUsage:
      return "Neo.ClientError.Statement.ArgumentError";
    case Code::kDamaged:
    case Code::kTooNew:
    case Code::kIo:
      break;
  }
  return "Neo.DatabaseError.General.UnknownError";
}

std::string Neo4jCode(ErrorType type, std::string_view detail) {
  switch (type) {
    case ErrorType::kConstraintVerificationFailed:
    case ErrorType::kConstraintValidationFailed:
      return "Neo.ClientError.Schema.ConstraintValidationFailed";
    case ErrorType::kProcedureError:
      return detail == "ProcedureNotFound" ? "Neo.ClientError.Procedure.ProcedureNotFound"
                                           : "Neo.ClientError.Procedure.ProcedureCallFailed";
    default:
      return Text("Neo.ClientError.Statement.", ErrorTypeName(type));
  }
}

}  // namespace

std::span<const ErrorDetail> Details() { return kDetails; }

const char* ErrorTypeName(ErrorType type) { return kTypeNames[static_cast<size_t>(type)]; }

Status Failure(ErrorType type, std::string_view detail, Span span, std::string_view message) {
  return Status(CodeOf(type, detail),
                Text(ErrorTypeName(type), ": ", detail, " [", span.begin, ",", span.end, "]: ", message));
}

Status Failure(ErrorType type, std::string_view detail, std::string_view message) {
  return Status(CodeOf(type, detail), Text(ErrorTypeName(type), ": ", detail, ": ", message));
}

Status WithPlace(const Status& status, Span span) {
  const auto parts = Read(status.message());
  if (status.ok() || !parts || parts->span) return status;
  return Status(status.code(), Text(ErrorTypeName(parts->type), ": ", parts->detail, " [", span.begin, ",", span.end,
                                    "]: ", parts->message));
}

QueryError Explain(const Status& status) {
  QueryError error;
  const auto parts = Read(status.message());
  if (!parts) {
    error.message = status.message();
    error.neo4j_code = Neo4jCode(status.code(), status.message());
    error.gql_status =
        status.code() == Code::kBudget || status.code() == Code::kCancelled || status.code() == Code::kOutdated
            ? "40000"
            : "50N42";
    return error;
  }
  error.type = ErrorTypeName(parts->type);
  error.detail = parts->detail;
  error.message = parts->message;
  error.has_place = parts->span.has_value();
  error.span = parts->span.value_or(Span());
  error.neo4j_code = Neo4jCode(parts->type, parts->detail);
  const ErrorDetail* detail = FindDetail(parts->detail);
  error.gql_status = detail == nullptr ? "50N42" : detail->gql_status;
  return error;
}

LineColumn PlaceOf(std::string_view query, uint32_t offset) {
  LineColumn place;
  for (size_t at = 0; at < std::min<size_t>(offset, query.size());) {
    const char32_t c = text::NextCodePoint(query, at);
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if (at <= offset) {
      ++place.column;
    }
  }
  return place;
}

std::string Render(const Status& status, std::string_view query) {
  const QueryError error = Explain(status);
  if (error.type.empty()) return error.message;
  std::string out = Text(error.type, ": ", error.detail, ": ", error.message);
  if (!error.has_place || error.span.begin > query.size()) return out;
  const LineColumn place = PlaceOf(query, error.span.begin);
  size_t begin = error.span.begin;
  while (begin > 0 && query[begin - 1] != '\n') --begin;
  size_t end = std::min(query.find('\n', begin), query.size());
  if (end > begin && query[end - 1] == '\r') --end;
  std::string line(query.substr(begin, end - begin));
  std::replace(line.begin(), line.end(), '\t', ' ');
  size_t offset = std::min<size_t>(error.span.begin - begin, line.size());
  // A long line is cut to a window around the place.
  constexpr size_t kBefore = 60, kLength = 140;
  std::string shown = line;
  std::string prefix;
  if (text::DisplayWidth(line) > kLength) {
    size_t from = offset > kBefore ? offset - kBefore : 0;
    while (from > 0 && (static_cast<unsigned char>(line[from]) & 0xC0) == 0x80) --from;
    if (from > 0) prefix = "…";
    shown = text::TruncateTo(std::string_view(line).substr(from), kLength);
    offset -= from;
  }
  const std::string head = Text("  ", place.line, " | ", prefix);
  const size_t wanted =
      std::min<size_t>(error.span.end, begin + line.size()) - std::min<size_t>(error.span.begin, begin + line.size());
  const size_t until = std::min(offset + wanted, shown.size());
  offset = std::min(offset, shown.size());
  const size_t width = std::max<size_t>(1, text::DisplayWidth(std::string_view(shown).substr(offset, until - offset)));
  out +=
      Text("\nline ", place.line, ", column ", place.column, ":\n", head, shown, "\n",
           std::string(text::DisplayWidth(head) + text::DisplayWidth(std::string_view(shown).substr(0, offset)), ' '),
           std::string(width, '^'));
  return out;
}

}  // namespace liantu::query
