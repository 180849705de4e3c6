/// The tables of client commands and their advice.
#include "sql/client_commands.hpp"

#include <fmt/format.h>

#include <span>
#include <string>

#include "base/text.hpp"

namespace bedstone::sql {
namespace {

struct Advice {
  std::string_view names;  ///< Separated by blanks.
  std::string_view hint;
};

constexpr std::string_view kInclude =
    "put that file's text here, or make it a migration of its own: `bedstone migrate new`";
constexpr std::string_view kConnect =
    "the database is chosen by `database.url` in bedstone.yaml or `--database`; remove the line";
constexpr std::string_view kDisplay = "it only changes what the client shows; remove the line";
constexpr std::string_view kPrint =
    "it only prints; remove the line, or write a comment or RAISE NOTICE in a DO block";
constexpr std::string_view kLook = "it only looks; remove the line";
constexpr std::string_view kOutput = "a migration writes no files; remove the line";
constexpr std::string_view kQuit = "remove it and what follows: psql would have stopped reading";
constexpr std::string_view kShell = "a migration runs no programs; remove the line";
constexpr std::string_view kSend = "end the statement with ; instead";

constexpr Advice kPsql[] = {
    {"i include ir include_relative", kInclude},
    {"c connect", kConnect},
    {"copy", "write COPY … FROM stdin; with the data in the lines below and \\. behind them"},
    {"set unset gset prompt getenv",
     "psql's variables are not known here; write the value itself, or use a DO block"},
    {"gexec", "write a DO block that runs the text with EXECUTE"},
    {"g gx p r w e edit reset print write watch", kSend},
    {";", kSend},
    {"if elif else endif", "write the condition as IF … THEN in a DO block"},
    {"echo qecho warn", kPrint},
    {"q quit", kQuit},
    {"!", kShell},
    {"cd setenv", "remove the line: statements have no working folder and no environment"},
    {"encoding", "files are read as UTF-8; remove the line"},
    {"password", "set passwords outside migrations; they must not stand in files"},
    {"o out", kOutput},
    {"lo_import lo_export lo_unlink lo_list",
     "use the server's functions: lo_from_bytea(), lo_get(), lo_unlink()"},
    {".", "there is no COPY … FROM stdin; before it, whose data it could end"},
    {"a C f H pset t T timing x crosstabview gdesc errverbose conninfo", kDisplay},
    {"bind parse close sendpipeline startpipeline endpipeline",
     "write the values into the statement itself"},
};

constexpr Advice kShellCommands[] = {
    {"read", kInclude},
    {"open restore connection cd", kConnect},
    {"import", "write the rows as INSERT statements"},
    {"mode headers header separator width nullvalue timer echo changes stats scanstats eqp explain "
     "prompt progress bail limit show",
     kDisplay},
    {"print", kPrint},
    {"tables schema fullschema indexes indices databases dbinfo lint expert sha3sum dbconfig",
     kLook},
    {"dump backup save clone archive excel output once log trace",
     "a migration writes no files; copy the database before migrating: sqlite3 FILE \".backup "
     "COPY\""},
    {"shell system", kShell},
    {"quit exit", "remove it and what follows: the shell would have stopped reading"},
    {"load", "extensions cannot be loaded from a migration"},
    {"parameter param", "write the value itself into the statement"},
    {"timeout", "Bedstone waits by itself for other processes; remove the line"},
};

std::string_view find(std::span<const Advice> table, std::string_view name,
                      std::string_view otherwise) {
  for (const Advice& row : table) {
    for (const std::string_view candidate : text::split(row.names, ' ')) {
      if (candidate == name) return row.hint;
    }
  }
  return otherwise;
}

}  // namespace

Error refuse_psql_command(std::string_view name) {
  if (name.empty()) {
    return Error(ErrorCode::kSqlMetaCommand, "a backslash stands outside quotes")
        .because("psql reads a command there, the server refuses it")
        .advise("remove it; in a string literal with backslash escapes write E'…'");
  }
  // \d, \dt+, \l, \sf …: a family each, whose members all only look.
  const bool looks = name.front() == 'd' || name.front() == 'l' || name.front() == 's' ||
                     name.front() == 'z' || name.front() == 'h' || name.front() == '?';
  return Error(ErrorCode::kSqlMetaCommand, fmt::format("\\{} is a command of psql, not SQL", name))
      .because("Bedstone talks to the server itself, without psql")
      .advise(
          std::string(find(kPsql, name, looks ? kLook : "write it as SQL, or remove the line")));
}

Error refuse_shell_command(std::string_view name) {
  return Error(ErrorCode::kSqlMetaCommand,
               fmt::format(".{} is a command of the sqlite3 shell, not SQL", name))
      .because("Bedstone uses SQLite as a library, without the shell")
      .advise(std::string(find(kShellCommands, name, "write it as SQL, or remove the line")));
}

}  // namespace bedstone::sql
