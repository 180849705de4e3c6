// What the global flags mean.
#include "cli/session.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cli/render/errors.hpp"
#include "cli/render/json.hpp"
#include "cli/signals.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warning", "error", "off"};

/// Usage errors and the like all end with the exit code of their kind.
ExitCode exit_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kUnknownCommand:
    case ErrorCode::kUnknownFlag:
      return ExitCode::kUsage;
    case ErrorCode::kConfirmationNeeded:
      return ExitCode::kPersonNeeded;
    case ErrorCode::kInterrupted:
      return ExitCode::kInterrupted;
    default:
      return ExitCode::kFailed;
  }
}

/// A line from standard input; empty at its end or when `cancel` fires.
std::string read_line(const CancelToken& cancel) {
  std::string line;
  for (;;) {
    std::array<pollfd, 2> wanted{{{STDIN_FILENO, POLLIN, 0}, {cancel.descriptor(), POLLIN, 0}}};
    poll(wanted.data(), wanted.size(), -1);
    if (cancel.requested()) return {};
    char c = 0;
    if (read(STDIN_FILENO, &c, 1) != 1 || c == '\n') return line;
    line.push_back(c);
  }
}

}  // namespace

Session::Session(const Invocation& call, const Environment& environment, CancelToken& cancel)
    : call_(call),
      environment_(environment),
      cancel_(cancel),
      clock_(system_clock()),
      json_(call.has("json")),
      quiet_(call.has("quiet")),
      debug_(call.has("debug")),
      out_(STDOUT_FILENO, color_choice(), environment),
      err_(STDERR_FILENO, color_choice(), environment),
      // Continuous integration may offer a terminal and record what is drawn there.
      bar_(err_, clock_, !quiet_ && environment.get_or("CI", "").empty()),
      log_(clock_, log_level(),
           call.value("log-format") == "json" ? LogFormat::kJson : LogFormat::kText,
           [this](std::string_view line) { bar_.write_above(line); }) {}

ColorChoice Session::color_choice() const {
  const auto choice = call_.value("color");
  if (choice == "always") return ColorChoice::kAlways;
  return choice == "never" ? ColorChoice::kNever : ColorChoice::kAuto;
}

LogLevel Session::log_level() const {
  if (const auto name = call_.value("log-level")) {
    const auto found = std::find(kLevelNames.begin(), kLevelNames.end(), *name);
    return static_cast<LogLevel>(found - kLevelNames.begin());
  }
  if (debug_) return LogLevel::kDebug;
  if (quiet_) return LogLevel::kError;
  const bool tells_seeding =
      text::parse_bool(environment_.get_or("SEED_DEBUG", "")).value_or(false);
  if (tells_seeding && call_.values("verbose").empty()) return LogLevel::kInfo;
  // On a terminal the progress bar and the report tell what the info lines would.
  const auto usual =
      static_cast<std::size_t>(err_.interactive() ? LogLevel::kWarning : LogLevel::kInfo);
  return static_cast<LogLevel>(usual - std::min(usual, call_.values("verbose").size()));
}

ProjectOptions Session::project() const {
  ProjectOptions project;
  project.folder = call_.value("project").value_or(".");
  if (const auto url = call_.value("database")) project.database = std::string(*url);
  project.env = call_.value("env").value_or("");
  return project;
}

bootstrap::Host Session::host() {
  catch_signals(cancel_);
  return bootstrap::Host{clock_, environment_, log_, &cancel_, std::string(call_.command->name)};
}

UpOptions Session::up_options() {
  UpOptions options;
  options.force = call_.has("force");
  options.seed = !call_.has("no-seed");
  options.backup = call_.has("backup");
  options.strict = call_.has("strict");
  options.strict_order = call_.has("strict-order");
  for (const GivenFlag& given : call_.flags) {
    if (given.spec->name == "create") options.create = true;
    if (given.spec->name == "no-create") options.create = false;
  }
  options.wait = call_.duration("wait");
  options.lock_timeout = call_.duration("lock-timeout");
  if (const auto policy = call_.value("on-failure")) {
    options.on_failure = *policy == "continue" ? OnFailure::kContinue : OnFailure::kAbort;
  }
  options.on_progress = [this](const Progress& progress) { show(progress); };
  options.on_generated = [this](const auto& secrets) { show(secrets); };
  return options;
}

SeedOptions Session::seed_options() {
  SeedOptions options;
  options.sets.assign(call_.positionals.begin(), call_.positionals.end());
  for (const std::string_view set : call_.values("only"))
    options.sets.emplace_back(set);
  if (const auto rows = call_.count("rows")) {
    options.listed_rows = static_cast<std::size_t>(*rows);
  }
  options.wait = call_.duration("wait");
  options.lock_timeout = call_.duration("lock-timeout");
  options.on_progress = [this](const Progress& progress) { show(progress); };
  options.on_generated = [this](const auto& secrets) { show(secrets); };
  return options;
}

