// Checks of the connection itself: speed, encryption, rights, settings of the engine.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/files.hpp"
#include "base/text.hpp"
#include "health/checks.hpp"

namespace bedstone::health {
namespace {

/// The best of three, so that one hiccup is no finding.
Result<double> latency(const Subject& subject) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const Stopwatch watch(subject.clock);
    BEDSTONE_ASSIGN(const auto rows, subject.connection->query("SELECT 1"));
    if (!rows.empty()) best = std::min(best, watch.seconds());
  }
  return best;
}

HealthFinding answered(const Subject& subject, std::string_view program, double seconds) {
  // "15.18 (Debian 15.18-0+deb12u1)"
  const std::string_view version = subject.connection->session().server_version_text;
  HealthFinding finding =
      pass(fmt::format("{} {} answers in {}", program, version.substr(0, version.find(' ')),
                       text::format_duration(seconds)));
  worsen(finding, judge(seconds, subject.limits));
  if (finding.outcome != HealthOutcome::kPass)
    finding.advice = "see whether the network or the server is busy, and whether it is far away";
  return finding;
}

using SettingMap = std::map<std::string, std::string, std::less<>>;

/// A setting of the server that bites: what it must not be, and what then.
struct Bite {
  std::string_view name;
  std::string_view value;  ///< The one that bites.
  HealthOutcome outcome;
  Severity severity;
  std::string_view what;
  std::string_view better;
};

constexpr std::array kBites{
    Bite{"fsync", "off", HealthOutcome::kFail, Severity::kCritical,
         "a crash of the machine can destroy the whole cluster", "on"},
    Bite{"full_page_writes", "off", HealthOutcome::kFail, Severity::kCritical,
         "a crash of the machine can leave torn pages", "on"},
    Bite{"zero_damaged_pages", "on", HealthOutcome::kFail, Severity::kCritical,
         "damaged pages are emptied in silence", "off"},
    Bite{"ignore_checksum_failure", "on", HealthOutcome::kFail, Severity::kCritical,
         "damaged pages are read as if they were whole", "off"},
    Bite{"synchronous_commit", "off", HealthOutcome::kWarn, Severity::kWarning,
         "a crash loses the last transactions, although they were reported done", "on"},
    Bite{"autovacuum", "off", HealthOutcome::kWarn, Severity::kWarning,
         "tables grow and statistics age, until the server must stop to freeze them", "on"},
    Bite{"track_activities", "off", HealthOutcome::kWarn, Severity::kWarning,
         "nobody can see what sessions do", "on"},
    Bite{"password_encryption", "md5", HealthOutcome::kWarn, Severity::kWarning,
         "new passwords are stored in a form that is broken", "scram-sha-256"},
    Bite{"idle_in_transaction_session_timeout", "0", HealthOutcome::kWarn, Severity::kInfo,
         "a forgotten transaction holds its locks for ever", "10min"},
};

void add_bites(const Subject& subject, const SettingMap& settings, HealthFinding& finding) {
  for (const Bite& bite : kBites) {
    const auto found = settings.find(bite.name);
    if (found == settings.end() || found->second != bite.value) continue;
    finding.details.push_back(fmt::format("{} is {}: {}", bite.name, bite.value, bite.what));
    const bool worse = finding.repair.empty() || bite.severity > finding.severity;
    finding.outcome = std::max(finding.outcome, bite.outcome);
    finding.severity = std::max(finding.severity, bite.severity);
    if (!worse) continue;
    finding.repair = sql_command(subject.project,
                                 fmt::format("ALTER SYSTEM SET {} = '{}'", bite.name, bite.better));
    finding.advice = "set it, and reload: SELECT pg_reload_conf()";
  }
  const auto most = settings.find("max_connections");
  if (most != settings.end() && text::parse_integer(most->second).value_or(100) < 20) {
    finding.details.push_back("max_connections is " + most->second +
                              ": a few replicas with their pools use that up");
    worsen(finding, HealthOutcome::kWarn);
    if (finding.repair.empty()) {
      finding.repair = sql_command(subject.project, "ALTER SYSTEM SET max_connections = '100'");
      finding.advice = "set it, and restart the server";
    }
  }
}

std::string pragma(db::Connection& connection, std::string_view name) {
  const auto rows = connection.query(fmt::format("PRAGMA {}", name));
  return rows && !rows->empty() ? std::string(rows->text(0, 0)) : std::string();
}

