// Events by target, and when their messages go.
#include "health/alert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace bedstone::health {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kAttempts = 12;
constexpr std::size_t kWaiting = 200;
constexpr Milliseconds kFirstPause{1000};
constexpr Milliseconds kLongestPause{300'000};

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

Alerts::Alerts(std::vector<HealthSection::Alert> targets, Send send, const Clock& clock, Log& log)
    : send_(std::move(send)), clock_(clock), log_(log) {
  for (HealthSection::Alert& one : targets) {
    if (one.url.empty()) continue;
    targets_.emplace_back().alert = std::move(one);
  }
}

void Alerts::note(const HealthReport& report) {
  source_ = report;
  for (Target& target : targets_) {
    for (const HealthFinding& finding : report.findings) {
      // What could not be looked at is neither worse nor better than before.
      if (finding.checked) note(target, finding, report.at);
    }
  }
}

void Alerts::note(Target& target, const HealthFinding& finding, const std::string& at) {
  State& state = target.checks[finding.id];
  if (finding.outcome == HealthOutcome::kFail) {
    if (state.failures++ == 0) state.since = at;
    if (state.told || state.failures < target.alert.after) return;
    state.told = true;
    target.waiting.push_back({false, finding, at, {}});
  } else {
    const bool told = std::exchange(state.told, false);
    state.failures = 0;
    if (!told) return;
    const auto unsaid = std::find_if(
        target.waiting.begin(), target.waiting.end(),
        [&](const AlertEvent& event) { return !event.recovery && event.finding.id == finding.id; });
    // It came and went before anybody could be told.
    if (unsaid != target.waiting.end() && target.attempts == 0) {
      target.waiting.erase(unsaid);
      return;
    }
    target.waiting.push_back({true, finding, at, state.since});
  }
  while (target.waiting.size() > kWaiting)
    target.waiting.pop_front();
}

void Alerts::deliver() {
  for (Target& target : targets_) {
    if (!target.waiting.empty() && clock_.monotonic() >= target.next) deliver(target);
  }
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
