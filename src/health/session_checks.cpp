// Checks of who else is there: connections, transactions, locks; and of how fast it all is. The
// text of other sessions' statements is never shown: it may hold what is secret.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "health/checks.hpp"

namespace bedstone::health {
namespace {

std::string terminate(const Subject& subject, std::int64_t pid) {
  return sql_command(subject.project, fmt::format("SELECT pg_terminate_backend({})", pid));
}

/// "process 4711 (hub, web) from 10.0.0.7"
std::string session_text(std::int64_t pid, std::string_view user, std::string_view application,
                         std::string_view address) {
  std::string who(user);
  if (!application.empty()) who += (who.empty() ? "" : ", ") + std::string(application);
  std::string text = fmt::format("process {}", pid);
  if (!who.empty()) text += fmt::format(" ({})", who);
  if (!address.empty()) text += fmt::format(" from {}", address);
  return text;
}

double seconds_of(const db::Rows& rows, std::size_t row, std::size_t column) {
  return std::strtod(std::string(rows.text(row, column)).c_str(), nullptr);
}

/// Sessions that a plain role cannot look into show no state.
Result<std::int64_t> hidden_sessions(db::Connection& connection) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname "
                                   "= current_database() AND state IS NULL AND pid <> "
                                   "pg_backend_pid() AND usename IS NOT NULL AND query = "
                                   "'<insufficient privilege>'"));
  return rows.integer(0, 0);
}

void tell_hidden(const Subject& subject, std::int64_t hidden, HealthFinding& finding) {
  if (hidden == 0) return;
  finding.details.push_back(
      fmt::format("{} of other roles cannot be seen", text::count(hidden, "session")));
  if (finding.advice.empty()) {
    finding.advice = "to see all sessions, the role needs pg_monitor";
    const std::string& user = subject.project.database.url->user();
    if (user.empty()) return;
    finding.repair = sql_command(subject.project,
                                 fmt::format("GRANT pg_monitor TO {}",
                                             subject.connection->dialect().quote_identifier(user)));
  }
}

struct Transactions {
  std::string_view condition;
  std::string_view since;
  std::string_view fine;
  std::string_view noun;
  std::string_view advice;
};

/// Sessions whose transaction has been in some state for long.
Result<HealthFinding> transactions(const Subject& subject, const Transactions& what) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(fmt::format(
          "SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), "
          "coalesce(host(client_addr), ''), extract(epoch FROM clock_timestamp() - {0}), "
          "coalesce(state, '') FROM pg_catalog.pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND "
          "xact_start IS NOT NULL AND {1} ORDER BY {0} LIMIT 20",
          what.since, what.condition)));
  BEDSTONE_ASSIGN(const std::int64_t hidden, hidden_sessions(*subject.connection));
  HealthFinding finding = pass(std::string(what.fine));
  std::int64_t count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double age = seconds_of(rows, i, 4);
    const HealthOutcome outcome = judge(age, subject.limits);
    if (outcome == HealthOutcome::kPass) continue;
    worsen(finding, outcome);
    if (count++ == 0) finding.repair = terminate(subject, rows.integer(i, 0));
    finding.details.push_back(fmt::format(
        "{}: {} for {}",
        session_text(rows.integer(i, 0), rows.text(i, 1), rows.text(i, 2), rows.text(i, 3)),
        rows.text(i, 5), text::format_duration(age)));
  }
  if (count > 0) {
    finding.evidence = text::count(count, what.noun);
    finding.advice = what.advice;
  }
  tell_hidden(subject, hidden, finding);
  limit_details(finding);
  return finding;
}

