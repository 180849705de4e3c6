/// The fixture of tests that load rows.
#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "db/conformance.hpp"

namespace bedstone::db::testing {

using Kind = LoadCell::Kind;

/// A cell of a test's rows, owning its bytes.
struct Cell {
  Kind kind;
  std::string bytes = {};
};
using Row = std::vector<Cell>;

/// Feeds rows through one buffer that each row overwrites, as a reader of files does.
class Feed {
 public:
  /// `row_at` gives the row of a number from 1, and an empty one at the end.
  explicit Feed(std::function<Result<Row>(std::int64_t)> row_at) : row_at_(std::move(row_at)) {}
  explicit Feed(std::vector<Row> rows)
      : Feed([rows = std::move(rows)](std::int64_t row) -> Result<Row> {
          const auto index = static_cast<std::size_t>(row - 1);
          return index < rows.size() ? rows[index] : Row{};
        }) {}

  Result<std::span<const LoadCell>> operator()() {
    if (ended) throw std::logic_error("the feed was asked again after its end");
    std::fill(bytes_.begin(), bytes_.end(), '#');
    bytes_.clear();
    cells_.clear();
    auto row = row_at_(++asked);
    ended = !row || row->empty();
    if (!row) return fail(std::move(row).error());
    for (const Cell& cell : *row)
      bytes_ += cell.bytes;
    std::string_view rest = bytes_;
    for (const Cell& cell : *row) {
      cells_.push_back({cell.kind, rest.substr(0, cell.bytes.size())});
      rest.remove_prefix(cell.bytes.size());
    }
    return cells_;
  }

  std::int64_t asked = 0;
  bool ended = false;

 private:
  std::function<Result<Row>(std::int64_t)> row_at_;
  std::string bytes_;
  std::vector<LoadCell> cells_;
};

inline Cell text(std::string bytes) {
  return {Kind::kText, std::move(bytes)};
}
inline Cell number_cell(std::string bytes) {
  return {Kind::kNumber, std::move(bytes)};
}
inline Cell null() {
  return {Kind::kNull};
}

/// A fixture whose database is loaded into.
template <typename Base>
class Loading : public Base {
 protected:
  using Base::Base;

  Result<std::int64_t> load(const LoadTarget& target, Feed& feed, std::int64_t* failed = nullptr) {
    return this->db().load(
        target, [&] { return feed(); }, failed);
  }
  Result<std::int64_t> load(const LoadTarget& target, std::vector<Row> rows,
                            std::int64_t* failed = nullptr) {
    Feed feed(std::move(rows));
    return load(target, feed, failed);
  }
  std::int64_t rows() { return this->number("SELECT count(*) FROM t"); }

  LoadTarget into(std::vector<std::string> columns) const { return {"\"t\"", std::move(columns)}; }

  /// Numbers 1 to `count`, each with a text; `change` makes what a test wants of one.
  static Feed numbered(std::int64_t count, const std::function<void(std::int64_t, Row&)>& change) {
    return Feed([=](std::int64_t row) -> Result<Row> {
      if (row > count) return Row{};
      Row cells = {text(std::to_string(row)), text("row " + std::to_string(row))};
      if (change) change(row, cells);
      return cells;
    });
  }
};

}  // namespace bedstone::db::testing
