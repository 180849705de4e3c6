// bedstone exec
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "bootstrap/config_setup.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"
#include "cli/signals.hpp"

namespace bedstone::cli {
namespace {

// What shells answer for a program that is not there, or cannot be run.
constexpr int kNotFoundExit = 127;
constexpr int kNotRunnableExit = 126;

/// The settings as this process's environment, which the program takes over. Never logged.
bool take_settings(Session& session) {
  const auto prefix = session.call().value("config-prefix");
  if (!session.call().has("config-env")) return true;
  const bootstrap::ConfigVariables variables = bootstrap::config_variables(
      session.host(), session.project(), std::string(prefix.value_or("")));
  if (!variables.errors.empty()) {
    session.fail(variables.errors);
    return false;
  }
  for (const std::string& name : variables.remove)
    unsetenv(name.c_str());
  for (const auto& [name, value] : variables.set)
    setenv(name.c_str(), std::string(value.expose()).c_str(), 1);
  return true;
}

/// Returns only when the program could not be started.
int become(Session& session) {
  std::vector<char*> words;
  for (const char* word : session.call().rest)
    words.push_back(const_cast<char*>(word));  // execvp's signature predates const.
  words.push_back(nullptr);
  restore_signals();
  execvp(words[0], words.data());
  const int number = errno;
  Error error(ErrorCode::kExecFailed, fmt::format("{} could not be started", words[0]));
  error.cause = std::strerror(number);
  error.hint = number == ENOENT ? "check the name and PATH; the database is ready"
                                : "check that it may be executed; the database is ready";
  session.fail({error});
  return number == ENOENT ? kNotFoundExit : kNotRunnableExit;
}

int run(Session& session) {
  session.results_to_stderr();
  if (session.call().has("config-prefix") && !session.call().has("config-env")) {
    return session.fail({Error(ErrorCode::kUsage, "--config-prefix needs --config-env")
                             .advise("write both: --config-env --config-prefix APP_")});
  }
  const UpOptions options = session.up_options();
  const InitializationResult result = bootstrap::up(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(result, "exec"));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  if (result.exit_code != ExitCode::kDone) return static_cast<int>(result.exit_code);
  if (!take_settings(session)) return static_cast<int>(ExitCode::kFailed);
  return become(session);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "CMD", .arity = Arity::kRest, .help = "The program to become, and its arguments"}};

constexpr FlagSpec kFlags[] = {
    kForceFlag,
    kNoSeedFlag,
    kWaitFlag,
    kLockTimeoutFlag,
    kOnFailureFlag,
    kCreateFlag,
    kNoCreateFlag,
    kStrictFlag,
    kStrictOrderFlag,
    {.name = "config-env",
     .help = "Give the program its settings as environment variables, secrets included"},
    {.name = "config-prefix",
     .kind = ValueKind::kText,
     .metavar = "PREFIX",
     .help = "Before the names of settings that declare no variable"}};

constexpr Example kExamples[] = {
    {"bedstone exec -- ./server --port 8080", "the last line of a container's entry point"},
    {"bedstone exec --wait 2m -- npm start", "with flags of `up`"},
    {"bedstone exec --config-env -- python3 app.py", "os.environ has the settings"},
};

constexpr ExitMeaning kExits[] = {
    {1, "the database is not ready; the program was not started. 3, 4, 5 and 130 as for `up`"},
    {64, "the command line was not understood"},
    {126, "the program cannot be run"},
    {127, "there is no such program"},
};

}  // namespace

constexpr CommandSpec kExecCommand{
    .name = "exec",
    .summary = "Do what `up` does, then become another program",
    .description =
        "The program takes over this process: its process id, its signals, its exit code. "
        "Standard output is the program's alone, so the report goes to standard error.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
