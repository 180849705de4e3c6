// The document of exported settings, written and read.
#include "config/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/derive.hpp"
#include "base/log.hpp"
#include "base/random_text.hpp"
#include "base/seal.hpp"
#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kKdf = "argon2id";
constexpr std::string_view kKeyId = "export";
/// Sealed beside the values: tells a wrong passphrase from a value that was changed.
constexpr std::string_view kCheck = "bedstone";
constexpr std::size_t kSaltLetters = 32;

SealPlace place_of(std::string_view salt, std::string_view column, std::string_view name) {
  return {salt, kExportSchema, name, column};
}

Result<SealKey> key_of(const Secret& passphrase, std::string_view salt) {
  BEDSTONE_ASSIGN(Secret bytes, key_of_passphrase(passphrase, salt));
  return SealKey{std::string(kKeyId), std::move(bytes)};
}

std::string member(std::string_view name, std::string_view json, bool last, std::size_t indent) {
  return fmt::format("{:{}}{}: {}{}\n", "", indent, json_quote(name), json, last ? "" : ",");
}

/// Reads one document; all that is wrong is collected.
class Reader {
 public:
  Reader(const Settings& settings, data::Document& document, const Secret* passphrase,
         ImportContent& content)
      : settings_(settings), document_(document), passphrase_(passphrase), content_(content) {}

  void run() {
    const data::Node& root = document_.root;
    if (!root.is_mapping()) return wrong(root, "an object is wanted here");
    const data::Node* schema = root.find("schema");
    if (schema == nullptr || schema->text() != kExportSchema) {
      return wrong(schema != nullptr ? *schema : root,
                   fmt::format("\"schema\" is not \"{}\"", kExportSchema));
    }
    for (const data::Entry& entry : root.entries()) {
      if (entry.key == "values")
        values(entry.value);
      else if (entry.key == "encrypted")
        encrypted(entry.value);
      else if (entry.key == "left_out")
        left_out(entry.value);
      else if (entry.key != "schema" && entry.key != "project" && entry.key != "revision" &&
               entry.key != "exported_at")
        wrong(entry.value, fmt::format("there is no member {}", data::describe_key(entry.key)));
    }
  }

 private:
  void wrong(const data::Node& node, std::string message) {
    content_.errors.push_back(Error(ErrorCode::kConfigFile, std::move(message))
                                  .advise("`bedstone config export` writes such a file")
                                  .at(document_.place(node.mark())));
  }

  void values(const data::Node& node) {
    if (!node.is_mapping()) return wrong(node, "\"values\" is an object: {\"port\": 8885}");
    for (const data::Entry& entry : node.entries())
      value(entry);
  }

  void value(const data::Entry& entry) {
    const SettingDeclaration* declaration = settings_.find(entry.key);
    if (declaration == nullptr && !settings_.keep_unknown) {
      content_.errors.push_back(
          unknown_setting(settings_, entry.key).at(document_.place(entry.key_mark)));
      return;
    }
    SettingEdit edit;
    edit.key = entry.key;
    if (!entry.value.is_null()) {
      Shape shape;
      auto read = read_value(declaration != nullptr ? declaration->shape : shape, entry.key,
                             entry.value, document_);
      if (!read) {
        for (Error& error : read.error())
          content_.errors.push_back(std::move(error));
        return;
      }
      edit.text = read->text();
    }
    content_.edits.push_back(std::move(edit));
  }

  void left_out(const data::Node& node) {
    if (!node.is_sequence()) return wrong(node, "\"left_out\" is a list of names");
    for (const data::Node& one : node.items())
      content_.left_out.push_back(one.text());
  }

  std::string text_of(const data::Node& node, std::string_view key) {
    const data::Node* found = node.find(key);
    return found != nullptr ? found->text() : std::string();
  }

  void encrypted(const data::Node& node) {
    const data::Node* sealed = node.find("values");
    if (!node.is_mapping() || sealed == nullptr || !sealed->is_mapping() ||
        text_of(node, "kdf") != kKdf) {
      return wrong(node, "these encrypted values are of a form that is not known here");
    }
    if (passphrase_ == nullptr) {
      content_.errors.push_back(
          Error(ErrorCode::kConfigPassphrase,
                fmt::format("the file holds {}, and no passphrase was given",
                            text::count(static_cast<std::int64_t>(sealed->entries().size()),
                                        "encrypted secret")))
              .advise("--passphrase-file FILE, --passphrase-env NAME or --passphrase-stdin")
              .at(document_.place(node.mark())));
      return;
    }
    const std::string salt = text_of(node, "salt");
    auto key = key_of(*passphrase_, salt);
    if (!key) return content_.errors.push_back(std::move(key).error());
    if (!unseal(*key, place_of(salt, "check", ""), text_of(node, "check"))) {
      content_.errors.push_back(
          Error(ErrorCode::kConfigPassphrase, "the passphrase is not the one of this file")
              .because("what was encrypted with it does not open")
              .advise("take the passphrase that `bedstone config export --secrets` was given")
              .at(document_.place(node.mark())));
      return;
    }
    for (const data::Entry& entry : sealed->entries())
      secret(*key, salt, entry);
  }

