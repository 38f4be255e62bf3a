// SPDX-License-Identifier: Apache-2.0
// The reports one can hand in: each asks the questions that its reader has, puts their answers into one document, summary first, adds the
// pictures, and numbers the sources once. Every number comes from an answer of chain/. docs/reports.md shows each.
#pragma once

#include <string>

#include "base/budget.h"
#include "chain/entity.h"
#include "report/charts.h"
#include "report/document.h"

namespace liantu::report {

struct ReportOptions {
  std::string command;              // that repeats it
  size_t max_listed = 200;          // rows of a list; totals are always whole
  const Basemap* basemap = nullptr;  // under the maps
  double threshold = 0.5;           // of the risk report: see chain/risk.h
};

Result<Document> LinkageReport(chain::Reader& reader, const chain::Entity& a, const chain::Entity& b, const ReportOptions& options, const Budget& budget);
Result<Document> LeaderReport(chain::Reader& reader, const chain::Entity& company, const ReportOptions& options, const Budget& budget);
Result<Document> ParkReport(chain::Reader& reader, const chain::Entity& park, const ReportOptions& options, const Budget& budget);
Result<Document> PlaceReport(chain::Reader& reader, const chain::Entity& place, const ReportOptions& options, const Budget& budget);
// Two companies, parks, places, clusters or chains.
Result<Document> CompareReport(chain::Reader& reader, const chain::Entity& a, const chain::Entity& b, const ReportOptions& options, const Budget& budget);
Result<Document> ChainReport(chain::Reader& reader, const chain::Entity& chain, const ReportOptions& options, const Budget& budget);
Result<Document> GapsReport(chain::Reader& reader, const chain::Entity& place, const chain::Entity& chain, const ReportOptions& options, const Budget& budget);
Result<Document> RiskReport(chain::Reader& reader, const chain::Entity& asked, const ReportOptions& options, const Budget& budget);

// --- What the reports are made with

// A part of a report whose sources are numbered on their own until it is joined.
struct ReportPart {
  Document document;
  Footnotes notes;
  void JoinTo(Document& into);
};
// The first `most` names, "and others".
std::string FewNames(Lang lang, const std::vector<std::string>& names, size_t most = 5);
// Numbers the sources in reading order, adds the originals of translated names, and ends the method with dates and the command.
Status FinishReport(Document& document, chain::Reader& reader, const ReportOptions& options);

}  // namespace liantu::report
