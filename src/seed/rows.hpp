/// RowSource: the rows of a seed set, one after the other, wherever they come from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

/// What a row says for one field. Views live until the next row.
struct Field {
  enum class Kind { kAbsent, kNull, kText, kNode };
  Kind kind = Kind::kAbsent;
  std::string_view text = {};
  const data::Node* node = nullptr;
};

/// A record that is no mapping has one field of this name.
inline constexpr std::string_view kValueField = "value";

/// What a node says for a field; null: nothing.
Field field_of(const data::Node* node);
/// What a record says for a field of its own.
Field field_of(const data::Node& record, std::string_view name);
/// A field's value as text; JSON for lists and mappings, nothing for NULL.
std::string to_text(const Field& field);

class Row {
 public:
  virtual ~Row() = default;
  /// The field at this index of RowSource::fields().
  virtual Field at(std::size_t index) const = 0;
  /// A field by name, or by a path from the row: "../../email".
  virtual Field find(std::string_view path) const = 0;
  /// Where the row, or a field of it, stands.
  virtual Place place(std::string_view field = {}) const = 0;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Names that rows have, in order of appearance: those of bound path steps first.
  virtual const std::vector<std::string>& fields() const = 0;
  /// Where a field is named first.
  virtual Place field_place(std::size_t index) const = 0;
  /// The next row, or null at the end. After an error about one row reading goes on with the next
  /// where `can_go_on` says so.
  virtual Result<const Row*> next() = 0;
  virtual bool can_go_on() const { return false; }
  /// From the beginning again.
  virtual Status rewind() = 0;
  /// Whether rows are read one by one, from a file that may be long.
  virtual bool streams() const { return false; }
  /// Sources that stream: back() goes back to where mark() was called last. What is read meanwhile
  /// stays in memory.
  virtual void mark() {}
  virtual void back() {}
  /// How many rows there are, where that is known without reading them. May be asked on one thread
  /// while another reads.
  virtual std::size_t size_hint() const { return 0; }
};

/// Opens a set's rows. The set must outlive the source. kSeedSource, those of the readers of data/.
Checked<std::unique_ptr<RowSource>> open_rows(const SeedSet& set);

}  // namespace bedstone::seed
