// When the row of an instance is written, and when nobody tries any longer.
#include "config/heartbeat.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "base/files.hpp"
#include "base/version.hpp"
#include "store/store.hpp"
#include "store/transitions.hpp"

namespace bedstone::config {
namespace {

constexpr std::chrono::minutes kInterval{1};
/// Between two writes, however fast the settings change.
constexpr Milliseconds kPause{200};
/// After a write that failed.
constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::hours kForgotten{24};

std::string executable_name() {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return "?";
  return files::file_name(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

/// Whether the same write may succeed a little later.
bool may_heal(const Error& error) {
  return error.retryable || error.connection_lost || error.code == ErrorCode::kDatabaseBusy;
}

}  // namespace

store::InstanceRow this_process(const std::string& program) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  store::InstanceRow row;
  row.program = program.empty() ? executable_name() : program;
  row.host = host.data();
  row.pid = ::getpid();
  row.version = kVersion;
  return row;
}

void Heartbeat::set(std::int64_t revision, std::string problem) {
  row_.revision = revision;
  row_.problem = std::move(problem);
  const MonotonicTime now = clock_.monotonic();
  if (!due_) due_ = written_ ? std::max(now, *written_ + kPause) : now;
}

void Heartbeat::used() {
  const MonotonicTime now = clock_.monotonic();
  if (!due_ && written_ && now >= *written_ + kInterval) due_ = now;
}

void Heartbeat::write(db::Connection& connection) {
  if (!due_ || clock_.monotonic() < *due_) return;
  due_.reset();
  if (given_up_) return;
  const Status put =
      store::InstanceTable(connection, project_).put(row_, to_iso(clock_.now() - kForgotten));
  if (put) {
    const bool was_alive = written_ && clock_.monotonic() < *written_ + kInterval;
    written_ = clock_.monotonic();
    if (!was_alive) note(connection, "uses the settings");
    return;
  }
  if (may_heal(put.error())) {
    due_ = clock_.monotonic() + kRetry;
    return;
  }
  // Tables that are missing may come; rights do not without somebody's doing.
  given_up_ = !store::is_missing(put.error());
  log_.debug(
      fmt::format("`bedstone config status` will not show this process: {}", put.error().message));
}

void Heartbeat::remove(db::Connection& connection) {
  if (!written_) return;
  const Status gone = store::InstanceTable(connection, project_).remove(row_.id);
  if (!gone) return log_.debug(gone.error().message);
  note(connection, "ended");
}

void Heartbeat::note(db::Connection& connection, std::string_view what) {
  const auto noted =
      store::Transitions(connection, project_)
          .note_instances(fmt::format("{} on {} {}", row_.program, row_.host, what), clock_.now());
  if (!noted) return log_.debug(noted.error().message);
  if (*noted) log_.info(fmt::format("the application is {}", (*noted)->to));
}

}  // namespace bedstone::config
