// Checks of objects and rows: indexes, constraints, orphans, sequences, damage.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "health/checks.hpp"
#include "store/store.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::health {
namespace {

std::int64_t size_of(const std::vector<std::string>& list) {
  return static_cast<std::int64_t>(list.size());
}

/// Whether a repair may be offered that leaves the table usable meanwhile.
std::string reindex(const Subject& subject, std::string_view index) {
  const bool concurrently = subject.connection->session().server_version >= 120000;
  return sql_command(subject.project,
                     fmt::format("REINDEX INDEX {}{}", concurrently ? "CONCURRENTLY " : "", index));
}

/// Indexes that migrations went without. Who may not read Bedstone's tables knows of none.
std::vector<store::UnbuiltIndex> unbuilt(const Subject& subject) {
  store::Store store(*subject.connection, subject.project.name);
  const auto layout = store.layout();
  if (!layout || *layout == 0) return {};
  const auto journal = store.journal();
  if (!journal) return {};
  return store::unbuilt_indexes(*journal);
}

HealthFinding not_built(const std::vector<store::UnbuiltIndex>& indexes) {
  const auto count = static_cast<std::int64_t>(indexes.size());
  HealthFinding finding = warn(
      fmt::format("{} not built: {} went on without {}",
                  count == 1 ? "1 index is" : fmt::format("{} indexes are", count),
                  count == 1 ? "its migration" : "their migrations", count == 1 ? "it" : "them"),
      "queries are slower without it; once the cause is gone, build it", "bedstone schema repair");
  for (const store::UnbuiltIndex& one : indexes) {
    finding.details.push_back(fmt::format("{} on {}, since {}: {}", text::printable(one.name),
                                          text::printable(one.table), one.since,
                                          text::excerpt(one.reason, 200)));
  }
  limit_details(finding);
  return finding;
}

struct Sequence {
  std::string name;  ///< Quoted, with its schema, as `table`.
  std::string table;
  std::string column;  ///< Quoted.
  std::string shown;
  std::int64_t most = 0;
  std::string wider;  ///< Statements that give it more numbers; empty: it has all there are.
};

struct Reached {
  bool behind = false;
  double percent = 0;
  std::int64_t last = 0;
  std::int64_t highest = 0;
};

Result<std::vector<Sequence>> sequences_of(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT format('%I.%I', sn.nspname, s.relname), format('%I.%I', tn.nspname, t.relname), "
          "format('%I', a.attname), format('%s.%s', t.relname, a.attname), least(q.seqmax, CASE "
          "a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE "
          "9223372036854775807 END), concat_ws('; ', CASE WHEN a.atttypid <> 'int8'::regtype THEN "
          "format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE bigint', tn.nspname, t.relname, "
          "a.attname) END, CASE WHEN d.deptype = 'a' AND q.seqtypid <> 'int8'::regtype THEN "
          "format('ALTER SEQUENCE %I.%I AS bigint', sn.nspname, s.relname) END, CASE WHEN q.seqmax "
          "< CASE q.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 "
          "ELSE 9223372036854775807 END THEN format('ALTER SEQUENCE %I.%I NO MAXVALUE', "
          "sn.nspname, "
          "s.relname) END) FROM pg_catalog.pg_class s JOIN pg_catalog.pg_sequence q ON "
          "q.seqrelid = s.oid JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace JOIN "
          "pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = "
          "s.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') "
          "JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace tn ON "
          "tn.oid = t.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND "
          "a.attnum = d.refobjsubid WHERE s.relkind = 'S' AND q.seqincrement > 0 AND tn.nspname = "
          "$1 AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND "
          "has_table_privilege(t.oid, 'SELECT') AND CASE s.relkind WHEN 'S' THEN "
          "has_sequence_privilege(s.oid, 'SELECT') ELSE false END ORDER "
          "BY 4",
          {subject.project.database.schema}));
  std::vector<Sequence> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                      std::string(rows.text(i, 2)), std::string(rows.text(i, 3)),
                      rows.integer(i, 4), std::string(rows.text(i, 5))});
  }
  return result;
}

Result<Reached> reached(db::Connection& connection, const Sequence& sequence) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query(fmt::format(
                      "SELECT q.last_value, q.is_called, (SELECT max({}) FROM {}) FROM {} q",
                      sequence.column, sequence.table, sequence.name)));
  Reached result;
  result.last = rows.integer(0, 0);
  result.highest = rows.integer(0, 2, INT64_MIN);
  // A sequence that was never used gives last_value itself next.
  result.behind = !rows.is_null(0, 2) && (rows.boolean(0, 1) ? result.highest > result.last
                                                             : result.highest >= result.last);
  result.percent = sequence.most <= 0 ? 0
                                      : 100.0 * static_cast<double>(result.last) /
                                            static_cast<double>(sequence.most);
  return result;
}

