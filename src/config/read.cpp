// The file: its root, each declaration, then what declarations say of one another.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "config/declaration.hpp"
#include "config/settings.hpp"
#include "config/setup.hpp"
#include "data/yaml.hpp"

namespace bedstone::config {
namespace {

constexpr std::int64_t kSettingsVersion = 1;
constexpr std::array<std::string_view, 5> kKeys{"version", "unknown", "configured_when", "setup",
                                                "settings"};
constexpr std::array<std::string_view, 2> kUnknownChoices{"refuse", "keep"};

class FileReader {
 public:
  explicit FileReader(data::Document document) : document_(std::move(document)) {}

  void read();
  Checked<Settings> finish();

 private:
  data::Node& root() { return document_.root; }
  bool check_root(const data::Keys& keys);
  bool check_version(const data::Keys& keys);
  void declarations(data::Node& mapping, const data::Keys& keys);
  void declaration(data::Entry& entry, const data::Keys& keys);
  void dependencies(const data::Node& mapping);
  void conditions(const data::Node& node, const std::string& title, const SettingDeclaration* owner,
                  std::vector<Condition>& out);
  void condition(const data::Entry& entry, const std::string& title,
                 const SettingDeclaration* owner, std::vector<Condition>& out);
  std::vector<Value> condition_values(const SettingDeclaration& on, const data::Entry& entry,
                                      const std::string& name);
  void variables();

