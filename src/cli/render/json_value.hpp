/// Building blocks of the JSON objects; only render/json*.cpp include this.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/results.hpp"

namespace bedstone::cli {

using Json = nlohmann::ordered_json;

/// {"schema": "bedstone.<command>/1", "success": …, "exit_code": …}: how every object begins.
Json envelope(std::string_view command, bool success, ExitCode exit);
/// Serialised with two spaces; control characters, C1 and DEL included, only as escapes.
std::string dump(const Json& object);
/// The same in one line.
std::string dump_line(const Json& object);

/// "" becomes null: absent is absent.
Json text_or_null(std::string_view text);
Json strings(const std::vector<std::string>& texts);
Json json_of(const Error& error);
Json json_of(const std::vector<Error>& errors);
Json json_of(const Step& step);
Json json_of(const std::vector<Step>& steps);
Json json_of(const std::vector<SchemaDifference>& differences);
Json json_of(const std::vector<MigrationEntry>& entries);

}  // namespace bedstone::cli