/// Each foreign key of the schema with the query that counts its orphans, made by the server, which
/// knows how to quote.
constexpr std::string_view kOrphanQueries =
    "SELECT format('%s.%s', t.relname, con.conname), format('SELECT count(*) FROM %I.%I c "
    "WHERE %s AND NOT EXISTS (SELECT 1 FROM %I.%I p WHERE %s)', tn.nspname, t.relname, k.given, "
    "fn.nspname, f.relname, k.same), "
    "format('SELECT c.* FROM %I.%I c WHERE %s AND NOT EXISTS (SELECT 1 FROM %I.%I p WHERE %s)', "
    "tn.nspname, t.relname, k.given, fn.nspname, f.relname, k.same) FROM pg_catalog.pg_constraint "
    "con JOIN pg_catalog.pg_class t ON t.oid = con.conrelid JOIN pg_catalog.pg_namespace tn ON "
    "tn.oid = t.relnamespace JOIN pg_catalog.pg_class f ON f.oid = con.confrelid JOIN "
    "pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace CROSS JOIN LATERAL (SELECT "
    "string_agg(format('p.%I = c.%I', fa.attname, ca.attname), ' AND ' ORDER BY u.ord) AS same, "
    "string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY u.ord) AS given FROM "
    "unnest(con.conkey, con.confkey) WITH ORDINALITY AS u(child, parent, ord) JOIN "
    "pg_catalog.pg_attribute ca ON ca.attrelid = con.conrelid AND ca.attnum = u.child JOIN "
    "pg_catalog.pg_attribute fa ON fa.attrelid = con.confrelid AND fa.attnum = u.parent) k WHERE "
    "con.contype = 'f' AND con.conparentid = 0 AND tn.nspname = $1 AND has_table_privilege(t.oid, "
    "'SELECT') AND has_table_privilege(f.oid, 'SELECT') ORDER BY 1";

struct Damage {
  std::int64_t looked = 0;
  std::string why_not;  ///< amcheck was not used.
  std::vector<std::string> indexes;
};

/// amcheck reads each B-tree and compares it with itself.
Result<Damage> check_indexes(const Subject& subject) {
  db::Connection& connection = *subject.connection;
  Damage damage;
  BEDSTONE_ASSIGN(const auto extension,
                  connection.query("SELECT format('%I.bt_index_check', n.nspname) FROM "
                                   "pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON "
                                   "n.oid = e.extnamespace WHERE e.extname = 'amcheck'"));
  if (extension.empty()) {
    damage.why_not = "indexes were not read: the extension amcheck is not installed";
    return damage;
  }
  const std::string function(extension.text(0, 0));
  BEDSTONE_ASSIGN(
      const auto allowed,
      connection.query("SELECT has_function_privilege($1, 'EXECUTE')", {function + "(regclass)"}));
  if (!allowed.boolean(0, 0)) {
    damage.why_not = "indexes were not read: this role may not run amcheck";
    return damage;
  }
  BEDSTONE_ASSIGN(
      const auto indexes,
      connection.query("SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname) FROM "
                       "pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
                       "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN "
                       "pg_catalog.pg_am m ON m.oid = c.relam WHERE m.amname = 'btree' AND "
                       "c.relkind = 'i' AND c.relpersistence <> 't' AND i.indisvalid AND "
                       "i.indisready AND n.nspname IN ($1, 'bedstone') ORDER BY 2",
                       {subject.project.database.schema}));
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    BEDSTONE_TRY(connection.execute("SAVEPOINT one").map([](std::int64_t) {}));
    const auto fine = connection.query(
        fmt::format("SELECT {}($1::bigint::oid::regclass)", function), {indexes.integer(i, 0)});
    if (fine) {
      ++damage.looked;
      continue;
    }
    // XX001, XX002: data or index corrupted. Anything else says nothing about the index.
    const Error& error = fine.error();
    if (error.connection_lost || !error.sqlstate.starts_with("XX")) return fail(error);
    damage.indexes.emplace_back(indexes.text(i, 1));
    BEDSTONE_TRY(connection.execute("ROLLBACK TO SAVEPOINT one").map([](std::int64_t) {}));
  }
  return damage;
}

}  // namespace

Result<HealthFinding> sqlite_indexes(const Subject& subject) {
  const auto missing = unbuilt(subject);
  if (missing.empty()) return pass("every index of the migrations was built");
  return not_built(missing);
}

