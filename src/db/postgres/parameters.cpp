/// Booleans, numbers and bytes as PostgreSQL's input functions read them.
#include "db/postgres/parameters.hpp"

#include <fmt/format.h>

#include <cmath>

namespace bedstone::db::postgres {
namespace {

std::string bytea(const Blob& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte) >> 4];
    text += kDigits[std::to_integer<std::size_t>(byte) & 15];
  }
  return text;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);  // the shortest text that reads back equal
}

/// The text of a value that is not text already.
struct Encode {
  std::string operator()(const Null&) const { return {}; }
  std::string operator()(bool value) const { return value ? "t" : "f"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(const std::string&) const { return {}; }
  std::string operator()(const Blob& value) const { return bytea(value); }
};

}  // namespace

Result<Parameters> Parameters::encode(std::span<const Value> values) {
  Parameters result;
  result.owned_.resize(values.size());
  result.pointers_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::holds_alternative<Null>(values[i])) continue;
    const auto* text = std::get_if<std::string>(&values[i]);
    if (text == nullptr) {
      result.owned_[i] = std::visit(Encode{}, values[i]);
      text = &result.owned_[i];
    } else if (text->find('\0') != std::string::npos) {
      return fail(
          Error(ErrorCode::kBadValue, fmt::format("the value of ${} holds a NUL byte", i + 1))
              .because("PostgreSQL's text types cannot store it")
              .advise("remove the byte, or store the value in a bytea column"));
    }
    result.pointers_[i] = text->c_str();
    result.size_bytes_ += text->size();
  }
  return result;
}

}  // namespace bedstone::db::postgres
