// SPDX-License-Identifier: Apache-2.0
// What an office puts around its reports, read from a file: organisation, logo, cover, footer, and its own headings. It changes words and
// looks, never what a report says. docs/reports.md has an example.
#pragma once

#include <string>

#include "report/document.h"

namespace liantu::report {

// `path` is a JSON file, or a folder that holds template.json. Members: organisation, subtitle, date, footer, accent ("#rrggbb"), logo (a
// PNG, JPEG or SVG file, its path relative to the template), headings (section name → text). A text may be an object {"zh": …, "en": …}.
// kInvalid: an unknown member or a wrong value, named with what was expected.
Result<Cover> ReadTemplate(const std::string& path, Lang lang);

}  // namespace liantu::report
