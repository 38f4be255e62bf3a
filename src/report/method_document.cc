// SPDX-License-Identifier: Apache-2.0
// Cells of the analysis registry to cells for people.
#include "report/method_document.h"

#include <map>

#include "io/json.h"
#include "report/answers.h"

namespace liantu::report {

namespace {

Result<io::Cell> VertexToCell(chain::Reader& reader, const graph::Snapshot& snapshot, graph::Vertex v) {
  if (v == graph::kNoVertex) return io::Cell();
  LT_ASSIGN(const chain::Entity e, reader.Describe(snapshot.node_id(v)));
  return EntityCell(e);
}

Result<io::Cell> ToCell(chain::Reader& reader, const graph::Snapshot& snapshot, const analysis::Cell& cell) {
  if (const auto* missing = std::get_if<analysis::Missing>(&cell)) {
    return *missing->reason ? io::Cell(graph::Value(Text("— (", missing->reason, ")")), "null") : io::Cell();
  }
  if (const bool* b = std::get_if<bool>(&cell)) return io::Cell(*b);
  if (const int64_t* i = std::get_if<int64_t>(&cell)) return io::Cell(*i);
  if (const double* d = std::get_if<double>(&cell)) return io::Cell(*d);
  if (const std::string* s = std::get_if<std::string>(&cell)) return io::Cell(*s);
  if (const auto* v = std::get_if<analysis::VertexCell>(&cell)) return VertexToCell(reader, snapshot, v->vertex);
  std::string names, json = "[";
  auto add = [&](const io::Cell& piece, const char* by) {
    names += (names.empty() ? "" : by) + graph::ToText(piece.value);
    json += (json.size() > 1 ? "," : "") + (piece.json.empty() ? io::ToJson(piece.value) : piece.json);
  };
  if (const auto* list = std::get_if<analysis::VertexList>(&cell)) {
    for (graph::Vertex v : list->vertices) {
      LT_ASSIGN(const io::Cell piece, VertexToCell(reader, snapshot, v));
      add(piece, "、");
    }
  } else {
    for (uint32_t arc : std::get<analysis::ArcList>(cell).arcs) {
      add(io::Cell(graph::Value(reader.TypeName(reader.view().name(snapshot.type(arc))))), " → ");
    }
  }
  return io::Cell(graph::Value(names), json + "]");
}

}  // namespace

Result<Document> MethodDocument(chain::Reader& reader, const chain::MethodAnswer& answer, size_t limit) {
  const Lang lang = reader.lang();
  const analysis::Table& table = answer.table;
  Document d{.kind = answer.method->name, .title = Say(lang, answer.method->help_zh.c_str(), answer.method->help_en.c_str()), .lang = lang};
  for (const auto& [name, cell] : table.summary) {
    LT_ASSIGN(const io::Cell value, ToCell(reader, *answer.snapshot, cell));
    d.summary.push_back(Text(lang == Lang::kZh ? analysis::TermZh(*answer.method, name) + ":" : name + ": ", value.value.is_null() ? "—" : graph::ToText(value.value)));
    d.figures.emplace_back(name, value);
  }
  Section s{.name = "rows", .title = Say(lang, "结果", "Result")};
  for (const analysis::Column& column : table.columns) {
    s.table.columns.push_back({column.name, lang == Lang::kZh ? analysis::TermZh(*answer.method, column.name) : ""});
  }
  const size_t rows = std::min(limit, table.row_count());
  std::map<std::pair<size_t, std::string_view>, size_t> missing;  // column and reason: rows
  for (size_t r = 0; r < rows; ++r) {
    io::Row row;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const auto* none = std::get_if<analysis::Missing>(&table.at(r, c));
      if (none != nullptr && *none->reason) ++missing[{c, none->reason}];
      LT_ASSIGN(io::Cell cell, ToCell(reader, *answer.snapshot, table.at(r, c)));
      row.push_back(std::move(cell));
    }
    s.table.rows.push_back(std::move(row));
  }
  // JSON has null alone.
  for (const auto& [what, count] : missing) {
    s.notes.push_back(Text(table.columns[what.first].name, " = null: ", what.second, " (", count, Say(lang, " 行)", count == 1 ? " row)" : " rows)")));
  }
  if (rows < table.row_count()) {
    s.notes.push_back(lang == Lang::kZh ? Text("共 ", table.row_count(), " 行,列出前 ", rows, " 行。") : Text(table.row_count(), " rows; the first ", rows, " are shown."));
  }
  d.sections.push_back(std::move(s));
  const analysis::Header& h = table.header;
  d.method = {{Say(lang, "投影", "Projection"), h.projection}, {Say(lang, "定义", "Definition"), h.definition}, {Say(lang, "文献", "Reference"), h.reference}, {Say(lang, "归一化", "Normalisation"), h.normalisation}};
  if (!h.ties.empty()) d.method.emplace_back(Say(lang, "并列", "Ties"), h.ties);
  for (size_t i = 0; i < h.warnings.size(); ++i) {  // names differ: JSON has them as keys
    d.method.emplace_back(Text(Say(lang, "注意", "Note"), i == 0 ? "" : Text(" ", i + 1)), h.warnings[i]);
  }
  if (h.partial) d.summary.push_back((lang == Lang::kZh ? "结果不完整:" : "Incomplete: ") + h.stopped);
  return d;
}

Result<Section> ContributionsSection(chain::Reader& reader, const chain::MethodAnswer& answer, const chain::Entity& entity,
                                     const std::vector<analysis::Contribution>& contributions) {
  const Lang lang = reader.lang();
  Section s{.name = "explain", .title = lang == Lang::kZh ? Text(entity.name, "的得分主要来自") : Text("What contributed most to ", entity.name)};
  s.table.columns = {{"from", Say(lang, "自", "From")}, {"to", Say(lang, "至", "To")}, {"amount", Say(lang, "贡献", "Amount")}};
  for (const analysis::Contribution& c : contributions) {
    LT_ASSIGN(io::Cell from, VertexToCell(reader, *answer.snapshot, c.from));
    LT_ASSIGN(io::Cell to, VertexToCell(reader, *answer.snapshot, c.to));
    s.table.rows.push_back({std::move(from), std::move(to), c.amount});
  }
  return s;
}

}  // namespace liantu::report
