// Types by their names.
#include "transfer/kind.hpp"

#include "base/text.hpp"

namespace bedstone::transfer {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The number at `index` between the parentheses: numeric(10,2).
std::optional<int> modifier(std::string_view type, std::size_t index) {
  const auto open = type.find('(');
  const auto close = type.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  const auto parts = text::split(type.substr(open + 1, close - open - 1), ',');
  if (index >= parts.size()) return std::nullopt;
  const auto number = text::parse_integer(text::trim(parts[index]));
  return number ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
}

Type timed(std::string_view type, Kind plain, std::optional<Kind> zoned) {
  Type result{plain};
  result.digits = modifier(type, 0);
  if (type.ends_with("with time zone")) result.kind = zoned.value_or(Kind::kOther);
  return result;
}

Type numeric(std::string_view type) {
  Type result{Kind::kNumeric};
  if (modifier(type, 0)) result.digits = modifier(type, 1).value_or(0);
  return result;
}

Type integer(int bits) {
  Type result{Kind::kInteger};
  result.bits = bits;
  return result;
}

}  // namespace

Type type_of(std::string_view type) {
  if (type.ends_with("[]")) {
    Type result{Kind::kArray};
    result.element = type_of(type.substr(0, type.size() - 2)).kind;
    return result;
  }
  if (type == "boolean") return {Kind::kBoolean};
  if (type == "smallint") return integer(16);
  if (type == "integer") return integer(32);
  if (type == "bigint") return integer(64);
  if (type == "real") return {Kind::kSingle};
  if (type == "double precision") return {Kind::kReal};
  if (type.starts_with("numeric")) return numeric(type);
  if (type == "text" || type.starts_with("character varying")) return {Kind::kText};
  if (type == "character" || type.starts_with("character(")) return {Kind::kPadded};
  if (type == "bytea") return {Kind::kBytes};
  if (type == "json") return {Kind::kJson};
  if (type == "jsonb") return {Kind::kJsonb};
  if (type == "uuid") return {Kind::kUuid};
  if (type == "date") return {Kind::kDate};
  if (type.starts_with("timestamp")) return timed(type, Kind::kTimestamp, Kind::kTimestampTz);
  if (type.starts_with("time")) return timed(type, Kind::kTime, std::nullopt);
  return {Kind::kOther};
}

Affinity affinity_of(std::string_view declared) {
  const std::string type = text::to_lower(declared);
  if (holds(type, "int")) return Affinity::kInteger;
  if (holds(type, "char") || holds(type, "clob") || holds(type, "text")) return Affinity::kText;
  if (type.empty() || holds(type, "blob")) return Affinity::kBlob;
  if (holds(type, "real") || holds(type, "floa") || holds(type, "doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

}  // namespace bedstone::transfer
