// config status and config watch: who has which revision, and changes as they come.
#include "bootstrap/config_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/files.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/secret_tools.hpp"
#include "bootstrap/target.hpp"
#include "config/settings.hpp"
#include "store/config_ddl.hpp"
#include "store/config_table.hpp"
#include "store/instances.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::string_view kMask = "********";
/// SQLite is asked so often whether somebody committed; a server behind a pooler less often.
constexpr Milliseconds kFileInterval{50};
constexpr Milliseconds kServerInterval{1000};

/// Follows a project's history.
class Follower {
 public:
  Follower(const Host& host, const Project& project, const config::Settings& settings,
           const ConfigWatchOptions& options)
      : host_(host), project_(project), settings_(settings), options_(options) {}

  ConfigWatchReport run() {
    last_ = options_.after;
    if (Status begun = connect(Milliseconds(0)); !begun) return ended(begun.error());
    for (;;) {
      Status status = follow();
      if (done()) return ended(std::nullopt);
      if (!status && !status.error().connection_lost) return ended(status.error());
      if (!status && options_.on_trouble) options_.on_trouble(status.error());
      connection_.reset();
      status = connect(project_.database.wait);
      if (!status) return ended(status.error());
    }
  }

 private:
  bool interrupted() const { return host_.cancel != nullptr && host_.cancel->requested(); }
  bool done() const {
    return interrupted() || (options_.count > 0 && report_.events >= options_.count);
  }

  ConfigWatchReport ended(const std::optional<Error>& error) {
    const bool interrupt = interrupted() || (error && error->code == ErrorCode::kInterrupted);
    if (error && !interrupt) report_.errors.push_back(*error);
    report_.exit_code = interrupt ? ExitCode::kInterrupted : exit_code_for(report_.errors);
    return std::move(report_);
  }

  Status connect(Milliseconds wait) {
    BEDSTONE_ASSIGN(
        auto connected,
        bootstrap::connect(host_, {working_url(project_), db::Access::kReadOnly, false, wait}));
    connection_ = std::move(connected.connection);
    notified_ = false;
    if (connection_->engine() == db::Engine::kPostgres) {
      BEDSTONE_ASSIGN(const bool pooled, runs_pooled(host_, project_, *connection_));
      notified_ = !pooled && connection_->listen(store::kConfigChannel).has_value();
    }
    return {};
  }

  /// Until there is nothing more to do, or the connection breaks.
  Status follow() {
    store::ConfigTable table(*connection_, project_.name, config_place(project_));
    for (;;) {
      BEDSTONE_ASSIGN(const auto revision, table.revision());
      if (!last_) last_ = revision.value_or(0);
      if (revision.value_or(0) > *last_) {
        BEDSTONE_ASSIGN(const auto rows, table.after(*last_));
        for (const store::ConfigHistoryRow& row : rows) {
          tell(row);
          if (done()) return {};
        }
        last_ = rows.empty() ? *revision : rows.back().revision;
      }
      BEDSTONE_TRY(wait());
      if (done()) return {};
    }
  }

  Status wait() {
    if (notified_) {
      const auto came = connection_->notifications(std::chrono::hours(1), -1);
      return came ? Status() : fail(came.error());
    }
    const bool file = connection_->engine() == db::Engine::kSqlite;
    if (!file) {
      host_.clock.sleep(options_.interval.value_or(kServerInterval), host_.cancel);
      return {};
    }
    BEDSTONE_ASSIGN(const auto before, connection_->query("PRAGMA data_version"));
    if (std::exchange(data_version_, before.integer(0, 0)) != before.integer(0, 0)) return {};
    host_.clock.sleep(options_.interval.value_or(kFileInterval), host_.cancel);
    return {};
  }

  void tell(const store::ConfigHistoryRow& row) {
    ++report_.events;
    const config::SettingDeclaration* declaration = settings_.find(row.key);
    const bool masked = declaration == nullptr || declaration->secret();
    const auto shown = [&](const std::optional<std::string>& value) {
      return value && masked ? std::optional<std::string>(kMask) : value;
    };
    options_.on_event({row.revision, row.key, shown(row.before), shown(row.after), masked,
                       row.changed_at, row.changed_by, row.reason});
  }

  const Host& host_;
  const Project& project_;
  const config::Settings& settings_;
  const ConfigWatchOptions& options_;
  ConfigWatchReport report_;
  std::unique_ptr<db::Connection> connection_;
  bool notified_ = false;
  std::int64_t data_version_ = -1;
  std::optional<std::int64_t> last_;
};

Checked<config::Settings> read_declarations(const Project& project) {
  const std::string& file = project.settings.file;
  if (project.settings.file_place.empty() && !files::exists(file)) return config::Settings();
  return config::read_settings(file, file);
}

}  // namespace

std::size_t ConfigStatusReport::current() const {
  return static_cast<std::size_t>(
      std::count_if(instances.begin(), instances.end(),
                    [](const ConfigInstance& instance) { return !instance.lags; }));
}

Result<ConfigStatusReport> config_status(db::Connection& connection, const Project& project) {
  ConfigStatusReport report;
  report.project = project.name;
  report.database = project.database.url->redacted();
  report.exit_code = ExitCode::kDone;
  store::ConfigTable table(connection, project.name, config_place(project));
  BEDSTONE_ASSIGN(const auto revision, table.revision());
  report.revision = revision.value_or(0);
  BEDSTONE_ASSIGN(const auto history, table.history("", 1));
  if (!history.empty()) {
    report.changed_at = history.front().changed_at;
    report.changed_by = history.front().changed_by;
    report.reason = history.front().reason;
  }
  BEDSTONE_ASSIGN(const auto rows, store::InstanceTable(connection, project.name).list());
  for (const store::InstanceRow& row : rows) {
    ConfigInstance& instance = report.instances.emplace_back();
    instance = {row.id,      row.program,  row.host, row.pid, row.version, row.started_at,
                row.seen_at, row.revision, false,    "",      row.problem};
    instance.lags = row.revision < report.revision;
    if (!instance.lags) continue;
    BEDSTONE_ASSIGN(const auto missed, table.after(row.revision));
    if (!missed.empty()) instance.lags_since = missed.front().changed_at;
  }
  return report;
}

ConfigStatusReport config_status(const Host& host, const ProjectOptions& options) {
  ConfigStatusReport report;
  const auto project = load(host, options);
  if (!project) {
    report.errors = project.error();
    report.exit_code = exit_code_for(report.errors);
    return report;
  }
  const auto connected =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  auto read = connected ? config_status(*connected->connection, *project) : fail(connected.error());
  if (read) return *std::move(read);
  report.project = project->name;
  report.database = project->database.url->redacted();
  report.errors.push_back(std::move(read).error());
  report.exit_code = exit_code_for(report.errors);
  return report;
}

ConfigWatchReport config_watch(const Host& host, const ProjectOptions& options,
                               const ConfigWatchOptions& watch) {
  ConfigWatchReport report;
  const auto project = load(host, options);
  auto settings =
      project ? read_declarations(*project) : Checked<config::Settings>(fail(project.error()));
  if (!settings) {
    report.errors = std::move(settings).error();
    report.exit_code = exit_code_for(report.errors);
    return report;
  }
  return Follower(host, *project, *settings, watch).run();
}

}  // namespace bedstone::bootstrap
