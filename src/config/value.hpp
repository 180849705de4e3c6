/// Value: what a setting holds, read from text or YAML, checked, and written as text again.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/checked.hpp"
#include "bedstone/secret.hpp"
#include "data/json_schema.hpp"
#include "data/node.hpp"

namespace bedstone::config {

enum class ValueType : std::uint8_t {
  kString,
  kInt,
  kFloat,
  kBool,
  kDuration,
  kSize,
  kUrl,
  kEmail,
  kEnum,
  kList,
  kJson,
};
/// Their names in files, in the order of the enumerators.
inline constexpr std::array<std::string_view, 11> kValueTypes{
    "string", "int", "float", "bool", "duration", "size", "url", "email", "enum", "list", "json"};

inline constexpr std::size_t kMaxValueBytes = 1U << 20;

/// A count of bytes, up to 2^63 - 1.
struct Size {
  std::int64_t bytes = 0;
  friend bool operator==(const Size&, const Size&) = default;
  friend bool operator<(const Size& a, const Size& b) { return a.bytes < b.bytes; }
};

/// One value. 0, false and the empty text are values like others. Texts may be secrets, and so all
/// of them are kept as such.
class Value {
 public:
  using List = std::vector<Value>;
  /// Secret: string, url, email, enum, and json as compact JSON.
  using Data =
      std::variant<bool, std::int64_t, double, std::chrono::milliseconds, Size, Secret, List>;

  explicit Value(Data data) : data_(std::move(data)) {}
  Value clone() const;

  const Data& data() const { return data_; }
  /// Null when the value is of another kind.
  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&data_);
  }

  /// The same text for the same value, however it was written; parse_value() reads it back. Numbers
  /// are as short as they can be, durations and sizes in the largest unit that takes them whole
  /// ("90s", "2h", "16MiB"), lists are JSON.
  Secret text() const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  Data data_;
};

/// Which values a setting takes.
struct Shape {
  ValueType type = ValueType::kString;
  ValueType item = ValueType::kString;  ///< Of a list's items: neither kList nor kJson.
  std::vector<std::string> choices;     ///< Of kEnum, and of a list of them.
  std::optional<Value> minimum;         ///< Of kInt, kFloat, kDuration and kSize.
  std::optional<Value> maximum;
  std::optional<data::JsonSchema> schema;
  bool secret = false;
};

/// Reads what an environment, a command line or a database says; `name` is the setting's. Errors:
/// kSettingValue, all that there are, without a place. They say what is wanted; of a secret's value
/// nothing is in them, and of others only what cannot be one by mistake.
Checked<Value> parse_value(const Shape& shape, std::string_view name, std::string_view text);
/// The same of a node that is not null; errors are at its place.
Checked<Value> read_value(const Shape& shape, std::string_view name, const data::Node& node,
                          const data::Document& document);
/// Whether a value is of the shape's type, within its bounds, and fits its schema: kSettingValue.
Errors check_value(const Shape& shape, std::string_view name, const Value& value);

}  // namespace bedstone::config
