// Reading PostgreSQL's catalogs for the traces of statements that run outside of transactions.
#include "migrate/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"

namespace bedstone::migrate {
namespace {

using sql::ObjectKind;
using sql::Verb;

std::string quoted(const db::Connection& connection, const sql::ObjectName& name) {
  const db::Dialect& dialect = connection.dialect();
  return name.schema.empty() ? dialect.quote_identifier(name.name)
                             : dialect.qualified(name.schema, name.name);
}

bool creates_index(const Unit& unit) {
  return unit.what.verb == Verb::kCreate && unit.what.object == ObjectKind::kIndex;
}

/// What one query says the statement changes: ids of objects, each with a mark of its condition.
struct Trace {
  struct Object {
    std::string id;    ///< An oid.
    std::string mark;  ///< "valid", "invalid", "pending", or empty.
    std::string name;  ///< Quoted, for statements about it.
  };
  std::vector<Object> objects;

  const Object* find(std::string_view id) const {
    const auto found = std::find_if(objects.begin(), objects.end(),
                                    [id](const Object& one) { return one.id == id; });
    return found == objects.end() ? nullptr : &*found;
  }
  std::string to_text() const {
    std::string result;
    for (const Object& one : objects) {
      result += fmt::format("{}{}={}", result.empty() ? "" : " ", one.id, one.mark);
    }
    return result;
  }
  static Trace from_text(std::string_view text) {
    Trace result;
    for (const std::string_view part : text::split(text, ' ')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos) continue;
      result.objects.push_back(
          {std::string(part.substr(0, equals)), std::string(part.substr(equals + 1)), ""});
    }
    return result;
  }
};

constexpr std::string_view kIndexColumns =
    "SELECT i.indexrelid::text, CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END, "
    "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ";

/// The query that finds a statement's traces and its parameters; an empty query when there is none.
struct TraceQuery {
  std::string sql;
  std::vector<db::Value> params;
};

TraceQuery index_query(const db::Connection& connection, const Unit& unit) {
  if (unit.what.name.empty()) {
    // The server will choose the name: all indexes of the table are watched.
    return {
        fmt::format("{}WHERE i.indrelid = pg_catalog.to_regclass($1) ORDER BY 1", kIndexColumns),
        {quoted(connection, unit.what.on_table)}};
  }
  return {fmt::format("{}WHERE c.relname = $2 AND c.relnamespace = (SELECT relnamespace FROM "
                      "pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1))",
                      kIndexColumns),
          {quoted(connection, unit.what.on_table), unit.what.name.name}};
}

TraceQuery trace_query(const db::Connection& connection, const Unit& unit) {
  const sql::StatementClass& what = unit.what;
  if (connection.engine() != db::Engine::kPostgres) return {};
  if (creates_index(unit)) return index_query(connection, unit);
  const bool named = what.verb == Verb::kCreate || what.verb == Verb::kDrop;
  if (what.verb == Verb::kDrop && what.object == ObjectKind::kIndex) {
    return {fmt::format("{}WHERE i.indexrelid = pg_catalog.to_regclass($1)", kIndexColumns),
            {quoted(connection, what.name)}};
  }
  if (what.verb == Verb::kReindex && what.concurrently) {
    // REINDEX CONCURRENTLY leaves copies with these endings when it dies.
    return {fmt::format("{}WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' ORDER BY 1",
                        kIndexColumns),
            {}};
  }
  if (what.verb == Verb::kAlter && what.object == ObjectKind::kTable && what.concurrently) {
    return {
        "SELECT inhrelid::text, CASE WHEN inhdetachpending THEN 'pending' ELSE '' END, "
        "inhrelid::regclass::text FROM pg_catalog.pg_inherits WHERE inhparent = "
        "pg_catalog.to_regclass($1) ORDER BY 1",
        {quoted(connection, what.name)}};
  }
  const auto catalog = [&](std::string_view table, std::string_view column) -> TraceQuery {
    return {fmt::format("SELECT oid::text, '', '' FROM pg_catalog.{} WHERE {} = $1", table, column),
            {what.name.name}};
  };
  if (named && what.object == ObjectKind::kDatabase) return catalog("pg_database", "datname");
  if (named && what.object == ObjectKind::kTablespace) return catalog("pg_tablespace", "spcname");
  if (named && what.object == ObjectKind::kSubscription) {
    return catalog("pg_subscription", "subname");
  }
  return {};
}

Result<Trace> look(db::Connection& connection, const TraceQuery& query) {
  Trace trace;
  BEDSTONE_ASSIGN(const auto rows, connection.query(db::Statement{query.sql, query.params}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    trace.objects.push_back(
        {std::string(rows.text(i, 0)), std::string(rows.text(i, 1)), std::string(rows.text(i, 2))});
  }
  return trace;
}

Status drop_index(db::Connection& connection, const std::string& name) {
  const auto dropped = connection.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
  if (!dropped) return fail(std::move(dropped).error());
  return {};
}

Error invalid_index(const std::string& name) {
  return Error(ErrorCode::kInvalidIndex, fmt::format("the index {} exists and is invalid", name))
      .because(
          "an earlier CREATE INDEX CONCURRENTLY that Bedstone did not run was broken off; "
          "PostgreSQL neither uses such an index nor repairs it")
      .advise(fmt::format("look whether somebody is building it right now (pg_stat_progress_create"
                          "_index); if not: DROP INDEX CONCURRENTLY {}; and run the same command "
                          "again",
                          name));
}

Error unknown(const Unit& unit) {
  return Error(ErrorCode::kOutcomeUnknown,
               fmt::format("whether the {} took effect cannot be known", unit.what.label))
      .because(
          "the process or the connection died while it ran, it runs outside of transactions, "
          "and the catalog keeps no trace of it")
      .with_statement(unit.excerpt);
}

/// Indexes that are there now and were not before: valid ones mean success, others are our debris.
Result<Outcome> settle_new_indexes(db::Connection& connection, const Trace& before,
                                   const Trace& now) {
  Outcome outcome = Outcome::kNotDone;
  for (const Trace::Object& one : now.objects) {
    if (before.find(one.id) != nullptr) continue;
    if (one.mark == "valid") {
      outcome = Outcome::kDone;
    } else {
      BEDSTONE_TRY(drop_index(connection, one.name));
    }
  }
  return outcome;
}

Result<Outcome> settle_detach(db::Connection& connection, const Unit& unit, const Trace& before,
                              const Trace& now) {
  for (const Trace::Object& one : now.objects) {
    if (one.mark != "pending") continue;
    const auto finished =
        connection.execute(fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE",
                                       quoted(connection, unit.what.name), one.name));
    if (!finished) return fail(std::move(finished).error());
    return Outcome::kDone;
  }
  return now.objects.size() < before.objects.size() ? Outcome::kDone : Outcome::kNotDone;
}

}  // namespace

