/// Events: what happens, told to browsers that listen (server-sent events).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bedstone::server {

/// One who listens. The daemon takes, the hub gives. Thread-safe.
class EventStream {
 public:
  explicit EventStream(std::string session) : session_(std::move(session)) {}

  enum class Taken { kText, kNothing, kEnd };
  /// Up to `limit` bytes of what is waiting. When nothing is: calls `sleep` within the lock, so
  /// that what comes next calls `wake` afterwards.
  Taken take(char* to, std::size_t limit, std::size_t& taken, const std::function<void()>& sleep);
  void on_wake(std::function<void()> wake);
  /// What comes later wakes nobody.
  void detach();

  void give(std::string_view text);
  void end();
  bool over() const;
  /// The session that it belongs to.
  const std::string& session() const { return session_; }

 private:
  void rouse();

  const std::string session_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool asleep_ = false;
  bool ended_ = false;
  std::function<void()> wake_;
};

/// Gives every event to everybody who listens. Who does not take them in time is sent away, and
/// comes back by itself. Thread-safe.
class EventHub {
 public:
  explicit EventHub(std::size_t limit) : limit_(limit) {}

  /// Null: there are as many as may be. `since`: the number of an event; those after it come first,
  /// or an event "missed", where there were too many.
  std::shared_ptr<EventStream> listen(const std::string& session,
                                      std::optional<std::uint64_t> since = std::nullopt);
  /// `data` is JSON on one line.
  void publish(std::string_view type, std::string_view data);
  /// The number of the last event; 0: there was none.
  std::uint64_t last() const;
  /// A comment, which keeps proxies from closing; sends those away whose session `is_over`.
  void beat(const std::function<bool(const std::string& session)>& is_over);
  void end(const std::string& session);
  void end_all();
  std::size_t size() const;

 private:
  std::vector<std::shared_ptr<EventStream>> everybody() const;
  std::vector<std::shared_ptr<EventStream>> locked() const;

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::deque<std::string> recent_;  ///< The newest events as they were sent; the last is last_id_.
  std::vector<std::weak_ptr<EventStream>> streams_;
};

}  // namespace bedstone::server
