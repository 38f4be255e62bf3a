// SPDX-License-Identifier: Apache-2.0
// The rows of LOAD CSV: files below allowed folders only, in UTF-8 or another encoding that is recognised.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "io/csv_reader.h"
#include "query/executor.h"
#include "text/encoding.h"

namespace liantu::query {

struct CsvRows::State {
  io::CsvReader reader;
  std::vector<std::string> header;
  bool with_headers;
  Value path;
};

namespace {

// UTF-8 is read piece by piece; another encoding, where the beginning of the file shows one, in memory as a whole.
Result<io::CsvReader> Open(const std::string& path, const io::CsvOptions& options, Context& context) {
  std::ifstream in(path, std::ios::binary);
  std::string text(size_t{64} << 10, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  const std::string encoding = text::GuessEncoding(text);
  if (encoding.empty() || encoding.starts_with("UTF-8")) return io::CsvReader::Open(path, options);
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(path, error);
  if (error || bytes > context.budget().max_bytes() / 4) {
    return Status(Code::kBudget, Text(path, ": written in ", encoding, ", it has to be held in memory, and its ", bytes, " bytes are too many; turn it into UTF-8"));
  }
  in.clear();
  text.append(std::istreambuf_iterator<char>(in), {});
  LT_ASSIGN(std::string converted, text::ToUtf8(text, encoding));
  return io::CsvReader::FromText(std::move(converted), path, options);
}

}  // namespace

CsvRows::CsvRows(const Clause& clause, Row& row, Context& context) : clause_(clause), context_(context) {
  const auto fail = [&](const Expr& at, const std::string& message) {
    context_.Fail(Failure(ErrorType::kArgumentError, "InvalidArgumentValue", at.span, message));
  };
  const Value url = Evaluate(*clause.expr, row, context);
  io::CsvOptions options;
  if (clause.field_terminator) {
    const Value terminator = Evaluate(*clause.field_terminator, row, context);
    if (context.failed()) return;
    if (terminator.kind() != Kind::kString || terminator.string().size() != 1 || std::string_view("\"\r\n").find(terminator.string()[0]) != std::string_view::npos ||
        static_cast<unsigned char>(terminator.string()[0]) >= 128 || terminator.string()[0] == 0) {
      fail(*clause.field_terminator, Text("FIELDTERMINATOR takes one ASCII character, found ", ToLiteral(terminator)));
      return;
    }
    options.delimiter = terminator.string()[0];
  }
  if (context.failed()) return;
  if (url.kind() != Kind::kString) {
    fail(*clause.expr, Text("LOAD CSV takes the name of a file, found ", ToLiteral(url)));
    return;
  }
  std::string name = url.string();
  if (name.starts_with("file://")) {
    name = name.substr(7);
    while (name.starts_with("//")) name.erase(0, 1);
  } else if (name.find("://") != std::string::npos) {
    fail(*clause.expr, Text("LOAD CSV reads files only, found '", name, "'; download it into an allowed folder first"));
    return;
  }
  if (context.csv_folders.empty()) {
    fail(*clause.expr, "LOAD CSV is off here: no folder was allowed for it");
    return;
  }
  // Below an allowed folder also once links and .. are resolved; a name without a folder, or file:///name, is taken in each folder.
  std::string path;
  for (const std::string& folder : context.csv_folders) {
    std::error_code error;
    const auto root = std::filesystem::canonical(folder, error);
    if (error) continue;
    const std::filesystem::path given(name);
    for (const auto& candidate : {given.is_absolute() ? given : root / given, root / given.relative_path()}) {
      const auto whole = std::filesystem::canonical(candidate, error);
      if (error) continue;
      const auto [end, at] = std::mismatch(root.begin(), root.end(), whole.begin(), whole.end());
      if (end == root.end() && path.empty()) path = whole.string();
    }
  }
  if (path.empty()) {
    fail(*clause.expr, Text("there is no file '", name, "' in a folder that LOAD CSV may read"));
    return;
  }
  auto reader = Open(path, options, context);
  if (!reader.ok()) {
    context.Fail(reader.status());
    return;
  }
  state_ = std::make_unique<State>(State{std::move(*reader), {}, clause.with_headers, Value::String(path)});
  if (clause.with_headers) {
    auto more = state_->reader.Next();
    if (!more.ok()) {
      context.Fail(more.status());
      state_.reset();
    } else if (!*more) {
      state_.reset();
    } else {
      for (size_t i = 0; i < state_->reader.size(); ++i) state_->header.emplace_back(state_->reader[i]);
    }
  }
}

CsvRows::~CsvRows() = default;

bool CsvRows::Next(Value& row) {
  if (!state_ || context_.Stop()) return false;
  auto more = state_->reader.Next();
  if (!more.ok()) context_.Fail(more.status());
  if (!more.ok() || !*more) return false;
  const io::CsvReader& reader = state_->reader;
  if (reader.fault()) {
    context_.Fail(Failure(ErrorType::kArgumentError, "InvalidArgumentValue", clause_.span,
                          Text(reader.name(), ":", reader.fault()->place.line, ":", reader.fault()->place.column,
                               ": expected a delimiter after the closing quote, found '", reader.fault()->found, "'")));
    return false;
  }
  const auto cell = [&](size_t i) {
    return reader[i].empty() && !reader.quoted(i) ? Value() : Value::String(std::string(reader[i]));
  };
  if (state_->with_headers) {
    ValueMap map;
    for (size_t i = 0; i < state_->header.size(); ++i) map.emplace_back(state_->header[i], i < reader.size() ? cell(i) : Value());
    row = Value::Map(std::move(map));
  } else {
    ValueList list;
    for (size_t i = 0; i < reader.size(); ++i) list.push_back(cell(i));
    row = Value::List(std::move(list));
  }
  return true;
}

void CsvRows::Where(Row& row) const {
  if (clause_.line_slot != kNoSlot) row[static_cast<size_t>(clause_.line_slot)] = Value::Integer(static_cast<int64_t>(state_->reader.line()));
  if (clause_.file_slot != kNoSlot) row[static_cast<size_t>(clause_.file_slot)] = state_->path;
}

}  // namespace liantu::query
