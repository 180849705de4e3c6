/// Waiting, cancelling and reading results without ever blocking inside libpq.
#include "db/postgres/session.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <future>
#include <thread>

#include "base/text.hpp"
#include "db/postgres/errors.hpp"

namespace bedstone::db::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a server may take to answer a cancel request before the session is given up.
constexpr milliseconds kCancelGrace{10'000};

std::string field(const LibPq& pq, const PGresult* result, int code) {
  const char* text = pq.PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

Error unanswered() {
  Error error = lost_error("the server did not answer the request to cancel", {});
  error.code = ErrorCode::kInterrupted;
  error.message = "interrupted while the server did not answer";
  return error;
}

int poll_timeout(const Deadline& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

Wake wait_for_socket(int socket, bool read, bool write, const CancelToken* cancel,
                     const Deadline& deadline) {
  for (;;) {
    const int events = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
    std::array<pollfd, 2> waited = {
        pollfd{socket, static_cast<short>(events), 0},
        pollfd{cancel == nullptr ? -1 : cancel->descriptor(), POLLIN, 0}};
    const int ready = ::poll(waited.data(), waited.size(), poll_timeout(deadline));
    if (ready < 0 && errno != EINTR) return Wake::kFailed;
    if (cancel != nullptr && cancel->requested()) return Wake::kCanceled;
    if (ready > 0) return (waited[0].revents & POLLNVAL) != 0 ? Wake::kFailed : Wake::kReady;
    if (deadline && steady_clock::now() >= *deadline) return Wake::kTimeout;
  }
}

Session::Session(LibPq pq, PGconn* connection, OnNotice on_notice)
    : pq_(std::move(pq)), connection_(connection), on_notice_(std::move(on_notice)) {
  pq_.PQsetNoticeReceiver(connection_, &Session::receive_notice, this);
}

void Session::receive_notice(void* session, const PGresult* notice) {
  const auto* self = static_cast<const Session*>(session);
  if (!self->on_notice_) return;
  const std::string severity = field(self->pq_, notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const std::string message = field(self->pq_, notice, PG_DIAG_MESSAGE_PRIMARY);
  self->on_notice_(text::excerpt(severity.empty() ? message : severity + ": " + message, 500));
}

Session::~Session() {
  end_statement();
  pq_.PQfinish(connection_);
}

bool Session::lost() const {
  return given_up_ || pq_.PQstatus(connection_) != CONNECTION_OK;
}

void Session::start_statement(bool cancelable) {
  cancelable_ = cancelable;
  canceling_ = false;
  grace_.reset();
}

void Session::end_statement() {
  if (!cancel_sent_) return;
  if (!cancel_sent_(kCancelGrace)) give_up();
  cancel_sent_ = nullptr;
}

void Session::request_cancel() {
  canceling_ = true;
  grace_ = steady_clock::now() + kCancelGrace;
  PGcancel* handle = cancelable_ ? pq_.PQgetCancel(connection_) : nullptr;
  if (handle == nullptr) return;
  // PQcancel makes a connection of its own and blocks; when the network is gone it would do so
  // for minutes. The thread owns all that it touches, so it may be left behind.
  std::packaged_task<void()> task([pq = pq_, handle] {
    std::array<char, 256> reason{};
    pq.PQcancel(handle, reason.data(), static_cast<int>(reason.size()));
    pq.PQfreeCancel(handle);
  });
  auto sent = std::make_shared<std::future<void>>(task.get_future());
  std::thread(std::move(task)).detach();
  cancel_sent_ = [sent](milliseconds limit) {
    return sent->wait_for(limit) == std::future_status::ready;
  };
}

Status Session::wait(bool write) {
  const CancelToken* token = canceling_ ? nullptr : cancel_;
  const Deadline& deadline = canceling_ ? grace_ : deadline_;
  switch (wait_for_socket(pq_.PQsocket(connection_), true, write, token, deadline)) {
    case Wake::kReady:
      return {};
    case Wake::kCanceled:
      request_cancel();
      return {};
    case Wake::kTimeout:
      if (!canceling_) {
        request_cancel();
        return {};
      }
      give_up();
      return fail(unanswered());
    case Wake::kFailed:
      break;
  }
  give_up();
  return fail(lost_error("the socket cannot be waited for", {}));
}

Status Session::flush() {
  for (;;) {
    const int state = pq_.PQflush(connection_);
    if (state == 0) return {};
    if (state < 0 || lost()) return {};
    BEDSTONE_TRY(wait(true));
    // What the server said before it hung up is still to be read: next_result() finds it.
    if (pq_.PQconsumeInput(connection_) == 0) return {};
  }
}

Result<LibPq::ResultPtr> Session::next_result() {
  BEDSTONE_TRY(flush());
  while (pq_.PQisBusy(connection_) != 0)
    BEDSTONE_TRY(read_more());
  // On a session given up libpq would wait for a server that does not answer.
  if (given_up_) return fail(lost_error(message(), {}));
  return pq_.own(pq_.PQgetResult(connection_));
}

Status Session::read_more() {
  BEDSTONE_TRY(wait(false));
  pq_.PQconsumeInput(connection_);
  return {};
}

Result<std::vector<Heard>> Session::hear(const Deadline& deadline, int wake) {
  std::vector<Heard> heard;
  for (;;) {
    // What a statement's answer brought along is there without any waiting.
    while (PGnotify* one = pq_.PQnotifies(connection_)) {
      heard.push_back({one->relname, one->extra});
      pq_.PQfreemem(one);
    }
    if (!heard.empty() || cancel_requested()) return heard;
    std::array<pollfd, 3> waited = {
        pollfd{pq_.PQsocket(connection_), POLLIN, 0}, pollfd{wake, POLLIN, 0},
        pollfd{cancel_ == nullptr ? -1 : cancel_->descriptor(), POLLIN, 0}};
    const int ready = ::poll(waited.data(), waited.size(), poll_timeout(deadline));
    if (ready < 0 && errno != EINTR) return fail(lost_error("the socket cannot be waited for", {}));
    if (waited[0].revents != 0 && pq_.PQconsumeInput(connection_) == 0) {
      return fail(lost_error(message(), {}));
    }
    if (lost()) return fail(lost_error(message(), {}));
    if (waited[1].revents != 0) return heard;
    if (deadline && steady_clock::now() >= *deadline) return heard;
  }
}

bool Session::single_byte() const {
  const char* encoding = pq_.PQparameterStatus(connection_, "server_encoding");
  return encoding != nullptr && std::string_view(encoding) == "SQL_ASCII";
}

Error Session::error_of(const PGresult* result, std::string_view sql) const {
  ServerReport report;
  report.sqlstate = field(pq_, result, PG_DIAG_SQLSTATE);
  // Without a SQLSTATE it is libpq that speaks: the connection broke.
  if (result == nullptr || report.sqlstate.empty()) {
    if (lost()) return lost_error(message(), sql);
    return Error(ErrorCode::kSqlFailed, readable(message()));
  }
  report.severity = field(pq_, result, PG_DIAG_SEVERITY_NONLOCALIZED);
  report.message = field(pq_, result, PG_DIAG_MESSAGE_PRIMARY);
  report.detail = field(pq_, result, PG_DIAG_MESSAGE_DETAIL);
  report.hint = field(pq_, result, PG_DIAG_MESSAGE_HINT);
  report.context = field(pq_, result, PG_DIAG_CONTEXT);
  const std::string position = field(pq_, result, PG_DIAG_STATEMENT_POSITION);
  report.position = std::strtoul(position.c_str(), nullptr, 10);
  Error error = statement_error(report, sql, single_byte());
  if (canceling_ && report.sqlstate == "57014") {
    error.code = ErrorCode::kInterrupted;
    error.message = "the statement was interrupted";
  }
  return error;
}

}  // namespace bedstone::db::postgres
