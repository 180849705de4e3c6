/// Streams chunks into COPY with backpressure.
#include "db/postgres/copy.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "db/postgres/statement.hpp"

namespace bedstone::db::postgres {
namespace {

/// libpq copies each piece into its buffer; flushing in between keeps that buffer small.
constexpr std::size_t kPieceBytes = 256U << 10;

Status put(Session& session, std::string_view chunk) {
  while (!chunk.empty()) {
    const std::string_view piece = chunk.substr(0, kPieceBytes);
    const int sent =
        session.pq().PQputCopyData(session.get(), piece.data(), static_cast<int>(piece.size()));
    if (sent > 0) chunk.remove_prefix(piece.size());
    BEDSTONE_TRY(session.flush());
    // Why it broke is read behind the data, by await_end().
    if (sent < 0 || session.lost()) return {};
  }
  return {};
}

Status stream(Session& session, const std::function<Result<std::string_view>()>& next_chunk) {
  for (;;) {
    if (session.canceling() || session.cancel_requested()) {
      return fail(Error(ErrorCode::kInterrupted, "the copy was interrupted"));
    }
    BEDSTONE_ASSIGN(const std::string_view chunk, next_chunk());
    if (chunk.empty()) return {};
    BEDSTONE_TRY(put(session, chunk));
    if (session.lost()) return {};
  }
}

/// The first result: the server's readiness to take data.
Status await_readiness(Session& session, std::string_view sql) {
  BEDSTONE_ASSIGN(const auto result, session.next_result());
  const auto status = session.pq().PQresultStatus(result.get());
  if (status == PGRES_COPY_IN) return {};
  Error error = succeeded(status)
                    ? Error(ErrorCode::kSqlSyntax, "the statement is not COPY … FROM stdin")
                    : session.error_of(result.get(), sql);
  for (;;) {
    BEDSTONE_ASSIGN(const auto rest, session.next_result());
    if (rest == nullptr) break;
  }
  return fail(std::move(error));
}

/// What the server says when the data has ended (or was broken off: then it is an error).
Status await_end(Session& session, std::string_view sql, CopyEnd& end) {
  const LibPq& pq = session.pq();
  Status status;
  for (;;) {
    BEDSTONE_ASSIGN(const auto result, session.next_result());
    if (result == nullptr) return status;
    if (succeeded(pq.PQresultStatus(result.get()))) {
      end.rows = text::parse_integer(pq.PQcmdTuples(result.get())).value_or(0);
    } else if (status) {
      status = fail(session.error_of(result.get(), sql));
      const char* context = pq.PQresultErrorField(result.get(), PG_DIAG_CONTEXT);
      end.context = context == nullptr ? "" : context;
    }
  }
}

Status converse(Session& session, std::string_view sql,
                const std::function<Result<std::string_view>()>& next_chunk, CopyEnd& end) {
  if (session.pq().PQsendQuery(session.get(), std::string(sql).c_str()) == 0) {
    return fail(session.error_of(nullptr, sql));
  }
  BEDSTONE_TRY(await_readiness(session, sql));
  Status sent = stream(session, next_chunk);
  // Text for CopyFail: the server rolls the COPY back and reports it as an error.
  const char* const reason = sent ? nullptr : "the data ended with an error";
  if (!session.lost()) session.pq().PQputCopyEnd(session.get(), reason);
  Status ended = await_end(session, sql, end);
  return sent ? ended : sent;
}

}  // namespace

Status copy_in(Session& session, std::string_view sql,
               const std::function<Result<std::string_view>()>& next_chunk, CopyEnd* end) {
  session.start_statement();
  CopyEnd unasked;
  Status status = converse(session, sql, next_chunk, end != nullptr ? *end : unasked);
  session.end_statement();
  if (!status && status.error().statement.empty()) {
    status.error().statement = text::excerpt(sql);
  }
  if (!status && session.lost()) status.error().connection_lost = true;
  return status;
}

}  // namespace bedstone::db::postgres
