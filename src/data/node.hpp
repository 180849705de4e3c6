/// A document as a tree with places: every node knows where it stands, scalars keep their text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bedstone/error.hpp"

namespace bedstone::data {

/// Where a node stands. Lines and columns (in bytes) count from 1; `source` is an index into
/// Document::files.
struct Mark {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t source = 0;
};

struct Entry;

/// One value: a scalar, a sequence or a mapping. Mappings keep the order of their entries.
/// Move-only, so that no tree is copied by mistake.
class Node {
 public:
  /// Plain scalars are typed by the core schema of YAML 1.2 (chapter 10.3): `no` is text, `0o17` an
  /// integer, `~` null. Quoted and block scalars are text.
  enum class Type : std::uint8_t { kNull, kBool, kInteger, kFloat, kText, kSequence, kMapping };

  /// A plain, empty scalar: null.
  Node() = default;
  static Node scalar(std::string text, bool plain, Mark mark, bool verbatim = false);
  static Node sequence(std::vector<Node> items, Mark mark);
  static Node mapping(std::vector<Entry> entries, Mark mark);
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;
  ~Node();

  Type type() const;
  bool is_scalar() const { return std::holds_alternative<std::string>(value_); }
  bool is_sequence() const { return std::holds_alternative<std::vector<Node>>(value_); }
  bool is_mapping() const { return std::holds_alternative<std::vector<Entry>>(value_); }
  bool is_null() const { return type() == Type::kNull; }

  /// A scalar's text as parsed: quotes and escapes are gone, numbers are as they were written.
  /// Empty for sequences and mappings.
  const std::string& text() const;
  /// Whether a scalar was written without quotes.
  bool plain() const { return plain_; }
  /// nullopt when the type is another one, or an integer does not fit 64 bits.
  std::optional<bool> as_bool() const;
  std::optional<std::int64_t> as_integer() const;
  /// Of floats and integers.
  std::optional<double> as_number() const;

  /// Empty for other kinds.
  const std::vector<Node>& items() const;
  const std::vector<Entry>& entries() const;
  /// Only for a sequence or a mapping, respectively.
  std::vector<Node>& items();
  std::vector<Entry>& entries();
  /// The value of a mapping's key; null when there is none.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);

  const Mark& mark() const { return mark_; }
  /// The mark of byte `offset` of the text, as exactly as it can be known.
  Mark mark_of(std::size_t offset) const;
  /// The environment variables that this scalar was expanded from. Its text must not be shown then.
  const std::vector<std::string>& variables() const;
  /// Replaces a scalar's text by what its expressions expand to.
  void expand_to(std::string text, std::vector<std::string> variables);
  /// An error about this node was reported: what comes later shall not report another.
  bool broken() const { return broken_; }
  void mark_broken() { broken_ = true; }
  /// Sets the source of this node and of all below.
  void set_source(std::uint32_t source);

 private:
  std::variant<std::string, std::vector<Node>, std::vector<Entry>> value_;
  std::unique_ptr<std::vector<std::string>> variables_;
  Mark mark_;
  bool plain_ = true;
  /// The text stands in the file just so, from the mark on (after the quote, if any).
  bool verbatim_ = false;
  bool broken_ = false;
};

struct Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

/// A parsed file, or several laid over one another.
struct Document {
  Node root;
  std::vector<std::string> files;

  Place place(const Mark& mark) const { return {files[mark.source], mark.line, mark.column}; }
};

/// Lays `over`, one file, on `base`: mappings are merged key by key, scalars and sequences
/// replaced. Replaced and added nodes keep the places of their own file.
void overlay(Document& base, Document over);

/// "a list", "empty", "the text \"60\"", "what ${NAME} expands to": for error messages. Text that
/// may hold a secret (URLs, connection strings, long or odd text) is not repeated.
std::string describe(const Node& node);
/// A key as error messages show it, with the same care.
std::string describe_key(std::string_view key);

}  // namespace bedstone::data
