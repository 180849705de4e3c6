/// DeclarationReader: what stands below one setting's name in settings.yaml.
#pragma once

#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "config/settings.hpp"
#include "data/keys.hpp"
#include "data/node.hpp"

namespace bedstone::config {

/// Reads all of a declaration but `requires:`, for which the others must be known.
class DeclarationReader {
 public:
  /// The document's defaults are changed: `$${` becomes `${`.
  DeclarationReader(data::Document& document, data::Entry& entry, Errors& errors)
      : document_(document),
        entry_(entry),
        errors_(errors),
        keys_(document, entry.value, entry.key + ".", ErrorCode::kSettings, errors) {}

  SettingDeclaration read();

 private:
  void shape(Shape& shape);
  void item(Shape& shape);
  void choices(Shape& shape);
  void bounds(Shape& shape);
  std::optional<Value> bound(const Shape& shape, std::string_view key);
  void schema(Shape& shape);
  void secret(Shape& shape);
  void fallback(SettingDeclaration& declaration);
  bool literal(data::Node& node);
  void environment(SettingDeclaration& declaration);
  void generated(SettingDeclaration& declaration);
  /// The key's value, complained about when it has no meaning here.
  const data::Node* only_for(std::string_view key, bool fits, std::string_view who,
                             std::string_view instead);
  std::string named(std::string_view key) const;

  data::Document& document_;
  data::Entry& entry_;
  Errors& errors_;
  data::Keys keys_;
};

/// Letters, digits, `_`, `-` and `.`, the first a letter, at most 100 bytes.
bool is_setting_name(std::string_view text);

}  // namespace bedstone::config
