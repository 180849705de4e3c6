/// Alerts: what to tell whom, when checks begin to fail and when they recover.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/health.hpp"
#include "health/board.hpp"
#include "health/http.hpp"
#include "project/health.hpp"

namespace bedstone::health {

/// One failure or recovery of one check.
struct AlertEvent {
  bool recovery = false;
  HealthFinding finding;
  std::string at;
  std::string failed_since;  ///< Of a recovery.
};

/// What a message says; webhooks get it as it stands.
std::string alert_json(const HealthReport& source, const std::vector<AlertEvent>& events);
/// The same in Slack's form.
std::string alert_slack(const HealthReport& source, const std::vector<AlertEvent>& events);

/// Keeps for each webhook what it was told. Watches of one database agree on a board which of them
/// tells a failure or a recovery; where there is no board, each tells by itself. Messages are sent
/// when they are due, never more often than its `every`; what comes meanwhile waits and goes
/// together. What is not delivered is tried again with growing pauses. Not thread-safe.
class Alerts {
 public:
  using Send = std::function<Result<HttpAnswer>(const Secret& url, const std::string& json)>;

  /// All but `targets` must outlive it. `round`: how long a round of checks may take to come again;
  /// who has not been heard of for thrice that is gone.
  Alerts(std::vector<HealthSection::Alert> targets, Send send, const Clock& clock, Log& log,
         Milliseconds round = Milliseconds(20'000));

  /// Nobody is to be told anything.
  bool empty() const { return targets_.empty(); }
  /// Reads the board before a round: what a round finds is news only against what stood there
  /// before it.
  void read(AlertBoard& board);
  /// Takes in what a round of checks found. Null: the board cannot be reached.
  void note(const HealthReport& report, AlertBoard* board = nullptr);
  /// Sends what is due.
  void deliver(AlertBoard* board = nullptr);
  /// When deliver() has something to do; nullopt: nothing.
  std::optional<MonotonicTime> due() const;

 private:
  struct State {
    std::int64_t failures = 0;  ///< One after another.
    bool told = false;
    std::string since;
    std::string key;                  ///< On the board.
    std::optional<std::string> seen;  ///< What stood there, and since when it does.
    MonotonicTime seen_at{};
    bool mine = false;  ///< This watch is to tell what stands there.
  };
  struct Target {
    HealthSection::Alert alert;
    std::string name;  ///< On the board.
    std::map<std::string, State> checks;
    std::deque<AlertEvent> waiting;
    int attempts = 0;  ///< Of the message that is on its way.
    MonotonicTime next{};
  };

  State& state_of(Target& target, const HealthFinding& finding, const std::string& host);
  void note(Target& target, State& state, const HealthFinding& finding, const std::string& at);
  void note_shared(Target& target, State& state, const HealthFinding& finding,
                   const std::string& at, AlertBoard& board);
  void recovered(Target& target, State& state, const HealthFinding& finding, const std::string& at,
                 const AlertMark& mark, AlertBoard& board);
  void push(Target& target, AlertEvent event);
  /// Forgets the failure that nobody was told of; false: it is on its way.
  bool take_back(Target& target, const std::string& check);
  bool swap(State& state, AlertMark mark, AlertBoard& board);
  /// On the board: what was delivered, and that this watch lives.
  void sign(AlertBoard& board);
  bool too_soon(Target& target, AlertBoard& board);
  void deliver(Target& target);
  void put_off(Target& target, const HttpAnswer* answer, const std::string& why);

  std::vector<Target> targets_;
  Send send_;
  const Clock& clock_;
  Log& log_;
  Milliseconds patience_;
  std::string teller_;
  /// What stands on the board, as it was read last; nullopt: it was not.
  std::optional<std::map<std::string, std::string>> board_;
  HealthReport source_;  ///< The newest, for project, database and host.
};

}  // namespace bedstone::health
