// SQL over the tables of sessions and of attempts to sign in; the same text serves both engines.
#include "store/sessions.hpp"

#include <fmt/format.h>

namespace bedstone::store {
namespace {

constexpr std::string_view kColumns =
    "session_hash, account, email, method, created_at, seen_at, expires_at, address, agent, "
    "provider_session, refresh_token, refresh_after";

SessionRow row_of(const db::Rows& rows, std::size_t i) {
  SessionRow row;
  row.hash = rows.text(i, 0);
  row.account = rows.text(i, 1);
  row.email = rows.text(i, 2);
  row.method = rows.text(i, 3);
  row.created_at = rows.text(i, 4);
  row.seen_at = rows.text(i, 5);
  row.expires_at = rows.text(i, 6);
  row.address = rows.text(i, 7);
  row.agent = rows.text(i, 8);
  row.provider_session = rows.text(i, 9);
  row.refresh_token = rows.text(i, 10);
  row.refresh_after = rows.text(i, 11);
  return row;
}

Status done(const Result<std::int64_t>& executed) {
  return executed ? Status() : fail(executed.error());
}

}  // namespace

std::string SessionTable::table() const {
  return connection_.dialect().store_table("sessions");
}

Status SessionTable::add(const SessionRow& row) {
  return done(connection_.execute(
      fmt::format("INSERT INTO {} (project, {}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
                  "$11, $12, $13)",
                  table(), kColumns),
      {project_, row.hash, row.account, row.email, row.method, row.created_at, row.seen_at,
       row.expires_at, row.address, row.agent, row.provider_session, row.refresh_token,
       row.refresh_after}));
}

Result<std::optional<SessionRow>> SessionTable::find(const std::string& hash) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT {} FROM {} WHERE project = $1 AND session_hash = $2",
                                    kColumns, table()),
                        {project_, hash}));
  if (rows.empty()) return std::nullopt;
  return row_of(rows, 0);
}

Status SessionTable::touch(const std::string& hash, const std::string& seen_at) {
  return done(connection_.execute(
      fmt::format("UPDATE {} SET seen_at = $3 WHERE project = $1 AND session_hash = $2", table()),
      {project_, hash, seen_at}));
}

Result<bool> SessionTable::move_refresh(const std::string& hash, const std::string& before,
                                        const std::string& after) {
  BEDSTONE_ASSIGN(
      const std::int64_t moved,
      connection_.execute(fmt::format("UPDATE {} SET refresh_after = $4 WHERE project = $1 AND "
                                      "session_hash = $2 AND refresh_after = $3",
                                      table()),
                          {project_, hash, before, after}));
  return moved == 1;
}

Result<bool> SessionTable::set_refresh(const std::string& hash, const std::string& sealed_token,
                                       const std::string& after) {
  BEDSTONE_ASSIGN(
      const std::int64_t set,
      connection_.execute(fmt::format("UPDATE {} SET refresh_token = $3, refresh_after = $4 WHERE "
                                      "project = $1 AND session_hash = $2",
                                      table()),
                          {project_, hash, sealed_token, after}));
  return set == 1;
}

Status SessionTable::remove(const std::string& hash) {
  return done(connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND session_hash = $2", table()),
      {project_, hash}));
}

Result<std::int64_t> SessionTable::remove_all(const std::string& account,
                                              const std::string& except) {
  return connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND account = $2 AND session_hash <> $3",
                  table()),
      {project_, account, except});
}

Result<std::vector<SessionRow>> SessionTable::list(const std::string& account) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(
                      fmt::format("SELECT {} FROM {} WHERE project = $1 AND account = $2 ORDER BY "
                                  "created_at DESC, session_hash",
                                  kColumns, table()),
                      {project_, account}));
  std::vector<SessionRow> result;
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.push_back(row_of(rows, i));
  return result;
}

Status SessionTable::prune(const std::string& now, const std::string& unseen_since) {
  return done(connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND (expires_at < $2 OR seen_at < $3)",
                  table()),
      {project_, now, unseen_since}));
}

std::string SignInTable::table() const {
  return connection_.dialect().store_table("sign_ins");
}

Result<std::optional<SignInCount>> SignInTable::find(const std::string& subject) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("SELECT failures, last_at FROM {} WHERE project = $1 AND subject = $2",
                      table()),
          {project_, subject}));
  if (rows.empty()) return std::nullopt;
  return SignInCount{rows.integer(0, 0), std::string(rows.text(0, 1))};
}

Result<std::int64_t> SignInTable::note(const std::string& subject, const std::string& now,
                                       const std::string& forget_before) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("INSERT INTO {} AS known (project, subject, failures, first_at, last_at) "
                      "VALUES ($1, $2, 1, $3, $3) ON CONFLICT (project, subject) DO UPDATE SET "
                      "failures = CASE WHEN known.last_at < $4 THEN 1 ELSE known.failures + 1 END, "
                      "first_at = CASE WHEN known.last_at < $4 THEN $3 ELSE known.first_at END, "
                      "last_at = $3 RETURNING failures",
                      table()),
          {project_, subject, now, forget_before}));
  return rows.integer(0, 0);
}

Status SignInTable::clear(const std::string& subject) {
  return done(connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND subject = $2", table()),
      {project_, subject}));
}

Status SignInTable::undo(const std::string& subject) {
  return done(connection_.execute(
      fmt::format("UPDATE {} SET failures = failures - 1 WHERE project = $1 AND subject = $2 AND "
                  "failures > 0",
                  table()),
      {project_, subject}));
}

Status SignInTable::prune(const std::string& forget_before) {
  return done(connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND last_at < $2", table()),
      {project_, forget_before}));
}

}  // namespace bedstone::store
