/// Metrics: numbers about requests, in Prometheus's text format.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace bedstone::server {

/// Thread-safe.
class Metrics {
 public:
  void count(std::string_view route, int status, double seconds);
  void count_sign_in(std::string_view result);
  /// In the text format, with a last line end.
  std::string text() const;

 private:
  static constexpr std::array<double, 8> kBounds{0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30};
  struct Timing {
    std::array<std::uint64_t, kBounds.size()> buckets{};
    std::uint64_t count = 0;
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Timing> timings_;
  std::map<std::string, std::uint64_t> sign_ins_;
};

/// Lines of one metric: help, type, then samples.
class MetricText {
 public:
  /// Of a metric with one sample.
  MetricText& gauge(std::string_view name, std::string_view help, double value);
  MetricText& head(std::string_view name, std::string_view help, std::string_view type);
  /// `labels`: `state="done"`, escaped already; may be empty.
  MetricText& sample(std::string_view name, std::string_view labels, double value);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// A label with its value escaped.
std::string label(std::string_view name, std::string_view value);

}  // namespace bedstone::server
