// Typed reading of a snapshot.
#include "bedstone/runtime_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/text.hpp"
#include "config/snapshot.hpp"

namespace bedstone {
namespace {

using config::SettingDeclaration;
using config::Settings;
using config::Slot;
using config::SnapshotValues;
using config::Value;
using config::ValueType;

const std::shared_ptr<const config::Snapshot>& no_settings() {
  // Never destroyed: programs may read settings until their very end.
  static const auto* const kEmpty = [] {
    auto values = std::make_shared<SnapshotValues>();
    values->declared = std::make_shared<const Settings>();
    values->configured = true;
    auto snapshot = std::make_shared<config::Snapshot>();
    snapshot->values = std::move(values);
    return new std::shared_ptr<const config::Snapshot>(std::move(snapshot));
  }();
  return *kEmpty;
}

/// Null: the value is of another type.
template <typename T>
struct Reader;

template <>
struct Reader<bool> {
  static constexpr std::string_view kName = "bool";
  static bool fits(const SettingDeclaration& d) { return d.shape.type == ValueType::kBool; }
  static bool read(const Value& value) { return *value.get_if<bool>(); }
};
template <>
struct Reader<std::int64_t> {
  static constexpr std::string_view kName = "std::int64_t";
  static bool fits(const SettingDeclaration& d) { return d.shape.type == ValueType::kInt; }
  static std::int64_t read(const Value& value) { return *value.get_if<std::int64_t>(); }
};
template <>
struct Reader<double> {
  static constexpr std::string_view kName = "double";
  static bool fits(const SettingDeclaration& d) {
    return d.shape.type == ValueType::kFloat || d.shape.type == ValueType::kInt;
  }
  static double read(const Value& value) {
    if (const auto* whole = value.get_if<std::int64_t>()) return static_cast<double>(*whole);
    return *value.get_if<double>();
  }
};
template <>
struct Reader<std::chrono::milliseconds> {
  static constexpr std::string_view kName = "std::chrono::milliseconds";
  static bool fits(const SettingDeclaration& d) { return d.shape.type == ValueType::kDuration; }
  static std::chrono::milliseconds read(const Value& value) {
    return *value.get_if<std::chrono::milliseconds>();
  }
};
template <>
struct Reader<ByteSize> {
  static constexpr std::string_view kName = "bedstone::ByteSize";
  static bool fits(const SettingDeclaration& d) { return d.shape.type == ValueType::kSize; }
  static ByteSize read(const Value& value) { return {value.get_if<config::Size>()->bytes}; }
};
template <>
struct Reader<std::string> {
  static constexpr std::string_view kName = "std::string";
  static bool fits(const SettingDeclaration& d) {
    switch (d.shape.type) {
      case ValueType::kString:
      case ValueType::kUrl:
      case ValueType::kEmail:
      case ValueType::kEnum:
      case ValueType::kJson:
        return true;
      default:
        return false;
    }
  }
  static std::string read(const Value& value) {
    return std::string(value.get_if<Secret>()->expose());
  }
};
template <>
struct Reader<std::vector<std::string>> {
  static constexpr std::string_view kName = "std::vector<std::string>";
  static bool fits(const SettingDeclaration& d) { return d.shape.type == ValueType::kList; }
  static std::vector<std::string> read(const Value& value) {
    std::vector<std::string> items;
    for (const Value& item : *value.get_if<Value::List>()) {
      const auto* text = item.get_if<Secret>();
      items.emplace_back(text != nullptr ? text->expose() : item.text().expose());
    }
    return items;
  }
};

/// The C++ type that a declaration is read as.
std::string asked_as(const SettingDeclaration& declaration) {
  const std::string& name = declaration.name;
  if (declaration.secret()) return fmt::format("ask for it with secret(\"{}\")", name);
  const auto get = [&](std::string_view type) {
    return fmt::format("ask for it with get<{}>(\"{}\")", type, name);
  };
  switch (declaration.shape.type) {
    case ValueType::kBool:
      return get(Reader<bool>::kName);
    case ValueType::kInt:
      return get(Reader<std::int64_t>::kName);
    case ValueType::kFloat:
      return get(Reader<double>::kName);
    case ValueType::kDuration:
      return get(Reader<std::chrono::milliseconds>::kName);
    case ValueType::kSize:
      return get(Reader<ByteSize>::kName);
    case ValueType::kList:
      return get(Reader<std::vector<std::string>>::kName);
    default:
      return get(Reader<std::string>::kName);
  }
}

Error wrong_type(const SettingDeclaration& declaration, std::string_view wanted) {
  const auto type = static_cast<std::size_t>(declaration.shape.type);
  return Error(ErrorCode::kSettingType,
               fmt::format("{} is {}, and not read as {}", declaration.name,
                           declaration.secret()
                               ? std::string("a secret")
                               : fmt::format("of the type {}", config::kValueTypes.at(type)),
                           wanted))
      .advise(asked_as(declaration))
      .at(declaration.place);
}

Error no_value(const SnapshotValues& values, std::size_t index) {
  const Slot& slot = values.slots[index];
  if (slot.problem) return *slot.problem;
  const SettingDeclaration& declaration = values.declared->declared[index];
  return Error(ErrorCode::kSettingMissing,
               fmt::format("{} has neither a value nor a default", declaration.name))
      .advise(fmt::format("give it a value: `bedstone config set {} VALUE`", declaration.name))
      .at(declaration.place);
}

template <typename T>
Result<T> read(const SnapshotValues& values, std::size_t index) {
  const SettingDeclaration& declaration = values.declared->declared[index];
  if (declaration.secret() || !Reader<T>::fits(declaration)) {
    return fail(wrong_type(declaration, Reader<T>::kName));
  }
  const Slot& slot = values.slots[index];
  if (!slot.value) return fail(no_value(values, index));
  return Reader<T>::read(*slot.value);
}

std::optional<std::size_t> index_of(const SnapshotValues& values, std::string_view name) {
  const auto found = values.declared->index.find(name);
  if (found == values.declared->index.end()) return std::nullopt;
  return found->second;
}

std::string shown(const SettingDeclaration& declaration, const Slot& slot) {
  if (slot.locked) return "(locked)";
  if (!slot.value) return slot.problem ? "(does not fit)" : "(none)";
  if (declaration.secret()) return "********";
  return std::string(slot.value->text().expose());
}

std::string_view where_from(const SettingDeclaration& declaration, const Slot& slot) {
  if (slot.source == config::Source::kPin && declaration.environment)
    return declaration.environment->name;
  return config::source_name(slot.source);
}

/// For comparing addresses: in small letters, without blanks around.
std::string folded(std::string_view email) {
  std::string text(text::trim(email));
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

}  // namespace

RuntimeConfig::RuntimeConfig() : snapshot_(no_settings()) {}
RuntimeConfig::RuntimeConfig(std::shared_ptr<const config::Snapshot> snapshot)
    : snapshot_(std::move(snapshot)) {}

std::int64_t RuntimeConfig::revision() const {
  return snapshot_->values->revision;
}
std::int64_t RuntimeConfig::newest_revision() const {
  return snapshot_->newest_revision;
}
std::chrono::system_clock::time_point RuntimeConfig::loaded_at() const {
  return snapshot_->loaded_at;
}
std::optional<std::chrono::system_clock::time_point> RuntimeConfig::stale_since() const {
  return snapshot_->stale_since;
}
bool RuntimeConfig::configured() const {
  return snapshot_->values->configured;
}
const std::vector<Error>& RuntimeConfig::problems() const {
  return snapshot_->problems;
}
const std::vector<std::string>& RuntimeConfig::restart_needed() const {
  return snapshot_->values->restart_needed;
}

std::vector<std::string> RuntimeConfig::names() const {
  return snapshot_->values->declared->names();
}

bool RuntimeConfig::has(std::string_view name) const {
  const auto index = index_of(*snapshot_->values, name);
  return index && snapshot_->values->slots[*index].value.has_value();
}

template <SettingType T>
Result<T> RuntimeConfig::get(std::string_view name) const {
  const SnapshotValues& values = *snapshot_->values;
  if (const auto index = index_of(values, name)) return read<T>(values, *index);
  if constexpr (std::same_as<T, std::string>) {
    const auto kept = values.undeclared.find(name);
    if (kept != values.undeclared.end()) return kept->second;
  }
  return fail(config::unknown_setting(*values.declared, name));
}

template <SettingType T>
Result<T> RuntimeConfig::get(const Key<T>& key) const {
  const SnapshotValues& values = *snapshot_->values;
  if (key.declarations_ == values.declared.get()) return read<T>(values, key.index_);
  // Of another manager, or of an earlier one: the name still says what is meant.
  return get<T>(key.name_);
}

template <SettingType T>
Result<Key<T>> RuntimeConfig::key(std::string_view name) const {
  const SnapshotValues& values = *snapshot_->values;
  const auto index = index_of(values, name);
  if (!index) return fail(config::unknown_setting(*values.declared, name));
  const SettingDeclaration& declaration = values.declared->declared[*index];
  if (declaration.secret() || !Reader<T>::fits(declaration)) {
    return fail(wrong_type(declaration, Reader<T>::kName));
  }
  return Key<T>(std::string(name), *index, values.declared.get());
}

#define BEDSTONE_SETTING_TYPE(...)                                                      \
  template Result<__VA_ARGS__> RuntimeConfig::get<__VA_ARGS__>(std::string_view) const; \
  template Result<__VA_ARGS__> RuntimeConfig::get(const Key<__VA_ARGS__>&) const;       \
  template Result<Key<__VA_ARGS__>> RuntimeConfig::key<__VA_ARGS__>(std::string_view) const;
BEDSTONE_SETTING_TYPE(bool)
BEDSTONE_SETTING_TYPE(std::int64_t)
BEDSTONE_SETTING_TYPE(double)
BEDSTONE_SETTING_TYPE(std::chrono::milliseconds)
BEDSTONE_SETTING_TYPE(ByteSize)
BEDSTONE_SETTING_TYPE(std::string)
BEDSTONE_SETTING_TYPE(std::vector<std::string>)
#undef BEDSTONE_SETTING_TYPE

Result<std::reference_wrapper<const Secret>> RuntimeConfig::secret(std::string_view name) const {
  const SnapshotValues& values = *snapshot_->values;
  const auto index = index_of(values, name);
  if (!index) return fail(config::unknown_setting(*values.declared, name));
  const SettingDeclaration& declaration = values.declared->declared[*index];
  const Slot& slot = values.slots[*index];
  if (!declaration.secret()) return fail(wrong_type(declaration, "a secret"));
  if (!slot.value) return fail(no_value(values, *index));
  if (const auto* text = slot.value->get_if<Secret>()) return std::cref(*text);
  return std::cref(slot.list);
}

Result<std::string> RuntimeConfig::host() const {
  const bool named = !index_of(*snapshot_->values, "bind_address") &&
                     index_of(*snapshot_->values, "host").has_value();
  return get<std::string>(named ? "host" : "bind_address");
}
Result<std::int64_t> RuntimeConfig::port() const {
  return get<std::int64_t>("port");
}
Result<std::string> RuntimeConfig::database_path() const {
  return get<std::string>("database_path");
}
Result<std::vector<std::string>> RuntimeConfig::allowed_origins() const {
  return get<std::vector<std::string>>("allowed_origins");
}
Result<bool> RuntimeConfig::enable_hsts() const {
  return get<bool>("enable_hsts");
}
Result<std::optional<std::string>> RuntimeConfig::csp_report_uri() const {
  auto uri = get<std::string>("csp_report_uri");
  if (uri) return std::optional(*std::move(uri));
  if (uri.error().code == ErrorCode::kSettingMissing) return std::nullopt;
  return fail(std::move(uri).error());
}
Result<std::vector<std::string>> RuntimeConfig::super_admin_emails() const {
  return get<std::vector<std::string>>("super_admin_emails");
}
Result<std::reference_wrapper<const Secret>> RuntimeConfig::workos_cookie_password() const {
  return secret("workos_cookie_password");
}
Result<std::string> RuntimeConfig::app_mode() const {
  return get<std::string>("app_mode");
}

std::string RuntimeConfig::describe() const {
  const SnapshotValues& values = *snapshot_->values;
  std::string text = fmt::format("revision {}\n", values.revision);
  for (std::size_t i = 0; i < values.slots.size(); ++i) {
    const SettingDeclaration& declaration = values.declared->declared[i];
    text += fmt::format("{} = {} [{}]\n", declaration.name, shown(declaration, values.slots[i]),
                        where_from(declaration, values.slots[i]));
  }
  // Nobody said whether these are secrets.
  for (const auto& [key, value] : values.undeclared)
    text += fmt::format("{} = ******** [database]\n", key);
  return text;
}

std::ostream& operator<<(std::ostream& out, const RuntimeConfig& config) {
  return out << config.describe();
}

bool is_super_admin(const RuntimeConfig& config, std::string_view email) {
  const std::string wanted = folded(email);
  if (wanted.empty()) return false;
  const auto emails = config.super_admin_emails();
  return emails && std::any_of(emails->begin(), emails->end(),
                               [&](const std::string& one) { return folded(one) == wanted; });
}

}  // namespace bedstone
