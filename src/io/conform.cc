// SPDX-License-Identifier: Apache-2.0
#include "io/conform.h"

#include <vector>

#include "graph/code_check.h"
#include "text/suggest.h"

namespace liantu::io {
namespace {

constexpr size_t kListed = 12;  // allowed values named in a message

std::optional<Mismatch> CheckAllowed(const graph::PropertySpec& spec, std::string& text) {
  for (const auto& allowed : spec.values) {
    if (allowed.value == text) return std::nullopt;
  }
  std::vector<std::string> known;
  std::string expected = "one of ";
  for (size_t i = 0; i < spec.values.size(); ++i) {
    const auto& allowed = spec.values[i];
    if (allowed.zh == text || allowed.en == text) {
      text = allowed.value;
      return std::nullopt;
    }
    known.insert(known.end(), {allowed.value, allowed.zh, allowed.en});
    if (i < kListed) expected += (i == 0 ? "" : ", ") + allowed.value;
  }
  if (spec.values.size() > kListed) expected += ", …";
  return Mismatch{expected, text, Text("expected ", expected, ", found '", text, "'", text::DidYouMean(text, known, 1))};
}

std::optional<Mismatch> CheckOne(const graph::PropertySpec& spec, graph::Value& value) {
  if (value.type() != graph::Value::Type::kString) return std::nullopt;
  std::string text = value.text();
  if (!spec.format.empty()) {
    Result<std::string> canonical = graph::CheckFormat(spec.format, text);
    if (!canonical.ok()) return Mismatch{"a code of the format " + spec.format, text, canonical.status().message()};
    text = *std::move(canonical);
  }
  if (!spec.values.empty()) {
    if (auto mismatch = CheckAllowed(spec, text)) return mismatch;
  }
  if (text != value.text()) value = graph::Value(std::move(text));
  return std::nullopt;
}

}  // namespace

std::optional<Mismatch> Conform(const graph::PropertySpec& spec, graph::Value& value) {
  if (spec.format.empty() && spec.values.empty()) return std::nullopt;
  const auto* list = value.as<graph::Value::List>();
  if (list == nullptr) return CheckOne(spec, value);
  graph::Value::List conformed = *list;
  for (graph::Value& one : conformed) {
    if (auto mismatch = CheckOne(spec, one)) return mismatch;
  }
  value = graph::Value(std::move(conformed));
  return std::nullopt;
}

}  // namespace liantu::io
