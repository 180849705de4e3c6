/// Sends one statement and collects what it returns.
#include "db/postgres/statement.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/postgres/parameters.hpp"

namespace bedstone::db::postgres {
namespace {

/// Behind white space and comments, which may be nested in PostgreSQL.
std::string_view skip_blanks(std::string_view sql) {
  std::size_t depth = 0;
  std::size_t i = 0;
  while (i < sql.size()) {
    const std::string_view two = sql.substr(i, 2);
    if (two == "/*") {
      ++depth, i += 2;
    } else if (depth > 0 && two == "*/") {
      --depth, i += 2;
    } else if (depth > 0) {
      ++i;
    } else if (two == "--") {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (std::string_view(" \t\r\n\f\v;").find(sql[i]) != std::string_view::npos) {
      ++i;
    } else {
      break;
    }
  }
  return sql.substr(i);
}

std::string first_word(std::string_view sql) {
  sql = skip_blanks(sql);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto end = std::find_if_not(sql.begin(), sql.end(), is_letter);
  return text::to_lower(sql.substr(0, static_cast<std::size_t>(end - sql.begin())));
}

Error copy_refused(const Statement& statement) {
  return Error(ErrorCode::kSqlSyntax, "COPY from or to the client does not work here")
      .because("it needs data beside the statement")
      .advise("use INSERT, or COPY with a file that the server can read")
      .with_statement(text::excerpt(statement.sql));
}

/// Ends a COPY that nobody asked to stream, so that the session stays usable.
Status end_copy(Session& session, ExecStatusType status) {
  const LibPq& pq = session.pq();
  if (status == PGRES_COPY_IN) {
    pq.PQputCopyEnd(session.get(), "there is no data");
    return {};
  }
  for (;;) {
    char* data = nullptr;
    const int length = pq.PQgetCopyData(session.get(), &data, 1);
    if (length < 0) return {};
    if (length > 0) {
      pq.PQfreemem(data);
    } else if (!session.lost()) {
      BEDSTONE_TRY(session.read_more());
    }
  }
}

Status send(Session& session, const Statement& statement) {
  const std::string sql(statement.sql);
  BEDSTONE_ASSIGN(const auto params, Parameters::encode(statement.params));
  const int sent = session.pq().PQsendQueryParams(session.get(), sql.c_str(), params.count(),
                                                  nullptr, params.values(), nullptr, nullptr, 0);
  if (sent == 0) return fail(session.error_of(nullptr, statement.sql));
  return {};
}

Status collect(Session& session, const Statement& statement, Outcome& outcome) {
  const LibPq& pq = session.pq();
  // Rows that nobody wants are dropped one by one instead of being gathered first.
  if (!outcome.keep_rows) pq.PQsetSingleRowMode(session.get());
  Status status;
  for (;;) {
    BEDSTONE_ASSIGN(const auto result, session.next_result());
    if (result == nullptr) return status;
    const ExecStatusType kind = pq.PQresultStatus(result.get());
    if (kind == PGRES_COPY_IN || kind == PGRES_COPY_OUT) {
      status = fail(copy_refused(statement));
      BEDSTONE_TRY(end_copy(session, kind));
    } else if (!succeeded(kind)) {
      if (status) status = fail(session.error_of(result.get(), statement.sql));
    } else if (kind != PGRES_SINGLE_TUPLE) {
      outcome.add(pq, result.get());
    }
  }
}

Status finish(Session& session, const Statement& statement, Status status) {
  session.end_statement();
  if (!status) {
    Error& error = status.error();
    if (error.statement.empty()) error.statement = text::excerpt(statement.sql);
    error.connection_lost = error.connection_lost || session.lost();
  }
  return status;
}

}  // namespace

bool succeeded(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE ||
         status == PGRES_EMPTY_QUERY;
}

void Outcome::add(const LibPq& pq, const PGresult* result) {
  const char* const words = pq.PQcmdStatus(const_cast<PGresult*>(result));
  tag = words;
  constexpr std::array<std::string_view, 5> kChanging = {"INSERT", "UPDATE", "DELETE", "MERGE",
                                                         "COPY"};
  const bool changes = std::any_of(kChanging.begin(), kChanging.end(),
                                   [this](std::string_view word) { return tag.starts_with(word); });
  if (changes) {
    changed = text::parse_integer(pq.PQcmdTuples(const_cast<PGresult*>(result))).value_or(0);
  }
  if (!keep_rows) return;
  const int columns = pq.PQnfields(result);
  const int count = pq.PQntuples(result);
  rows = Rows();
  for (int column = 0; column < columns; ++column)
    rows.add_column(pq.PQfname(result, column));
  for (int row = 0; row < count; ++row) {
    for (int column = 0; column < columns; ++column) {
      if (pq.PQgetisnull(result, row, column) != 0) {
        rows.add_null();
      } else {
        rows.add_cell({pq.PQgetvalue(result, row, column),
                       static_cast<std::size_t>(pq.PQgetlength(result, row, column))});
      }
    }
  }
}

Status run_statement(Session& session, const Statement& statement, Outcome& outcome) {
  session.start_statement();
  Status status = send(session, statement);
  if (status) status = collect(session, statement, outcome);
  return finish(session, statement, std::move(status));
}

Status run_control(Session& session, std::string_view sql, Outcome& outcome) {
  session.start_statement(control_of(sql) == Control::kBegin);
  Status status;
  if (session.pq().PQsendQuery(session.get(), std::string(sql).c_str()) == 0) {
    status = fail(session.error_of(nullptr, sql));
  } else {
    status = collect(session, {sql, {}}, outcome);
  }
  return finish(session, {sql, {}}, std::move(status));
}

Error undone_error() {
  return Error(ErrorCode::kSqlFailed, "the transaction was rolled back instead of committed")
      .because("a statement in it had failed before")
      .with_sqlstate("25P02");
}

Control control_of(std::string_view sql) {
  const std::string word = first_word(sql);
  if (word == "begin" || word == "start") return Control::kBegin;
  if (word == "commit" || word == "end") return Control::kCommit;
  if (word == "abort") return Control::kRollback;
  if (word == "rollback") {
    // ROLLBACK TO SAVEPOINT stays within the transaction.
    std::string_view rest = skip_blanks(skip_blanks(sql).substr(word.size()));
    const std::string second = first_word(rest);
    if (second == "work" || second == "transaction") rest = rest.substr(second.size());
    return first_word(rest) == "to" ? Control::kNone : Control::kRollback;
  }
  return Control::kNone;
}

bool only_reads(std::string_view sql) {
  const std::string word = first_word(sql);
  return word == "select" || word == "show" || word == "values" || word == "table";
}

}  // namespace bedstone::db::postgres