/// Prepared transactions outlive their sessions, and hold their locks as long.
Result<HealthFinding> with_prepared(const Subject& subject, HealthFinding finding) {
  BEDSTONE_ASSIGN(const auto rows,
                  subject.connection->query(
                      "SELECT gid, owner, extract(epoch FROM clock_timestamp() - prepared) FROM "
                      "pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY "
                      "prepared"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double age = seconds_of(rows, i, 2);
    const HealthOutcome outcome = judge(age, subject.limits);
    if (outcome == HealthOutcome::kPass) continue;
    if (finding.outcome == HealthOutcome::kPass) {
      finding.evidence = "a prepared transaction waits for its end";
      finding.advice = "its coordinator forgot it; commit it or roll it back";
      finding.repair =
          sql_command(subject.project,
                      fmt::format("ROLLBACK PREPARED {}",
                                  subject.connection->dialect().quote_literal(rows.text(i, 0))));
    }
    worsen(finding, outcome);
    finding.details.push_back(fmt::format("prepared by {} {} ago: {}", rows.text(i, 1),
                                          text::format_duration(age), rows.text(i, 0)));
  }
  return finding;
}

void tell_lock(const Subject& subject, HealthFinding& finding) {
  const auto& lock = subject.facts.status().lock;
  if (!lock) {
    finding.details.emplace_back("nobody holds Bedstone's lock");
    return;
  }
  finding.details.push_back(fmt::format("Bedstone's lock is held by process {} on {} since {}{}",
                                        lock->pid, lock->host, lock->since,
                                        lock->step.empty() ? "" : ", at " + lock->step));
  if (finding.outcome == HealthOutcome::kPass) finding.evidence = "a run of Bedstone is at work";
}

}  // namespace

Result<HealthFinding> postgres_connections(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client "
          "backend'), current_setting('max_connections')::bigint - "
          "current_setting('superuser_reserved_connections')::bigint, d.datconnlimit, (SELECT "
          "count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()), "
          "r.rolconnlimit, (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usename = "
          "current_user), r.rolsuper, d.datname, r.rolname FROM pg_catalog.pg_database d, "
          "pg_catalog.pg_roles r WHERE d.datname = current_database() AND r.rolname = "
          "current_user"));
  if (rows.empty()) return not_checked("not checked: the server does not say");
  HealthFinding finding;
  double worst = -1;
  std::string repair;
  const auto look = [&](std::string_view whose, std::int64_t used, std::int64_t most,
                        std::string_view more) {
    if (most <= 0) return;
    const double percent = 100.0 * static_cast<double>(used) / static_cast<double>(most);
    if (percent <= worst) return;
    worst = percent;
    finding.evidence =
        fmt::format("{} of {} {} connections in use ({:.0f} %)", used, whose, most, percent);
    repair = more;
  };
  const auto& dialect = subject.connection->dialect();
  const bool counts = !rows.boolean(0, 6);  // A superuser is held by the server's limit alone.
  look("the server's", rows.integer(0, 0), rows.integer(0, 1),
       "ALTER SYSTEM SET max_connections = '200'");
  if (counts) {
    const std::int64_t database = rows.integer(0, 2), role = rows.integer(0, 4);
    look("the database's", rows.integer(0, 3), database,
         fmt::format("ALTER DATABASE {} CONNECTION LIMIT {}",
                     dialect.quote_identifier(rows.text(0, 7)), 2 * database));
    look("the role's", rows.integer(0, 5), role,
         fmt::format("ALTER ROLE {} CONNECTION LIMIT {}", dialect.quote_identifier(rows.text(0, 8)),
                     2 * role));
  }
  worsen(finding, judge(worst, subject.limits));
  if (finding.outcome == HealthOutcome::kPass) return finding;
  finding.advice =
      "make the applications' pools smaller, or put a pooler between (docs/databases.md); an "
      "administrator may raise the limit";
  finding.repair = sql_command(subject.project, repair);
  BEDSTONE_ASSIGN(const auto users,
                  subject.connection->query(
                      "SELECT coalesce(nullif(application_name, ''), '(no name)'), count(*) FROM "
                      "pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' GROUP BY "
                      "1 ORDER BY 2 DESC, 1 LIMIT 8"));
  for (std::size_t i = 0; i < users.size(); ++i)
    finding.details.push_back(fmt::format("{} by {}", users.text(i, 1), users.text(i, 0)));
  return finding;
}

Result<HealthFinding> postgres_long_transactions(const Subject& subject) {
  BEDSTONE_ASSIGN(
      HealthFinding finding,
      transactions(subject,
                   {.condition = "true",
                    .since = "xact_start",
                    .fine = "no transaction has been open for long",
                    .noun = "long transaction",
                    .advice = "dead rows cannot be cleaned up meanwhile, and migrations wait; end "
                              "it where it comes from, or from here"}));
  return with_prepared(subject, std::move(finding));
}