double file_size(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<double>(info.st_size) : 0;
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace

Result<HealthFinding> sqlite_connection(const Subject& subject) {
  BEDSTONE_ASSIGN(const double seconds, latency(subject));
  // The schema is read only now: a file that is none is found here at the latest.
  BEDSTONE_ASSIGN(const auto tables,
                  subject.connection->query("SELECT count(*) FROM sqlite_schema"));
  HealthFinding finding = answered(subject, "SQLite", seconds);
  finding.details.push_back(fmt::format("{} objects", tables.text(0, 0)));
  return finding;
}

Result<HealthFinding> postgres_connection(const Subject& subject) {
  BEDSTONE_ASSIGN(const double seconds, latency(subject));
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT pg_is_in_recovery(), to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', "
          "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), coalesce(extract(epoch FROM clock_timestamp() - "
          "pg_last_xact_replay_timestamp())::bigint, -1)"));
  HealthFinding finding = answered(subject, "PostgreSQL", seconds);
  finding.details.push_back(fmt::format("up since {}", rows.text(0, 1)));
  if (!rows.boolean(0, 0)) return finding;
  worsen(finding, HealthOutcome::kWarn);
  finding.evidence += ", but is a standby and takes no writes";
  const std::int64_t lag = rows.integer(0, 2, -1);
  if (lag >= 0)
    finding.details.push_back(fmt::format("the last transaction it replayed is {} old",
                                          text::format_duration(static_cast<double>(lag))));
  if (finding.advice.empty())
    finding.advice = "name the primary in the URL, or add target_session_attrs=read-write to it";
  return finding;
}

Result<HealthFinding> postgres_tls(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query("SELECT s.ssl, coalesce(s.version, ''), coalesce(s.cipher, ''), "
                                "coalesce(host(inet_client_addr()), '') FROM "
                                "pg_catalog.pg_stat_ssl s WHERE s.pid = pg_backend_pid()"));
  if (rows.empty()) return not_checked("not checked: the server does not say");
  if (rows.boolean(0, 0))
    return pass(fmt::format("encrypted with {} ({})", rows.text(0, 1), rows.text(0, 2)));
  const std::string_view address = rows.text(0, 3);
  if (address.empty()) return pass("not encrypted, and not needed: a socket of this machine");
  if (is_loopback(address)) return pass("not encrypted, and not needed: this machine's loopback");
  return warn(fmt::format("what is sent from {} is not encrypted", address),
              "turn TLS on at the server (ssl = on), and ask for it in the URL",
              "append ?sslmode=verify-full to the database's URL");
}

Result<HealthFinding> sqlite_rights(const Subject& subject) {
  const db::Url& url = *subject.project.database.url;
  if (url.is_memory()) return pass("a database in memory is this process's alone");
  const std::string folder = files::parent(url.path());
  const bool file = ::access(url.path().c_str(), W_OK) == 0;
  const bool beside = ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
  if (file && beside) return pass("may read and write");
  if (!file) return pass("may only read: the file is not writable for this user");
  return warn(fmt::format("may write the file, but not beside it in {}", folder),
              "SQLite keeps its journal beside the file, so nothing can be written",
              fmt::format("chmod u+w {}", text::shell_quote(folder)));
}

