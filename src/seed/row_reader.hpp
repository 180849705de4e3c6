/// RowReader: rows of a table for people who look at them, page by page, each with whose it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.hpp"
#include "seed/row_ledger.hpp"

namespace bedstone::seed {

/// Whose a row is.
enum class Origin {
  kOurs,    ///< A set made it, and nobody changed it since.
  kEdited,  ///< A set made it, and somebody changed it.
  kOwn,     ///< No set made it.
};
/// "ours", "edited", "own"
std::string_view origin_name(Origin origin);
std::optional<Origin> origin_of(std::string_view name);

struct RowOrigin {
  Origin origin = Origin::kOwn;
  std::vector<std::string> edited;  ///< Columns that are not what a set wrote last.
  std::string set;                  ///< Whose ledger knows the row; empty: none.
  std::string key;                  ///< The row's, as that ledger and reports of sets have it.
};

/// A place between rows: the texts of the columns that they are ordered by.
struct RowPlace {
  std::vector<std::optional<std::string>> values;
  bool backwards = false;  ///< The rows before it.
};

struct RowQuery {
  std::vector<std::string> columns;  ///< To be read, as text.
  std::vector<std::string> order;    ///< By these; then nothing else decides.
  bool descending = false;           ///< The first of them.
  std::string search;                ///< Rows where one of `searched` holds it, case aside.
  std::vector<std::string> searched;
  /// Columns whose text is this; nothing: that are NULL.
  std::vector<std::pair<std::string, std::optional<std::string>>> filters;
  /// Of these columns the engine says what is equal, so that it finds rows by its indexes.
  std::vector<std::string> indexed;
  /// Looks through all rows that the rest leaves, at most kOriginRows: else kRequestTooLarge.
  std::optional<Origin> origin;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  /// Instead of `offset`: what `order` holds in the row after which the page begins, or before
  /// which it ends. Costs the same however far it is.
  std::optional<RowPlace> from;
};

inline constexpr std::int64_t kOriginRows = 100'000;

struct RowPage {
  db::Rows rows;
  bool backwards = false;          ///< `rows` stand the other way round.
  std::vector<RowOrigin> origins;  ///< One by one; a row that has none is of the next page.
  bool more = false;  ///< There are rows beyond it, in the direction that was asked for.

  std::size_t size() const { return origins.size(); }
  /// Where the page's row stands in `rows` and `origins`.
  std::size_t at(std::size_t row) const { return backwards ? size() - 1 - row : row; }
};

/// Rows that search and filters leave.
struct RowTotal {
  std::int64_t rows = 0;  ///< At most as many as were to be counted.
  bool more = false;      ///< There are more than that.
};

struct OriginCounts {
  std::int64_t rows = 0;  ///< In the table; one more than the limit when there are more.
  bool counted = false;   ///< False: there are more rows than the limit, and the rest is 0.
  std::map<Origin, std::int64_t> by_origin;
  std::int64_t removed = 0;  ///< That a set made, and that are gone.
};

/// A value and how often it is there, or what the row is called that it refers to.
struct Choice {
  std::optional<std::string> value;
  std::string label;
  std::int64_t count = 0;
};

/// All names are those of the table; nothing here asks whether they are. Values are compared and
/// told as the ledger does: call between begin() and the end of the transaction. Not thread-safe,
/// as its connection.
class RowReader {
 public:
  RowReader(db::Connection& connection, const std::string& schema, const std::string& table,
            std::vector<RowLedger> ledgers);

  /// Begins a transaction that reads, in which values have one form.
  Status begin();
  /// kRequestTooLarge: there are more than kOriginRows rows.
  Status check_size() { return check_size("", {}); }
  Result<RowPage> page(const RowQuery& query);
  /// Counts no more than `most`.
  Result<RowTotal> total(const RowQuery& query, std::int64_t most);
  /// At most `limit` rows are looked at.
  Result<OriginCounts> counts(std::int64_t limit);
  /// Keys of rows that a set made and that are gone: (set, key).
  Result<std::vector<std::pair<std::string, std::string>>> removed(std::size_t limit);
  /// The values of a column, the most frequent first, of the first `rows` rows.
  Result<std::vector<Choice>> values(const std::string& column, std::int64_t rows,
                                     std::size_t limit);
  /// Values of `column` with what `label` says, where that holds `search`; with `of` only these.
  Result<std::vector<Choice>> labelled(const std::string& column, const std::string& label,
                                       std::string_view search, const std::vector<std::string>& of,
                                       std::size_t limit);

 private:
  std::string quoted(const std::string& column) const;
  std::string text_of(const std::string& column) const;
  std::string conditions(const RowQuery& query, std::vector<db::Value>& values) const;
  std::string order(const RowQuery& query, bool backwards = false) const;
  std::string beyond(const RowQuery& query, std::vector<db::Value>& values) const;
  std::string joins() const;
  std::string mask(std::size_t ledger) const;
  std::string origin_expression() const;
  Status check_size(const std::string& where, const std::vector<db::Value>& values);
  std::string key_of(const RowLedger& ledger) const;
  RowOrigin origin_at(const db::Rows& rows, std::size_t row, std::size_t column) const;
  std::string removed_keys(const RowLedger& ledger) const;

  db::Connection& connection_;
  const db::Dialect& dialect_;
  const std::string name_;
  std::vector<RowLedger> ledgers_;
};

}  // namespace bedstone::seed
