// SPDX-License-Identifier: Apache-2.0
// Compares a text with a file of tests/report/golden. LIANTU_REWRITE=1 writes the files anew; read the difference before you
// commit it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/files.h"

namespace liantu::report {

inline void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = std::string(LIANTU_SOURCE_DIR) + "/tests/report/golden/" + name;
  if (std::getenv("LIANTU_REWRITE")) {
    ASSERT_TRUE(WriteFileAtomic(path, text).ok()) << path;
    return;
  }
  const auto expected = ReadFile(path);
  ASSERT_TRUE(expected.ok()) << expected.status().message() << "; LIANTU_REWRITE=1 writes it";
  if (*expected == text) return;
  size_t line = 1, at = 0;
  while (at < text.size() && at < expected->size() && text[at] == (*expected)[at]) line += text[at++] == '\n' ? 1 : 0;
  auto rest = [&](const std::string& s) { return s.substr(s.rfind('\n', at ? at - 1 : 0) + 1, 200); };
  ADD_FAILURE() << name << ":" << line << " differs\nexpected: " << rest(*expected) << "\nfound:    " << rest(text);
}

}  // namespace liantu::report
