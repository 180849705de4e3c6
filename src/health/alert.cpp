// Events by target, and when their messages go.
#include "health/alert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace bedstone::health {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMarks = "alert:";
constexpr int kAttempts = 12;
constexpr std::size_t kWaiting = 200;
constexpr Milliseconds kFirstPause{1000};
constexpr Milliseconds kLongestPause{300'000};
constexpr Milliseconds kShortestPatience{60'000};

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
    case Severity::kCritical:
      break;
  }
  return "critical";
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

/// Text from a database may be anything.
std::string dump(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// https://api.slack.com/reference/surfaces/formatting#escaping
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result.push_back(c);
    }
  }
  return result;
}

}  // namespace

std::string alert_json(const HealthReport& source, const std::vector<AlertEvent>& events) {
  Json object{{"schema", "bedstone.health-alert/1"},
              {"project", source.project},
              {"database", source.database},
              {"host", source.host},
              {"outcome", outcome_name(source.outcome)},
              {"events", Json::array()}};
  for (const AlertEvent& event : events) {
    const HealthFinding& finding = event.finding;
    object["events"].push_back(Json{{"kind", event.recovery ? "recovery" : "failure"},
                                    {"check", finding.id},
                                    {"title", finding.title},
                                    {"severity", severity_word(finding.severity)},
                                    {"evidence", finding.evidence},
                                    {"details", finding.details},
                                    {"advice", text_or_null(finding.advice)},
                                    {"repair", text_or_null(finding.repair)},
                                    {"at", event.at},
                                    {"failed_since", text_or_null(event.failed_since)}});
  }
  return dump(object);
}

std::string alert_slack(const HealthReport& source, const std::vector<AlertEvent>& events) {
  std::string text = fmt::format("*{}* on {} ({})", escaped(source.project), escaped(source.host),
                                 escaped(source.database));
  for (const AlertEvent& event : events) {
    const HealthFinding& finding = event.finding;
    text += fmt::format("\n{} *{}*: {}",
                        event.recovery ? ":white_check_mark: recovered" : ":rotating_light:",
                        escaped(finding.id), escaped(finding.evidence));
    if (event.recovery) {
      text += fmt::format(" (failed since {})", escaped(event.failed_since));
    } else if (!finding.repair.empty()) {
      text += fmt::format("\n`{}`", escaped(finding.repair));
    }
  }
  return dump(Json{{"text", text}});
}

Alerts::Alerts(std::vector<HealthSection::Alert> targets, Send send, const Clock& clock, Log& log,
               Milliseconds round)
    : send_(std::move(send)),
      clock_(clock),
      log_(log),
      patience_(std::max<Milliseconds>(3 * round, kShortestPatience)),
      teller_(random_id()) {
  for (HealthSection::Alert& one : targets) {
    if (one.url.empty()) continue;
    Target& target = targets_.emplace_back();
    // The address itself may hold a secret.
    target.name =
        std::string(kMarks) +
        sha256_hex(fmt::format("{} {} {}", one.url.expose(), one.slack, one.after)).substr(0, 16);
    target.alert = std::move(one);
  }
}

void Alerts::read(AlertBoard& board) {
  if (targets_.empty()) return;
  auto marks = board.read();
  board_.reset();
  if (marks) board_ = *std::move(marks);
}

void Alerts::note(const HealthReport& report, AlertBoard* board) {
  source_ = report;
  // What was not read before the round says nothing of what the round found.
  const bool shared = board != nullptr && board_.has_value();
  for (Target& target : targets_) {
    for (const HealthFinding& finding : report.findings) {
      // What could not be looked at is neither worse nor better than before.
      if (!finding.checked) continue;
      State& state = state_of(target, finding, report.host);
      if (shared) {
        note_shared(target, state, finding, report.at, *board);
      } else {
        note(target, state, finding, report.at);
      }
    }
  }
  if (board == nullptr) {
    board_.reset();
    return;
  }
  sign(*board);
  read(*board);
}

