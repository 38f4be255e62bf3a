// SPDX-License-Identifier: Apache-2.0
// The linkage of two groups and the connections of two entities in words, tables and a picture. Like answers.h it decides
// nothing: every number comes from the answer. The report is the same document as the command prints, with the picture of
// the chains and the commands that repeat it.
#pragma once

#include "chain/connect.h"
#include "chain/linkage.h"
#include "report/charts.h"
#include "report/document.h"

namespace liantu::report {

struct LinkageDocumentOptions {
  bool pictures = false;   // costs a layout
  std::string command;     // that repeats it, for the method; may be empty
  const Basemap* basemap = nullptr;  // under the map
};
Result<Document> LinkageDocument(chain::Reader& reader, const chain::LinkageAnswer& answer, const LinkageDocumentOptions& options);

Result<Document> PathDocument(chain::Reader& reader, const chain::ConnectAnswer& answer, const chain::ConnectOptions& options);
// One line: "佳都科技 ←承载— 琶洲园区 —承载→ 南网科研院".
std::string PathSentence(chain::Reader& reader, const chain::Connection& connection);

// "Label:key", which means the same entity in every language.
std::string StableName(const chain::Entity& entity);

}  // namespace liantu::report
