// SPDX-License-Identifier: Apache-2.0
// Declared types, the registry, and procedures that answer from a table.
#include "query/procedure.h"

#include <algorithm>
#include <cctype>

#include "text/suggest.h"

namespace liantu::query {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

const std::pair<const char*, KindSet> kTypes[] = {
    {"ANY", kAnyKind}, {"STRING", Only(Kind::kString)}, {"INTEGER", Only(Kind::kInteger)}, {"INT", Only(Kind::kInteger)},
    {"FLOAT", Only(Kind::kFloat)}, {"NUMBER", kNumberKinds}, {"BOOLEAN", Only(Kind::kBoolean)}, {"MAP", Only(Kind::kMap)},
    {"NODE", Only(Kind::kNode)}, {"RELATIONSHIP", Only(Kind::kRelationship)}, {"PATH", Only(Kind::kPath)},
    {"LIST", Only(Kind::kList)}, {"DATE", Only(Kind::kDate)}, {"TIME", Only(Kind::kTime)}, {"LOCALTIME", Only(Kind::kLocalTime)},
    {"DATETIME", Only(Kind::kDateTime)}, {"LOCALDATETIME", Only(Kind::kLocalDateTime)}, {"DURATION", Only(Kind::kDuration)},
    {"POINT", Only(Kind::kPoint)}, {"TEMPORAL", kTemporalKinds},
};

// Splits at commas that are in no bracket.
std::vector<std::string_view> SplitFields(std::string_view text) {
  std::vector<std::string_view> fields;
  if (Trim(text).empty()) return fields;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<' || text[i] == '(') ++depth;
    if (text[i] == '>' || text[i] == ')') --depth;
    if (text[i] == ',' && depth == 0) {
      fields.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  fields.push_back(text.substr(begin));
  return fields;
}

Result<std::vector<Field>> ReadFields(std::string_view text, std::string_view signature) {
  std::vector<Field> fields;
  for (const std::string_view part : SplitFields(text)) {
    const size_t colons = part.find("::");
    if (colons == std::string_view::npos) {
      return Status(Code::kInvalid, Text("signature '", signature, "': expected name :: TYPE, found '", Trim(part), "'"));
    }
    Field field{.name = std::string(Trim(part.substr(0, colons)))};
    LT_ASSIGN(field.type, ParseDeclaredType(part.substr(colons + 2)));
    fields.push_back(std::move(field));
  }
  return fields;
}

void AppendFields(std::string& out, const std::vector<Field>& fields) {
  out += '(';
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    out += fields[i].name;
    if (fields[i].has_default) out += " = " + ToLiteral(fields[i].default_value);
    out += " :: " + fields[i].type.name;
  }
  out += ')';
}

}  // namespace

Result<DeclaredType> ParseDeclaredType(std::string_view text) {
  const std::string whole = Upper(Trim(text));
  std::string_view rest = whole;
  size_t end = 0;
  while (end < rest.size() && std::isalpha(static_cast<unsigned char>(rest[end]))) ++end;
  const std::string_view word = rest.substr(0, end);
  rest = Trim(rest.substr(end));
  DeclaredType type{.name = whole, .nullable = false};
  const auto at = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.first == word; });
  if (at == std::end(kTypes)) return Status(Code::kInvalid, Text("expected a type such as STRING, INTEGER? or LIST OF ANY, found '", text, "'"));
  type.kinds = at->second;
  if (rest.starts_with("?")) {
    type.nullable = true;
    rest = Trim(rest.substr(1));
  }
  if (word == "LIST" && (rest.starts_with("OF ") || rest.starts_with("<"))) {
    const bool angle = rest.starts_with("<");
    rest = angle ? rest.substr(1) : rest.substr(3);
    if (angle) {
      const size_t close = rest.rfind('>');
      if (close == std::string_view::npos) return Status(Code::kInvalid, Text("expected '>' at the end of the type '", text, "'"));
      if (Trim(rest.substr(close + 1)) == "?") type.nullable = true;
      LT_TRY(ParseDeclaredType(rest.substr(0, close)));
    } else {
      LT_TRY(ParseDeclaredType(rest));
    }
    rest = {};
  }
  if (!rest.empty()) return Status(Code::kInvalid, Text("type '", text, "': nothing was expected at '", rest, "'"));
  if (word == "ANY") type.nullable = true;
  return type;
}

std::string Signature(const Procedure& procedure) {
  std::string out = procedure.name;
  AppendFields(out, procedure.inputs);
  out += " :: ";
  AppendFields(out, procedure.outputs);
  return out;
}

// ---- registry

