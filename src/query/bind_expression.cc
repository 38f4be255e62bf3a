// SPDX-License-Identifier: Apache-2.0
// Expressions: names to slots, functions and aggregates to their tables, and what can be said of kinds before anything
// runs. An expression is refused only where no possible kind of an operand fits; whatever may fit is left to the
// evaluator.
#include <algorithm>
#include <limits>

#include "query/binder_internal.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

constexpr KindSet kBoolean = Only(Kind::kBoolean), kString = Only(Kind::kString), kList = Only(Kind::kList),
                  kMap = Only(Kind::kMap), kNode = Only(Kind::kNode), kRelationship = Only(Kind::kRelationship),
                  kPath = Only(Kind::kPath), kPoint = Only(Kind::kPoint), kInteger = Only(Kind::kInteger),
                  kFloat = Only(Kind::kFloat), kDuration = Only(Kind::kDuration);
// What has properties or components.
constexpr KindSet kWithProperties = kNode | kRelationship | kMap | kTemporalKinds | kPoint;
constexpr KindSet kStorable = kAnyKind & ~(kMap | kNode | kRelationship | kPath);

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

}  // namespace

Type Either(const Type& a, const Type& b) {
  Type type{a.kinds | b.kinds, nullptr};
  const bool list_a = (a.kinds & kList) != 0, list_b = (b.kinds & kList) != 0;
  if (list_a && list_b) {
    if (a.element && b.element) type.element = std::make_shared<const Type>(Either(*a.element, *b.element));
  } else if (list_a) {
    type.element = a.element;
  } else if (list_b) {
    type.element = b.element;
  }
  return type;
}

Type ElementOf(const Type& list) { return list.element && list.Within(kList) ? *list.element : Type(); }

