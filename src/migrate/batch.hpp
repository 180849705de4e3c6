/// Batch: statements of a migration on their way to the server, each with the place it came from.
#pragma once

#include <string>
#include <vector>

#include "db/connection.hpp"
#include "store/store.hpp"

namespace bedstone::migrate {

/// Gathers statements and sends them together, in pieces of bounded size. An error comes back with
/// the file's line and column and the statement's text.
class Batch {
 public:
  /// `shown` is the file's name for people, `line_offset` what to add to the lines of its
  /// statements.
  Batch(db::Connection& connection, std::string shown, std::uint32_t line_offset = 0)
      : connection_(connection), shown_(std::move(shown)), line_offset_(line_offset) {}

  /// A statement of the file; sends what is gathered when it is much.
  Status add(std::string sql, std::uint32_t line, std::uint32_t column);
  /// A statement of ours; errors in it have no place.
  void add_own(std::string sql);
  void add_own(store::Bound bound);
  Status send();

 private:
  struct Entry {
    store::Bound bound;
    std::uint32_t line = 0;  ///< 0: ours.
    std::uint32_t column = 0;
  };

  db::Connection& connection_;
  std::string shown_;
  std::uint32_t line_offset_;
  std::vector<Entry> entries_;
  std::size_t bytes_ = 0;
};

/// Completes an error of a statement that stands at `place`. Passwords in the statement show
/// neither in its excerpt nor where the engine quotes them.
Error place_error(Error error, const Place& place, std::string_view sql, db::Engine engine);

}  // namespace bedstone::migrate
