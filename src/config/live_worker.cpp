// Watching, reading anew, and staying on what is good.
#include "config/live_worker.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>

#include "store/config_ddl.hpp"

namespace bedstone::config {
namespace {

constexpr Milliseconds kFirstBackoff{100};
constexpr Milliseconds kLongestBackoff{5000};
constexpr std::chrono::hours kLongest{1};

store::InstanceRow instance_row(const LiveConfig& live) {
  store::InstanceRow row = this_process(live.options().program);
  row.id = live.instance_id();
  return row;
}

std::optional<std::pair<dev_t, ino_t>> identity_of(const std::string& path) {
  struct stat found {};
  // Looks without opening: closing a file that SQLite has open would drop SQLite's locks.
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return std::pair(found.st_dev, found.st_ino);
}

bool same_problems(const Errors& a, const Errors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Error& x, const Error& y) {
    return x.code == y.code && x.message == y.message;
  });
}

/// What `bedstone config status` shows of a snapshot's problems.
std::string main_problem(const Snapshot& snapshot) {
  if (snapshot.newest_revision == snapshot.values->revision) return "";
  for (const Error& error : snapshot.problems) {
    if (error.code != ErrorCode::kRevisionNotUsed) return error.message;
  }
  return "";
}

}  // namespace

LiveWorker::LiveWorker(LiveConfig& live, std::unique_ptr<db::Connection> connection,
                       std::int64_t newest)
    : live_(live),
      tools_(live.tools()),
      clock_(*live.tools().clock),
      loader_(*live.tools().loader),
      heartbeat_(clock_, *tools_.log, loader_.project(), instance_row(live)),
      connection_(std::move(connection)),
      start_(live.current()->values),
      seen_revision_(newest),
      expires_at_(now() + live.options().ttl),
      used_until_(expires_at_),
      retry_at_(now()),
      asked_at_(now()),
      backoff_(kFirstBackoff) {}

void LiveWorker::run() {
  live_.set_inline_reload([this] { return reload(); });
  connection_->set_cancel(&live_.cancel());
  arm();
  if (connection_) look(false);
  const auto first = live_.current();
  heartbeat_.set(first->values->revision, main_problem(*first));
  for (;;) {
    if (connection_) heartbeat_.write(*connection_);
    tell();
    wait();
    Orders orders = live_.take_orders();
    obey(orders);
    if (orders.stop) break;
  }
  if (connection_ && !failing_) heartbeat_.remove(*connection_);
  drop_connection();
}

void LiveWorker::obey(Orders& orders) {
  if (orders.stop) {
    for (auto& done : orders.reloads) {
      done.set_value(fail(Error(ErrorCode::kInterrupted, "the manager of the settings has ended")));
    }
    return;
  }
  if (orders.check) {
    used_until_ = now() + ttl();
    heartbeat_.used();
  }
  work(orders.check);
  if (orders.reloads.empty()) return;
  const auto done = reload();
  for (auto& promise : orders.reloads)
    promise.set_value(done);
}

void LiveWorker::work(bool check) {
  const Time time = now();
  const bool retry = wanted() && time >= retry_at_;
  const auto interval = own_interval();
  const bool time_to_ask = interval && time >= asked_at_ + *interval;
  if (!connection_) {
    if (check || retry) connect();
  } else if (failing_ ? check || retry : check || changed_ || time_to_ask) {
    look(false);
  }
  if (!expired_ && now() >= expires_at_) {
    expired_ = true;
    live_.expire();
  }
}

void LiveWorker::wait() {
  const auto left = std::chrono::ceil<Milliseconds>(next_deadline() - now());
  const Milliseconds limit = std::clamp<Milliseconds>(left, Milliseconds(0), kLongest);
  if (watch_ == ConfigWatch::kNotification) return wait_for_notification(limit);
  if (watch_ == ConfigWatch::kFile) return wait_for_commit(limit);
  wait_for_orders(limit);
}

LiveWorker::Time LiveWorker::next_deadline() const {
  Time deadline = now() + kLongest;
  const auto also = [&](Time time) { deadline = std::min(deadline, time); };
  if (!expired_) also(expires_at_);
  if ((failing_ || !connection_) && wanted()) also(retry_at_);
  if (const auto interval = own_interval(); interval && !failing_) also(asked_at_ + *interval);
  if (connection_ && heartbeat_.due()) also(*heartbeat_.due());
  return deadline;
}

