/// Session: a PGconn whose every wait can be cancelled. Everything above it is free of sockets.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "bedstone/result.hpp"
#include "db/postgres/libpq.hpp"

namespace bedstone::db::postgres {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

enum class Wake { kReady, kCanceled, kTimeout, kFailed };
/// Waits until the socket can be read (or written, when wanted), the token fires, or time is up.
Wake wait_for_socket(int socket, bool read, bool write, const CancelToken* cancel,
                     const Deadline& deadline);

/// What others said on a channel.
struct Heard {
  std::string channel;
  std::string payload;
};

/// Owns the connection. Single-threaded. All sending is asynchronous; waiting ends early when the
/// token fires: then the server is asked to cancel, and what it answers is still read.
class Session {
 public:
  using OnNotice = std::function<void(std::string_view)>;
  /// Notices go to `on_notice`, one line each; it may be empty.
  Session(LibPq pq, PGconn* connection, OnNotice on_notice);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const LibPq& pq() const { return pq_; }
  PGconn* get() const { return connection_; }

  void set_cancel(const CancelToken* token) { cancel_ = token; }
  bool cancel_requested() const { return cancel_ != nullptr && cancel_->requested(); }
  /// Statements that are still running then are cancelled like by the token.
  void set_deadline(Deadline deadline) { deadline_ = deadline; }

  bool lost() const;
  /// Closes the socket: nothing that follows can be trusted.
  void give_up() { given_up_ = true; }
  std::string message() const { return pq_.PQerrorMessage(connection_); }

  /// Whether cancelling was asked for since the last start_statement().
  bool canceling() const { return canceling_; }
  /// Forgets an earlier cancellation. `cancelable`: false for COMMIT and ROLLBACK, whose answer is
  /// always worth waiting for.
  void start_statement(bool cancelable = true);
  /// Waits for a cancel request that is under way, so that it cannot hit the next statement.
  void end_statement();

  /// Sends what is queued; reads meanwhile, so that neither side's buffer can block the other.
  /// A connection that breaks is no error here: what the server said before it is still to be read.
  Status flush();
  /// Waits until PQgetResult will not block, then calls it. Null at the end of a statement. A
  /// broken connection is a result too.
  Result<LibPq::ResultPtr> next_result();
  /// Waits for the server and takes in what it sent.
  Status read_more();

  /// Between statements: waits, sending nothing, until the server said something on a channel,
  /// `wake` (-1: none) can be read, the token fires, or the deadline is over.
  Result<std::vector<Heard>> hear(const Deadline& deadline, int wake);

  /// The error of a result, or of the broken connection.
  Error error_of(const PGresult* result, std::string_view sql) const;

 private:
  /// One wait for the socket; fires the cancel request when it is time.
  Status wait(bool write);
  void request_cancel();
  static void receive_notice(void* session, const PGresult* notice);
  bool single_byte() const;

  LibPq pq_;
  PGconn* connection_;
  OnNotice on_notice_;
  const CancelToken* cancel_ = nullptr;
  Deadline deadline_;
  bool cancelable_ = true;
  bool canceling_ = false;
  bool given_up_ = false;
  Deadline grace_;
  std::function<bool(std::chrono::milliseconds)> cancel_sent_;
};

}  // namespace bedstone::db::postgres
