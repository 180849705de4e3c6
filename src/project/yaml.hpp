/// YAML as a tree with places: every node knows where it stands, scalars keep their text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "project/errors.hpp"

namespace bedstone {

/// Where a node stands. Lines and columns (in bytes) count from 1; `source` is an index into
/// YamlDocument::files.
struct YamlMark {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t source = 0;
};

struct YamlEntry;

/// One value: a scalar, a sequence or a mapping. Mappings keep the order of their entries.
/// Move-only, so that no tree is copied by mistake.
class YamlNode {
 public:
  /// Plain scalars are typed by the core schema of YAML 1.2 (chapter 10.3): `no` is text, `0o17` an
  /// integer, `~` null. Quoted and block scalars are text.
  enum class Type : std::uint8_t { kNull, kBool, kInteger, kFloat, kText, kSequence, kMapping };

  /// A plain, empty scalar: null.
  YamlNode() = default;
  static YamlNode scalar(std::string text, bool plain, YamlMark mark, bool verbatim = false);
  static YamlNode sequence(std::vector<YamlNode> items, YamlMark mark);
  static YamlNode mapping(std::vector<YamlEntry> entries, YamlMark mark);
  YamlNode(YamlNode&&) noexcept;
  YamlNode& operator=(YamlNode&&) noexcept;
  ~YamlNode();

  Type type() const;
  bool is_scalar() const { return std::holds_alternative<std::string>(value_); }
  bool is_sequence() const { return std::holds_alternative<std::vector<YamlNode>>(value_); }
  bool is_mapping() const { return std::holds_alternative<std::vector<YamlEntry>>(value_); }
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
  const std::vector<YamlNode>& items() const;
  const std::vector<YamlEntry>& entries() const;
  /// Only for a sequence or a mapping, respectively.
  std::vector<YamlNode>& items();
  std::vector<YamlEntry>& entries();
  /// The value of a mapping's key; null when there is none.
  const YamlNode* find(std::string_view key) const;
  YamlNode* find(std::string_view key);

  const YamlMark& mark() const { return mark_; }
  /// The mark of byte `offset` of the text, as exactly as it can be known.
  YamlMark mark_of(std::size_t offset) const;
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
  std::variant<std::string, std::vector<YamlNode>, std::vector<YamlEntry>> value_;
  std::unique_ptr<std::vector<std::string>> variables_;
  YamlMark mark_;
  bool plain_ = true;
  /// The text stands in the file just so, from the mark on (after the quote, if any).
  bool verbatim_ = false;
  bool broken_ = false;
};

struct YamlEntry {
  std::string key;
  YamlMark key_mark;
  YamlNode value;
};

/// A parsed file, or several laid over one another.
struct YamlDocument {
  YamlNode root;
  std::vector<std::string> files;

  Place place(const YamlMark& mark) const { return {files[mark.source], mark.line, mark.column}; }
};

struct YamlLimits {
  std::uint64_t file_bytes = 16U << 20;
  std::size_t depth = 100;
  std::size_t nodes = 4'000'000;
  /// What aliases and merge keys may add.
  std::size_t alias_nodes = 1'000'000;
  std::size_t alias_bytes = 16U << 20;
};

/// One document. Anchors, aliases and merge keys (`<<`) are resolved; keys must be scalars. An
/// empty file is null. Errors: kNotUtf8, kYamlSyntax, kYamlDuplicateKey, kYamlLimit; all that can
/// be known. They never hold a value's text.
Checked<YamlDocument> parse_yaml(std::string file, std::string_view text, YamlLimits limits = {});
/// The same from a file; also the errors of files::read.
Checked<YamlDocument> read_yaml(const std::string& path, YamlLimits limits = {});

/// Lays `over`, one file, on `base`: mappings are merged key by key, scalars and sequences
/// replaced. Replaced and added nodes keep the places of their own file.
void overlay_yaml(YamlDocument& base, YamlDocument over);

/// "a list", "empty", "the text \"60\"", "what ${NAME} expands to": for error messages. Text that
/// may hold a secret (URLs, connection strings, long or odd text) is not repeated.
std::string describe_yaml(const YamlNode& node);
/// A key as error messages show it, with the same care.
std::string describe_yaml_key(std::string_view key);

}  // namespace bedstone