void LiveWorker::wait_for_orders(Milliseconds limit) const {
  pollfd orders{live_.wake_descriptor(), POLLIN, 0};
  ::poll(&orders, 1, static_cast<int>(limit.count()));
}

void LiveWorker::wait_for_notification(Milliseconds limit) {
  const auto came = connection_->notifications(limit, live_.wake_descriptor());
  if (!came) {
    // Nobody asked for anything: that is no failure yet.
    const Error why = came.error();
    drop_connection();
    mark_stale(why);
    retry_at_ = now();
    expired_ = true;
    live_.expire();
    return;
  }
  changed_ = changed_ || std::any_of(came->begin(), came->end(), [&](const db::Notification& one) {
               return one.payload == loader_.project();
             });
}

void LiveWorker::wait_for_commit(Milliseconds limit) {
  wait_for_orders(std::min(limit, live_.options().watch_interval));
  if (identity_of(tools_.file) != file_) {
    // Another file stands in its place: a restored one, say.
    drop_connection();
    retry_at_ = now();
    return connect();
  }
  const auto version = connection_->query("PRAGMA data_version");
  if (!version) return;
  changed_ = changed_ || version->integer(0, 0) != data_version_;
  data_version_ = version->integer(0, 0);
}

Result<RuntimeConfig> LiveWorker::reload() {
  const bool connected = connection_ != nullptr;
  if (connected) look(true);
  // A server that was restarted is only seen to be gone when it is asked.
  if (!connection_) connect();
  if (failing_) return fail(*last_error_);
  return SnapshotAccess::make(live_.current());
}

void LiveWorker::connect() {
  auto opened = tools_.connect(live_.cancel());
  if (!opened) return failed(std::move(opened).error());
  connection_ = *std::move(opened);
  arm();
  if (connection_) look(false);
}

void LiveWorker::arm() {
  if (tools_.open_secrets) unseal_ = tools_.open_secrets(*connection_);
  // A row about this process is not worth waiting for the disk.
  if (connection_->engine() == db::Engine::kSqlite) (void)connection_->set_durable(false);
  auto watch = find_watch();
  if (!watch) return failed(std::move(watch).error());
  watch_ = *watch;
  live_.set_watch(watch_);
}

Result<ConfigWatch> LiveWorker::find_watch() {
  if (connection_->engine() == db::Engine::kSqlite) {
    file_ = identity_of(tools_.file);
    BEDSTONE_ASSIGN(const auto version, connection_->query("PRAGMA data_version"));
    data_version_ = version.integer(0, 0);
    return ConfigWatch::kFile;
  }
  BEDSTONE_ASSIGN(const bool pooled, tools_.is_pooled(*connection_));
  if (pooled) return ConfigWatch::kRevision;
  const Status listening = connection_->listen(store::kConfigChannel);
  if (listening) return ConfigWatch::kNotification;
  if (listening.error().connection_lost) return fail(listening.error());
  // A standby, for one, refuses.
  tools_.log->debug(
      fmt::format("the server does not tell of changed settings: {}", listening.error().message));
  return ConfigWatch::kRevision;
}

void LiveWorker::drop_connection() {
  unseal_ = nullptr;
  connection_.reset();
  watch_ = ConfigWatch::kNone;
  live_.set_watch(watch_);
}

void LiveWorker::look(bool force) {
  changed_ = false;
  asked_at_ = now();
  auto revision = loader_.revision(*connection_);
  if (!revision) return failed(std::move(revision).error());
  if (*revision == 0 && seen_revision_ > 0) {
    return failed(Error(ErrorCode::kConfigTable, "the database holds no settings any longer"));
  }
  // What is locked may open now: the key came, and no revision tells of that.
  if (!force && *revision == seen_revision_ && !has_locked()) return went_well();
  auto resolution = loader_.read(*connection_, unseal_);
  if (!resolution) return failed(std::move(resolution).error());
  take(*std::move(resolution));
  went_well();
}