void Session::show(const Progress& progress) {
  if (bar_.enabled()) return bar_.show(progress);
  if (!progress.unit.empty()) return show_pace(progress);
  // What has begun is worth a line: it may take long. That it ended, the next line shows.
  const bool begins = progress.total == 0 || progress.done < progress.total;
  if (!begins || progress.step == "applied") return;
  // The run itself logs each seed set.
  if (progress.step == "seeding") return;
  // The report lists every step; until then a line a second tells that something moves.
  const MonotonicTime now = system_clock().monotonic();
  const bool due = !last_progress_ || now - *last_progress_ >= std::chrono::seconds(1);
  if (due) last_progress_ = now;
  log_.write(due ? LogLevel::kInfo : LogLevel::kDebug,
             progress.total == 0 ? fmt::format("{} {}", progress.step, progress.subject)
                                 : fmt::format("{} {} ({} of {})", progress.step, progress.subject,
                                               progress.done + 1, progress.total));
}

/// A line a second while rows go by; none for what is done sooner.
void Session::show_pace(const Progress& progress) {
  const MonotonicTime now = system_clock().monotonic();
  const auto pace = pace_.at(progress, now);
  if (!pace || (last_progress_ && now - *last_progress_ < std::chrono::seconds(1))) return;
  last_progress_ = now;
  log_.info(fmt::format("{} {}: {}{} {} ({})", progress.step, progress.subject, progress.done,
                        progress.total == 0 ? "" : fmt::format(" of about {}", progress.total),
                        progress.unit, pace_text(progress, *pace)));
}

void Session::show(const std::vector<GeneratedSecret>& secrets) {
  const bool recorded =
      call_.value("log-format") == "json" || !environment_.get_or("CI", "").empty();
  if (json_ || quiet_ || recorded || !err_.attended()) return;
  bar_.erase();
  Page page(err_.color());
  page.add("Made up, and shown this once", Tone::kWarning).add("; ");
  page.add(secrets.front().file, Tone::kName).line(" holds them, too, until you remove it:");
  std::vector<Page::Row> rows{
      {{"set", Tone::kQuiet}, {"for", Tone::kQuiet}, {"secret", Tone::kQuiet}}};
  for (const GeneratedSecret& one : secrets) {
    rows.push_back({{std::string(one.set), Tone::kQuiet},
                    {std::string(one.what), Tone::kName},
                    {std::string(one.secret.expose()), Tone::kStrong}});
  }
  err_.write(page.table(rows).take());
}

void Session::print_json(std::string_view object) {
  bar_.erase();
  results_->write(object);
  results_->write("\n");
}

void Session::print(Page page) {
  bar_.erase();
  if (!quiet_) results_->write(page.take());
}

void Session::print_problems(const std::vector<Error>& errors, const std::vector<Error>& warnings) {
  bar_.erase();
  if (json_) return;
  Page page(err_.color());
  const std::string folder(call_.value("project").value_or("."));
  const ErrorStyle style{folder, debug_};
  if (!quiet_) add_warnings(page, warnings, style);
  add_errors(page, errors, style);
  err_.write(page.take());
}

int Session::fail(const std::vector<Error>& errors) {
  const ExitCode exit = errors.empty() ? ExitCode::kFailed : exit_of(errors.front().code);
  if (json_) {
    print_json(errors_json(errors, exit));
  } else {
    print_problems(errors);
  }
  return static_cast<int>(exit);
}

bool Session::can_ask() const {
  return !json_ && err_.interactive() && isatty(STDIN_FILENO) == 1;
}

Status Session::confirm(std::string_view question, std::string_view command_with_yes) {
  if (call_.has("yes")) return {};
  if (!can_ask()) {
    return bedstone::fail(Error(ErrorCode::kConfirmationNeeded, std::string(text::trim(question)))
                              .because("there is no terminal to ask on, and --yes was not given")
                              .advise(fmt::format("when it is meant: {}", command_with_yes)));
  }
  bar_.erase();
  Page page(err_.color());
  err_.write(page.add(question, Tone::kStrong).add(" Type yes to go on: ").take());
  const std::string answer = text::to_lower(text::trim(read_line(cancel_)));
  if (answer == "yes" || answer == "y") return {};
  if (cancel_.requested()) {
    return bedstone::fail(Error(ErrorCode::kInterrupted, "nothing was done: interrupted"));
  }
  return bedstone::fail(
      Error(ErrorCode::kConfirmationNeeded, "nothing was done: the answer was not yes"));
}

}  // namespace bedstone::cli
