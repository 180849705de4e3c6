/// Transfer: stored values as a JSON document that another database takes in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "config/editor.hpp"
#include "config/settings.hpp"

namespace bedstone::config {

inline constexpr std::string_view kExportSchema = "bedstone.settings/1";
inline constexpr std::size_t kPassphraseMinBytes = 12;

/// What goes into a document. Move-only.
struct ExportContent {
  std::string project;
  std::int64_t revision = 0;
  std::string exported_at;                                  ///< ISO 8601, UTC.
  std::vector<std::pair<std::string, std::string>> values;  ///< JSON, by name.
  std::vector<std::pair<std::string, Secret>> secrets;
  std::vector<std::string> left_out;  ///< Secrets that stay where they are.
};

/// A stored text as JSON: numbers, truth values and lists as such, all else as text. What does not
/// fit its declaration is a text as it stands.
std::string value_json(const SettingDeclaration* declaration, std::string_view stored);

/// The document, with its secrets encrypted by a key made of the passphrase (Argon2id, and
/// XChaCha20-Poly1305 for each). Errors: kConfigPassphrase, when it is too short;
/// kPasswordHashing.
Result<std::string> write_export(const ExportContent& content, const Secret* passphrase);

/// What a document asks for. Move-only.
struct ImportContent {
  std::vector<SettingEdit> edits;     ///< In the document's order; what is null is to be removed.
  std::vector<std::string> left_out;  ///< Secrets that it does not bring.
  Errors errors;                      ///< With places; what else stands above can be used.
};

/// Errors: those of data::parse_json as kConfigFile, kUnknownSetting, kSettingValue;
/// kConfigPassphrase, when there are secrets and the passphrase is missing or another one.
ImportContent read_export(const Settings& settings, const std::string& shown, std::string_view text,
                          const Secret* passphrase);

}  // namespace bedstone::config