Result<HealthFinding> postgres_idle_in_transaction(const Subject& subject) {
  return transactions(subject, {.condition = "state LIKE 'idle in transaction%'",
                                .since = "state_change",
                                .fine = "no session idles in a transaction",
                                .noun = "session",
                                .advice = "it idles in a transaction and keeps its locks: the "
                                          "program forgot COMMIT, or waits for something else"});
}

Result<HealthFinding> sqlite_locks(const Subject& subject) {
  HealthFinding finding = pass("no run of Bedstone is at work");
  tell_lock(subject, finding);
  return finding;
}

Result<HealthFinding> postgres_locks(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), extract(epoch "
          "FROM clock_timestamp() - coalesce(a.query_start, a.xact_start, a.backend_start)), "
          "b.pid, coalesce(b.usename, ''), coalesce(b.application_name, ''), "
          "coalesce(host(b.client_addr), ''), coalesce(b.state, ''), coalesce(extract(epoch FROM "
          "clock_timestamp() - b.xact_start), 0), cardinality(pg_blocking_pids(b.pid)) = 0 FROM "
          "pg_catalog.pg_stat_activity a CROSS JOIN LATERAL unnest(pg_blocking_pids(a.pid)) AS "
          "w(pid) LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = w.pid WHERE a.datname = "
          "current_database() ORDER BY 11 DESC, 4 DESC LIMIT 50"));
  HealthFinding finding = pass("nobody waits for anybody");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double waited = seconds_of(rows, i, 3);
    worsen(finding, judge(waited, subject.limits));
    finding.details.push_back(fmt::format(
        "{} waits for {} ({}, in its transaction for {}) since {}",
        session_text(rows.integer(i, 0), rows.text(i, 1), rows.text(i, 2), ""),
        session_text(rows.integer(i, 4), rows.text(i, 5), rows.text(i, 6), rows.text(i, 7)),
        rows.text(i, 8), text::format_duration(seconds_of(rows, i, 9)),
        text::format_duration(waited)));
  }
  if (!rows.empty()) {
    finding.evidence = fmt::format("{} for a lock",
                                   rows.size() == 1 ? std::string("1 session waits")
                                                    : fmt::format("{} sessions wait", rows.size()));
    finding.advice =
        "the first that is waited for holds up the others; end it where it comes "
        "from, or from here";
    finding.repair = terminate(subject, rows.integer(0, 4));
  }
  limit_details(finding);
  tell_lock(subject, finding);
  return finding;
}

Result<HealthFinding> postgres_slow_queries(const Subject& subject) {
  db::Connection& connection = *subject.connection;
  BEDSTONE_ASSIGN(const auto extension,
                  connection.query("SELECT format('%I.pg_stat_statements', n.nspname) FROM "
                                   "pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON "
                                   "n.oid = e.extnamespace WHERE e.extname = "
                                   "'pg_stat_statements'"));
  if (extension.empty()) {
    HealthFinding finding = not_checked("not checked: pg_stat_statements is not installed here");
    finding.advice = "add it to shared_preload_libraries, restart the server, then";
    finding.repair = sql_command(subject.project, "CREATE EXTENSION pg_stat_statements");
    return finding;
  }
  // Its columns were renamed in 13. Only statements whose constants it takes out are read.
  const bool renamed = connection.session().server_version >= 130000;
  const auto rows = connection.query(fmt::format(
      "SELECT query, calls, {0} / 1000.0, {1} / 1000.0 FROM {2} WHERE dbid = (SELECT oid FROM "
      "pg_catalog.pg_database WHERE datname = current_database()) AND query ~* "
      "'^\\s*(select|insert|update|delete|with)\\y' ORDER BY 3 DESC LIMIT 5",
      renamed ? "mean_exec_time" : "mean_time", renamed ? "total_exec_time" : "total_time",
      extension.text(0, 0)));
  if (!rows && rows.error().sqlstate == "55000")
    return not_checked("not checked: pg_stat_statements is not in shared_preload_libraries");
  if (!rows) return fail(rows.error());
  HealthFinding finding = pass("no statement takes long in the mean");
  std::int64_t slow = 0;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const double mean = seconds_of(*rows, i, 2);
    const HealthOutcome outcome = judge(mean, subject.limits);
    if (outcome != HealthOutcome::kPass) ++slow;
    worsen(finding, outcome);
    finding.details.push_back(fmt::format(
        "{} in the mean, {} in all, {}: {}", text::format_duration(mean),
        text::format_duration(seconds_of(*rows, i, 3)), text::count(rows->integer(i, 1), "call"),
        text::excerpt(rows->text(i, 0), 100)));
  }
  if (slow > 0) {
    finding.evidence = fmt::format("{} in the mean {} or more", text::count(slow, "statement"),
                                   text::format_duration(subject.limits.warn));
    finding.advice = "look at its plan with EXPLAIN (ANALYZE, BUFFERS); an index may be missing";
  }
  return finding;
}