Result<std::string> observe(db::Connection& connection, const Unit& unit) {
  const TraceQuery query = trace_query(connection, unit);
  if (query.sql.empty()) return std::string();
  BEDSTONE_ASSIGN(const auto trace, look(connection, query));
  if (creates_index(unit) && !unit.what.name.empty()) {
    for (const Trace::Object& one : trace.objects) {
      if (one.mark == "invalid") return fail(invalid_index(one.name));
    }
  }
  return trace.to_text();
}

Result<Outcome> settle(db::Connection& connection, const Unit& unit, const std::string& before) {
  const TraceQuery query = trace_query(connection, unit);
  if (query.sql.empty()) {
    if (unit.what.idempotent) return Outcome::kNotDone;
    return fail(unknown(unit));
  }
  const Trace then = Trace::from_text(before);
  BEDSTONE_ASSIGN(const auto now, look(connection, query));
  switch (unit.what.verb) {
    case Verb::kCreate:
      if (creates_index(unit)) return settle_new_indexes(connection, then, now);
      return now.objects.size() > then.objects.size() ? Outcome::kDone : Outcome::kNotDone;
    case Verb::kDrop:
      return now.objects.size() < then.objects.size() ? Outcome::kDone : Outcome::kNotDone;
    case Verb::kReindex: {
      BEDSTONE_ASSIGN(const auto swept, settle_new_indexes(connection, then, now));
      (void)swept;  // Valid or not, building again does no harm.
      return Outcome::kNotDone;
    }
    case Verb::kAlter:
      return settle_detach(connection, unit, then, now);
    default:
      return fail(unknown(unit));
  }
}

Status check_result(db::Connection& connection, const Unit& unit) {
  if (!creates_index(unit) || unit.what.name.empty()) return {};
  const TraceQuery query = trace_query(connection, unit);
  if (query.sql.empty()) return {};
  BEDSTONE_ASSIGN(const auto trace, look(connection, query));
  for (const Trace::Object& one : trace.objects) {
    if (one.mark == "invalid") return fail(invalid_index(one.name));
  }
  return {};
}

}  // namespace bedstone::migrate