Alerts::State& Alerts::state_of(Target& target, const HealthFinding& finding,
                                const std::string& host) {
  State& state = target.checks[finding.id];
  if (state.key.empty()) {
    state.key = target.name + ":" + finding.id;
    if (!is_shared(finding.id)) state.key += "@" + host;
  }
  if (!board_) return state;
  const auto found = board_->find(state.key);
  std::optional<std::string> now;
  if (found != board_->end()) now = found->second;
  if (now != state.seen) state.seen_at = clock_.monotonic();
  state.seen = std::move(now);
  return state;
}

void Alerts::push(Target& target, AlertEvent event) {
  target.waiting.push_back(std::move(event));
  while (target.waiting.size() > kWaiting)
    target.waiting.pop_front();
}

bool Alerts::take_back(Target& target, const std::string& check) {
  const auto unsaid = std::find_if(
      target.waiting.begin(), target.waiting.end(),
      [&](const AlertEvent& event) { return !event.recovery && event.finding.id == check; });
  if (unsaid == target.waiting.end() || target.attempts != 0) return false;
  target.waiting.erase(unsaid);
  return true;
}

void Alerts::note(Target& target, State& state, const HealthFinding& finding,
                  const std::string& at) {
  if (finding.outcome == HealthOutcome::kFail) {
    if (state.failures++ == 0) state.since = at;
    // While the board is away, what stood there last was told by somebody.
    if (state.told || state.failures < target.alert.after) return;
    if (state.seen && read_mark(*state.seen).failing) return;
    state.told = true;
    push(target, {false, finding, at, {}});
    return;
  }
  state.failures = 0;
  // What came and went before anybody could be told is not told at all.
  if (std::exchange(state.told, false) && !take_back(target, finding.id))
    push(target, {true, finding, at, state.since});
}

void Alerts::note_shared(Target& target, State& state, const HealthFinding& finding,
                         const std::string& at, AlertBoard& board) {
  const AlertMark mark = read_mark(state.seen.value_or(""));
  // A teller that is not heard of any more is gone, and what it had to tell is somebody else's.
  const bool gone =
      !mark.told && mark.teller != teller_ && clock_.monotonic() - state.seen_at > mark.patience;
  if (finding.outcome != HealthOutcome::kFail) {
    state.failures = 0;
    if (mark.failing ? mark.told || mark.teller == teller_ || gone : gone)
      return recovered(target, state, finding, at, mark, board);
    // Told while there was no board.
    if (!mark.failing && std::exchange(state.told, false))
      push(target, {true, finding, at, state.since});
    return;
  }
  if (state.failures++ == 0) state.since = at;
  if (state.failures < target.alert.after) return;
  // Somebody told it or is about to, or has not yet told that it recovered before.
  if (!gone && (mark.failing || (!mark.told && mark.teller != teller_))) {
    if (mark.failing) state.told = false;
    return;
  }
  const bool told = !mark.failing && state.told;
  const std::string since = mark.failing ? mark.since : state.since;
  if (!swap(state, {true, told, since, teller_, 0, patience_}, board)) return;
  state.told = false;
  if (!told) push(target, {false, finding, at, {}});
}

void Alerts::recovered(Target& target, State& state, const HealthFinding& finding,
                       const std::string& at, const AlertMark& mark, AlertBoard& board) {
  state.told = false;
  // A failure that nobody was told of ends in silence; a recovery whose teller is gone does not.
  const bool unsaid =
      mark.failing && !mark.told && (mark.teller != teller_ || take_back(target, finding.id));
  if (swap(state, {false, unsaid, mark.since, teller_, 0, patience_}, board) && !unsaid)
    push(target, {true, finding, at, mark.since});
}

bool Alerts::swap(State& state, AlertMark mark, AlertBoard& board) {
  const bool mine = !mark.told;
  const std::string after = write_mark(mark);
  const auto won = board.swap(state.key, state.seen, after);
  if (!won || !*won) return false;
  state.seen = after;
  state.seen_at = clock_.monotonic();
  state.mine = mine;
  return true;
}