std::string KindsText(KindSet kinds) {
  if (kinds == kAnyKind) return "any value";
  if (kinds == kTemporalKinds) return "a temporal value";
  std::vector<const char*> names;
  for (unsigned i = 0; i <= static_cast<unsigned>(Kind::kPath); ++i) {
    if ((kinds & 1u << i) != 0) names.push_back(KindName(static_cast<Kind>(i)));
  }
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

bool Binder::CheckKinds(const Type& type, KindSet allowed, Span span, std::string_view what) {
  if (type.MayBe(allowed)) return true;
  return Syntax("InvalidArgumentType", span,
                Text(what, " takes ", KindsText(allowed), ", and this is ", KindsText(type.kinds)));
}

std::string Elsewhere(std::string_view name) {
  const std::string lower = Lower(name);
  if (lower.starts_with("apoc.")) return "; the APOC library of Neo4j is not here, SHOW FUNCTIONS and SHOW PROCEDURES list what is";
  if (lower.starts_with("gds.")) return "; Neo4j's Graph Data Science is not here, analysis is done by the procedures algo.*, see SHOW PROCEDURES";
  if (lower == "db.indexes") return "; write SHOW INDEXES";
  if (lower == "db.constraints") return "; write SHOW CONSTRAINTS";
  return {};
}

// INF, INFINITY and NAN in any case are numbers where no variable is called so.
static bool NamesNumber(Expr& variable) {
  const std::string lower = Lower(variable.name);
  if (lower != "inf" && lower != "infinity" && lower != "nan") return false;
  variable.kind = ExprKind::kLiteral;
  variable.literal = Value::Float(lower == "nan" ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity());
  return true;
}

bool Binder::BindPredicate(ExprPtr& expr, const Scope& scope) {
  if (!expr) return true;
  const Type type = Bind(expr, scope, {.predicate = true});
  return !failed() && CheckKinds(type, kBoolean, expr->span, "a condition");
}

Type Binder::Bind(ExprPtr& expr, const Scope& scope, Place place) {
  if (failed() || !expr) return {};
  Type type = BindKind(*expr, scope, place);
  expr->kinds = type.kinds;
  return type;
}

Type Binder::BindKind(Expr& expr, const Scope& scope, const Place& place) {
  // Parts of an expression are values, whatever the whole is used for.
  Place inner = place;
  inner.predicate = false;
  const auto bind_all = [&] {
    for (ExprPtr& arg : expr.args) Bind(arg, scope, inner);
  };
  switch (expr.kind) {
    case ExprKind::kLiteral:
      return Scalar(expr.literal.is_null() ? 0 : Only(expr.literal.kind()));
    case ExprKind::kParameter:
      return {};
    case ExprKind::kVariable: {
      if (place.constant) {
        Syntax("NonConstantExpression", expr.span,
               Text("one value serves all rows here, so it cannot use the variable ", expr.name));
        return {};
      }
      const Variable* variable = scope.Find(expr.name);
      if (variable == nullptr) {
        if (!seen_.contains(expr.name) && NamesNumber(expr)) return Scalar(kFloat);
        Undefined(expr.name, scope, expr.span);
        return {};
      }
      expr.slot = variable->slot;
      return variable->type;
    }
    case ExprKind::kProperty:
      return BindProperty(expr, scope, inner);
    case ExprKind::kHasLabels: {
      const Type of = Bind(expr.args[0], scope, inner);
      if (!failed()) CheckKinds(of, kNode | kRelationship, expr.args[0]->span, "a label or type predicate");
      if (!failed()) BindLabels(*expr.labels, scope);
      return Scalar(kBoolean);
    }
    case ExprKind::kSubscript: {
      const Type of = Bind(expr.args[0], scope, inner);
      Bind(expr.args[1], scope, inner);
      return ElementOf(of);
    }
    case ExprKind::kSlice: {
      const Type of = Bind(expr.args[0], scope, inner);
      for (size_t i = 1; i < expr.args.size(); ++i) {
        if (!expr.args[i]) continue;
        const Type bound = Bind(expr.args[i], scope, inner);
        if (!failed()) CheckKinds(bound, kInteger, expr.args[i]->span, "the bound of a slice");
      }
      if (!failed()) CheckKinds(of, kList | kString, expr.args[0]->span, "a slice");
      return of;
    }
    case ExprKind::kList: {
      Type element = Scalar(0);
      for (ExprPtr& arg : expr.args) element = Either(element, Bind(arg, scope, inner));
      return ListOf(std::move(element));
    }
    case ExprKind::kMap:
      bind_all();
      return Scalar(kMap);
    case ExprKind::kMapProjection: {
      bind_all();
      if (!failed())
        CheckKinds(Scalar(expr.args[0]->kinds), kMap | kNode | kRelationship, expr.args[0]->span, "a map projection");
      return Scalar(kMap);
    }
    case ExprKind::kUnary:
    case ExprKind::kBinary:
      return BindOperator(expr, scope, place);
    case ExprKind::kComparison:
      bind_all();
      return Scalar(kBoolean);
    case ExprKind::kIsNull:
    case ExprKind::kIsNotNull:
    case ExprKind::kIsType:
      bind_all();
      return Scalar(kBoolean);
    case ExprKind::kCall:
      return BindCallExpression(expr, scope, inner);
    case ExprKind::kCase: {
      Type result = Scalar(0);
      const bool simple = expr.args[0] != nullptr && expr.keys.empty();
      Type subject;
      if (expr.args[0] != nullptr) subject = Bind(expr.args[0], scope, inner);
      Scope local{{}, &scope};
      if (!expr.keys.empty()) expr.slot = Declare(local, expr.keys[0], std::move(subject));
      for (size_t i = 1; i + 1 < expr.args.size(); i += 2) {
        Place when = inner;
        when.predicate = !simple;
        const Type condition = Bind(expr.args[i], expr.keys.empty() ? scope : local, when);
        if (!simple && !failed()) CheckKinds(condition, kBoolean, expr.args[i]->span, "WHEN");
        result = Either(result, Bind(expr.args[i + 1], scope, inner));
      }
      if (expr.args.back()) result = Either(result, Bind(expr.args.back(), scope, inner));
      return result;
    }
    case ExprKind::kListComprehension:
    case ExprKind::kQuantifier: {
      const Type list = Bind(expr.args[0], scope, inner);
      if (failed() || !CheckKinds(list, kList, expr.args[0]->span, "IN")) return {};
      Scope local{{}, &scope};
      const Type element = ElementOf(list);
      expr.slot = Declare(local, expr.keys[0], element);
      Place part = inner;
      part.aggregates = nullptr;
      if (expr.args[1]) {
        part.predicate = true;
        const Type condition = Bind(expr.args[1], local, part);
        if (!failed()) CheckKinds(condition, kBoolean, expr.args[1]->span, "WHERE");
        part.predicate = false;
      }
      if (expr.kind == ExprKind::kQuantifier) return Scalar(kBoolean);
      return expr.args[2] ? ListOf(Bind(expr.args[2], local, part)) : ListOf(element);
    }
    case ExprKind::kReduce: {
      Bind(expr.args[0], scope, inner);
      const Type list = Bind(expr.args[1], scope, inner);
      if (failed() || !CheckKinds(list, kList, expr.args[1]->span, "IN")) return {};
      Scope local{{}, &scope};
      expr.slot = Declare(local, expr.keys[0], {});
      expr.slot2 = Declare(local, expr.keys[1], ElementOf(list));
      Place part = inner;
      part.aggregates = nullptr;
      Bind(expr.args[2], local, part);
      return {};
    }
    case ExprKind::kPattern:
      if (!place.predicate) {
        Syntax("UnexpectedSyntax", expr.span,
               "a pattern can only be a condition here; its paths are [p = (a)-->(b) | p], their number COUNT { "
               "(a)-->(b) }");
        return {};
      }
      [[fallthrough]];
    case ExprKind::kPatternComprehension:
    case ExprKind::kExists:
    case ExprKind::kCount:
    case ExprKind::kCollect:
    case ExprKind::kShortestPath:
      return BindSubqueryExpression(expr, scope, inner);
  }
  return {};
}

Type Binder::BindProperty(Expr& expr, const Scope& scope, const Place& place) {
  const Type of = Bind(expr.args[0], scope, place);
  if (failed()) return {};
  if (!of.MayBe(kWithProperties)) {
    const std::string message = Text(KindsText(of.kinds), " has no properties; .", expr.name,
                                     " works on nodes, relationships, maps and temporal values");
    Fail(of.kinds == kPath ? ErrorType::kSyntaxError : ErrorType::kTypeError, "InvalidArgumentType", expr.span,
         message);
    return {};
  }
  return of.kinds != 0 && of.Within(kNode | kRelationship) ? Scalar(kStorable) : Type();
}

Type Binder::BindOperator(Expr& expr, const Scope& scope, const Place& place) {
  const bool logical = expr.op == Op::kAnd || expr.op == Op::kOr || expr.op == Op::kXor || expr.op == Op::kNot;
  Place inner = place;
  inner.predicate = place.predicate && logical;
  const Type left = Bind(expr.args[0], scope, inner);
  const Type right = expr.args.size() > 1 ? Bind(expr.args[1], scope, inner) : Type();
  if (failed()) return {};
  const auto check = [&](const Type& type, size_t arg, KindSet allowed) {
    return CheckKinds(type, allowed, expr.args[arg]->span, OpText(expr.op));
  };
  const auto numeric = [&](KindSet others) -> Type {
    if (!check(left, 0, kNumberKinds | others) || (expr.args.size() > 1 && !check(right, 1, kNumberKinds | others)))
      return {};
    const KindSet both = left.kinds | (expr.args.size() > 1 ? right.kinds : 0);
    if ((both & ~kInteger) == 0) return Scalar(kInteger);
    if ((both & ~kNumberKinds) == 0)
      return Scalar((left.kinds & ~kFloat) == 0 || (expr.args.size() > 1 && (right.kinds & ~kFloat) == 0)
                        ? kFloat
                        : kNumberKinds);
    return Scalar(kNumberKinds | others);
  };
  switch (expr.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kXor:
      if (check(left, 0, kBoolean)) check(right, 1, kBoolean);
      return Scalar(kBoolean);
    case Op::kNot:
      check(left, 0, kBoolean);
      return Scalar(kBoolean);
    case Op::kPlus:
    case Op::kMinus:
      return numeric(expr.op == Op::kMinus ? kDuration : 0);
    case Op::kSubtract:
      return numeric(kTemporalKinds);
    case Op::kMultiply:
    case Op::kDivide:
      return numeric(kDuration);
    case Op::kModulo:
      return numeric(0);
    case Op::kPower:
      numeric(0);
      return Scalar(kFloat);
    case Op::kAdd:
    case Op::kConcat: {
      if (left.kinds == 0 && right.kinds == 0) return Scalar(0);
      const bool list = ((left.kinds | right.kinds) & kList) != 0;
      if (!list && ((left.kinds | right.kinds) & kString) == 0 && expr.op == Op::kAdd) return numeric(kTemporalKinds);
      if (left.kinds != 0 && right.kinds != 0 && (left.Within(kList) || right.Within(kList))) {
        const Type a = left.Within(kList) ? (left.element ? *left.element : Type()) : left;
        const Type b = right.Within(kList) ? (right.element ? *right.element : Type()) : right;
        // A side that may or may not be a list is joined or appended.
        const bool sure =
            (left.Within(kList) || (left.kinds & kList) == 0) && (right.Within(kList) || (right.kinds & kList) == 0);
        return sure ? ListOf(Either(a, b)) : Scalar(kList);
      }
      if (!list && left.kinds != 0 && right.kinds != 0 && (left.Within(kString) || right.Within(kString)))
        return Scalar(kString);
      return {};
    }
    case Op::kIn:
      check(right, 1, kList);
      return Scalar(kBoolean);
    default:
      return Scalar(kBoolean);
  }
}

Type Binder::BindCallExpression(Expr& expr, const Scope& scope, const Place& place) {
  const auto count_fits = [&](int least, int most) {
    const int n = static_cast<int>(expr.args.size());
    if (n >= least && (most < 0 || n <= most)) return true;
    const std::string wanted = most < 0        ? Text("at least ", least)
                               : least == most ? Text(least)
                                               : Text(least, " to ", most);
    return Syntax(
        "InvalidNumberOfArguments", expr.span,
        Text(expr.name, "() takes ", wanted, least == most && least == 1 ? " argument" : " arguments", ", not ", n));
  };
  const auto kinds_fit = [&](const std::vector<KindSet>& allowed, const std::vector<Type>& types) {
    for (size_t i = 0; i < types.size() && !allowed.empty(); ++i) {
      if (!CheckKinds(types[i], allowed[std::min(i, allowed.size() - 1)], expr.args[i]->span, Text(expr.name, "()")))
        return false;
    }
    return true;
  };
  const auto named = [&](std::string_view name) {
    return std::equal(expr.name.begin(), expr.name.end(), name.begin(), name.end(), [](char a, char b) { return (a | 0x20) == b; });
  };
  if (expr.args.empty() && (named("linenumber") || named("file"))) {
    const bool line = named("linenumber");
    Clause* csv = scope.FindCsv();
    if (csv == nullptr && csv_seen_) {
      Syntax("UndefinedVariable", expr.span, Text(expr.name, "() is not known after a WITH; take it along: WITH …, ", expr.name, "() AS name"));
      return {};
    }
    expr.name += "()";
    if (csv == nullptr) {
      expr.kind = ExprKind::kLiteral;
      return Scalar(0);
    }
    int& slot = line ? csv->line_slot : csv->file_slot;
    if (slot == kNoSlot) slot = NewSlot();
    expr.kind = ExprKind::kVariable;
    expr.slot = slot;
    return Scalar(line ? kInteger : kString);
  }
  const AggregateKind* aggregate = FindAggregate(expr.name);
  std::vector<Type> types;
  if (aggregate != nullptr) {
    if (place.inside_aggregate) {
      Syntax("NestedAggregation", expr.span,
             "an aggregate cannot stand inside another; compute the inner one in a WITH before");
      return {};
    }
    if (place.aggregates == nullptr) {
      Syntax("InvalidAggregation", expr.span,
             Text(expr.name, "() needs the groups of a WITH or RETURN; compute it there and use its name here"));
      return {};
    }
    Place inside = place;
    inside.aggregates = nullptr;
    inside.inside_aggregate = true;
    for (ExprPtr& arg : expr.args) types.push_back(Bind(arg, scope, inside));
    if (failed() || (!expr.star && !count_fits(aggregate->min_args, aggregate->max_args)) ||
        !kinds_fit(aggregate->arguments, types))
      return {};
    expr.aggregate = aggregate;
    expr.slot = NewSlot();
    place.aggregates->push_back(&expr);
    if (aggregate->name == "collect" && !types.empty()) return ListOf(types[0]);
    if ((aggregate->name == "min" || aggregate->name == "max") && !types.empty()) return types[0];
    return Scalar(aggregate->result);
  }
  if (expr.distinct) {
    Syntax("UnexpectedSyntax", expr.span, Text("DISTINCT is for aggregates, and ", expr.name, "() is none"));
    return {};
  }
  const Function* function = FindFunction(expr.name);
  if (function == nullptr) function = procedures_.FindFunction(expr.name);
  if (function == nullptr) {
    std::string near = NearestFunction(expr.name);
    for (const Function* added : procedures_.ListFunctions()) {
      if (near.empty() && text::EditDistance(Lower(expr.name), Lower(added->name), 2) <= 2) near = added->name;
    }
    for (const AggregateKind& kind : Aggregates()) {
      if (near.empty() && text::EditDistance(Lower(expr.name), Lower(kind.name), 2) <= 2) near = kind.name;
    }
    Syntax("UnknownFunction", expr.span,
           Text("there is no function ", expr.name, "()", near.empty() ? Elsewhere(expr.name) : Text("; did you mean ", near, "()?")));
    return {};
  }
  for (ExprPtr& arg : expr.args) types.push_back(Bind(arg, scope, place));
  if (failed() || !count_fits(function->min_args, function->max_args) || !kinds_fit(function->arguments, types))
    return {};
  if (place.inside_aggregate && !function->deterministic) {
    Syntax("NonConstantExpression", expr.span,
           Text(expr.name, "() gives another value at every call and cannot stand inside an aggregate"));
    return {};
  }
  expr.function = function;
  const std::string& name = function->name;
  if (types.size() == 1) {
    if (name == "head" || name == "last") return ElementOf(types[0]);
    if (name == "tail" || (name == "reverse" && types[0].Within(kList))) return types[0];
    if (name == "nodes") return ListOf(Scalar(kNode));
    if (name == "relationships") return ListOf(Scalar(kRelationship));
    if (name == "labels" || name == "keys") return ListOf(Scalar(kString));
  }
  if (name == "range") return ListOf(Scalar(kInteger));
  if (name == "split") return ListOf(Scalar(kString));
  if (name == "coalesce") {
    Type result = Scalar(0);
    for (const Type& type : types) result = Either(result, type);
    return result;
  }
  return Scalar(function->result);
}

Type Binder::BindSubqueryExpression(Expr& expr, const Scope& scope, const Place& place) {
  if (place.constant) {
    Syntax("NonConstantExpression", expr.span, "one value serves all rows here, so it cannot look at the graph");
    return {};
  }
  if (expr.subquery != nullptr) {
    std::vector<Type> columns;
    if (!BindQuery(*expr.subquery, &scope, nullptr, QueryUse::kExpression, columns)) return {};
    if (expr.kind == ExprKind::kCollect) {
      if (columns.size() != 1) {
        Syntax("InvalidClauseComposition", expr.span, "the query in COLLECT { … } must end in RETURN with one column");
        return {};
      }
      return ListOf(columns[0]);
    }
    return Scalar(expr.kind == ExprKind::kExists ? kBoolean : kInteger);
  }
  Scope local{{}, &scope};
  if (!BindMatch(expr.patterns, local, expr.kind == ExprKind::kPattern)) return {};
  switch (expr.kind) {
    case ExprKind::kPatternComprehension: {
      if (!BindPredicate(expr.args[0], local)) return {};
      Place part = place;
      part.aggregates = nullptr;
      return ListOf(Bind(expr.args[1], local, part));
    }
    case ExprKind::kPattern:
      return Scalar(kBoolean);
    case ExprKind::kShortestPath: {
      for (const NodePattern& node : expr.patterns[0].nodes) {
        if (!node.bound_before) {
          Syntax("UndefinedVariable", node.span,
                 "both ends of a shortestPath() in an expression must be variables that are known");
          return {};
        }
      }
      if (expr.patterns[0].slot == kNoSlot) expr.patterns[0].slot = NewSlot();  // where the path is put
      return expr.patterns[0].selector == PathSelector::kAllShortestPaths ? ListOf(Scalar(kPath)) : Scalar(kPath);
    }
    default:
      if (!expr.args.empty()) BindPredicate(expr.args[0], local);
      return Scalar(expr.kind == ExprKind::kExists ? kBoolean : kInteger);
  }
}

}  // namespace liantu::query
