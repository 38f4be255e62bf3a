// SPDX-License-Identifier: Apache-2.0
// Reads the step's text and the cells; the procedure itself is query's TableProcedure.
#include "server/test_procedures.h"

#include <charconv>
#include <map>
#include <mutex>
#include <set>

namespace liantu::server {

namespace {

using query::Kind;
using query::Value;

std::string_view Trimmed(std::string_view text) {
  const char* kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// "And there exists a procedure test.my.proc(…) :: (…):" without what stands around the signature.
std::string_view SignatureOf(std::string_view step) {
  constexpr std::string_view kWords = "there exists a procedure ";
  if (const size_t at = step.find(kWords); at != std::string_view::npos) step.remove_prefix(at + kWords.size());
  step = Trimmed(step);
  if (step.ends_with(':')) step = Trimmed(step.substr(0, step.size() - 1));
  return step;
}

// A cell that came as text: strings stand in quotes there, everything else does not.
Value ReadCell(const Value& cell, query::KindSet kinds) {
  if (cell.kind() != Kind::kString) return cell;
  const std::string_view text = Trimmed(cell.string());
  if (text == "null") return {};
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') return Value::String(std::string(text.substr(1, text.size() - 2)));
  if (kinds != query::kAnyKind && (kinds & query::Only(Kind::kString)) != 0) return cell;
  if (text == "true" || text == "false") return Value::Boolean(text == "true");
  const char* const end = text.data() + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end) return Value::Integer(integer);
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc() && read.ptr == end) return Value::Float(number);
  return cell;
}

Status Wrong(std::string_view message) { return query::Failure(query::ErrorType::kArgumentError, "InvalidArgumentValue", message); }

Result<query::Procedure> Read(const std::vector<Value>& inputs) {
  for (int i = 0; i < 3; ++i) {
    if (inputs[static_cast<size_t>(i)].kind() != (i == 0 ? Kind::kString : Kind::kList)) {
      return Wrong("expected the step's text, the list of column names and the list of rows");
    }
  }
  const std::string_view signature = SignatureOf(inputs[0].string());
  std::vector<std::string> columns;
  for (const Value& name : inputs[1].list()) {
    if (name.kind() != Kind::kString) return Wrong(Text("a column's name is ", query::ToLiteral(name)));
    columns.push_back(name.string());
  }
  // A table without columns has a row that is a single bar: one column without a name.
  if (columns == std::vector<std::string>{""}) return query::TableProcedure(signature, {}, {});
  LT_ASSIGN(const query::Procedure bare, query::TableProcedure(signature, columns, {}));
  std::map<std::string, query::KindSet> kinds;
  for (const auto* fields : {&bare.inputs, &bare.outputs}) {
    for (const query::Field& field : *fields) kinds[field.name] = field.type.kinds;
  }
  std::vector<std::vector<Value>> rows;
  for (const Value& row : inputs[2].list()) {
    std::vector<Value> cells;
    if (row.kind() == Kind::kList && row.list().size() == columns.size()) {
      cells = row.list();
    } else if (row.kind() == Kind::kMap) {
      for (const std::string& column : columns) {
        const Value* cell = row.Find(column);
        cells.push_back(cell ? *cell : Value());
      }
    } else {
      return Wrong(Text("expected rows of ", columns.size(), " cells, found ", query::ToLiteral(row)));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto kind = kinds.find(columns[i]);
      cells[i] = ReadCell(cells[i], kind == kinds.end() ? query::kAnyKind : kind->second);
    }
    rows.push_back(std::move(cells));
  }
  return query::TableProcedure(signature, std::move(columns), std::move(rows));
}

struct Registered {
  std::mutex mutex;
  std::set<std::string> names;
};

query::Field FieldOf(std::string name, const char* type, const char* help) {
  auto declared = query::ParseDeclaredType(type);
  LT_ASSERT(declared.ok());
  return {.name = std::move(name), .type = *std::move(declared), .help = help};
}

}  // namespace

Status OfferTestProcedures(query::ProcedureRegistry& registry) {
  const auto registered = std::make_shared<Registered>();
  query::Procedure add;
  add.name = "liantu.test.register";
  add.inputs = {FieldOf("step", "STRING", "the text of the step, or the signature"), FieldOf("columns", "LIST<ANY>", "the names of the table's columns"),
                FieldOf("rows", "LIST<ANY>", "the table's rows, lists or maps of cells")};
  add.outputs = {FieldOf("name", "STRING", "the procedure that can be called now")};
  add.help = "Test mode: make a procedure that answers from a table";
  add.run = [&registry, registered](query::Context&, const std::vector<Value>& inputs, const query::Procedure::RowSink& row) -> Status {
    LT_ASSIGN(query::Procedure made, Read(inputs));
    const std::string name = made.name;
    std::lock_guard lock(registered->mutex);
    if (registry.Find(name) && !registered->names.contains(name)) return Wrong(Text(name, " is not a test procedure and stays as it is"));
    registered->names.insert(name);
    registry.Replace(std::move(made));
    row({Value::String(name)});
    return {};
  };
  LT_TRY(registry.Add(std::move(add)));
  query::Procedure clear;
  clear.name = "liantu.test.clear";
  clear.help = "Test mode: take back the procedures that were registered";
  clear.run = [&registry, registered](query::Context&, const std::vector<Value>&, const query::Procedure::RowSink&) -> Status {
    std::lock_guard lock(registered->mutex);
    for (const std::string& name : registered->names) registry.Remove(name);
    registered->names.clear();
    return {};
  };
  return registry.Add(std::move(clear));
}

}  // namespace liantu::server