void Alerts::sign(AlertBoard& board) {
  for (Target& target : targets_) {
    for (auto& [check, state] : target.checks) {
      if (!state.mine || !state.seen) continue;
      AlertMark mark = read_mark(*state.seen);
      // Somebody took it over: this watch was thought to be gone.
      if (mark.teller != teller_ || mark.told) {
        state.mine = false;
        continue;
      }
      const std::string& id = check;
      const bool waits =
          std::any_of(target.waiting.begin(), target.waiting.end(),
                      [&](const AlertEvent& event) { return event.finding.id == id; });
      mark.told = !waits;
      ++mark.beats;
      swap(state, mark, board);
    }
  }
}

bool Alerts::too_soon(Target& target, AlertBoard& board) {
  const std::string key = target.name + ":";
  const auto marks = board.read();
  if (!marks) return false;
  std::optional<std::string> before;
  if (const auto found = marks->find(key); found != marks->end()) before = found->second;
  const auto now = std::chrono::duration_cast<Milliseconds>(clock_.now().time_since_epoch());
  const Milliseconds last(text::parse_integer(before.value_or("0")).value_or(0));
  const Milliseconds left = last + target.alert.every - now;
  // A clock that is far ahead must not keep everybody silent.
  if (left.count() > 0 && left <= target.alert.every) {
    target.next = clock_.monotonic() + left;
    return true;
  }
  const auto won = board.swap(key, before, std::to_string(now.count()));
  if (!won || *won) return false;
  target.next = clock_.monotonic() + target.alert.every;
  return true;
}

void Alerts::deliver(AlertBoard* board) {
  bool sent = false;
  for (Target& target : targets_) {
    if (target.waiting.empty() || clock_.monotonic() < target.next) continue;
    if (board != nullptr && target.attempts == 0 && too_soon(target, *board)) continue;
    deliver(target);
    sent = true;
  }
  if (board != nullptr && sent) sign(*board);
}

void Alerts::deliver(Target& target) {
  const std::vector<AlertEvent> events(target.waiting.begin(), target.waiting.end());
  const std::string json =
      target.alert.slack ? alert_slack(source_, events) : alert_json(source_, events);
  const auto answer = send_(target.alert.url, json);
  if (!answer && answer.error().code == ErrorCode::kInterrupted) return;
  if (answer && answer->status >= 200 && answer->status < 300) {
    target.waiting.clear();
    target.attempts = 0;
    target.next = clock_.monotonic() + target.alert.every;
    log_.info(fmt::format("told {} of {}", shown_address(target.alert.url.expose()),
                          text::count(static_cast<std::int64_t>(events.size()), "change")));
    return;
  }
  const std::string why =
      answer ? fmt::format("it answered {}", answer->status) : answer.error().cause;
  const bool heals = answer ? may_heal(answer->status) : answer.error().retryable;
  if (heals && ++target.attempts < kAttempts)
    return put_off(target, answer ? &*answer : nullptr, why);
  log_.error(fmt::format("{} an alert to {} was not delivered, and is given up: {}",
                         code_name(ErrorCode::kAlertNotSent),
                         shown_address(target.alert.url.expose()), why));
  target.waiting.clear();
  target.attempts = 0;
  target.next = clock_.monotonic() + target.alert.every;
}

void Alerts::put_off(Target& target, const HttpAnswer* answer, const std::string& why) {
  Milliseconds pause = kFirstPause * (1 << std::min(target.attempts - 1, 10));
  pause = std::min(pause, kLongestPause);
  if (answer != nullptr && answer->retry_after)
    pause = std::min<Milliseconds>(*answer->retry_after, std::chrono::hours(1));
  target.next = clock_.monotonic() + pause;
  log_.warning(fmt::format("{} an alert to {} was not delivered: {}; again in {}",
                           code_name(ErrorCode::kAlertNotSent),
                           shown_address(target.alert.url.expose()), why,
                           text::format_duration(std::chrono::duration<double>(pause).count())));
}

std::optional<MonotonicTime> Alerts::due() const {
  std::optional<MonotonicTime> first;
  for (const Target& target : targets_) {
    if (target.waiting.empty()) continue;
    if (!first || target.next < *first) first = target.next;
  }
  return first;
}

}  // namespace bedstone::health