Result<HealthFinding> postgres_performance(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT pg_database_size(datname), blks_hit, blks_read, deadlocks, temp_bytes, "
          "xact_commit, xact_rollback FROM pg_catalog.pg_stat_database WHERE datname = "
          "current_database()"));
  HealthFinding finding;
  if (rows.empty()) return not_checked("not checked: the server has no statistics");
  const auto number = [&](std::size_t column) {
    return static_cast<double>(rows.integer(0, column));
  };
  const double reads = number(1) + number(2);
  finding.evidence = fmt::format("{}, {:.1f} % of pages read from memory", bytes_text(number(0)),
                                 reads <= 0 ? 100.0 : 100.0 * number(1) / reads);
  finding.details.push_back(fmt::format(
      "{} and {} since the statistics began, {} of temporary files, {}",
      text::count(rows.integer(0, 5), "commit"), text::count(rows.integer(0, 6), "rollback"),
      bytes_text(number(4)), text::count(rows.integer(0, 3), "deadlock")));
  if (reads > 1e6 && number(1) / reads < 0.9) {
    worsen(finding, HealthOutcome::kWarn);
    finding.advice = "most of what is read does not fit into memory: see shared_buffers";
    finding.repair = sql_command(subject.project, "SHOW shared_buffers");
  }
  BEDSTONE_ASSIGN(const auto tables,
                  subject.connection->query(
                      "SELECT format('%I.%I', schemaname, relname), n_dead_tup, n_live_tup FROM "
                      "pg_catalog.pg_stat_user_tables WHERE n_dead_tup > 10000 ORDER BY "
                      "n_dead_tup DESC LIMIT 10"));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto dead = static_cast<double>(tables.integer(i, 1));
    const double percent = 100.0 * dead / (dead + static_cast<double>(tables.integer(i, 2)));
    const HealthOutcome outcome = judge(percent, subject.limits);
    if (outcome == HealthOutcome::kPass) continue;
    worsen(finding, outcome);
    finding.details.push_back(
        fmt::format("{:.0f} % of the rows of {} are dead", percent, tables.text(i, 0)));
    if (!finding.repair.empty()) continue;
    finding.advice = "autovacuum does not keep up, or a long transaction keeps it off";
    finding.repair =
        sql_command(subject.project, fmt::format("VACUUM (ANALYZE) {}", tables.text(i, 0)));
  }
  return finding;
}

Result<HealthFinding> postgres_wraparound(const Subject& subject) {
  BEDSTONE_ASSIGN(const auto rows,
                  subject.connection->query("SELECT age(datfrozenxid) FROM pg_catalog.pg_database "
                                            "WHERE datname = current_database()"));
  const double percent = 100.0 * static_cast<double>(rows.integer(0, 0)) / 2147483648.0;
  HealthFinding finding =
      pass(fmt::format("{:.0f} % of the transaction numbers are in use", std::floor(percent)));
  worsen(finding, judge(percent, subject.limits));
  if (finding.outcome == HealthOutcome::kPass) return finding;
  finding.advice =
      "at 100 % the server takes no more writes; see what keeps autovacuum from "
      "freezing, then, as a superuser";
  finding.repair = sql_command(subject.project, "VACUUM (FREEZE)");
  return finding;
}

}  // namespace bedstone::health