void LiveWorker::take(Resolution resolution) {
  const auto before = live_.current();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->newest_revision = seen_revision_ = resolution.revision;
  snapshot->loaded_at = clock_.now();
  Errors reasons = reasons_against(*loader_.declared(), resolution, before->values->configured);
  if (reasons.empty()) {
    snapshot->values = make_values(loader_.declared(), std::move(resolution), start_.get());
  } else {
    snapshot->values = before->values;
    snapshot->problems =
        not_used(resolution.revision, before->values->revision, std::move(reasons));
    if (!same_problems(before->problems, snapshot->problems))
      tools_.log->warning(snapshot->problems.front().message);
  }
  const Errors& of_values = snapshot->values->problems;
  snapshot->problems.insert(snapshot->problems.end(), of_values.begin(), of_values.end());
  publish(std::move(snapshot));
}

void LiveWorker::went_well() {
  failing_ = false;
  last_error_.reset();
  backoff_ = kFirstBackoff;
  const auto before = live_.current();
  if (before->stale_since) {
    auto snapshot = std::make_shared<Snapshot>(*before);
    snapshot->stale_since.reset();
    std::erase_if(snapshot->problems,
                  [](const Error& error) { return error.code == ErrorCode::kSettingsStale; });
    publish(std::move(snapshot));
    tools_.log->info("the settings are up to date again");
  }
  expires_at_ = now() + ttl();
  expired_ = false;
  live_.checked(false);
}

void LiveWorker::failed(Error error) {
  if (connection_ && (error.connection_lost || connection_->lost())) drop_connection();
  failing_ = true;
  mark_stale(error);
  last_error_ = std::move(error);
  retry_at_ = now() + backoff_;
  backoff_ = std::min(backoff_ * 2, kLongestBackoff);
  expires_at_ = now() + ttl();
  expired_ = false;
  live_.checked(true);
}

void LiveWorker::mark_stale(const Error& why) {
  const auto before = live_.current();
  if (before->stale_since || live_.cancel().requested()) return;
  auto snapshot = std::make_shared<Snapshot>(*before);
  snapshot->stale_since = clock_.now();
  snapshot->problems.push_back(
      Error(ErrorCode::kSettingsStale, "the settings cannot be read anew; the last ones stay")
          .because(why.cause.empty() ? why.message : why.message + ": " + why.cause)
          .advise("nothing needs to be done once the database is back: `bedstone status`"));
  publish(std::move(snapshot));
  tools_.log->warning(fmt::format("the settings cannot be read anew: {}", why.message));
}

void LiveWorker::publish(std::shared_ptr<Snapshot> snapshot) {
  const auto before = live_.current();
  ConfigChanged changed{{}, SnapshotAccess::make(before), SnapshotAccess::make(snapshot)};
  if (before->values != snapshot->values)
    changed.keys = changed_keys(*before->values, *snapshot->values);
  const bool moved = before->values->revision != snapshot->values->revision ||
                     before->newest_revision != snapshot->newest_revision;
  const bool told_otherwise = before->stale_since != snapshot->stale_since ||
                              !same_problems(before->problems, snapshot->problems);
  if (moved || before->stale_since) {
    heartbeat_.set(snapshot->values->revision, main_problem(*snapshot));
  }
  live_.publish(std::move(snapshot));
  if (moved || told_otherwise || !changed.keys.empty()) untold_.push_back(std::move(changed));
}

void LiveWorker::tell() {
  // A call may reload, and so add to the list.
  while (!untold_.empty()) {
    const ConfigChanged next = std::move(untold_.front());
    untold_.erase(untold_.begin());
    live_.tell(next);
  }
}

bool LiveWorker::wanted() const {
  return now() < used_until_ || live_.options().poll_interval || live_.has_subscribers();
}

std::optional<Milliseconds> LiveWorker::own_interval() const {
  if (watch_ != ConfigWatch::kRevision) return std::nullopt;
  if (live_.options().poll_interval) return live_.options().poll_interval;
  return live_.has_subscribers() ? std::optional(ttl()) : std::nullopt;
}

bool LiveWorker::has_locked() const {
  const auto& slots = live_.current()->values->slots;
  return std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.locked; });
}

}  // namespace bedstone::config