Status ProcedureRegistry::Add(Procedure procedure) {
  std::lock_guard lock(mutex_);
  const std::string name = procedure.name;
  if (!procedures_.try_emplace(name, std::make_shared<Procedure>(std::move(procedure))).second) {
    return Status(Code::kConflict, Text("there is a procedure ", name, " already"));
  }
  ++version_;
  return {};
}

void ProcedureRegistry::Replace(Procedure procedure) {
  std::lock_guard lock(mutex_);
  auto& entry = procedures_[procedure.name];
  if (entry) replaced_.push_back(std::move(entry));
  entry = std::make_shared<Procedure>(std::move(procedure));
  ++version_;
}

void ProcedureRegistry::Remove(std::string_view name) {
  std::lock_guard lock(mutex_);
  const auto at = procedures_.find(name);
  if (at == procedures_.end()) return;
  replaced_.push_back(std::move(at->second));
  procedures_.erase(at);
  ++version_;
}

const Procedure* ProcedureRegistry::Find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto at = procedures_.find(name);
  return at == procedures_.end() ? nullptr : at->second.get();
}

std::vector<const Procedure*> ProcedureRegistry::List() const {
  std::lock_guard lock(mutex_);
  std::vector<const Procedure*> list;
  for (const auto& [name, procedure] : procedures_) list.push_back(procedure.get());
  return list;
}

std::string ProcedureRegistry::Nearest(std::string_view name) const {
  std::vector<std::string> names;
  for (const Procedure* p : List()) names.push_back(p->name);
  const auto near = text::Closest(name, names, 1);
  return near.empty() ? std::string() : near.front();
}

namespace {
std::string LowerName(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}
}  // namespace

Status ProcedureRegistry::AddFunction(Function function) {
  std::lock_guard lock(mutex_);
  const std::string name = function.name;
  if (query::FindFunction(name) != nullptr || FindAggregate(name) != nullptr ||
      !functions_.try_emplace(LowerName(name), std::make_shared<Function>(std::move(function))).second) {
    return Status(Code::kConflict, Text("there is a function ", name, " already"));
  }
  ++version_;
  return {};
}

const Function* ProcedureRegistry::FindFunction(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto at = functions_.find(LowerName(name));
  return at == functions_.end() ? nullptr : at->second.get();
}

std::vector<const Function*> ProcedureRegistry::ListFunctions() const {
  std::lock_guard lock(mutex_);
  std::vector<const Function*> list;
  for (const auto& [name, function] : functions_) list.push_back(function.get());
  return list;
}

uint64_t ProcedureRegistry::version() const {
  std::lock_guard lock(mutex_);
  return version_;
}

// ---- tables

Result<Procedure> TableProcedure(std::string_view signature, std::vector<std::string> columns, std::vector<std::vector<Value>> rows) {
  const size_t open = signature.find('(');
  const size_t close = signature.find(')', open);
  const size_t second = signature.find('(', close);
  const size_t last = signature.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || second == std::string_view::npos || last <= second ||
      Trim(signature.substr(close + 1, second - close - 1)) != "::") {
    return Status(Code::kInvalid, Text("expected a signature name(input :: TYPE, …) :: (output :: TYPE, …), found '", signature, "'"));
  }
  Procedure procedure{.name = std::string(Trim(signature.substr(0, open))), .help = "a table"};
  LT_ASSIGN(procedure.inputs, ReadFields(signature.substr(open + 1, close - open - 1), signature));
  LT_ASSIGN(procedure.outputs, ReadFields(signature.substr(second + 1, last - second - 1), signature));
  const auto column = [&](const std::string& name) {
    return static_cast<size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
  };
  std::vector<size_t> in, out;
  for (const Field& field : procedure.inputs) in.push_back(column(field.name));
  for (const Field& field : procedure.outputs) out.push_back(column(field.name));
  for (const auto& row : rows) {
    if (row.size() != columns.size()) return Status(Code::kInvalid, Text("a row has ", row.size(), " values for ", columns.size(), " columns"));
  }
  for (const auto* list : {&in, &out}) {
    for (const size_t c : *list) {
      if (c == columns.size() && !rows.empty()) return Status(Code::kInvalid, Text("signature '", signature, "' names a column that the table lacks"));
    }
  }
  procedure.run = [in, out, table = std::move(rows)](Context& context, const std::vector<Value>& inputs, const Procedure::RowSink& row) {
    for (const auto& entry : table) {
      bool fits = true;
      for (size_t i = 0; i < in.size() && fits; ++i) fits = Equivalent(entry[in[i]], inputs[i]);
      if (!fits || out.empty()) continue;
      std::vector<Value> values;
      for (const size_t c : out) values.push_back(entry[c]);
      if (context.Stop() || !row(std::move(values))) break;
    }
    return Status::Ok();
  };
  return procedure;
}

}  // namespace liantu::query
