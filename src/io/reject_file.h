// SPDX-License-Identifier: Apache-2.0
// Rows that an import rejected, as a CSV file that is there whole or not at all.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "base/result.h"
#include "io/import.h"
#include "io/table.h"

namespace liantu::io {

class RejectFile {
 public:
  ~RejectFile() {
    if (!path_.empty()) std::remove(Part().c_str());
  }
  Status Open(const std::string& path) {
    path_ = path;
    out_.open(Part(), std::ios::binary | std::ios::trunc);
    out_ << "file,line,column,field,expected,found,problem\n";
    return Check();
  }
  void Write(const Reject& reject) {
    if (path_.empty()) return;
    std::string line;
    AppendCsvField(line, reject.file);
    line += Text(",", reject.line, ",", reject.column);
    for (const std::string* text : {&reject.field, &reject.expected, &reject.found, &reject.problem}) {
      line += ',';
      if (!text->empty()) AppendCsvField(line, *text);
    }
    out_ << line << '\n';
  }
  Status Close() {
    if (path_.empty()) return {};
    out_.close();
    LT_TRY(Check());
    if (std::rename(Part().c_str(), path_.c_str()) != 0) {
      return Status(Code::kIo, Text(path_, ": cannot be put in place: ", std::strerror(errno)));
    }
    path_.clear();
    return {};
  }

 private:
  std::string Part() const { return path_ + ".part"; }
  Status Check() const {
    return out_.good() ? Status() : Status(Code::kIo, Text(path_, ": the list of rejected rows cannot be written"));
  }
  std::string path_;
  std::ofstream out_;
};

}  // namespace liantu::io
