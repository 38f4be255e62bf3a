// SPDX-License-Identifier: Apache-2.0
// liantu: find the command, read its words, run it, say what went wrong.
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/command.h"
#include "text/suggest.h"

namespace {

liantu::Budget g_budget;  // the one thing a signal handler may reach

void OnInterrupt(int) {
  g_budget.Cancel();
  std::signal(SIGINT, SIG_DFL);  // a second Ctrl-C ends at once
}

}  // namespace

int main(int argc, char** argv) {
  using namespace liantu;
  using namespace liantu::cli;
  std::setlocale(LC_ALL, "C.UTF-8");
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGPIPE, SIG_DFL);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const char* lang_name = std::getenv("LIANTU_LANG");
  Lang lang = lang_name && std::string_view(lang_name) == "en" ? Lang::kEn : Lang::kZh;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--lang=en" || (words[i] == "--lang" && i + 1 < words.size() && words[i + 1] == "en")) lang = Lang::kEn;
  }
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    (words.empty() ? std::cerr : std::cout) << OverviewText(lang);
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "--version") {
    std::cout << "liantu " << LIANTU_VERSION << "\n";
    return 0;
  }
  const Command* command = nullptr;
  std::vector<std::string> names;
  for (const Command& c : Commands()) {
    names.push_back(c.name);
    if (words[0] == c.name) command = &c;
  }
  if (!command) {
    std::cerr << report::Say(lang, "liantu:没有命令 '", "liantu: there is no command '") << words[0] << "'";
    const auto near = text::Closest(words[0], names, 1);
    if (!near.empty()) std::cerr << report::Say(lang, ";您是否要用 '", "; did you mean '") << near[0] << "'?";
    std::cerr << report::Say(lang, "\n用 liantu --help 查看全部命令\n", "\nliantu --help lists all commands\n");
    return 2;
  }
  bool help = false;
  auto invocation = ReadOptions(*command, {words.begin() + 1, words.end()}, &help);
  Status status = invocation.status();
  if (invocation.ok() && help) {
    std::cout << HelpText(*command, invocation->lang);
    return 0;
  }
  if (invocation.ok() && invocation->Has("timeout")) {
    auto seconds = invocation->Integer("timeout", 1, 1'000'000);
    if (seconds.ok()) g_budget.set_timeout_ms(static_cast<uint64_t>(*seconds) * 1000);
    status = seconds.status();
  }
  if (status.ok()) {
    invocation->budget = &g_budget;
    status = command->run(*invocation);
  }
  if (status.ok()) return 0;
  std::cerr << "liantu " << command->name << ": " << status.message() << "\n";
  return ExitStatus(status.code());
}
