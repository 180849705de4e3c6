/// Session: one command being carried out — what was asked, where to answer.
#pragma once

#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "base/environment.hpp"
#include "base/log.hpp"
#include "bedstone/options.hpp"
#include "bedstone/result.hpp"
#include "bedstone/state.hpp"
#include "bootstrap/commands.hpp"
#include "cli/parse.hpp"
#include "cli/progress.hpp"
#include "cli/render/page.hpp"
#include "cli/terminal.hpp"

namespace bedstone::cli {

class Session {
 public:
  /// All arguments must outlive the session.
  Session(const Invocation& call, const Environment& environment, CancelToken& cancel);

  const Invocation& call() const { return call_; }
  const Environment& environment() const { return environment_; }
  const Clock& clock() const { return clock_; }
  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  bool debug() const { return debug_; }
  const Terminal& out() const { return out_; }
  const Terminal& err() const { return err_; }
  Log& log() { return log_; }

  ProjectOptions project() const;
  /// From here on signals ask the work to stop instead of ending the process.
  bootstrap::Host host();
  /// The flags that `up` and the migrate commands share, with progress connected.
  UpOptions up_options();

  /// The sets named, as arguments or with --only, and the flags that all seed commands share.
  SeedOptions seed_options();

  /// The child of `exec` owns standard output: from now on results go to standard error.
  void results_to_stderr() { results_ = &err_; }
  Page page() const { return Page(results_->color()); }
  /// The one JSON object.
  void print_json(std::string_view object);
  /// A result for people; -q keeps it back.
  void print(Page page);
  /// Warnings, then errors, for people; nothing under --json, which has them in its object.
  void print_problems(const std::vector<Error>& errors, const std::vector<Error>& warnings = {});
  /// For what failed before there was any result: JSON or text, and the exit code of the first.
  int fail(const std::vector<Error>& errors);

  /// Whether there is somebody to ask.
  bool can_ask() const;
  /// Asks a person on a terminal; elsewhere only --yes is a yes. The error is kConfirmationNeeded,
  /// or kInterrupted when a signal came instead of an answer.
  Status confirm(std::string_view question, std::string_view command_with_yes);

 private:
  void show(const Progress& progress);
  void show_pace(const Progress& progress);
  /// On a terminal that somebody sits at, and nowhere else; the file holds them in any case.
  void show(const std::vector<GeneratedSecret>& secrets);
  LogLevel log_level() const;
  ColorChoice color_choice() const;

  const Invocation& call_;
  const Environment& environment_;
  CancelToken& cancel_;
  const Clock& clock_;
  bool json_;
  bool quiet_;
  bool debug_;
  Terminal out_;
  Terminal err_;
  const Terminal* results_ = &out_;
  std::optional<MonotonicTime> last_progress_;  ///< When a line was written.
  Pace pace_;
  ProgressBar bar_;
  Log log_;
};

}  // namespace bedstone::cli
