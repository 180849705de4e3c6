/// A JSON Schema as it is kept for checking: keywords as fields, subschemas as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "data/decimal.hpp"
#include "data/format.hpp"
#include "data/node.hpp"
#include "data/pattern.hpp"

namespace bedstone::data {

/// An index into CompiledSchema::all.
using SchemaIndex = std::uint32_t;

/// JSON's types as bits; every integer is a number, too.
enum JsonType : std::uint8_t {
  kJsonNull = 1,
  kJsonBoolean = 2,
  kJsonInteger = 4,
  kJsonNumber = 8,
  kJsonString = 16,
  kJsonArray = 32,
  kJsonObject = 64,
};

struct Bounds {
  std::optional<std::uint64_t> least;
  std::optional<std::uint64_t> most;
};

/// One subschema. A keyword that is not there says nothing.
struct Subschema {
  bool never = false;  ///< The schema `false`.

  std::uint8_t types = 0;                                 ///< 0: any.
  std::string type_words;                                 ///< "text or empty".
  std::optional<std::unordered_set<std::string>> values;  ///< `enum`, as canonical().
  std::string values_words;
  std::optional<std::string> constant;  ///< As canonical().
  std::string constant_words;

  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
  std::string minimum_text, maximum_text, exclusive_minimum_text, exclusive_maximum_text,
      multiple_of_text;

  Bounds length;
  std::optional<Pattern> pattern;
  std::optional<Format> format;

  std::vector<SchemaIndex> prefix_items;
  std::optional<SchemaIndex> items, contains;
  Bounds contained{1, std::nullopt};
  Bounds item_count;
  bool unique_items = false;

  std::unordered_map<std::string, SchemaIndex> properties;
  std::vector<std::string> property_names_known;  ///< The keys of `properties`, in their order.
  std::vector<std::pair<Pattern, SchemaIndex>> pattern_properties;
  std::optional<SchemaIndex> additional_properties, property_names;
  Bounds property_count;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, SchemaIndex>> dependent_schemas;

  std::optional<SchemaIndex> reference, negated, condition, consequence, alternative;
  std::vector<SchemaIndex> all_of, any_of, one_of;
};

struct CompiledSchema {
  std::vector<Subschema> all;  ///< The first is the whole.
};

/// 0 for .inf, .nan and numbers that Decimal does not take.
std::uint8_t json_types_of(const Node& node);
/// "text", "a list": what a value is, for messages.
std::string_view words_of_value(const Node& node);
/// The same text for values that JSON Schema calls equal: 1 and 1.0, mappings in any order. Past
/// `depth` levels nullopt.
std::optional<std::string> canonical(const Node& node, std::size_t depth);

}  // namespace bedstone::data
