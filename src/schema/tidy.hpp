/// tidy: SQL on one line, the same for all spellings that mean the same.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "db/url.hpp"

namespace bedstone::schema {

/// Tokens with fixed spacing, comments dropped.
///
/// PostgreSQL prints its definitions itself: only white space is made even. SQLite keeps what was
/// typed, and renaming rewrites it with quotes, so words are folded to lower case, and quoted names
/// lose their quotes when they are in `known` (lower case), or plain and lower case anyway. Others
/// may be strings ("…" that names nothing is one in SQLite) or labels of a result, whose case
/// counts.
class Tidy {
 public:
  /// `reprints`: PostgreSQL's text is the same before and after it was loaded again
  /// (reprint.hpp).
  Tidy(db::Engine engine, std::unordered_set<std::string> known, bool reprints)
      : engine_(engine), known_(std::move(known)), reprints_(reprints) {}

  std::string operator()(std::string_view sql) const;
  /// A default: there SQLite takes a bare or double-quoted word for a string.
  std::string default_value(std::string_view sql) const;

 private:
  db::Engine engine_;
  std::unordered_set<std::string> known_;
  bool reprints_;
};

/// A name as it stands in canonical text: bare when plain, else quoted on one line.
std::string written(std::string_view name);
/// A text as a string literal on one line.
std::string quoted_text(std::string_view text);
/// A text on one line: \n, \r and \\ for what would break it.
std::string escaped(std::string_view text);

}  // namespace bedstone::schema
