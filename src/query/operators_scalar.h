// SPDX-License-Identifier: Apache-2.0
// The operators of expressions on single values: arithmetic, three-valued logic, comparisons, string predicates, IN,
// subscripts and slices. One meaning for every executor. Failures go to the context and null is returned.
#pragma once

#include <string_view>

#include "query/ast.h"
#include "query/context.h"
#include "query/value.h"

namespace liantu::query {

Value Add(Context& context, const Value& a, const Value& b);  // numbers, strings, lists, temporal values and durations
Value Subtract(Context& context, const Value& a, const Value& b);
Value Multiply(Context& context, const Value& a, const Value& b);
Value Divide(Context& context, const Value& a, const Value& b);  // integers truncate toward zero
Value Modulo(Context& context, const Value& a, const Value& b);  // the sign of the left side
Value Power(Context& context, const Value& a, const Value& b);   // always a float
Value Concat(Context& context, const Value& a, const Value& b);  // ||: strings or lists
Value Negate(Context& context, const Value& a);

// Booleans and null; anything else is a TypeError.
Value And(Context& context, const Value& a, const Value& b);
Value Or(Context& context, const Value& a, const Value& b);
Value Xor(Context& context, const Value& a, const Value& b);
Value Not(Context& context, const Value& a);

// One link of a comparison chain: kEqual kNotEqual kLess kLessEqual kGreater kGreaterEqual.
Value Compare(Op op, const Value& a, const Value& b);
Value In(Context& context, const Value& item, const Value& list);
// kStartsWith kEndsWith kContains: null where either side is no string.
Value TestText(Op op, const Value& text, const Value& part);
Value MatchesPattern(Context& context, const Value& text, const Value& pattern);  // =~, the whole text

// Any binary operator but AND and OR are evaluated with both sides at hand; those too are given.
Value ApplyBinary(Context& context, Op op, const Value& a, const Value& b);

Value Subscript(Context& context, const Value& base, const Value& index);
// A null pointer is a bound that is not there.
Value Slice(Context& context, const Value& base, const Value* from, const Value* to);
// value.name, for everything that has properties.
Value GetProperty(Context& context, const Value& value, std::string_view name);

int64_t CharacterCount(std::string_view s);
// `value IS :: type`: "INTEGER", "STRING NOT NULL", "LIST<FLOAT | INTEGER>", "ANY", …. Fails for a type that is not known.
Value IsOfType(Context& context, const Value& value, std::string_view type);
// As valueType() names it: "INTEGER NOT NULL", "LIST<STRING NOT NULL> NOT NULL", "NULL".
std::string TypeText(const Value& value);

}  // namespace liantu::query
