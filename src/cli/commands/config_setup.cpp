// bedstone config setup
#include "bootstrap/config_setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/setup.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

/// One line for each secret, in the order of the flags.
Result<Secret> read_line(const std::string& name) {
  if (isatty(STDIN_FILENO) != 0) {
    return fail(Error(ErrorCode::kUsage, fmt::format("the value of {} is missing", name))
                    .because("it is read from standard input, which is a terminal here, where it "
                             "would be seen")
                    .advise(fmt::format("printf '%s\\n' \"$VALUE\" | bedstone config setup "
                                        "--secret {} …; or set the variable that it is declared "
                                        "with",
                                        name)));
  }
  std::string line;
  if (!std::getline(std::cin, line)) {
    return fail(Error(ErrorCode::kUsage, fmt::format("the value of {} is missing", name))
                    .because("standard input ended before it")
                    .advise("write one line for each --secret, in their order"));
  }
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

/// KEY=VALUE.
Errors read_values(const Invocation& call, bootstrap::SetupOptions& options) {
  Errors errors;
  for (const std::string_view pair : call.values("set")) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      errors.push_back(Error(ErrorCode::kUsage, "--set needs a setting and its value")
                           .advise("write --set NAME=VALUE"));
      continue;
    }
    options.values.push_back(
        {std::string(pair.substr(0, equals)), Secret(std::string(pair.substr(equals + 1)))});
  }
  return errors;
}

int run(Session& session) {
  const Invocation& call = session.call();
  bootstrap::SetupOptions options;
  if (const auto mode = call.value("mode")) options.mode = std::string(*mode);
  for (const std::string_view admin : call.values("admin"))
    options.admins.emplace_back(admin);
  for (const std::string_view name : call.values("secret"))
    options.secrets.emplace_back(name);
  options.read_secret = read_line;
  options.force = call.has("force");
  options.dry_run = call.has("dry-run");
  if (Errors errors = read_values(call, options); !errors.empty()) return session.fail(errors);
  const bootstrap::SetupReport report =
      bootstrap::config_setup(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "mode",
     .kind = ValueKind::kText,
     .metavar = "MODE",
     .help = "The value of the setting that setup.mode in settings.yaml names"},
    {.name = "admin",
     .kind = ValueKind::kText,
     .metavar = "EMAIL",
     .help = "Who administers the application; may be given several times"},
    {.name = "set",
     .kind = ValueKind::kText,
     .metavar = "NAME=VALUE",
     .help = "Any other setting; may be given several times"},
    {.name = "secret",
     .kind = ValueKind::kText,
     .metavar = "NAME",
     .help = "A secret, from its variable or else a line of standard input; several times"},
    {.name = "force", .help = "Also when the application is configured already"},
    kDryRunFlag};

constexpr Example kExamples[] = {
    {"bedstone config setup --mode local --admin admin@example.com", "the hub, with passwords"},
    {"pass show workos | bedstone config setup --mode workos --set workos_client_id=client_1 "
     "--set workos_authkit_domain=auth.example.com --secret workos_api_key",
     "secrets are no arguments"},
    {"bedstone config setup --mode local --dry-run", "what would be set"},
};

constexpr ExitMeaning kExits[] = {
    {0, "configured"},
    {1,
     "refused, and nothing was changed: something is missing or does not fit, or the application "
     "is configured already"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
};

}  // namespace

constexpr CommandSpec kConfigSetupCommand{
    .name = "config setup",
    .summary = "Set all that an application needs to be configured, at once",
    .description =
        "Everything is checked together and stored as one revision, or nothing is. It is done "
        "once: who comes second finds the application configured, and changes nothing without "
        "--force.\n\n"
        "What --mode and --admin stand for is declared below `setup:` in settings.yaml.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
