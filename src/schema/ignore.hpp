/// IgnoreList: objects in a schema that somebody else looks after.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bedstone::schema {

/// Patterns with `*` (any text) and `?` (one character), compared with names as the catalog has
/// them. Without a dot: tables, views, types, routines …, with all that belongs to them, and
/// indexes and triggers. With one: what belongs to a table or view, "pets.audit_*", columns
/// included.
class IgnoreList {
 public:
  IgnoreList() = default;
  explicit IgnoreList(std::vector<std::string> patterns);

  bool empty() const { return patterns_.empty(); }
  bool matches(std::string_view name) const;
  bool matches(std::string_view relation, std::string_view name) const;
  /// A canonical text less their lines.
  std::string without(std::string_view canonical) const;

 private:
  bool matches_line(std::string_view line) const;

  std::vector<std::string> patterns_;
};

/// Bytes are compared; a character of several counts as several for `?`.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace bedstone::schema