Result<HealthFinding> postgres_indexes(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT format('%I.%I', n.nspname, c.relname), t.relname, i.indisunique, EXISTS (SELECT "
          "1 FROM pg_catalog.pg_stat_activity a WHERE a.datname = current_database() AND a.query "
          "ILIKE '%concurrently%' AND a.state = 'active' AND a.pid <> pg_backend_pid()) FROM "
          "pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN "
          "pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
          "c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'i' AND NOT (i.indisvalid AND "
          "i.indisready AND i.indislive) ORDER BY 1",
          {subject.project.database.schema}));
  const auto missing = unbuilt(subject);
  if (rows.empty() && !missing.empty()) return not_built(missing);
  if (rows.empty()) return pass("no index is invalid");
  HealthFinding finding = warn("", "queries do without it, and writes pay for it all the same",
                               reindex(subject, rows.text(0, 0)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    finding.details.push_back(fmt::format("{} on {}{}", rows.text(i, 0), rows.text(i, 1),
                                          rows.boolean(i, 2) ? ", which should be unique" : ""));
    if (rows.boolean(i, 2) && finding.outcome != HealthOutcome::kFail) {
      set_outcome(finding, HealthOutcome::kFail);
      finding.advice = "nothing keeps its columns unique; look for duplicates, then build it anew";
      finding.repair = reindex(subject, rows.text(i, 0));
    }
  }
  finding.evidence =
      (rows.size() == 1 ? "1 index is" : fmt::format("{} indexes are", rows.size())) +
      std::string(" invalid");
  if (rows.boolean(0, 3)) {
    set_outcome(finding, HealthOutcome::kWarn);
    finding.evidence += ", and somebody is building one";
    finding.advice = "wait until that is done, and look again";
  }
  if (!missing.empty()) {
    const HealthFinding also = not_built(missing);
    finding.evidence += "; " + also.evidence;
    finding.details.insert(finding.details.end(), also.details.begin(), also.details.end());
  }
  limit_details(finding);
  return finding;
}

Result<HealthFinding> postgres_constraints(const Subject& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      subject.connection->query(
          "SELECT format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname, "
          "con.conname), format('%s.%s', t.relname, con.conname), con.contype FROM "
          "pg_catalog.pg_constraint con JOIN pg_catalog.pg_class t ON t.oid = con.conrelid JOIN "
          "pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE NOT con.convalidated AND "
          "n.nspname = $1 ORDER BY 2",
          {subject.project.database.schema}));
  if (rows.empty()) return pass("all constraints are validated");
  HealthFinding finding =
      warn(fmt::format("{} NOT VALID",
                       text::count(static_cast<std::int64_t>(rows.size()), "constraint")),
           "rows that were there before may break it; validating tells, and locks out nobody",
           sql_command(subject.project, rows.text(0, 0)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    finding.details.push_back(
        fmt::format("{} ({})", rows.text(i, 1), rows.text(i, 2) == "f" ? "foreign key" : "check"));
  }
  limit_details(finding);
  return finding;
}

Result<HealthFinding> sqlite_foreign_keys(const Subject& subject) {
  BEDSTONE_ASSIGN(const auto rows, subject.connection->query(
                                       "SELECT \"table\", parent, count(*) FROM "
                                       "pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2"));
  if (rows.empty()) return pass("every row has the parents that it names");
  std::int64_t orphans = 0;
  HealthFinding finding = fail_with(
      Severity::kError, "",
      "some program wrote without PRAGMA foreign_keys = ON; bring the parents back, or delete",
      sql_command(subject.project, "PRAGMA foreign_key_check"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    orphans += rows.integer(i, 2);
    finding.details.push_back(fmt::format("{} of {} whose {} is missing",
                                          text::count(rows.integer(i, 2), "row"), rows.text(i, 0),
                                          rows.text(i, 1)));
  }
  finding.evidence = text::count(orphans, "row") + " without a parent";
  limit_details(finding);
  return finding;
}

Result<HealthFinding> postgres_foreign_keys(const Subject& subject) {
  BEDSTONE_ASSIGN(const auto keys,
                  subject.connection->query(kOrphanQueries, {subject.project.database.schema}));
  HealthFinding finding;
  std::int64_t orphans = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    BEDSTONE_ASSIGN(const auto rows, subject.connection->query(keys.text(i, 1)));
    const std::int64_t count = rows.integer(0, 0);
    if (count == 0) continue;
    orphans += count;
    finding.details.push_back(
        fmt::format("{} against {}", text::count(count, "row"), keys.text(i, 0)));
    if (finding.repair.empty()) finding.repair = sql_command(subject.project, keys.text(i, 2));
  }
  if (orphans == 0) {
    return pass(fmt::format("every row has its parents, by {}",
                            keys.size() == 1 ? std::string("1 foreign key")
                                             : fmt::format("{} foreign keys", keys.size())));
  }
  set_outcome(finding, HealthOutcome::kFail);
  finding.evidence = text::count(orphans, "row") + " without a parent";
  finding.advice = "bring the parents back, or delete the rows that the command shows";
  limit_details(finding);
  return finding;
}

