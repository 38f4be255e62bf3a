// SPDX-License-Identifier: Apache-2.0
// Turns the answers of chain/ into documents: the words, the tables, the footnotes, in Chinese or English. It decides
// nothing: every number comes from the answer.
#pragma once

#include "chain/card.h"
#include "chain/links.h"
#include "chain/parks.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

// `reader` gives names of labels, types and allowed values, and remembers what was read.
Result<Document> ParksDocument(chain::Reader& reader, const chain::ParksAnswer& answer);
Result<Document> LinksDocument(chain::Reader& reader, const chain::LinksAnswer& answer, const chain::LinksOptions& options);
Document CardDocument(chain::Reader& reader, const chain::Card& card);
Document WhyDocument(chain::Reader& reader, const chain::Entity& entity, const std::vector<chain::WhyRow>& rows);

// Sections that reports share.
Section TiesSection(chain::Reader& reader, Footnotes& notes, std::string name, std::string title,
                    const std::vector<chain::Tie>& ties);
// "derived: 41 companies seated in … and operating in …", in words.
std::string GroupSentence(chain::Reader& reader, const chain::Group& group);
std::string CertaintyName(Lang lang, graph::Certainty certainty);
std::string StrengthName(Lang lang, chain::TieStrength strength);

}  // namespace liantu::report
