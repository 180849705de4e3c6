// Getting hold of a database: connection, pooler, lock, own tables.
#include "bootstrap/work.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/hash.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/provide.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr int kOldestServer = 100000;

Error too_old(const db::SessionInfo& server) {
  return Error(ErrorCode::kServerTooOld,
               fmt::format("PostgreSQL {} is too old to be migrated", server.server_version_text))
      .because("Bedstone needs version 10 or newer")
      .advise("upgrade the server, or use another one");
}

Error standby(const db::Url& url) {
  return Error(ErrorCode::kReadOnlyDatabase,
               fmt::format("{} is a standby and takes no writes", url.redacted()))
      .because("it replays another server's changes; migrations are pending")
      .advise(
          "connect to the primary: with several hosts in the URL, add "
          "target_session_attrs=read-write");
}

}  // namespace

Account::Account(const Clock& clock)
    : run_id(random_id()), started_at(to_iso(clock.now())), watch(clock) {}

Work::Work(const Host& the_host, const Project& the_project, const Release& the_release,
           const UpOptions& the_options, Account& the_account)
    : host(the_host),
      project(the_project),
      release(the_release),
      options(the_options),
      account(the_account) {}

Status Work::connect() {
  ConnectRequest request{*project.database.url, db::Access::kReadWrite,
                         options.create.value_or(project.may_create()),
                         options.wait.value_or(project.database.wait)};
  if (account.transfers) request.create_with = "the same command with --create";
  BEDSTONE_ASSIGN(auto connected, bootstrap::connect(host, request));
  connection = std::move(connected.connection);
  if (connected.created) {
    account.created_database = true;
    account.state_before = DatabaseState::kNoDatabase;
    account.lifecycle_before = Lifecycle::kNoDatabase;
    note({.kind = "create_database",
          .subject = project.database.url->redacted(),
          .outcome = "done"});
  }
  store.emplace(*connection, project.name);
  return {};
}

Result<FastAnswer> Work::ask_ready() {
  return bootstrap::ask_ready(host, *connection, *store, project, release);
}

Status Work::look() {
  ObserveOptions observe_options;
  observe_options.strict_order = options.strict_order || project.migrations.strict_order;
  observe_options.force_schema = look_closely;
  BEDSTONE_ASSIGN(seen, observe(*connection, *store, project, release, observe_options));
  if (!account.state_before) account.state_before = seen.state;
  if (seen.layout == store::kLayout) {
    store::Transitions transitions(*connection, project.name);
    BEDSTONE_ASSIGN(application.running, transitions.is_running(host.clock.now()));
  }
  return {};
}

bool Work::is_foreign() const {
  return seen.state == DatabaseState::kForeign;
}

Status Work::use_direct_url() {
  if (!project.database.direct_url) return {};
  const ConnectRequest request{*project.database.direct_url, db::Access::kReadWrite, false,
                               options.wait.value_or(project.database.wait)};
  BEDSTONE_ASSIGN(auto connected, bootstrap::connect(host, request));
  connection = std::move(connected.connection);
  store.emplace(*connection, project.name);
  return {};
}

Status Work::detect_pooler() {
  database_user_ = user_name();
  if (connection->engine() == db::Engine::kPostgres) {
    const db::SessionInfo& server = connection->session();
    if (server.server_version < kOldestServer) return fail(too_old(server));
    BEDSTONE_ASSIGN(const auto rows,
                    connection->query("SELECT current_user, pg_catalog.pg_is_in_recovery()"));
    database_user_ = rows.text(0, 0);
    if (rows.boolean(0, 1)) return fail(standby(working_url(project)));
  }
  BEDSTONE_ASSIGN(pooled, runs_pooled(host, project, *connection));
  if (pooled) {
    host.log.debug("behind a transaction pooler: the lock is taken per transaction");
  }
  return {};
}

migrate::RunnerOptions Work::runner_options() const {
  migrate::RunnerOptions result;
  result.run_id = account.run_id;
  result.applied_by = database_user_;
  result.host = host_name();
  result.session.engine = connection->engine();
  result.session.schema = project.database.schema;
  result.session.owner = project.roles.owner;
  if (project.database.ddl_lock_timeout) {
    result.session.ddl_lock_timeout = *project.database.ddl_lock_timeout;
  }
  result.session.pooled = pooled;
  result.patience = options.lock_timeout.value_or(project.database.lock_timeout);
  result.begin_locked = lock_->begin_locked();
  result.announce = [lock = lock_.get()](const std::string& step) { return lock->announce(step); };
  return result;
}

