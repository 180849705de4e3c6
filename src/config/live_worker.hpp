/// LiveWorker: the thread that watches a database and takes over what changes in it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "config/heartbeat.hpp"
#include "config/live.hpp"

namespace bedstone::config {

/// Lives on its thread's stack and is used by it alone.
class LiveWorker {
 public:
  /// `newest`: the revision at which the settings were read with this session.
  LiveWorker(LiveConfig& live, std::unique_ptr<db::Connection> connection, std::int64_t newest);
  LiveWorker(const LiveWorker&) = delete;
  LiveWorker& operator=(const LiveWorker&) = delete;

  /// Returns when it is told to stop.
  void run();

 private:
  using Time = MonotonicTime;
  using FileIdentity = std::pair<dev_t, ino_t>;

  // Waiting: until something happened, somebody wants something, or it is time for something.
  void wait();
  Time next_deadline() const;
  void wait_for_orders(Milliseconds limit) const;
  void wait_for_notification(Milliseconds limit);
  void wait_for_commit(Milliseconds limit);

  // Working.
  void obey(Orders& orders);
  void work(bool check);
  Result<RuntimeConfig> reload();
  void connect();
  void arm();
  Result<ConfigWatch> find_watch();
  void drop_connection();
  /// Reads when the revision is another one, or in any case.
  void look(bool force);
  void take(Resolution resolution);

  // What becomes of it.
  void went_well();
  void failed(Error error);
  void mark_stale(const Error& why);
  void publish(std::shared_ptr<Snapshot> snapshot);
  void tell();
  bool wanted() const;
  /// Asks by itself, without anybody reading.
  std::optional<Milliseconds> own_interval() const;
  bool has_locked() const;

  Time now() const { return clock_.monotonic(); }
  Milliseconds ttl() const { return live_.options().ttl; }

  LiveConfig& live_;
  const LiveTools& tools_;
  const Clock& clock_;
  const Loader& loader_;
  Heartbeat heartbeat_;
  std::unique_ptr<db::Connection> connection_;
  Unseal unseal_;  // After the session that it uses.
  ConfigWatch watch_ = ConfigWatch::kNone;
  std::int64_t data_version_ = 0;
  std::optional<FileIdentity> file_;

  std::shared_ptr<const SnapshotValues> start_;  ///< Those that the process started with.
  std::int64_t seen_revision_;
  bool changed_ = false;  ///< The database said so.
  bool failing_ = false;
  bool expired_ = false;
  std::optional<Error> last_error_;
  Time expires_at_;
  Time used_until_;
  Time retry_at_;
  Time asked_at_;
  Milliseconds backoff_;
  std::vector<ConfigChanged> untold_;
};

}  // namespace bedstone::config
