/// Recorded: a canonical text taken apart again, so that statements can be made of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/url.hpp"

namespace bedstone::schema {

/// One line of a canonical text.
struct RecordedObject {
  std::string kind;
  std::string object;    ///< As it is written there: "pets.pets_name".
  std::string details;   ///< As SQL reads, on one line.
  std::string relation;  ///< The plain name of what it belongs to, or is.
  std::string name;      ///< Its own plain name; of a table or view, the relation's.
};

/// A canonical text by kind and object. Holds copies.
class Recorded {
 public:
  explicit Recorded(std::string_view canonical);

  const std::vector<RecordedObject>& objects() const { return objects_; }
  const RecordedObject* find(std::string_view kind, std::string_view object) const;
  const RecordedObject* find_in(std::string_view kind, std::string_view relation,
                                std::string_view name) const;
  /// The table or view of this plain name.
  const RecordedObject* relation(std::string_view name) const;
  /// All lines that belong to the table or view of this plain name, it and its columns included.
  std::vector<const RecordedObject*> members(std::string_view relation) const;
  /// The names of a table's columns, in their order.
  std::vector<std::string> columns(std::string_view relation) const;

 private:
  std::vector<RecordedObject> objects_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_relation_;
};

/// Splits the object of a line into plain names: what it belongs to, and its own.
std::pair<std::string, std::string> split_object(std::string_view kind, std::string_view object);

bool is_relation_kind(std::string_view kind);

/// A name as it stands in canonical text, without quotes and escapes.
std::string plain_name(std::string_view written);
/// `(a, "b c")` → a, b c. What is no name stays as it is.
std::vector<std::string> plain_names(std::string_view list);
/// The text with line ends instead of their escapes.
std::string unescaped(std::string_view text);

/// A text cut at words outside parentheses and quotes: where each word of `words` stands first,
/// behind the one before it that was found. Words may be several, separated by blanks.
struct Clause {
  std::string word;  ///< "" is what stands in front of the first.
  std::string text;  ///< Behind the word, up to the next clause; without blanks at its ends.
};
std::vector<Clause> clauses_of(std::string_view text, db::Engine engine,
                               const std::vector<std::string_view>& words);
const std::string* clause(const std::vector<Clause>& clauses, std::string_view word);

/// Cut at commas outside parentheses and quotes.
std::vector<std::string> list_items(std::string_view text, db::Engine engine);

/// What the line of a column says.
struct ColumnDetails {
  std::string type;
  std::string collation;
  bool not_null = false;
  std::optional<std::string> value;  ///< The default's expression.
  std::string identity;              ///< "always", "by default"; SQLite: "autoincrement".
  std::string generated;             ///< The expression in its parentheses, and how it is kept.
  std::string not_null_conflict;     ///< SQLite: "ignore".
  std::string storage;
};
ColumnDetails column_details(std::string_view details, db::Engine engine);

}  // namespace bedstone::schema
