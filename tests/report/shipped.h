// SPDX-License-Identifier: Apache-2.0
// The shipped data set in memory, with every report of it, and openCypher to ask the same things another way.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "chain/help.h"
#include "chain/procedures.h"
#include "io/import.h"
#include "query/cells.h"
#include "query/session.h"
#include "report/reports.h"

namespace liantu::report {

using chain::Get;

// Made once for the program.
class Shipped {
 public:
  static Shipped& Instance() {
    static Shipped shipped;
    return shipped;
  }

  // The rows of a statement as literals: "1, 'a' | 2, 'b'".
  std::string Ask(const std::string& text) {
    query::Session session(*engine_, {.who = "test", .read_only = true});
    const Budget budget;
    auto cursor = session.Run(text, {}, budget);
    if (!cursor.ok()) return cursor.status().message();
    std::string out;
    std::vector<query::Value> row;
    while (true) {
      const auto more = (*cursor)->Next(row);
      if (!more.ok()) return more.status().message();
      if (!*more) return out;
      if (!out.empty()) out += " | ";
      for (size_t i = 0; i < row.size(); ++i) out += (i ? ", " : "") + query::Readable(row[i], (*cursor)->context());
    }
  }
  chain::Reader Reader(Lang lang) { return chain::Reader(Get(db_->Read()), lang); }

 private:
  Shipped() {
    const std::string schema = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
    auto ontology = Get(graph::Ontology::Parse(Get(ReadFile(schema)), schema));
    db_ = Get(graph::Database::Open("memory:", {.create = true, .ontology = ontology}));
    const std::vector<std::string> paths{std::string(LIANTU_SOURCE_DIR) + "/data/guangdong"};
    EXPECT_EQ(Get(io::Import(*db_, paths, {}, Budget())).Total().rejected, 0u);
    registry_ = std::make_shared<query::ProcedureRegistry>();
    query::RegisterDatabaseProcedures(*registry_);
    chain::RegisterProcedures(*registry_, *db_);
    engine_ = std::make_unique<query::Engine>(*db_, registry_);
  }
  std::unique_ptr<graph::Database> db_;
  std::shared_ptr<query::ProcedureRegistry> registry_;
  std::unique_ptr<query::Engine> engine_;
};

struct NamedReport {
  const char* kind;
  std::vector<std::string> names;   // as a user gives them
  std::function<Result<Document>(chain::Reader&, const std::vector<chain::Entity>&, const ReportOptions&, const Budget&)> make;
};
// One of each kind.
inline const std::vector<NamedReport>& AllReports() {
  static const std::vector<NamedReport> kAll = {
      {"linkage", {"City:440100", "City:440300"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return LinkageReport(r, e[0], e[1], o, b); }},
      {"leader", {"Company:gac"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return LeaderReport(r, e[0], o, b); }},
      {"park", {"Park:pk_bj_pazhou"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return ParkReport(r, e[0], o, b); }},
      {"place", {"City:440100"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return PlaceReport(r, e[0], o, b); }},
      {"compare", {"City:440100", "City:440300"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return CompareReport(r, e[0], e[1], o, b); }},
      {"chain", {"智能网联与新能源汽车产业链"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return ChainReport(r, e[0], o, b); }},
      {"gaps", {"City:440600", "智能网联与新能源汽车产业链"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return GapsReport(r, e[0], e[1], o, b); }},
      {"risk", {"华为"}, [](auto& r, const auto& e, const auto& o, const auto& b) { return RiskReport(r, e[0], o, b); }},
  };
  return kAll;
}

inline Document Make(const NamedReport& report, Lang lang, size_t max_listed = 200) {
  chain::Reader reader = Shipped::Instance().Reader(lang);
  std::vector<chain::Entity> entities;
  for (const std::string& name : report.names) entities.push_back(Get(reader.Resolve(name, {})));
  return Get(report.make(reader, entities, {.command = std::string("liantu report ") + report.kind, .max_listed = max_listed}, Budget()));
}

}  // namespace liantu::report
