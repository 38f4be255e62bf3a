// SPDX-License-Identifier: Apache-2.0
// libedit counts characters where we count bytes of UTF-8. Ctrl-C is a key while a line is edited, and a signal otherwise.
#include "cli/line_editor.h"

#include <histedit.h>

#include <algorithm>
#include <cstdio>

#include "text/width.h"

namespace liantu::cli {

namespace {

bool Continues(char c) { return (c & 0xC0) == 0x80; }

int Characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return !Continues(c); }));
}

// What all candidates begin with, whole characters only.
std::string CommonBeginning(const std::vector<std::string>& texts) {
  std::string common = texts.front();
  for (const std::string& text : texts) {
    size_t n = 0;
    while (n < common.size() && n < text.size() && common[n] == text[n]) ++n;
    while (n > 0 && n < common.size() && Continues(common[n])) --n;
    common.resize(n);
  }
  return common;
}

void List(const std::vector<std::string>& texts) {
  constexpr size_t kMost = 60, kColumns = 100;
  size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text::DisplayWidth(text) + 2);
  const size_t columns = std::max<size_t>(1, kColumns / width);
  std::fputc('\n', stdout);
  for (size_t i = 0; i < texts.size() && i < kMost; ++i) {
    const bool last = i + 1 == std::min(texts.size(), kMost) || i % columns == columns - 1;
    std::fputs((last ? texts[i] + "\n" : text::PadTo(texts[i], width)).c_str(), stdout);
  }
  if (texts.size() > kMost) std::fputs("…\n", stdout);
  std::fflush(stdout);
}

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string history_file, prompt;
  Complete complete;
  bool interrupted = false;

  static State& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
  }
  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }
  static unsigned char Interrupt(EditLine* editor, int) {
    Of(editor).interrupted = true;
    std::fputs("^C", stdout);
    return CC_NEWLINE;
  }
  static unsigned char Tab(EditLine* editor, int) {
    const LineInfo* info = el_line(editor);
    const std::string_view before(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
    const Completions found = Of(editor).complete(before);
    if (found.candidates.empty()) return CC_ERROR;
    const std::string typed(before.substr(before.size() - found.typed_bytes));
    std::string better = CommonBeginning(found.candidates);
    // Letters of another case or pinyin are replaced only when it is clear by what.
    if (found.candidates.size() > 1 && better.size() <= typed.size()) {
      List(found.candidates);
      return CC_REDISPLAY;
    }
    el_deletestr(editor, Characters(typed));
    el_insertstr(editor, better.c_str());
    return CC_REFRESH;
  }
};

LineEditor::LineEditor(std::string history_file, Complete complete) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.history_file = std::move(history_file);
  s.complete = std::move(complete);
  s.history = history_init();
  HistEvent event;
  history(s.history, &event, H_SETSIZE, 2000);
  history(s.history, &event, H_SETUNIQUE, 1);
  if (!s.history_file.empty()) history(s.history, &event, H_LOAD, s.history_file.c_str());
  s.editor = el_init("liantu", stdin, stdout, stderr);
  el_set(s.editor, EL_CLIENTDATA, &s);
  el_set(s.editor, EL_PROMPT, &State::Prompt);
  el_set(s.editor, EL_EDITOR, "emacs");
  el_set(s.editor, EL_HIST, history, s.history);
  el_set(s.editor, EL_ADDFN, "liantu-complete", "complete the word", &State::Tab);
  el_set(s.editor, EL_ADDFN, "liantu-interrupt", "drop the statement", &State::Interrupt);
  el_set(s.editor, EL_BIND, "^I", "liantu-complete", nullptr);
  el_set(s.editor, EL_BIND, "^C", "liantu-interrupt", nullptr);
  el_set(s.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_set(s.editor, EL_SETTY, "-d", "-isig", nullptr);
  // libedit shows the prompt before it takes over the terminal, which would until then swallow a Ctrl-D as its own.
  el_set(s.editor, EL_SETTY, "-x", "eof=", nullptr);
  el_source(s.editor, nullptr);  // ~/.editrc
}

LineEditor::~LineEditor() {
  HistEvent event;
  if (!state_->history_file.empty()) history(state_->history, &event, H_SAVE, state_->history_file.c_str());
  el_end(state_->editor);
  history_end(state_->history);
}

LineEditor::Event LineEditor::Read(const std::string& prompt, std::string& line) {
  state_->prompt = prompt;
  state_->interrupted = false;
  int count = 0;
  const char* text = el_gets(state_->editor, &count);
  if (state_->interrupted) {
    std::fputc('\n', stdout);
    return Event::kInterrupt;
  }
  if (!text || count <= 0) return Event::kEnd;
  line.assign(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  return Event::kLine;
}

void LineEditor::Remember(const std::string& line) {
  HistEvent event;
  history(state_->history, &event, H_ENTER, line.c_str());
}

}  // namespace liantu::cli