Status Work::lock(bool foreign_too) {
  BEDSTONE_TRY(use_direct_url());
  BEDSTONE_TRY(detect_pooler());
  const LockRequest request{
      host,         *connection, working_url(project),
      project.name, pooled,      options.lock_timeout.value_or(project.database.lock_timeout)};
  BEDSTONE_ASSIGN(lock_, RunLock::acquire(request));
  runner_.emplace(*connection, *store, host.clock, host.log, host.cancel, runner_options());
  BEDSTONE_TRY(runner_->prepare());
  // What was pending a moment ago may have been done by whom we waited for.
  BEDSTONE_TRY(look());
  if (!seen.drift.empty()) drift_ = Drift{seen.recorded_schema, seen.live_schema};
  if (is_foreign() && !foreign_too) return {};
  if (!seen.problems.empty() && !foreign_too) return {};
  BEDSTONE_TRY(provide_store());
  for (const store::MigrationRow& row : seen.history) {
    sequence_ = std::max(sequence_, row.sequence);
  }
  return {};
}

Status Work::provide_store() {
  if (seen.layout == store::kLayout) return {};
  const auto begin = lock_->begin_locked();
  BEDSTONE_TRY(begin ? begin() : connection->begin());
  auto upgraded = [&]() -> Status {
    // Another project's process may have made the tables since.
    BEDSTONE_ASSIGN(const int layout, store->layout());
    if (layout < store::kLayout) BEDSTONE_TRY(store->upgrade(layout));
    return connection->commit();
  }();
  if (upgraded) {
    seen.layout = store::kLayout;
    return {};
  }
  const Status undone = connection->rollback();
  if (!undone) host.log.debug(undone.error().message);
  // Two projects of one database have two locks, and may both make the tables: the loser looks
  // again. 23505 and 42P07 are what PostgreSQL calls that.
  const std::string& state = upgraded.error().sqlstate;
  if (state == "23505" || state == "42P07" || state == "42710" || state == "42P06") {
    BEDSTONE_ASSIGN(seen.layout, store->layout());
    if (seen.layout == store::kLayout) return {};
  }
  return upgraded;
}

std::function<Status()> Work::begin_function() const {
  return lock_ ? lock_->begin_locked() : std::function<Status()>();
}

Status Work::write(const std::vector<store::Bound>& statements) {
  if (!pooled) return store->write(statements);
  BEDSTONE_TRY(lock_->begin_locked()());
  for (const store::Bound& one : statements) {
    const auto done = connection->execute(one.statement());
    if (done) continue;
    const Status undone = connection->rollback();
    if (!undone) host.log.debug(undone.error().message);
    return fail(done.error());
  }
  return connection->commit();
}

void Work::note(Step step) {
  host.log.debug(fmt::format("{} {}: {}", step.kind, step.subject, step.outcome));
  account.steps.push_back(std::move(step));
}

void Work::note_transition(const store::Transition& transition) {
  host.log.info(fmt::format("{}: {} → {} ({})", project.name, transition.from, transition.to,
                            transition.cause));
  account.transitions.push_back(transition);
}

void Work::record_lifecycle(Lifecycle now, std::string_view cause) {
  store::Transitions transitions(*connection, project.name);
  const auto begin = begin_function();
  const Status begun = begin ? begin() : connection->begin();
  if (!begun) return host.log.debug(begun.error().message);
  const auto moved = transitions.record(account.lifecycle_before.value_or(now), now, cause,
                                        account.recorded ? account.run_id : "");
  const Status ended = moved ? connection->commit() : connection->rollback();
  if (!moved) host.log.debug(moved.error().message);
  if (!ended) host.log.debug(ended.error().message);
  if (moved && *moved && ended) note_transition(**moved);
}

void Work::progress(std::string_view step, std::string_view subject, std::size_t done,
                    std::size_t total) const {
  if (options.on_progress) options.on_progress({step, subject, done, total});
}

std::optional<Error> Work::interruption() const {
  if (host.cancel == nullptr || !host.cancel->requested()) return std::nullopt;
  return Error(ErrorCode::kInterrupted, "interrupted")
      .because(host.cancel->signal() == 0 ? "the caller asked to stop"
                                          : fmt::format("signal {}", host.cancel->signal()))
      .advise("what was done is recorded; run the same command again to go on from there");
}

}  // namespace bedstone::bootstrap
