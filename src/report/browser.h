// SPDX-License-Identifier: Apache-2.0
// PDF and PNG from what html.cc and drawing.cc write, by a Chromium that is installed on the machine. The product does not need one for
// anything else, and their bytes are the browser's: not the same on every run.
#pragma once

#include <string>

#include "base/result.h"

namespace liantu::report {

// The program: $LIANTU_CHROMIUM, else the first of Chromium's and Chrome's usual names on the PATH. kNotFound: none; says what to install.
Result<std::string> FindBrowser();
// The page on paper.
Result<std::string> PrintPdf(const std::string& html);
// An SVG as a bitmap of its own size, twice as fine.
Result<std::string> TakePng(const std::string& svg, double width, double height);

}  // namespace liantu::report
