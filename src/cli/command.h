// SPDX-License-Identifier: Apache-2.0
// What a command of `liantu` is, and what it is given. main.cc finds the command, options.cc reads its words, the
// command_*.cc files do the work; the explicit list of commands is in commands.cc.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "chain/entity.h"
#include "graph/database.h"
#include "io/table.h"
#include "query/procedure.h"
#include "report/document.h"

namespace liantu::chain {
struct MatrixOptions;
}

namespace liantu::cli {

using chain::Lang;

struct Option {
  const char* name;         // "db"; "o,output" gives it a short form
  const char* argument;     // "DIR"; null: a switch
  const char* default_text; // null: none
  const char* en;
  const char* zh;
};

// A word as a shell takes it: in quotes where it must be.
std::string ForShell(const std::string& word);

struct Invocation;

struct Command {
  const char* name;
  const char* usage;        // what follows "liantu ", e.g. "parks NAME [options]"
  const char* en;           // one line
  const char* zh;
  const char* example;      // a real one
  std::vector<Option> options;   // besides the common ones
  bool reads_store = false;      // takes --db and the reading options
  Status (*run)(const Invocation&);
};

// The words of one call, read.
struct Invocation {
  const Command* command = nullptr;
  std::vector<std::string> arguments;                         // positional
  std::vector<std::pair<std::string, std::string>> options;   // given or default
  std::vector<std::string> given;                             // names of the options that the user wrote
  Lang lang = Lang::kZh;
  io::Format format = io::Format::kTable;
  Budget* budget = nullptr;
  bool brief = false;                                         // the demo's: only the beginning of the answer

  bool Has(std::string_view name) const;                      // a switch, or an option with a value, given or default
  bool Given(std::string_view name) const { return std::find(given.begin(), given.end(), name) != given.end(); }
  std::string String(std::string_view name) const;            // "" where not given and without default
  Result<int64_t> Integer(std::string_view name, int64_t min, int64_t max) const;
  Result<uint64_t> Bytes(std::string_view name) const;       // "64M", "2G", "1000000"
  std::vector<std::string> All(std::string_view name) const;  // an option given several times
  const char* Say(const char* zh, const char* en) const { return report::Say(lang, zh, en); }

  // Exactly `count` positional arguments, or a usage error that names them.
  Status Arguments(size_t count) const;
  // The database of --db, for reading or writing.
  Result<std::unique_ptr<graph::Database>> OpenForReading() const;
  Result<std::unique_ptr<graph::Database>> OpenForWriting(bool create, std::shared_ptr<const graph::Ontology> ontology) const;
  // Its state as --as-of, --as-known and --predicted ask for it.
  Result<graph::ReadView> Read(const graph::Database& db) const;
  // The batch that a number names, or the last one committed up to the end of that day, in UTC. `what` goes before messages.
  Result<graph::BatchId> KnownAt(const graph::Database& db, std::string_view what, const std::string& text) const;
  // The command line that gives the same answer: "liantu WORDS --limit 5 --lang zh", with those of `named` and of the reading options
  // that have a value. WORDS are as ForShell gives them.
  std::string Repeat(std::string words, const std::vector<const char*>& named) const;
  // Writes in the chosen format to stdout.
  Status Print(const report::Document& document) const;
  Status PrintTable(const io::Table& table) const;
  // How rows are written there.
  io::WriteOptions Writing() const;
};

// The ontology of a new store: "industry" (schema/industry.json), "none", or a file.
Result<std::shared_ptr<const graph::Ontology>> LoadOntology(const std::string& name);

// What CALL can call in this program: the database's, the analysis methods' and the industry questions' procedures. The database must outlive them.
std::shared_ptr<query::ProcedureRegistry> AllProcedures(const graph::Database& database);

// --by, --within, --chain and --limit of `links` and `linkage --all`.
Result<chain::MatrixOptions> ReadMatrix(const Invocation& call, chain::Reader& reader);

// A failure of the command line itself: exit 2.
Status UsageError(std::string message);

// A bar on a terminal's standard error while a long call runs; nothing elsewhere.
void ShowProgress(Budget& budget, uint64_t bytes = 0);  // bytes: of all the work, for the rate; 0: none

// All commands, in the order of the help.
const std::vector<Command>& Commands();

// Reads argv[2…] for `command`. The result is a usage error, or help was asked for (help = true).
Result<Invocation> ReadOptions(const Command& command, const std::vector<std::string>& words, bool* help);
std::string HelpText(const Command& command, Lang lang);
std::string OverviewText(Lang lang);

// The commands, one file each or a few of a kind.
Command ImportCommand();
Command FindCommand();
Command ShowCommand();
Command WhyCommand();
Command CompareCommand();
Command ParksCommand();
Command LeadersCommand();
Command LinksCommand();
Command SystemsCommand();
Command TargetsCommand();
Command PoliciesCommand();
Command GapsCommand();
Command RiskCommand();
Command PathCommand();
Command LinkageCommand();
Command ReportCommand();
Command BatchesCommand();
Command UndoCommand();
Command DiffCommand();
Command ServeCommand();
Command ShellCommand();
Command StatsCommand();
Command BackupCommand();
Command RestoreCommand();
Command VerifyCommand();
Command DumpCommand();
Command LoadCommand();
Command RepairCommand();
Command UpgradeCommand();
Command CheckCommand();
Command SchemaCommand();
Command RankCommand();
Command CommunitiesCommand();
Command AnalyzeCommand();
Command ProjectCommand();
Command DemoCommand();
Command InitCommand();
Command QueryCommand();

}  // namespace liantu::cli
