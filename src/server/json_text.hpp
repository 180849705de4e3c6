/// JsonText: JSON objects and lists, written member by member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/error.hpp"
#include "bedstone/options.hpp"

namespace bedstone::server {

/// An object that grows; `text()` is JSON at any moment.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  /// null for "".
  JsonObject& text_or_null(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::int64_t value);
  JsonObject& flag(std::string_view name, bool value);
  JsonObject& texts(std::string_view name, const std::vector<std::string>& values);
  /// `json` is JSON already.
  JsonObject& raw(std::string_view name, std::string_view json);
  std::string str() const { return "{" + body_ + "}"; }

 private:
  void key(std::string_view name);
  std::string body_;
};

/// An object's text with one member more; `json` is JSON already.
std::string with_member(std::string object, std::string_view name, std::string_view json);
/// `["a","b"]`
std::string json_list(const std::vector<std::string>& values);
/// `[…]` of what is JSON already.
std::string json_array(const std::vector<std::string>& items);
/// Code, message, hint; cause, place and the setting that it is about where there are some.
std::string json_error(const Error& error, std::string_view setting = {});
std::string progress_json(const Progress& progress);

}  // namespace bedstone::server
