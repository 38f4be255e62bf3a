// SPDX-License-Identifier: Apache-2.0
// The explicit list of commands, in the order of the help.
#include "cli/command.h"

namespace liantu::cli {

const std::vector<Command>& Commands() {
  static const std::vector<Command> kCommands = {
      InitCommand(),    ImportCommand(),  QueryCommand(),  FindCommand(),   ShowCommand(),        WhyCommand(),
      ParksCommand(),   LeadersCommand(), LinksCommand(),
      PathCommand(),    GapsCommand(),    RiskCommand(),   LinkageCommand(), SystemsCommand(),    TargetsCommand(),
      PoliciesCommand(), CompareCommand(), ReportCommand(),  RankCommand(),
      CommunitiesCommand(), AnalyzeCommand(), ProjectCommand(), BatchesCommand(), UndoCommand(),  DiffCommand(),
      ShellCommand(),   ServeCommand(),   StatsCommand(),   CheckCommand(),   RepairCommand(),      BackupCommand(),
      VerifyCommand(),  RestoreCommand(), DumpCommand(),    LoadCommand(),    UpgradeCommand(),     SchemaCommand(),
      DemoCommand(),
  };
  return kCommands;
}

}  // namespace liantu::cli