Result<HealthFinding> postgres_rights(const Subject& subject) {
  const std::string& schema = subject.project.database.schema;
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT current_user, r.rolsuper, n.oid IS NOT NULL, coalesce(has_schema_privilege("
          "n.oid, 'USAGE'), false), coalesce(has_schema_privilege(n.oid, 'CREATE'), false), "
          "coalesce((SELECT bool_or(a.privilege_type = 'CREATE' AND a.grantee = 0) FROM "
          "aclexplode(n.nspacl) a), false), (SELECT count(*) FROM pg_catalog.pg_class c WHERE "
          "c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT "
          "has_table_privilege(c.oid, 'SELECT')) FROM pg_catalog.pg_roles r LEFT JOIN "
          "pg_catalog.pg_namespace n ON n.nspname = $1 WHERE r.rolname = current_user",
          {schema}));
  if (rows.empty()) return not_checked("not checked: the role is not in pg_roles");
  const std::string role(rows.text(0, 0));
  const bool there = rows.boolean(0, 2), usage = rows.boolean(0, 3), create = rows.boolean(0, 4);
  const auto& dialect = subject.connection->dialect();
  if (there && !usage) {
    return fail_with(Severity::kError, fmt::format("{} may not use the schema {}", role, schema),
                     "let its owner grant the right",
                     sql_command(subject.project, fmt::format("GRANT USAGE ON SCHEMA {} TO {}",
                                                              dialect.quote_identifier(schema),
                                                              dialect.quote_identifier(role))));
  }
  HealthFinding finding =
      pass(fmt::format("{} may {}", role, create ? "migrate" : "use what is there, not migrate"));
  if (const auto hidden = rows.integer(0, 6); hidden > 0)
    finding.details.push_back(fmt::format("{} that it may not read", text::count(hidden, "table")));
  if (rows.boolean(0, 5)) {
    worsen(finding, HealthOutcome::kWarn);
    finding.evidence = fmt::format("every role may create objects in the schema {}", schema);
    finding.advice = "such an object may be run with the rights of whoever finds it first";
    finding.repair = sql_command(
        subject.project,
        fmt::format("REVOKE CREATE ON SCHEMA {} FROM PUBLIC", dialect.quote_identifier(schema)));
  }
  if (rows.boolean(0, 1)) {
    worsen(finding, HealthOutcome::kWarn);
    finding.evidence = fmt::format("{} is a superuser", role);
    finding.advice =
        "nothing holds a superuser back; give the project a role that owns its "
        "objects and no more (docs/security.md)";
    finding.repair = sql_command(
        subject.project, fmt::format("ALTER ROLE {} NOSUPERUSER", dialect.quote_identifier(role)));
  }
  return finding;
}

Result<HealthFinding> sqlite_settings(const Subject& subject) {
  db::Connection& connection = *subject.connection;
  const std::string& path = subject.project.database.url->path();
  const std::string mode = pragma(connection, "journal_mode");
  const auto number = [&](std::string_view name) {
    return static_cast<double>(text::parse_integer(pragma(connection, name)).value_or(0));
  };
  const double page = number("page_size"), pages = number("page_count"),
               unused = number("freelist_count");
  HealthFinding finding = pass(fmt::format("journal mode {}, {} in pages of {}", mode,
                                           bytes_text(page * pages), bytes_text(page)));
  finding.details.push_back(fmt::format(
      "synchronous is {} and foreign_keys {} in Bedstone's sessions; each program sets its own",
      pragma(connection, "synchronous"), pragma(connection, "foreign_keys")));
  if (mode == "delete" || mode == "truncate" || mode == "persist") {
    worsen(finding, HealthOutcome::kWarn);
    finding.severity = Severity::kInfo;
    finding.advice = "readers and writers block one another; with a write-ahead log they do not";
    finding.repair = sql_command(subject.project, "PRAGMA journal_mode = WAL");
  }
  if (unused * page > 10e6 && unused > pages / 2) {
    set_outcome(finding, HealthOutcome::kWarn);
    finding.evidence = fmt::format("{} of the file's {} are empty", bytes_text(unused * page),
                                   bytes_text(pages * page));
    finding.advice = "give the room back when nobody uses the database";
    finding.repair = sql_command(subject.project, "VACUUM");
  }
  if (const double log = file_size(path + "-wal"); log > 256e6) {
    set_outcome(finding, HealthOutcome::kWarn);
    finding.evidence = fmt::format("the write-ahead log has grown to {}", bytes_text(log));
    finding.advice = "a reader that never ends keeps it from being taken over; end it, then";
    finding.repair = sql_command(subject.project, "PRAGMA wal_checkpoint(TRUNCATE)");
  }
  return finding;
}

Result<HealthFinding> postgres_settings(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('fsync', "
          "'full_page_writes', 'zero_damaged_pages', 'ignore_checksum_failure', "
          "'synchronous_commit', 'autovacuum', 'track_activities', 'password_encryption', "
          "'idle_in_transaction_session_timeout', 'max_connections', 'wal_level', "
          "'data_checksums', 'statement_timeout', 'TimeZone')"));
  SettingMap settings;
  for (std::size_t i = 0; i < rows.size(); ++i)
    settings.emplace(rows.text(i, 0), rows.text(i, 1));
  HealthFinding finding;
  add_bites(subject, settings, finding);
  const auto count = static_cast<std::int64_t>(finding.details.size());
  finding.evidence =
      count == 0 ? fmt::format("max_connections {}, wal_level {}", settings["max_connections"],
                               settings["wal_level"])
                 : fmt::format("{} of the server to look at", text::count(count, "setting"));
  finding.details.push_back(fmt::format("data_checksums is {}", settings["data_checksums"]));
  return finding;
}

}  // namespace bedstone::health
