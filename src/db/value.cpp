/// Rows: cells in one buffer, so that a large result is a few allocations and not millions.
#include "db/value.hpp"

#include <charconv>
#include <system_error>

namespace bedstone::db {

namespace {

constexpr std::size_t kNullLength = std::string_view::npos;

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string_view> Rows::at(std::size_t row, std::size_t column) const {
  const Cell& cell = cells_[row * names_.size() + column];
  if (cell.length == kNullLength) return std::nullopt;
  return std::string_view(bytes_).substr(cell.offset, cell.length);
}

std::string_view Rows::text(std::size_t row, std::size_t column) const {
  return at(row, column).value_or(std::string_view());
}

std::int64_t Rows::integer(std::size_t row, std::size_t column, std::int64_t fallback) const {
  return parse_whole<std::int64_t>(text(row, column)).value_or(fallback);
}

bool Rows::boolean(std::size_t row, std::size_t column) const {
  const std::string_view cell = text(row, column);
  if (cell == "t" || cell == "true") return true;
  return parse_whole<double>(cell).value_or(0) != 0;
}

void Rows::add_cell(std::string_view text) {
  cells_.push_back({bytes_.size(), text.size()});
  bytes_.append(text);
}

void Rows::add_null() {
  cells_.push_back({bytes_.size(), kNullLength});
}

}  // namespace bedstone::db
