// JSON by hand: it is small, and answers are made at every request.
#include "server/json_text.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace bedstone::server {

void JsonObject::key(std::string_view name) {
  if (!body_.empty()) body_ += ", ";
  body_ += json_quote(name);
  body_ += ": ";
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  return raw(name, json_quote(value));
}

JsonObject& JsonObject::text_or_null(std::string_view name, std::string_view value) {
  return value.empty() ? raw(name, "null") : text(name, value);
}

JsonObject& JsonObject::number(std::string_view name, std::int64_t value) {
  return raw(name, fmt::format("{}", value));
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
  return raw(name, json_list(values));
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  key(name);
  body_ += json;
  return *this;
}

std::string with_member(std::string object, std::string_view name, std::string_view json) {
  object.erase(object.rfind('}'));
  const auto last = object.find_last_not_of(" \n");
  const bool empty = last == std::string::npos || object[last] == '{';
  return fmt::format("{}{}{}: {}}}", object, empty ? "" : ", ", json_quote(name), json);
}

std::string json_list(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  quoted.reserve(values.size());
  for (const std::string& value : values)
    quoted.push_back(json_quote(value));
  return json_array(quoted);
}

std::string json_array(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string json_error(const Error& error, std::string_view setting) {
  JsonObject object;
  object.text("code", code_name(error.code)).text("message", error.message);
  object.text_or_null("hint", error.hint);
  if (!error.cause.empty()) object.text("cause", error.cause);
  if (!error.place.empty()) {
    object.text("file", error.place.file).number("line", error.place.line);
    object.number("column", error.place.column);
  }
  if (!setting.empty()) object.text("setting", setting);
  if (error.retryable) object.flag("retryable", true);
  return object.str();
}

std::string progress_json(const Progress& progress) {
  JsonObject object;
  object.text("step", progress.step).text("subject", progress.subject);
  object.number("done", static_cast<std::int64_t>(progress.done));
  object.number("total", static_cast<std::int64_t>(progress.total));
  return object.text_or_null("unit", progress.unit).str();
}

}  // namespace bedstone::server
