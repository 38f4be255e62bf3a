// SPDX-License-Identifier: Apache-2.0
// Lines typed at a terminal: editing, history and completion, by libedit (included in line_editor.cc only).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::cli {

// What could stand in place of the last `typed_bytes` bytes before the cursor.
struct Completions {
  size_t typed_bytes = 0;
  std::vector<std::string> candidates;
};

class LineEditor {
 public:
  using Complete = std::function<Completions(std::string_view before_cursor)>;
  // `history_file` empty: history lasts as long as the editor. The locale must be a UTF-8 one.
  LineEditor(std::string history_file, Complete complete);
  ~LineEditor();  // saves the history
  enum class Event { kLine, kInterrupt, kEnd };
  // kLine: `line` without its end. kInterrupt: Ctrl-C. kEnd: Ctrl-D on an empty line, or the terminal is gone.
  Event Read(const std::string& prompt, std::string& line);
  void Remember(const std::string& line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace liantu::cli