  data::Document document_;
  Settings settings_;
  /// Those that can be relied on: nothing in their declarations was wrong.
  std::vector<bool> sound_;
  std::vector<std::string> names_;
  Errors errors_;
};

void FileReader::read() {
  settings_.shown = document_.files.front();
  const data::Keys keys(document_, root(), "", ErrorCode::kSettings, errors_);
  if (!check_root(keys) || !check_version(keys)) return;
  keys.only(kKeys);
  settings_.keep_unknown = keys.choice("unknown", kUnknownChoices).value_or(0) == 1;
  data::Node* mapping = root().find("settings");
  if (mapping == nullptr || mapping->is_null()) {
    keys.complain(root().mark(), "settings is missing",
                  "declare at least one: settings: {port: {type: int, default: 8080}}");
  } else if (!mapping->is_mapping()) {
    keys.does_not_fit("settings", *mapping, "write names and what they are: port: {type: int}");
  } else {
    declarations(*mapping, keys);
  }
}

bool FileReader::check_root(const data::Keys& keys) {
  if (root().is_mapping()) return true;
  keys.complain(root().mark(),
                fmt::format("{} holds {}", settings_.shown,
                            root().is_null()       ? "nothing"
                            : root().is_sequence() ? "a list instead of keys"
                                                   : "a single value instead of keys"),
                "begin it with settings:, and declare below it: port: {type: int, default: 8080}");
  return false;
}

bool FileReader::check_version(const data::Keys& keys) {
  const data::Node* version = keys.get("version");
  if (version == nullptr) return true;
  const auto number = version->as_integer();
  if (number == kSettingsVersion) return true;
  if (number && *number > kSettingsVersion) {
    errors_.push_back(
        Error(ErrorCode::kUnsupportedVersion,
              fmt::format("{} is of format {}, and this Bedstone knows formats up to {}",
                          settings_.shown, *number, kSettingsVersion))
            .advise("use a newer Bedstone; `bedstone --version` shows which one this is")
            .at(keys.place_of(*version)));
  } else {
    keys.does_not_fit("version", *version, fmt::format("write version: {}", kSettingsVersion));
  }
  return false;
}

void FileReader::declarations(data::Node& mapping, const data::Keys& keys) {
  for (data::Entry& entry : mapping.entries())
    declaration(entry, keys);
  names_ = settings_.names();
  dependencies(mapping);
  const data::Node* when = keys.get("configured_when");
  if (when != nullptr && !when->is_null())
    conditions(*when, "configured_when", nullptr, settings_.configured_when);
  const data::Node* setup = keys.get("setup");
  if (setup != nullptr && !setup->is_null())
    settings_.setup = read_setup(document_, *setup, settings_, errors_);
  variables();
}

void FileReader::declaration(data::Entry& entry, const data::Keys& keys) {
  const std::size_t errors_before = errors_.size();
  if (!is_setting_name(entry.key)) {
    keys.complain(entry.key_mark,
                  fmt::format("a setting's name cannot be {}", data::describe_key(entry.key)),
                  "write letters, digits, _, - and ., the first a letter, at most 100");
    entry.value.mark_broken();
    return;
  }
  SettingDeclaration declaration;
  if (entry.value.is_mapping()) {
    declaration = DeclarationReader(document_, entry, errors_).read();
  } else {
    declaration.name = entry.key;
    const std::string hint =
        fmt::format("write what it is: {}: {{type: string, default: …}}", entry.key);
    keys.complain(entry.value.mark(),
                  fmt::format("{} is {}, and no declaration", entry.key,
                              entry.value.is_null()       ? "empty"
                              : entry.value.is_sequence() ? "a list"
                                                          : "a single value"),
                  hint);
  }
  settings_.index.emplace(declaration.name, settings_.declared.size());
  settings_.declared.push_back(std::move(declaration));
  sound_.push_back(errors_.size() == errors_before);
}

void FileReader::dependencies(const data::Node& mapping) {
  std::size_t i = 0;
  for (const data::Entry& entry : mapping.entries()) {
    if (entry.value.broken()) continue;
    SettingDeclaration& declaration = settings_.declared[i++];
    const data::Keys keys(document_, entry.value, entry.key + ".", ErrorCode::kSettings, errors_);
    const data::Node* node = keys.get("requires");
    if (node == nullptr) continue;
    conditions(*node, entry.key + ".requires", &declaration, declaration.conditions);
  }
}

/// `owner`: the setting they belong to, if any.
void FileReader::conditions(const data::Node& node, const std::string& title,
                            const SettingDeclaration* owner, std::vector<Condition>& out) {
  if (!node.is_mapping() || node.entries().empty()) {
    errors_.push_back(Error(ErrorCode::kSettings, title + " is no mapping of settings")
                          .advise(owner != nullptr ? "write what must hold for it to count: "
                                                     "requires: {app_mode: workos}"
                                                   : "write what must hold: configured_when: "
                                                     "{app_mode: [local, workos]}")
                          .at(document_.place(node.mark())));
    return;
  }
  for (const data::Entry& one : node.entries())
    condition(one, title, owner, out);
}

void FileReader::condition(const data::Entry& entry, const std::string& title,
                           const SettingDeclaration* owner, std::vector<Condition>& out) {
  const std::string name = fmt::format("{}.{}", title, entry.key);
  const auto complain = [&](std::string message, std::string hint) {
    errors_.push_back(Error(ErrorCode::kSettings, std::move(message))
                          .advise(std::move(hint))
                          .at(document_.place(entry.key_mark)));
  };
  const SettingDeclaration* on = settings_.find(entry.key);
  if (on == nullptr) {
    const auto near = text::nearest(entry.key, names_);
    return complain(
        fmt::format("{} names no setting: {}", title, data::describe_key(entry.key)),
        near ? fmt::format("did you mean {}?", *near)
             : fmt::format("the settings are: {}", text::excerpt(text::join(names_, ", "), 300)));
  }
  if (on == owner) {
    return complain(title + " names itself",
                    "write which values it may have as values:, min:, max: or schema:");
  }
  if (!sound_[static_cast<std::size_t>(on - settings_.declared.data())]) return;
  if (on->secret()) {
    return complain(fmt::format("{} is a secret, and no condition", name),
                    "let both depend on a setting that may be shown");
  }
  Condition condition{entry.key, condition_values(*on, entry, name)};
  if (!condition.values.empty()) out.push_back(std::move(condition));
}

/// One value or a list of them; a list of lists where the setting is one.
std::vector<Value> FileReader::condition_values(const SettingDeclaration& on,
                                                const data::Entry& entry, const std::string& name) {
  std::vector<Value> values;
  const auto add = [&](const data::Node& node) {
    if (node.is_null()) {
      errors_.push_back(Error(ErrorCode::kSettings, fmt::format("{} is empty", name))
                            .advise("write the value, or a list of values, it needs")
                            .at(document_.place(node.mark())));
      return;
    }
    auto value = read_value(on.shape, name, node, document_);
    if (value) {
      values.push_back(*std::move(value));
    } else {
      std::move(value.error().begin(), value.error().end(), std::back_inserter(errors_));
    }
  };
  const bool many = entry.value.is_sequence() && !entry.value.items().empty();
  if (!many) {
    add(entry.value);
  } else {
    for (const data::Node& item : entry.value.items())
      add(item);
  }
  return values;
}

void FileReader::variables() {
  std::map<std::string_view, const SettingDeclaration*> taken;
  for (const SettingDeclaration& one : settings_.declared) {
    if (!one.environment) continue;
    const auto [other, fresh] = taken.emplace(one.environment->name, &one);
    if (fresh) continue;
    errors_.push_back(Error(ErrorCode::kSettings,
                            fmt::format("{} and {} take one variable: {}", other->second->name,
                                        one.name, one.environment->name))
                          .advise("give each its own: env: {seed: NAME}")
                          .at(one.place));
  }
}

Checked<Settings> FileReader::finish() {
  if (errors_.empty()) return std::move(settings_);
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return fail(std::move(errors_));
}

}  // namespace

Checked<Settings> parse_settings(std::string shown, std::string_view text) {
  auto document = data::parse_yaml(std::move(shown), text);
  if (!document) return fail(std::move(document).error());
  FileReader reader(*std::move(document));
  reader.read();
  return reader.finish();
}

Checked<Settings> read_settings(const std::string& path, const std::string& shown) {
  auto text = files::read(path, data::Limits{}.file_bytes);
  if (!text) return fail_all(std::move(text).error());
  return parse_settings(shown, *text);
}

}  // namespace bedstone::config
