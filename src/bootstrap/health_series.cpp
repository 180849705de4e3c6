// Units of time that the database sums up, put together into spans.
#include "bootstrap/health_series.hpp"

#include <algorithm>
#include <array>

#include "bootstrap/connect.hpp"
#include "bootstrap/event_patterns.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/target.hpp"
#include "health/check.hpp"
#include "store/checks.hpp"

namespace bedstone::bootstrap {
namespace {

/// A unit is what the beginning of an ISO time tells: the database needs no arithmetic for it.
struct Unit {
  std::int64_t seconds;
  std::int64_t digits;
  std::string_view rest;  ///< Makes a time of the beginning.
};
constexpr std::array<Unit, 4> kUnits{
    {{86400, 10, "T00:00:00Z"}, {3600, 13, ":00:00Z"}, {600, 15, "0:00Z"}, {60, 16, ":00Z"}}};

/// Equal spans of whole units, the last of which holds this moment.
struct Cut {
  const Unit* unit = &kUnits.back();
  std::int64_t begin = 0;  ///< Seconds since 1970.
  std::int64_t width = 60;
  std::int64_t spans = 1;

  Cut(std::int64_t now, std::int64_t past, std::int64_t points) {
    const auto fits = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const Unit& one) { return one.seconds * points <= past; });
    if (fits != kUnits.end()) unit = &*fits;
    width = std::max<std::int64_t>(1, past / points / unit->seconds) * unit->seconds;
    begin = (now - past) / unit->seconds * unit->seconds;
    spans = (now - begin) / width + 1;
  }
};

HealthSeries& of_check(std::vector<HealthSeries>& all, const std::string& id, std::int64_t spans) {
  if (!all.empty() && all.back().id == id) return all.back();
  const auto size = static_cast<std::size_t>(spans);
  HealthSeries& one = all.emplace_back();
  one.id = id;
  one.passed.resize(size);
  one.warned.resize(size);
  one.failed.resize(size);
  one.mean_seconds.resize(size, -1);
  one.longest_seconds.resize(size, -1);
  return one;
}

/// `mean_seconds` holds sums until all units are in.
void add(const store::CheckUnit& unit, std::size_t span, HealthSeries& series) {
  series.passed[span] += unit.passed;
  series.warned[span] += unit.warned;
  series.failed[span] += unit.failed;
  series.mean_seconds[span] = std::max(0.0, series.mean_seconds[span]) + unit.sum_seconds;
  series.longest_seconds[span] = std::max(series.longest_seconds[span], unit.longest_seconds);
}

void divide(HealthSeries& series) {
  for (std::size_t i = 0; i < series.passed.size(); ++i) {
    const std::int64_t count = series.passed[i] + series.warned[i] + series.failed[i];
    if (count > 0) series.mean_seconds[i] /= static_cast<double>(count);
  }
}

Status read_units(db::Connection& connection, const Project& project, const Cut& cut,
                  const std::string& check, HealthSeriesReport& report) {
  store::CheckTable table(connection, project.name);
  BEDSTONE_ASSIGN(const auto units, table.units(report.since, cut.unit->digits, check));
  for (const store::CheckUnit& unit : units) {
    const auto at = seconds_of(unit.begin + std::string(cut.unit->rest));
    if (!at) continue;
    // A clock that is ahead writes into the future: that counts as now.
    const auto span = std::clamp<std::int64_t>(
        (static_cast<std::int64_t>(*at) - cut.begin) / cut.width, 0, cut.spans - 1);
    add(unit, static_cast<std::size_t>(span), of_check(report.series, unit.check_id, cut.spans));
  }
  std::for_each(report.series.begin(), report.series.end(), divide);
  return {};
}

}  // namespace

HealthSeriesReport health_series(const Host& host, const ProjectOptions& options,
                                 const HealthSeriesOptions& series) {
  HealthSeriesReport report;
  if (!series.check.empty() && health::find_check(series.check) == nullptr) {
    report.errors = {health::unknown_check(series.check)};
    return report;
  }
  const auto past = std::clamp<Milliseconds>(series.past, std::chrono::minutes(1), kSeriesPastMost);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(host.clock.now().time_since_epoch());
  const Cut cut(now.count(), std::chrono::duration_cast<std::chrono::seconds>(past).count(),
                std::clamp<std::int64_t>(series.points, 1, kSeriesPointsMost));
  report.since = to_iso(WallTime(std::chrono::seconds(cut.begin)));
  report.width_seconds = cut.width;
  report.spans = cut.spans;
  report.history = health_history(host, options, past);
  report.errors = report.history.errors;
  if (!report.errors.empty()) return report;
  const auto project = load(host, options);
  if (!project) {
    report.errors = project.error();
    return report;
  }
  auto connected =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) {
    report.errors = {std::move(connected).error()};
    return report;
  }
  if (const Status read = read_units(*connected->connection, *project, cut, series.check, report);
      !read)
    report.errors = {read.error()};
  return report;
}

}  // namespace bedstone::bootstrap
