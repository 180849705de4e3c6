// Log records as lines of text or JSON.
#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"

namespace bedstone {
namespace {

std::string_view level_name(LogLevel level) {
  static constexpr std::array<std::string_view, 5> kNames{"debug", "info", "warning", "error",
                                                          "off"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string render(const LogField& field, bool json) {
  return std::visit(
      [json](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
          return json ? json_quote(value) : text::shell_quote(text::printable(value));
        } else {
          return fmt::format("{}", value);
        }
      },
      field.value);
}

}  // namespace

Log::Log(const Clock& clock, LogLevel level, LogFormat format, Sink sink)
    : clock_(clock), level_(level), format_(format), sink_(std::move(sink)) {}

void Log::write(LogLevel level, std::string_view sentence, std::initializer_list<LogField> fields) {
  if (!wants(level)) return;
  std::string line;
  if (format_ == LogFormat::kJson) {
    line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", to_iso(clock_.now()),
                       level_name(level), json_quote(sentence));
    for (const LogField& field : fields) {
      line += fmt::format(",{}:{}", json_quote(field.name), render(field, true));
    }
    line += "}\n";
  } else {
    line = fmt::format("bedstone: {}{}",
                       level == LogLevel::kInfo ? "" : fmt::format("{}: ", level_name(level)),
                       text::printable(sentence));
    for (const LogField& field : fields)
      line += fmt::format(" {}={}", field.name, render(field, false));
    line += "\n";
  }
  const std::lock_guard guard(mutex_);
  sink_(line);
}

void Log::warn_once(std::string_view sentence) {
  {
    const std::lock_guard guard(mutex_);
    if (!warned_.emplace(sentence).second) return;
  }
  warning(sentence);
}

Log::Sink descriptor_sink(int descriptor) {
  return [descriptor](std::string_view line) {
    while (!line.empty()) {
      const auto written = ::write(descriptor, line.data(), line.size());
      if (written <= 0) return;  // Nowhere left to say so.
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

Log& null_log() {
  static Log log(system_clock(), LogLevel::kOff, LogFormat::kText, [](std::string_view) {});
  return log;
}

std::string json_quote(std::string_view raw) {
  std::string result = "\"";
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto byte = static_cast<unsigned char>(raw[i]);
    switch (byte) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        if (byte < 0x20 || byte == 0x7F) {
          result += fmt::format("\\u{:04x}", byte);
        } else if (byte < 0x80) {
          result.push_back(raw[i]);
        } else {
          const auto rest = raw.substr(i, 4);
          std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
          if (length > rest.size() || text::invalid_utf8(rest.substr(0, length))) {
            result += "\xEF\xBF\xBD";
          } else {
            result.append(rest.substr(0, length));
            i += length - 1;
          }
        }
    }
  }
  return result + "\"";
}

}  // namespace bedstone
