// The clockwork of a watch: which checks are due, where results go, when to wake up.
#include "bootstrap/health_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/health.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/target.hpp"
#include "health/alert.hpp"
#include "health/check.hpp"
#include "project/health.hpp"
#include "store/checks.hpp"
#include "store/marks.hpp"
#include "store/store.hpp"

namespace bedstone::bootstrap {
namespace {

/// While the database is away, so many results wait to be stored.
constexpr std::size_t kWaitingRows = 5000;
constexpr std::size_t kEvidenceBytes = 500;
constexpr Milliseconds kPruneEvery{600'000};
/// Two watches, or one that is slow, must not make a busy loop.
constexpr Milliseconds kShortestInterval{100};

/// Puts results into the database, as soon as it takes them.
class Recorder {
 public:
  Recorder(const Host& host, const Project& project, const HealthSection& section)
      : host_(host), project_(project), section_(section) {}

  void record(const HealthReport& report) {
    for (const HealthFinding& finding : report.findings) {
      // Nothing was seen. A warning is that it could not be looked in time.
      if (!finding.checked && finding.outcome != HealthOutcome::kWarn) continue;
      waiting_.push_back(
          {finding.id, report.at, report.host, std::string(outcome_name(finding.outcome)),
           text::excerpt(finding.evidence, kEvidenceBytes), finding.duration_seconds});
    }
    while (waiting_.size() > kWaitingRows)
      waiting_.pop_front();
  }

  /// Once the database answers again.
  void write(const Result<Connected>& connected) {
    if (waiting_.empty()) return;
    const Status written = connected ? put(*connected->connection) : fail(connected.error());
    if (written) {
      waiting_.clear();
      complained_ = false;
      return;
    }
    if (!complained_) {
      host_.log.warning(fmt::format("results cannot be stored: {} {}",
                                    code_name(written.error().code), written.error().message));
    }
    complained_ = true;
  }

 private:
  Status put(db::Connection& connection) {
    store::CheckTable table(connection, project_.name);
    BEDSTONE_TRY(table.put({waiting_.begin(), waiting_.end()}));
    const MonotonicTime now = host_.clock.monotonic();
    if (pruned_ && now - *pruned_ < kPruneEvery) return {};
    pruned_ = now;
    return table.prune(to_iso(host_.clock.now() - section_.keep), section_.keep_rows);
  }

  const Host& host_;
  const Project& project_;
  const HealthSection& section_;
  std::deque<store::CheckRow> waiting_;
  std::optional<MonotonicTime> pruned_;
  bool complained_ = false;
};

/// Where watches of the project agree who tells whom.
class Board final : public health::AlertBoard {
 public:
  Board(db::Connection& connection, std::string project) : marks_(connection, std::move(project)) {}

  Result<std::map<std::string, std::string>> read() override { return marks_.read("alert:"); }
  Result<bool> swap(const std::string& key, const std::optional<std::string>& before,
                    const std::string& after) override {
    return marks_.swap(key, before, after);
  }

 private:
  store::Marks marks_;
};

/// Which checks run when.
class Schedule {
 public:
  Schedule(const HealthWatchOptions& options, const HealthSection& section) {
    const Milliseconds usual = options.interval.value_or(section.interval);
    for (const health::Check& check : health::all_checks()) {
      const std::string id(check.id);
      const auto set = section.checks.find(id);
      std::optional<Milliseconds> own;
      if (set != section.checks.end()) own = set->second.interval;
      if (const auto given = options.intervals.find(id); given != options.intervals.end())
        own = given->second;
      const bool named =
          std::find(options.checks.begin(), options.checks.end(), id) != options.checks.end();
      const bool off = set != section.checks.end() && set->second.off;
      const bool wanted =
          options.checks.empty() ? !off && (check.fast || options.all || own) : named;
      if (wanted) entries_.push_back({id, std::max(own.value_or(usual), kShortestInterval), {}});
    }
  }

  std::vector<std::string> take(MonotonicTime now) {
    std::vector<std::string> due;
    for (Entry& entry : entries_) {
      if (entry.next > now) continue;
      due.push_back(entry.id);
      entry.next = now + entry.interval;
    }
    return due;
  }

  Milliseconds shortest() const {
    Milliseconds shortest = Milliseconds::max() / 4;
    for (const Entry& entry : entries_)
      shortest = std::min(shortest, entry.interval);
    return shortest;
  }

  MonotonicTime next() const {
    MonotonicTime first = MonotonicTime::max();
    for (const Entry& entry : entries_)
      first = std::min(first, entry.next);
    return first;
  }

 private:
  struct Entry {
    std::string id;
    Milliseconds interval;
    MonotonicTime next;
  };
  std::vector<Entry> entries_;
};

class Watch {
 public:
  Watch(const Host& host, const ProjectOptions& options, const HealthWatchOptions& watch)
      : host_(host), options_(options), watch_(watch) {}

  HealthWatchReport run() {
    if (!begin()) {
      report_.exit_code = exit_code_for(report_.errors);
      for (const Error& error : report_.errors) {
        if (error.code == ErrorCode::kUnknownCheck) report_.exit_code = ExitCode::kUsage;
      }
      return std::move(report_);
    }
    read_board();
    for (;;) {
      const std::vector<std::string> due = schedule_->take(host_.clock.monotonic());
      if (!due.empty()) {
        if (watch_.on_round) watch_.on_round(true);
        const std::optional<HealthReport> found = look(due);
        if (watch_.on_round) watch_.on_round(false);
        if (found && watch_.on_report) watch_.on_report(*found);
      }
      if (interrupted()) break;
      deliver();
      if (interrupted() || (watch_.count > 0 && report_.rounds >= watch_.count)) break;
      if (!sleep()) break;
    }
    report_.exit_code = interrupted()                             ? ExitCode::kInterrupted
                        : report_.outcome == HealthOutcome::kFail ? ExitCode::kFailed
                                                                  : ExitCode::kDone;
    return std::move(report_);
  }

 private:
  bool begin() {
    for (const std::string& id : watch_.checks) {
      if (health::find_check(id) == nullptr) report_.errors.push_back(health::unknown_check(id));
    }
    for (const auto& [id, interval] : watch_.intervals) {
      if (health::find_check(id) == nullptr) report_.errors.push_back(health::unknown_check(id));
    }
    auto project = load(host_, options_);
    if (!project) {
      report_.errors.insert(report_.errors.end(), project.error().begin(), project.error().end());
      return false;
    }
    project_.emplace(*std::move(project));
    auto section = read_health_section(*project_, host_.environment);
    if (!section) {
      report_.errors.insert(report_.errors.end(), section.error().begin(), section.error().end());
      return false;
    }
    if (!report_.errors.empty()) return false;
    section_ = *std::move(section);
    schedule_.emplace(watch_, section_);
    recorder_.emplace(host_, *project_, section_);
    alerts_.emplace(
        watch_.alert ? std::move(section_.alerts) : std::vector<HealthSection::Alert>(),
        [this](const Secret& url, const std::string& json) {
          return http_.post(url, json, host_.cancel);
        },
        host_.clock, host_.log, schedule_->shortest());
    return true;
  }

  bool interrupted() const { return host_.cancel != nullptr && host_.cancel->requested(); }

  std::optional<HealthReport> look(const std::vector<std::string>& due) {
    HealthOptions options;
    options.checks = due;
    HealthReport found = health(host_, options_, options);
    if (interrupted()) return std::nullopt;
    ++report_.rounds;
    report_.outcome = found.outcome;
    if (watch_.store) recorder_->record(found);
    away_ = !found.steps.empty();
    with_board([&](const Result<Connected>* connected, Board* board) {
      if (connected != nullptr && watch_.store) recorder_->write(*connected);
      alerts_->note(found, board);
    });
    return found;
  }

  /// One connection for what is stored and for what watches tell one another; none while the
  /// database is away.
  template <typename Use>
  void with_board(Use use) {
    if (away_ || (!watch_.store && alerts_->empty())) return use(nullptr, nullptr);
    const Result<Connected> connected =
        connect(host_, {working_url(*project_), db::Access::kReadWrite, false, Milliseconds(0),
                        Milliseconds(2000)});
    std::optional<Board> board;
    if (connected) board.emplace(*connected->connection, project_->name);
    use(&connected, board ? &*board : nullptr);
  }

  void read_board() {
    if (alerts_->empty()) return;
    if (watch_.on_round) watch_.on_round(true);
    with_board([&](const Result<Connected>*, Board* board) {
      if (board != nullptr) alerts_->read(*board);
    });
    if (watch_.on_round) watch_.on_round(false);
  }

  void deliver() {
    const auto due = alerts_->due();
    if (!due || *due > host_.clock.monotonic()) return;
    if (watch_.on_round) watch_.on_round(true);
    with_board([&](const Result<Connected>*, Board* board) { alerts_->deliver(board); });
    if (watch_.on_round) watch_.on_round(false);
  }

  bool sleep() {
    MonotonicTime until = schedule_->next();
    if (const auto due = alerts_->due()) until = std::min(until, *due);
    const auto left = std::chrono::ceil<Milliseconds>(until - host_.clock.monotonic());
    return left.count() <= 0 || host_.clock.sleep(left, host_.cancel);
  }

  const Host& host_;
  const ProjectOptions& options_;
  const HealthWatchOptions& watch_;
  HealthWatchReport report_;
  std::optional<Project> project_;
  HealthSection section_;
  health::Http http_;
  std::optional<Schedule> schedule_;
  std::optional<Recorder> recorder_;
  std::optional<health::Alerts> alerts_;
  bool away_ = false;  ///< The database could not be reached in the last round.
};

}  // namespace

HealthWatchReport health_watch(const Host& host, const ProjectOptions& project,
                               const HealthWatchOptions& options) {
  return Watch(host, project, options).run();
}

HealthHistory health_history(const Host& host, const ProjectOptions& options, Milliseconds age) {
  HealthHistory history;
  const auto failed = [&history](Errors errors) {
    history.exit_code = exit_code_for(errors);
    history.errors = std::move(errors);
    return std::move(history);
  };
  auto project = load(host, options);
  if (!project) return failed(std::move(project).error());
  history.project = project->name;
  history.database = project->database.url->redacted();
  history.since = to_iso(host.clock.now() - age);
  auto connected =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) return failed({std::move(connected).error()});
  store::CheckTable table(*connected->connection, project->name);
  auto summary = table.summary(history.since);
  if (!summary) return failed({std::move(summary).error()});
  for (store::CheckSummary& one : *summary) {
    HealthHistory::Check& check = history.checks.emplace_back();
    check.id = std::move(one.check_id);
    check.host = std::move(one.host);
    check.passed = one.passed;
    check.warned = one.warned;
    check.failed = one.failed;
    check.first_at = std::move(one.first_at);
    check.last_at = std::move(one.last_at);
    check.last_outcome = std::move(one.last_outcome);
    check.mean_seconds = one.mean_seconds;
    check.longest_seconds = one.longest_seconds;
  }
  auto changes = table.changes(history.since, 100);
  if (!changes) return failed({std::move(changes).error()});
  for (store::CheckChange& one : *changes) {
    history.changes.push_back({std::move(one.check_id), std::move(one.host), std::move(one.at),
                               std::move(one.before), std::move(one.after),
                               std::move(one.evidence)});
  }
  history.exit_code = ExitCode::kDone;
  return history;
}

}  // namespace bedstone::bootstrap
