// Errors, steps and differences as JSON.
#include "cli/render/json_value.hpp"

#include <fmt/format.h>

namespace bedstone::cli {
namespace {

Json number_or_null(std::uint32_t number) {
  return number == 0 ? Json(nullptr) : Json(number);
}

Json json_of(const AppliedMigration& applied) {
  return Json{{"applied_at", applied.applied_at},
              {"duration", applied.duration_seconds},
              {"run_id", text_or_null(applied.run_id)},
              {"applied_by", text_or_null(applied.applied_by)},
              {"host", text_or_null(applied.host)},
              {"bedstone_version", text_or_null(applied.bedstone_version)},
              {"checksum", text_or_null(applied.checksum)},
              {"fingerprint", text_or_null(applied.fingerprint)},
              {"has_down", applied.has_down}};
}

std::string dumped(const Json& object, int indent) {
  const std::string plain = object.dump(indent, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto byte = static_cast<unsigned char>(plain[i]);
    const auto next = i + 1 < plain.size() ? static_cast<unsigned char>(plain[i + 1]) : 0U;
    // JSON leaves these raw inside strings, and terminals obey some of them.
    if (byte == 0x7F) {
      safe += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      safe += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      safe.push_back(plain[i]);
    }
  }
  return safe;
}

}  // namespace

Json envelope(std::string_view command, bool success, ExitCode exit) {
  return Json{{"schema", fmt::format("bedstone.{}/1", command)},
              {"success", success},
              {"exit_code", static_cast<int>(exit)}};
}

std::string dump(const Json& object) {
  return dumped(object, 2);
}
std::string dump_line(const Json& object) {
  return dumped(object, -1);
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json strings(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts)
    array.push_back(text);
  return array;
}

Json json_of(const Error& error) {
  return Json{{"code", code_name(error.code)},
              {"message", error.message},
              {"cause", text_or_null(error.cause)},
              {"hint", text_or_null(error.hint)},
              {"file", text_or_null(error.place.file)},
              {"line", number_or_null(error.place.line)},
              {"column", number_or_null(error.place.column)},
              {"sqlstate", text_or_null(error.sqlstate)},
              {"statement", text_or_null(error.statement)},
              {"context", strings(error.context)},
              {"retryable", error.retryable}};
}

Json json_of(const std::vector<Error>& errors) {
  Json array = Json::array();
  for (const Error& error : errors)
    array.push_back(json_of(error));
  return array;
}

Json json_of(const Step& step) {
  return Json{{"kind", step.kind},
              {"subject", step.subject},
              {"detail", text_or_null(step.detail)},
              {"file", text_or_null(step.file)},
              {"destructive", step.destructive},
              {"transactional", step.transactional},
              {"outcome", text_or_null(step.outcome)},
              {"duration", step.duration_seconds},
              {"error_code", text_or_null(step.error_code)}};
}

Json json_of(const std::vector<Step>& steps) {
  Json array = Json::array();
  for (const Step& step : steps)
    array.push_back(json_of(step));
  return array;
}

Json json_of(const std::vector<SchemaDifference>& differences) {
  Json array = Json::array();
  for (const SchemaDifference& difference : differences) {
    array.push_back(Json{{"kind", difference.kind},
                         {"object", difference.object},
                         {"change", difference.change},
                         {"expected", text_or_null(difference.expected)},
                         {"actual", text_or_null(difference.actual)}});
  }
  return array;
}

Json json_of(const std::vector<MigrationEntry>& entries) {
  Json array = Json::array();
  for (const MigrationEntry& entry : entries) {
    array.push_back(Json{{"version", entry.version},
                         {"name", entry.name},
                         {"kind", entry.kind},
                         {"status", entry.status},
                         {"file", text_or_null(entry.file)},
                         {"applied", entry.applied ? json_of(*entry.applied) : Json(nullptr)}});
  }
  return array;
}

}  // namespace bedstone::cli
