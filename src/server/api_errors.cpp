// What failed over a time: patterns, and how often each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/withhold.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::chrono::hours kPast{24 * 7};
constexpr std::chrono::hours kPastMost{24 * 400};
constexpr std::int64_t kPoints = 48;
constexpr std::int64_t kPointsMost = 200;

Milliseconds past_of(const Call& call) {
  const auto past = text::parse_duration(call.request.target.get("past").value_or(""));
  return std::clamp<Milliseconds>(past.value_or(kPast), std::chrono::minutes(1), kPastMost);
}

/// Equal spans from a time on.
class Spans {
 public:
  Spans(const std::string& since, Milliseconds past, std::int64_t points)
      : since_(bootstrap::seconds_of(since).value_or(0)),
        width_(
            std::ceil(std::chrono::duration<double>(past).count() / static_cast<double>(points))),
        count_(static_cast<std::size_t>(points)) {}

  using Series = std::vector<std::int64_t>;
  Series make() const { return Series(count_); }
  void count(const std::string& at, Series& series) const {
    const auto seconds = bootstrap::seconds_of(at);
    if (!seconds) return;
    const double span = std::max(0.0, (*seconds - since_) / width_);
    ++series[std::min(static_cast<std::size_t>(span), count_ - 1)];
  }
  std::int64_t width() const { return static_cast<std::int64_t>(width_); }

 private:
  double since_;
  double width_;
  std::size_t count_;
};

std::string json_of(const Spans::Series& series) {
  return fmt::format("[{}]", fmt::join(series, ", "));
}

/// All patterns of one code.
struct OfCode {
  Spans::Series series;
  std::int64_t count = 0;
  std::int64_t patterns = 0;
  std::int64_t open = 0;  ///< Patterns after which no run succeeded yet.
};

std::string codes_json(const bootstrap::EventsReport& report, const Spans& spans) {
  std::map<std::string, OfCode> codes;
  for (const bootstrap::ErrorPattern& pattern : report.patterns) {
    OfCode& code = codes.try_emplace(pattern.code, OfCode{spans.make()}).first->second;
    code.count += pattern.count;
    ++code.patterns;
    if (!pattern.resolution) ++code.open;
    for (const std::string& at : pattern.times)
      spans.count(at, code.series);
  }
  std::vector<std::string> all;
  for (const auto& [name, code] : codes) {
    JsonObject object;
    object.text("code", name).text_or_null("summary", summary_of(name));
    object.number("count", code.count).number("patterns", code.patterns);
    object.number("open", code.open);
    all.push_back(object.raw("series", json_of(code.series)).str());
  }
  return json_array(all);
}

std::string patterns_json(const bootstrap::EventsReport& report, const Spans& spans) {
  JsonObject object;
  for (const bootstrap::ErrorPattern& pattern : report.patterns) {
    Spans::Series series = spans.make();
    for (const std::string& at : pattern.times)
      spans.count(at, series);
    object.raw(pattern.fingerprint, json_of(series));
  }
  return object.str();
}

std::string runs_json(const bootstrap::EventsReport& report, const Spans& spans) {
  std::map<std::string_view, Spans::Series> ends;
  for (const std::string_view end : {"done", "failed", "interrupted"})
    ends[end] = spans.make();
  for (const bootstrap::RunEnd& run : report.runs) {
    const auto found = ends.find(run.outcome);
    if (found != ends.end()) spans.count(run.at, found->second);
  }
  JsonObject object;
  for (const auto& [end, series] : ends)
    object.raw(end, json_of(series));
  return object.str();
}

}  // namespace

Response errors(const Call& call) {
  auto report =
      bootstrap::events(call.app.host, call.app.project_options, std::nullopt, past_of(call));
  if (!report.errors.empty()) return error_response(report.errors);
  withhold(call.caller.role, report);
  return json_response(call.app.reports.events(report));
}

Response error_series(const Call& call) {
  const auto asked = text::parse_integer(call.request.target.get("points").value_or(""));
  const auto points = std::clamp<std::int64_t>(asked.value_or(kPoints), 1, kPointsMost);
  const Milliseconds past = past_of(call);
  const auto report =
      bootstrap::events(call.app.host, call.app.project_options, std::nullopt, past);
  if (!report.errors.empty()) return error_response(report.errors);
  const Spans spans(report.since, past, points);
  JsonObject object;
  object.text("since", report.since).number("width", spans.width()).number("spans", points);
  object.raw("codes", codes_json(report, spans)).raw("patterns", patterns_json(report, spans));
  object.raw("runs", runs_json(report, spans));
  // What members do not see of patterns: GET /api/v1/errors.
  object.flag("restricted", call.caller.role < Role::kAdmin);
  return json_response(object.str());
}

}  // namespace bedstone::server::api