  void secret(const SealKey& key, std::string_view salt, const data::Entry& entry) {
    const SettingDeclaration* declaration = settings_.find(entry.key);
    auto opened = unseal(key, place_of(salt, "value", entry.key), entry.value.text());
    if (!opened) {
      return wrong(entry.value, fmt::format("the encrypted value of {} was changed, or moved here "
                                            "from another name",
                                            data::describe_key(entry.key)));
    }
    if (declaration == nullptr && !settings_.keep_unknown) {
      content_.errors.push_back(
          unknown_setting(settings_, entry.key).at(document_.place(entry.key_mark)));
      return;
    }
    if (declaration != nullptr && !declaration->secret()) {
      return wrong(entry.value, fmt::format("{} is a secret here, and declared as none in {}",
                                            entry.key, settings_.shown));
    }
    SettingEdit edit;
    edit.key = entry.key;
    edit.text = *std::move(opened);
    edit.secret = true;
    content_.edits.push_back(std::move(edit));
  }

  const Settings& settings_;
  data::Document& document_;
  const Secret* passphrase_;
  ImportContent& content_;
};

}  // namespace

std::string value_json(const SettingDeclaration* declaration, std::string_view stored) {
  if (declaration == nullptr) return json_quote(stored);
  const auto value = parse_value(declaration->shape, declaration->name, stored);
  if (!value) return json_quote(stored);
  const Secret text = value->text();
  const bool bare = value->get_if<bool>() != nullptr || value->get_if<std::int64_t>() != nullptr ||
                    value->get_if<double>() != nullptr || value->get_if<Value::List>() != nullptr ||
                    declaration->shape.type == ValueType::kJson;
  return bare ? std::string(text.expose()) : json_quote(text.expose());
}

Result<std::string> write_export(const ExportContent& content, const Secret* passphrase) {
  std::string text = "{\n";
  text += member("schema", json_quote(kExportSchema), false, 2);
  text += member("project", json_quote(content.project), false, 2);
  text += member("revision", fmt::format("{}", content.revision), false, 2);
  text += member("exported_at", json_quote(content.exported_at), false, 2);
  text += "  \"values\": {\n";
  for (std::size_t i = 0; i < content.values.size(); ++i) {
    const auto& [name, json] = content.values[i];
    text += member(name, json, i + 1 == content.values.size(), 4);
  }
  text += "  },\n";
  if (passphrase != nullptr) {
    if (passphrase->expose().size() < kPassphraseMinBytes) {
      return fail(
          Error(ErrorCode::kConfigPassphrase,
                fmt::format("the passphrase has less than {} characters", kPassphraseMinBytes))
              .because("who has the file can try passphrases as fast as machines go")
              .advise("`openssl rand -base64 24` makes a good one"));
    }
    const std::string salt(generate_text(Letters::kUrl, kSaltLetters).expose());
    BEDSTONE_ASSIGN(const SealKey key, key_of(*passphrase, salt));
    BEDSTONE_ASSIGN(const std::string check, seal(key, place_of(salt, "check", ""), kCheck));
    text += "  \"encrypted\": {\n";
    text += member("kdf", json_quote(kKdf), false, 4);
    text += member("salt", json_quote(salt), false, 4);
    text += member("check", json_quote(check), false, 4);
    text += "    \"values\": {\n";
    for (std::size_t i = 0; i < content.secrets.size(); ++i) {
      const auto& [name, secret] = content.secrets[i];
      BEDSTONE_ASSIGN(const std::string sealed,
                      seal(key, place_of(salt, "value", name), secret.expose()));
      text += member(name, json_quote(sealed), i + 1 == content.secrets.size(), 6);
    }
    text += "    }\n  },\n";
  }
  std::vector<std::string> names;
  for (const std::string& name : content.left_out)
    names.push_back(json_quote(name));
  text += member("left_out", fmt::format("[{}]", text::join(names, ", ")), true, 2);
  return text + "}\n";
}

ImportContent read_export(const Settings& settings, const std::string& shown, std::string_view text,
                          const Secret* passphrase) {
  ImportContent content;
  auto document = data::parse_json(shown, text);
  if (!document) {
    for (Error& error : document.error()) {
      error.code = ErrorCode::kConfigFile;
      error.hint = "`bedstone config export` writes such a file";
      content.errors.push_back(std::move(error));
    }
    return content;
  }
  Reader(settings, *document, passphrase, content).run();
  return content;
}

}  // namespace bedstone::config
