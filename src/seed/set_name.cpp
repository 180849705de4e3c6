// Numbers give the order, the part before the ending says where the set counts.
#include "seed/set_name.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::seed {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSeparators = "-_. ";

/// "10-roles" → "roles"; "3d_models" and "2024" stay.
std::string_view without_number(std::string_view stem) {
  const std::size_t digits = stem.find_first_not_of(kDigits);
  if (digits == 0 || digits == stem.npos) return stem;
  const std::size_t name = stem.find_first_not_of(kSeparators, digits);
  return name == digits || name == stem.npos ? stem : stem.substr(name);
}

Error unclear(std::string_view file, std::string message, std::string hint) {
  return Error(ErrorCode::kSeedSet, std::move(message))
      .because("a file is named NAME.yaml, or NAME.ENVIRONMENT.yaml when it is for one environment")
      .advise(std::move(hint))
      .at(std::string(file));
}

}  // namespace

std::string ending_of(std::string_view file) {
  const std::string name = files::file_name(file);
  const std::size_t point = name.rfind('.');
  return point == name.npos || point == 0 ? std::string() : text::to_lower(name.substr(point + 1));
}

std::optional<RowsFrom::Kind> kind_of_ending(std::string_view file) {
  const std::string ending = ending_of(file);
  if (ending == "yaml" || ending == "yml") return RowsFrom::Kind::kYaml;
  if (ending == "json") return RowsFrom::Kind::kJson;
  if (ending == "ndjson" || ending == "jsonl") return RowsFrom::Kind::kNdjson;
  if (ending == "csv" || ending == "tsv") return RowsFrom::Kind::kCsv;
  if (ending == "sql") return RowsFrom::Kind::kSql;
  return std::nullopt;
}

Result<std::optional<SetName>> parse_set_name(std::string_view file) {
  const auto kind = kind_of_ending(file);
  if (!kind) return std::optional<SetName>();
  const std::string base = files::file_name(file);
  SetName result;
  result.kind = *kind;
  result.ending = ending_of(file);
  const std::string_view stem =
      without_number(std::string_view(base).substr(0, base.size() - result.ending.size() - 1));
  const auto parts = text::split(stem, '.');
  result.name = parts.front();
  if (result.name.empty() || parts.back().empty()) {
    return fail(unclear(file, fmt::format("{} has no name", file), "give it one: roles.yaml"));
  }
  if (parts.size() > 2) {
    return fail(unclear(file, fmt::format("{} has too many points in its name", file),
                        "write _ or - instead of the first ones"));
  }
  if (parts.size() < 2) return std::optional(std::move(result));
  if (parts[1] == "sqlite") {
    result.engine = db::Engine::kSqlite;
  } else if (parts[1] == "postgres") {
    result.engine = db::Engine::kPostgres;
  } else {
    result.environment = parts[1];
  }
  return std::optional(std::move(result));
}

}  // namespace bedstone::seed
