// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
#include "server/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace bedstone::server {
namespace {

/// Of one listener.
constexpr std::size_t kWaitingBytes = std::size_t{256} * 1024;
/// Events that who comes late still hears.
constexpr std::size_t kRecent = 100;

}  // namespace

EventStream::Taken EventStream::take(char* to, std::size_t limit, std::size_t& taken,
                                     const std::function<void()>& sleep) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    if (ended_) return Taken::kEnd;
    asleep_ = true;
    sleep();
    return Taken::kNothing;
  }
  taken = std::min(limit, waiting_.size());
  std::memcpy(to, waiting_.data(), taken);
  waiting_.erase(0, taken);
  return Taken::kText;
}

void EventStream::on_wake(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void EventStream::detach() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  ended_ = true;
}

void EventStream::rouse() {
  if (asleep_ && wake_) wake_();
  asleep_ = false;
}

void EventStream::give(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  if (waiting_.size() + text.size() > kWaitingBytes)
    ended_ = true;
  else
    waiting_ += text;
  rouse();
}

void EventStream::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  rouse();
}

bool EventStream::over() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

std::shared_ptr<EventStream> EventHub::listen(const std::string& session,
                                              std::optional<std::uint64_t> since) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const auto& one) {
    const auto stream = one.lock();
    return !stream || stream->over();
  });
  if (streams_.size() >= limit_) return nullptr;
  auto stream = std::make_shared<EventStream>(session);
  streams_.push_back(stream);
  // So that a browser that was sent away does not come back at once.
  stream->give("retry: 2000\n\n");
  // A number that is yet to come is of a server before this one.
  if (!since || *since >= last_id_) return stream;
  const std::uint64_t missed = last_id_ - *since;
  if (missed > recent_.size()) {
    stream->give(fmt::format("id: {}\nevent: missed\ndata: {{}}\n\n", last_id_));
    return stream;
  }
  for (std::size_t i = recent_.size() - missed; i < recent_.size(); ++i)
    stream->give(recent_[i]);
  return stream;
}

std::vector<std::shared_ptr<EventStream>> EventHub::everybody() const {
  const std::lock_guard lock(mutex_);
  return locked();
}

/// Within the lock.
std::vector<std::shared_ptr<EventStream>> EventHub::locked() const {
  std::vector<std::shared_ptr<EventStream>> all;
  for (const auto& one : streams_) {
    if (auto stream = one.lock()) all.push_back(std::move(stream));
  }
  return all;
}

void EventHub::publish(std::string_view type, std::string_view data) {
  // All within the lock: who begins to listen meanwhile hears it once.
  const std::lock_guard lock(mutex_);
  recent_.push_back(fmt::format("id: {}\nevent: {}\ndata: {}\n\n", ++last_id_, type, data));
  if (recent_.size() > kRecent) recent_.pop_front();
  for (const auto& stream : locked())
    stream->give(recent_.back());
}

std::uint64_t EventHub::last() const {
  const std::lock_guard lock(mutex_);
  return last_id_;
}

void EventHub::beat(const std::function<bool(const std::string&)>& is_over) {
  for (const auto& stream : everybody()) {
    if (is_over(stream->session()))
      stream->end();
    else
      stream->give(":\n\n");
  }
}

void EventHub::end(const std::string& session) {
  for (const auto& stream : everybody()) {
    if (stream->session() == session) stream->end();
  }
}

void EventHub::end_all() {
  for (const auto& stream : everybody())
    stream->end();
}

std::size_t EventHub::size() const {
  const auto all = everybody();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& stream) { return !stream->over(); }));
}

}  // namespace bedstone::server
