// The command with a fault in it: linked in place of src/db/open.cpp, so that the product needs no
// hook. At the n-th call to the server the process dies, or the connection breaks.
//
//   BEDSTONE_FAULT=die:before:12    SIGKILL before the twelfth call is sent
//   BEDSTONE_FAULT=die:after:12     … after it was answered
//   BEDSTONE_FAULT=lose:before:12   the connection breaks before, the process lives on
//   BEDSTONE_FAULT=lose:after:12    … after the server did it, and before the answer arrived
//   BEDSTONE_FAULT_ONLY=postgres    SQLite's connections are spared
//   BEDSTONE_FAULT_COUNT=FILE       how many calls there were is written there at the end
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "db/connection.hpp"
#include "db/postgres/driver.hpp"
#include "db/sqlite/driver.hpp"

namespace bedstone::db {
namespace {

struct Fault {
  bool lose = false;
  bool after = false;
  std::int64_t at = 0;  ///< 0: never.
  std::int64_t calls = 0;

  static Fault& instance() {
    static Fault fault = read();
    return fault;
  }

 private:
  static Fault read() {
    Fault fault;
    const char* text = std::getenv("BEDSTONE_FAULT");
    if (text != nullptr) {
      const auto parts = text::split(text, ':');
      fault.lose = parts.at(0) == "lose";
      fault.after = parts.at(1) == "after";
      fault.at = text::parse_integer(parts.at(2)).value();
    }
    if (std::getenv("BEDSTONE_FAULT_COUNT") != nullptr) std::atexit(write_count);
    return fault;
  }
  static void write_count() {
    std::FILE* file = std::fopen(std::getenv("BEDSTONE_FAULT_COUNT"), "w");
    std::fprintf(file, "%lld\n", static_cast<long long>(instance().calls));
    std::fclose(file);
  }
};

Error broken() {
  Error error(ErrorCode::kConnectionLost, "the connection broke on purpose");
  error.connection_lost = error.outcome_unknown = error.retryable = true;
  return error;
}

class FaultyConnection final : public Connection {
 public:
  explicit FaultyConnection(std::unique_ptr<Connection> inner)
      : inner_(std::move(inner)), session_(inner_->session()), dialect_(&inner_->dialect()) {}

  const Dialect& dialect() const override { return *dialect_; }
  const SessionInfo& session() const override { return session_; }
  Result<Rows> query(Statement statement) override {
    return call<Result<Rows>>([&] { return inner_->query(statement); });
  }
  Result<std::int64_t> execute(Statement statement) override {
    return call<Result<std::int64_t>>([&] { return inner_->execute(statement); });
  }
  Status copy_in(std::string_view sql,
                 const std::function<Result<std::string_view>()>& next_chunk) override {
    return call<Status>([&] { return inner_->copy_in(sql, next_chunk); });
  }
  Result<std::int64_t> load(const LoadTarget& target, const RowFeed& feed,
                            std::int64_t* failed) override {
    return call<Result<std::int64_t>>([&] { return inner_->load(target, feed, failed); });
  }
  Status begin() override {
    return call<Status>([&] { return inner_->begin(); });
  }
  Status commit() override {
    return call<Status>([&] { return inner_->commit(); });
  }
  Status rollback() override {
    if (!inner_) return {};
    return call<Status>([&] { return inner_->rollback(); });
  }
  Status set_durable(bool durable) override {
    return call<Status>([&] { return inner_->set_durable(durable); });
  }
  Status flush() override {
    return call<Status>([&] { return inner_->flush(); });
  }
  Status listen(std::string_view channel) override {
    return call<Status>([&] { return inner_->listen(channel); });
  }
  Result<std::vector<Notification>> notifications(std::chrono::milliseconds limit,
                                                  int wake) override {
    if (!inner_) return fail(broken());
    return inner_->notifications(limit, wake);
  }
  bool in_transaction() const override { return inner_ && inner_->in_transaction(); }
  bool lost() const override { return !inner_ || inner_->lost(); }
  void set_cancel(const CancelToken* cancel) override {
    if (inner_) inner_->set_cancel(cancel);
  }

  /// Each statement of a batch is a call of its own.
  Status run(std::span<const Statement> statements, std::size_t* failed) override {
    if (!inner_) return fail(broken());
    Fault& fault = Fault::instance();
    const std::int64_t first = fault.calls + 1;
    const auto count = static_cast<std::int64_t>(statements.size());
    const bool hit = fault.at >= first && fault.at < first + count;
    if (!hit) {
      fault.calls += count;
      return inner_->run(statements, failed);
    }
    const auto index = static_cast<std::size_t>(fault.at - first);
    fault.calls = fault.at;
    const Status part = inner_->run(statements.subspan(0, index + (fault.after ? 1 : 0)), failed);
    if (!part && !part.error().connection_lost) return part;
    if (failed != nullptr) *failed = index;
    return fail(strike());
  }

 private:
  template <typename T, typename Call>
  T call(Call call) {
    if (!inner_) return fail(broken());
    Fault& fault = Fault::instance();
    const bool hit = ++fault.calls == fault.at;
    if (hit && !fault.after) return fail(strike());
    T result = call();
    if (hit) return fail(strike());
    return result;
  }

  Error strike() {
    if (!Fault::instance().lose) {
      std::raise(SIGKILL);
    }
    inner_.reset();
    return broken();
  }

  std::unique_ptr<Connection> inner_;
  SessionInfo session_;
  const Dialect* dialect_;  // A constant, which outlives the connection.
};

}  // namespace

Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options) {
  auto opened =
      url.engine() == Engine::kSqlite ? sqlite::open(url, options) : postgres::open(url, options);
  if (!opened) return opened;
  const bool spared = std::getenv("BEDSTONE_FAULT_ONLY") != nullptr;
  if (spared && url.engine() == Engine::kSqlite) return opened;
  return std::make_unique<FaultyConnection>(*std::move(opened));
}

}  // namespace bedstone::db
