// shows: D9
#include "server/connections.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "server/events.hpp"

namespace bedstone::server {
namespace {

class StillClock final : public Clock {
 public:
  WallTime now() const override { return {}; }
  MonotonicTime monotonic() const override { return time; }
  bool sleep(Milliseconds, const CancelToken*) const override { return true; }
  MonotonicTime time{std::chrono::hours(1)};
};

/// Two ends of a connection.
struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
  ~Pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  bool ended() const {
    char c = 0;
    return ::read(ends[1], &c, 1) == 0;
  }
  std::array<int, 2> ends{};
};

TEST(Connections, EndWhenAPhaseTakesTooLong) {
  StillClock clock;
  const Limits limits;
  Connections connections(clock, limits);
  const Pair slow;
  const Pair working;
  Client* one = connections.open(slow.ends[0], "192.0.2.1");
  Client* other = connections.open(working.ends[0], "192.0.2.2");
  connections.enter(other, Phase::kWork);
  EXPECT_EQ(connections.busy(), 1U);
  clock.time += limits.header_time - Milliseconds(1);
  EXPECT_EQ(connections.sweep(), 0U);
  EXPECT_FALSE(slow.ended());
  clock.time += Milliseconds(1);
  EXPECT_EQ(connections.sweep(), 1U);
  EXPECT_TRUE(slow.ended());
  EXPECT_FALSE(working.ended());
  EXPECT_EQ(connections.ended(), 1U);
  clock.time += std::chrono::hours(1);
  EXPECT_EQ(connections.sweep(), 0U);
  connections.close(one);
  connections.close(other);
  EXPECT_EQ(connections.size(), 0U);
}

TEST(Connections, AreCountedByAddress) {
  StillClock clock;
  Limits limits;
  limits.connections_per_address = 2;
  Connections connections(clock, limits);
  Client* one = connections.open(-1, "192.0.2.1");
  EXPECT_FALSE(connections.is_full("192.0.2.1"));
  Client* other = connections.open(-1, "192.0.2.1");
  EXPECT_TRUE(connections.is_full("192.0.2.1"));
  EXPECT_FALSE(connections.is_full("192.0.2.2"));
  connections.close(one);
  EXPECT_FALSE(connections.is_full("192.0.2.1"));
  connections.close(other);
}

TEST(Connections, OneTooManyIsShutDownThoughItWasAccepted) {
  StillClock clock;
  Limits limits;
  limits.connections_per_address = 1;
  Connections connections(clock, limits);
  Pair first, second, trusted;
  Client* one = connections.open(first.ends[0], "192.0.2.1");
  Client* other = connections.open(second.ends[0], "192.0.2.1");
  Client* proxy = connections.open(trusted.ends[0], "192.0.2.1", false);
  EXPECT_FALSE(first.ended());
  EXPECT_TRUE(second.ended());
  EXPECT_FALSE(trusted.ended());
  for (Client* client : {one, other, proxy})
    connections.close(client);
}

/// What a stream gives; "(sleeps)", "(ends)".
std::string taken(EventStream& stream) {
  std::array<char, 4096> buffer{};
  std::size_t size = 0;
  switch (stream.take(buffer.data(), buffer.size(), size, [] {})) {
    case EventStream::Taken::kNothing:
      return "(sleeps)";
    case EventStream::Taken::kEnd:
      return "(ends)";
    case EventStream::Taken::kText:
      break;
  }
  return {buffer.data(), size};
}

TEST(Events, ComeToEverybodyAndWakeWhoSleeps) {
  EventHub hub(2);
  const auto one = hub.listen("session-1");
  const auto other = hub.listen("session-2");
  EXPECT_EQ(hub.listen("session-3"), nullptr);
  EXPECT_EQ(taken(*one), "retry: 2000\n\n");
  EXPECT_EQ(taken(*one), "(sleeps)");
  int woken = 0;
  one->on_wake([&] { ++woken; });
  hub.publish("config", "{}");
  hub.publish("health", "{}");
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(taken(*one), "id: 1\nevent: config\ndata: {}\n\nid: 2\nevent: health\ndata: {}\n\n");
  hub.end("session-1");
  EXPECT_EQ(taken(*one), "(ends)");
  EXPECT_NE(taken(*other), "(ends)");
  EXPECT_EQ(hub.size(), 1U);
}

TEST(Events, SendAwayWhoDoesNotTakeThemAndWhoIsSignedOut) {
  EventHub hub(2);
  const auto slow = hub.listen("a");
  const auto over = hub.listen("b");
  const std::string big(100'000, 'x');
  for (int i = 0; i < 4; ++i)
    hub.publish("health", big);
  EXPECT_TRUE(slow->over());
  EXPECT_TRUE(over->over());
  const auto fresh = hub.listen("c");
  hub.beat([](const std::string& session) { return session == "c"; });
  EXPECT_TRUE(fresh->over());
}

std::string waiting(EventStream& stream) {
  std::string text(4096, ' ');
  std::size_t taken = 0;
  if (stream.take(text.data(), text.size(), taken, [] {}) != EventStream::Taken::kText) return {};
  return text.substr(0, taken);
}

// shows: D10
TEST(EventHub, WhoComesLateHearsWhatHappenedSince) {
  EventHub hub(5);
  hub.publish("config", "{1}");
  const std::uint64_t seen = hub.last();
  hub.publish("config", "{2}");
  hub.publish("table", "{3}");
  EXPECT_EQ(waiting(*hub.listen("a")), "retry: 2000\n\n");
  EXPECT_EQ(waiting(*hub.listen("a", hub.last())), "retry: 2000\n\n");
  EXPECT_EQ(waiting(*hub.listen("a", seen)),
            "retry: 2000\n\nid: 2\nevent: config\ndata: {2}\n\n"
            "id: 3\nevent: table\ndata: {3}\n\n");
  // Of a server before this one.
  EXPECT_EQ(waiting(*hub.listen("a", 900)), "retry: 2000\n\n");
}

TEST(EventHub, WhoComesMuchTooLateIsToldSo) {
  EventHub hub(5);
  for (int i = 0; i < 150; ++i)
    hub.publish("progress", "{}");
  EXPECT_EQ(waiting(*hub.listen("a", 3)), "retry: 2000\n\nid: 150\nevent: missed\ndata: {}\n\n");
}

}  // namespace
}  // namespace bedstone::server
