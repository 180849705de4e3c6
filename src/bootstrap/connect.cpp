// From a URL to a session, through whatever is in the way.
#include "bootstrap/connect.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/lock.hpp"
#include "db/postgres/admin.hpp"

namespace bedstone::bootstrap {
namespace {

db::OpenOptions open_options(const Host& host, const ConnectRequest& request) {
  db::OpenOptions options;
  options.access = request.access;
  options.create = request.create;
  options.application_name =
      fmt::format("bedstone {:.20} {} {}", host_name(), getpid(), host.command);
  options.cancel = host.cancel;
  options.busy_timeout = request.busy_timeout;
  Log* log = &host.log;
  options.on_notice = [log](std::string_view line) { log->debug(line); };
  return options;
}

/// A database that is missing and may not be made: the likeliest cause is a slip of the pen.
Error explain_missing(Error error, const ConnectRequest& request, const db::OpenOptions& options) {
  const db::Url& url = request.url;
  std::string near;
  if (url.engine() == db::Engine::kPostgres) {
    const auto names = db::postgres::list_databases(url, options);
    if (names) near = text::nearest(url.database(), *names).value_or("");
  } else {
    const auto names = files::list(files::parent(url.path()));
    if (names) near = text::nearest(files::file_name(url.path()), *names).value_or("");
  }
  error.hint = near.empty() ? "check the name in DATABASE_URL or bedstone.yaml"
                            : fmt::format("did you mean {}? Otherwise check DATABASE_URL", near);
  error.hint += fmt::format("; to create it: {}", request.create_with);
  return error;
}

Status create_database(const Host& host, const ConnectRequest& request,
                       const db::OpenOptions& options, bool& created) {
  auto made = db::postgres::create_database(request.url, options);
  if (!made) return fail(std::move(made).error());
  created = *made;
  if (created) host.log.info(fmt::format("created the database {}", request.url.database()));
  return {};
}

Error waited_in_vain(const Error& last, Milliseconds wait) {
  if (wait.count() == 0) return last;
  Error error = last;
  error.cause = fmt::format("{}{}tried for {}", last.cause, last.cause.empty() ? "" : "; ",
                            text::format_duration(static_cast<double>(wait.count()) / 1000));
  return error;
}

}  // namespace

bool is_unreachable(ErrorCode code) {
  switch (code) {
    case ErrorCode::kConnectionRefused:
    case ErrorCode::kHostUnknown:
    case ErrorCode::kAuthenticationFailed:
    case ErrorCode::kDatabaseMissing:
    case ErrorCode::kCannotCreateDatabase:
    case ErrorCode::kConnectionLost:
    case ErrorCode::kReadOnlyDatabase:
    case ErrorCode::kNotADatabase:
    case ErrorCode::kDatabaseCorrupt:
    case ErrorCode::kTlsFailed:
    case ErrorCode::kServerStarting:
    case ErrorCode::kDriverMissing:
    case ErrorCode::kServerTooOld:
    case ErrorCode::kCannotOpenDatabase:
    case ErrorCode::kConnectionFailed:
      return true;
    default:
      return false;
  }
}

Result<Connected> connect(const Host& host, const ConnectRequest& request) {
  const db::OpenOptions options = open_options(host, request);
  const Stopwatch watch(host.clock);
  Connected result;
  if (request.url.engine() == db::Engine::kSqlite && !request.url.is_memory() && request.create) {
    BEDSTONE_TRY(files::make_folder(files::parent(request.url.path())));
    result.created = !files::exists(request.url.path());
  }
  std::minstd_rand random(std::random_device{}());
  Milliseconds pause{50}, next_report{1000};
  for (;;) {
    auto opened = db::open(request.url, options);
    if (opened) {
      result.connection = *std::move(opened);
      return result;
    }
    Error error = std::move(opened).error();
    if (error.code == ErrorCode::kDatabaseMissing) {
      if (!request.create || request.url.engine() == db::Engine::kSqlite) {
        return fail(explain_missing(std::move(error), request, options));
      }
      Status made = create_database(host, request, options, result.created);
      if (made) continue;
      error = std::move(made).error();
    }
    if (!error.retryable) return fail(std::move(error));
    if (watch.elapsed() >= request.wait) return fail(waited_in_vain(error, request.wait));
    if (watch.elapsed() >= next_report) {
      host.log.info(fmt::format("waiting for {}: {}", request.url.redacted(), error.message));
      next_report = watch.elapsed() + Milliseconds(5000);
    }
    std::uniform_int_distribution<std::int64_t> jitter(pause.count() / 2, pause.count());
    const Milliseconds left = request.wait - watch.elapsed();
    if (!host.clock.sleep(std::min(Milliseconds(jitter(random)), left), host.cancel)) {
      return fail(Error(ErrorCode::kInterrupted, "interrupted while waiting for the database")
                      .advise("nothing was changed; run the same command again"));
    }
    pause = std::min(Milliseconds(2000), pause * 2);
  }
}

}  // namespace bedstone::bootstrap
