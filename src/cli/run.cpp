// Parse, then run one command; help and usage errors on the way.
#include "cli/run.hpp"

#include <algorithm>
#include <exception>

#include "cli/help.hpp"
#include "cli/render/errors.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"
#include "cli/version.hpp"
#include "db/connection.hpp"

namespace bedstone::cli {
namespace {

std::string help_text(const Invocation& call, const Terminal& terminal) {
  const HelpStyle style{terminal.color(), terminal.prose_width()};
  if (call.command != nullptr) return help_for(*call.command, style);
  if (call.group != nullptr) return help_for_group(*call.group, style);
  return help_for_all(style);
}

bool names_no_command(const Invocation& call) {
  return std::any_of(call.errors.begin(), call.errors.end(),
                     [](const Error& error) { return error.code == ErrorCode::kUnknownCommand; });
}

int dispatch(const Invocation& call, Session& session) {
  if (call.version && !names_no_command(call)) {
    if (session.json()) {
      session.print_json(version_json());
    } else {
      session.out().write(version_text());
    }
    return 0;
  }
  if (call.help && !names_no_command(call)) {
    if (session.json()) {
      session.print_json(help_json(call.command, call.group));
    } else {
      session.out().write(help_text(call, session.out()));
    }
    return 0;
  }
  if (!call.errors.empty()) return session.fail(call.errors);
  if (call.command == nullptr) {
    if (!session.json()) session.err().write(help_text(call, session.err()));
    const Error error = Error(ErrorCode::kUsage, "no command was given").advise("bedstone --help");
    if (session.json()) return session.fail({error});
    return static_cast<int>(ExitCode::kUsage);
  }
  return call.command->run(session);
}

}  // namespace

int run(std::span<const char* const> words) {
  try {
    const Invocation call = parse(words);
    const Environment environment = Environment::of_process();
    db::tune_process();
    CancelToken cancel;
    Session session(call, environment, cancel);
    return dispatch(call, session);
  } catch (const std::exception& problem) {
    // Only memory running out comes this far; the other rooms answer with values.
    const Environment empty;
    Page page(false);
    add_errors(page, {Error(ErrorCode::kInternal, "Bedstone stopped").because(problem.what())}, {});
    Terminal(2, ColorChoice::kNever, empty).write(page.take());
    return static_cast<int>(ExitCode::kFailed);
  }
}

}  // namespace bedstone::cli
