/// Log: lines for people or for machines, on standard error. Never holds a secret.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/clock.hpp"

namespace bedstone {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat { kText, kJson };

/// A named value beside the sentence; in JSON a member of its own.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Thread-safe: each record is one write of one line.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  Log(const Clock& clock, LogLevel level, LogFormat format, Sink sink);

  bool wants(LogLevel level) const { return level >= level_; }
  void write(LogLevel level, std::string_view sentence,
             std::initializer_list<LogField> fields = {});
  void debug(std::string_view sentence, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kDebug, sentence, fields);
  }
  void info(std::string_view sentence, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kInfo, sentence, fields);
  }
  void warning(std::string_view sentence, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kWarning, sentence, fields);
  }
  /// The same sentence a second time is not written: for what every part of a run comes across.
  void warn_once(std::string_view sentence);
  void error(std::string_view sentence, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kError, sentence, fields);
  }

 private:
  const Clock& clock_;
  LogLevel level_;
  LogFormat format_;
  Sink sink_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> warned_;
};

/// A sink that writes to a file descriptor.
Log::Sink descriptor_sink(int descriptor);
/// A log that says nothing.
Log& null_log();

/// Text as a JSON string, with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

}  // namespace bedstone
