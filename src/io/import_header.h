// SPDX-License-Identifier: Apache-2.0
// What the header of an import file says. Headers are those of neo4j-admin, plus evidence:
//
//   nodes   key:ID(Company)  uscc:ID(Company)  :ID      the key; the group in brackets is its label, or see :LABEL
//           :LABEL                                      labels of the row, several separated by ;
//   edges   :START_ID(Park)  :END_ID(Company)  :TYPE    keys of the ends; the group is the label they are looked up in
//   both    name  area_km2:float  aliases:string[]      properties; without a type the ontology's, else string
//           :IGNORE  remark:IGNORE                      not read
//           source locator certainty valid_from valid_to   evidence of the whole row; source = keys of Documents
//           area_km2@source  area_km2@certainty …       the same for one value of the row
//
// A header is right or the whole import is refused: each fault is told with file, line, column, what was expected and
// found, and the nearest thing known. Rows are read by import.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/ontology.h"
#include "graph/value.h"
#include "io/csv_reader.h"

namespace liantu::io {

// Column numbers of the evidence of a row or a value; -1: not given.
struct EvidenceColumns {
  int source = -1, locator = -1, certainty = -1, valid_from = -1, valid_to = -1;
  bool any() const { return source >= 0 || locator >= 0 || certainty >= 0 || valid_from >= 0 || valid_to >= 0; }
};

struct PropertyColumn {
  int column = 0;
  std::string name;
  std::optional<graph::ValueType> type;  // as the header says; absent: by the ontology
  EvidenceColumns evidence;              // name@source …
};

// The plan for reading one file.
struct ImportHeader {
  std::vector<std::string> columns;  // as written
  bool edges = false;
  int id = -1;           // nodes: the key …
  std::string id_name;   // … and the property its column is named after, or empty
  int start = -1, end = -1, type = -1;   // edges
  std::string group, start_group, end_group;  // in brackets, or empty
  int labels = -1;       // nodes: -1 means that every row has the label `group`
  std::vector<PropertyColumn> properties;
  EvidenceColumns evidence;
};

// Whether a column of type `given` may feed a property that the ontology gives the type `known`: the same, or integers
// for a float.
bool TypeFits(graph::ValueType given, graph::ValueType known);

// Reads the header from the reader's current record. Faults are put into `faults`, one line each, and the result then
// is of no use. Groups are given by the label's name also where the file has its Chinese or English one.
ImportHeader ParseImportHeader(const CsvReader& record, const graph::Ontology& ontology, char delimiter,
                               std::vector<std::string>* faults);

}  // namespace liantu::io
