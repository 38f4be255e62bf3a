// SPDX-License-Identifier: Apache-2.0
// Cells of tables that documents share: entities, texts that may be missing, lists, undefined numbers. Words for people and
// JSON for programs side by side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/common.h"
#include "chain/entity.h"
#include "io/table.h"

namespace liantu::report {

std::string Join(const std::vector<std::string>& parts, const char* by);

// Its name for people, {"label","key","name"} for programs; null where there is none.
io::Cell EntityCell(const chain::Entity& entity);
io::Cell EntityCell(const std::optional<chain::Entity>& entity);
// "a、b" (Chinese) or "a, b"; where `total` is more than are listed, it is said: "a、b 等 7 个". JSON: a list of entities.
io::Cell EntitiesCell(chain::Lang lang, const std::vector<chain::Entity>& entities, uint64_t total = 0);
// "a → b → a" of a ring that ends where it begins; JSON: a list of entities.
io::Cell RingCell(chain::Lang lang, const std::vector<chain::Entity>& ring);
io::Cell TextCell(const std::string& text);                // null where empty
io::Cell ListCell(chain::Lang lang, const std::vector<std::string>& list);  // null where empty
io::Cell ProductCell(chain::Reader& reader, const std::string& product);    // in the reader's language; JSON: as it is stored
io::Cell CountCell(uint64_t count);
io::Cell YesNoCell(chain::Lang lang, bool yes);            // 是/否 or yes/no; JSON true/false
// People get `digits` after the point, programs the whole number; null where undefined.
io::Cell MeasureCell(const analysis::Measure& measure, int digits);
// Why a number is undefined, in the reader's language.
std::string ReasonText(chain::Lang lang, const analysis::Measure& measure);
// With `digits` after the point; never "-0.00".
std::string Fixed(double value, int digits);

}  // namespace liantu::report
