// https://prometheus.io/docs/instrumenting/exposition_formats/
#include "server/metrics.hpp"

#include <fmt/format.h>

namespace bedstone::server {

void Metrics::count(std::string_view route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), status}];
  Timing& timing = timings_[std::string(route)];
  ++timing.count;
  timing.sum += seconds;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    if (seconds <= kBounds[i]) ++timing.buckets[i];
  }
}

void Metrics::count_sign_in(std::string_view result) {
  const std::lock_guard lock(mutex_);
  ++sign_ins_[std::string(result)];
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  MetricText out;
  constexpr std::string_view kRequests = "bedstone_http_requests_total";
  out.head(kRequests, "Requests that were answered, by route.", "counter");
  for (const auto& [key, number] : requests_) {
    out.sample(kRequests, fmt::format("{},code=\"{}\"", label("route", key.first), key.second),
               static_cast<double>(number));
  }
  constexpr std::string_view kDuration = "bedstone_http_request_duration_seconds";
  out.head(kDuration, "From the request line to the answer.", "histogram");
  for (const auto& [route, timing] : timings_) {
    const std::string name = label("route", route);
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      out.sample(fmt::format("{}_bucket", kDuration), fmt::format("{},le=\"{}\"", name, kBounds[i]),
                 static_cast<double>(timing.buckets[i]));
    }
    out.sample(fmt::format("{}_bucket", kDuration), name + ",le=\"+Inf\"",
               static_cast<double>(timing.count));
    out.sample(fmt::format("{}_sum", kDuration), name, timing.sum);
    out.sample(fmt::format("{}_count", kDuration), name, static_cast<double>(timing.count));
  }
  constexpr std::string_view kSignIns = "bedstone_sign_ins_total";
  out.head(kSignIns, "Attempts to sign in.", "counter");
  for (const auto& [result, number] : sign_ins_)
    out.sample(kSignIns, label("result", result), static_cast<double>(number));
  return out.take();
}

MetricText& MetricText::gauge(std::string_view name, std::string_view help, double value) {
  return head(name, help, "gauge").sample(name, "", value);
}

MetricText& MetricText::head(std::string_view name, std::string_view help, std::string_view type) {
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  return *this;
}

MetricText& MetricText::sample(std::string_view name, std::string_view labels, double value) {
  text_ += name;
  if (!labels.empty()) text_ += fmt::format("{{{}}}", labels);
  text_ += fmt::format(" {}\n", value);
  return *this;
}

std::string label(std::string_view name, std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  return fmt::format("{}=\"{}\"", name, escaped);
}

}  // namespace bedstone::server