Result<HealthFinding> postgres_sequences(const Subject& subject) {
  BEDSTONE_ASSIGN(const auto sequences, sequences_of(subject));
  HealthFinding finding;
  std::int64_t behind = 0, full = 0;
  for (const Sequence& one : sequences) {
    BEDSTONE_ASSIGN(const Reached state, reached(*subject.connection, one));
    if (state.behind) {
      ++behind;
      finding.details.push_back(
          fmt::format("{} is at {}, its sequence at {}", one.shown, state.highest, state.last));
      if (behind > 1) continue;
      finding.repair = sql_command(
          subject.project, fmt::format("SELECT setval({}, (SELECT max({}) FROM {}))",
                                       subject.connection->dialect().quote_literal(one.name),
                                       one.column, one.table));
    }
    const HealthOutcome outcome = judge(state.percent, subject.limits);
    if (outcome == HealthOutcome::kPass) continue;
    ++full;
    worsen(finding, outcome);
    finding.details.push_back(
        fmt::format("{} has used {:.0f} % of its numbers", one.shown, state.percent));
    if (finding.repair.empty() && !one.wider.empty())
      finding.repair = sql_command(subject.project, one.wider);
  }
  limit_details(finding);
  if (behind > 0) {
    set_outcome(finding, HealthOutcome::kFail);
    finding.evidence =
        fmt::format("{} behind what the table holds", text::count(behind, "sequence"));
    finding.advice = "the next rows will collide; set it past them";
  } else if (full > 0) {
    finding.evidence = fmt::format("{} nearly used up", text::count(full, "sequence"));
    finding.advice = "widen the column in a migration before inserts fail";
  } else {
    finding.evidence =
        fmt::format("{} ahead of the rows",
                    text::count(static_cast<std::int64_t>(sequences.size()), "sequence"));
  }
  return finding;
}

Result<HealthFinding> sqlite_integrity(const Subject& subject) {
  BEDSTONE_ASSIGN(const auto rows, subject.connection->query("PRAGMA integrity_check(20)"));
  if (rows.size() == 1 && rows.text(0, 0) == "ok") return pass("every page is in order");
  HealthFinding finding = fail_with(
      Severity::kCritical, "the database file is damaged",
      "stop writing, keep a copy of the file, and go back to the newest backup; an index alone "
      "can be built anew with REINDEX",
      "bedstone restore FILE");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::string_view line : text::split(rows.text(i, 0), '\n'))
      finding.details.push_back(text::excerpt(line));
  }
  limit_details(finding);
  return finding;
}

Result<HealthFinding> postgres_integrity(const Subject& subject) {
  HealthFinding finding;
  if (subject.connection->session().server_version >= 120000) {
    BEDSTONE_ASSIGN(const auto rows,
                    subject.connection->query(
                        "SELECT checksum_failures, current_setting('data_checksums') FROM "
                        "pg_catalog.pg_stat_database WHERE datname = current_database()"));
    const std::int64_t failures = rows.empty() ? 0 : rows.integer(0, 0);
    if (failures > 0) {
      return fail_with(
          Severity::kCritical,
          fmt::format("{} with a wrong checksum were read", text::count(failures, "page")),
          "the disk or the memory is failing; go back to a backup on other hardware",
          "bedstone restore FILE");
    }
    const bool on = !rows.empty() && rows.text(0, 1) == "on";
    finding.details.emplace_back(on ? "no page had a wrong checksum"
                                    : "pages have no checksums (initdb --data-checksums)");
  }
  BEDSTONE_ASSIGN(const Damage damage, check_indexes(subject));
  if (!damage.indexes.empty()) {
    finding = fail_with(Severity::kCritical,
                        fmt::format("{} of {} damaged", damage.indexes.size(),
                                    text::count(damage.looked + size_of(damage.indexes), "B-tree")),
                        "build it anew; if it comes back, the disk or a changed collation is the "
                        "cause",
                        reindex(subject, damage.indexes.front()));
    finding.details = damage.indexes;
    limit_details(finding);
    return finding;
  }
  if (damage.why_not.empty()) {
    finding.evidence = fmt::format("{} read, all in order", text::count(damage.looked, "B-tree"));
    return finding;
  }
  finding.evidence = "no damage is known of";
  finding.details.push_back(damage.why_not);
  return finding;
}

}  // namespace bedstone::health
