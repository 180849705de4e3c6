// From `setup:` and the words of a command line to settings.
#include "config/setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "data/keys.hpp"

namespace bedstone::config {
namespace {

constexpr std::array<std::string_view, 3> kSetupKeys{"mode", "admin", "done"};

class SetupReader {
 public:
  SetupReader(const data::Document& document, const data::Node& node, const Settings& settings,
              Errors& errors)
      : document_(document),
        settings_(settings),
        errors_(errors),
        node_(node),
        keys_(document, node, "setup.", ErrorCode::kSettings, errors) {}

  Setup read() {
    Setup setup;
    if (!node_.is_mapping()) {
      keys_.complain(node_.mark(), "setup is no mapping",
                     "write which settings the flags stand for: setup: {mode: app_mode}");
      return setup;
    }
    keys_.only(kSetupKeys);
    mode(setup);
    for (std::string& name : keys_.names("admin", "admin: admin_email"))
      admin(std::move(name), setup);
    done(setup);
    return setup;
  }

 private:
  const SettingDeclaration* declared(std::string_view key, std::string_view name,
                                     const data::Mark& mark) {
    const SettingDeclaration* found = settings_.find(name);
    if (found != nullptr) return found;
    const auto near = text::nearest(name, settings_.names());
    keys_.complain(mark,
                   fmt::format("setup.{} names no setting: {}", key, data::describe_key(name)),
                   near ? fmt::format("did you mean {}?", *near) : "write a setting's name");
    return nullptr;
  }

  void mode(Setup& setup) {
    const auto name = keys_.text("mode", "write the setting that --mode sets");
    if (!name) return;
    const data::Mark& mark = keys_.get("mode")->mark();
    const SettingDeclaration* setting = declared("mode", *name, mark);
    if (setting == nullptr) return;
    if (setting->secret() || setting->shape.type == ValueType::kList) {
      keys_.complain(mark, fmt::format("setup.mode cannot be {}", *name),
                     "name a setting that holds one word, and no secret");
      return;
    }
    setup.mode = *name;
  }

  void admin(std::string name, Setup& setup) {
    const data::Mark& mark = keys_.get("admin")->mark();
    const SettingDeclaration* setting = declared("admin", name, mark);
    if (setting == nullptr) return;
    const ValueType type =
        setting->shape.type == ValueType::kList ? setting->shape.item : setting->shape.type;
    if (setting->secret() || (type != ValueType::kEmail && type != ValueType::kString)) {
      keys_.complain(mark, fmt::format("setup.admin cannot be {}", name),
                     "name settings of the type email, or lists of them");
      return;
    }
    setup.admins.push_back(std::move(name));
  }

  void done(Setup& setup) {
    const data::Node* node = keys_.get("done");
    if (node == nullptr) return;
    if (!node->is_mapping()) {
      keys_.does_not_fit("done", *node, "write settings and values: done: {setup_completed: true}");
      return;
    }
    for (const data::Entry& entry : node->entries()) {
      const SettingDeclaration* setting = declared("done", entry.key, entry.key_mark);
      if (setting == nullptr) continue;
      const std::string name = "setup.done." + entry.key;
      if (setting->secret() || entry.value.is_null()) {
        keys_.complain(entry.value.mark(),
                       setting->secret() ? name + " is a secret" : name + " is empty",
                       "write a value that everybody may read");
        continue;
      }
      auto value = read_value(setting->shape, name, entry.value, document_);
      if (value)
        setup.done.emplace_back(entry.key, *std::move(value));
      else
        errors_.insert(errors_.end(), value.error().begin(), value.error().end());
    }
  }

  const data::Document& document_;
  const Settings& settings_;
  Errors& errors_;
  const data::Node& node_;
  data::Keys keys_;
};

Error unknown_word(std::string_view flag, std::string_view key, const Settings& settings) {
  return Error(ErrorCode::kSetupUnknown, fmt::format("{} stands for nothing in this project", flag))
      .because(fmt::format("{} has no setup.{}", settings.shown, key))
      .advise(fmt::format("set the settings themselves: --set NAME=VALUE; or declare what it "
                          "stands for: setup: {{{}: NAME}}",
                          key));
}

/// "a@x", or ["a@x","b@x"] where the setting is a list. Items may hold commas, and so it is JSON.
std::string admin_text(const SettingDeclaration& setting, const std::vector<std::string>& admins) {
  if (setting.shape.type != ValueType::kList) return admins.front();
  Value::List items;
  for (const std::string& one : admins)
    items.emplace_back(Secret(one));
  return std::string(Value(std::move(items)).text().expose());
}

class SetupPlanner {
 public:
  SetupPlanner(const Settings& settings, const Values& now) : settings_(settings) {
    for (const auto& [name, value] : now)
      after_.emplace(name, value.clone());
  }

  Checked<std::vector<SetupValue>> plan(SetupWords words) {
    for (SetupValue& one : words.values)
      add(std::move(one.key), std::move(one.text));
    for (std::string& key : words.unset)
      add(std::move(key), std::nullopt);
    if (words.mode) {
      if (!settings_.setup || settings_.setup->mode.empty())
        errors_.push_back(unknown_word("--mode", "mode", settings_));
      else
        add(settings_.setup->mode, Secret(*words.mode));
    }
    admins(words.admins);
    if (settings_.setup) {
      for (const auto& [key, value] : settings_.setup->done) {
        if (!named(key)) add(key, value.text());
      }
    }
    if (!errors_.empty()) return fail(std::move(errors_));
    return std::move(values_);
  }

 private:
  bool named(std::string_view key) const {
    return std::any_of(values_.begin(), values_.end(),
                       [key](const SetupValue& one) { return one.key == key; });
  }

  void add(std::string key, std::optional<Secret> text) {
    if (named(key)) {
      errors_.push_back(Error(ErrorCode::kUsage, fmt::format("{} is set twice", key))
                            .advise("give one value for each setting"));
      return;
    }
    const SettingDeclaration* declaration = settings_.find(key);
    if (declaration != nullptr) {
      // What does not fit is told by who writes it.
      if (!text)
        after_.erase(key);
      else if (auto value = parse_value(declaration->shape, key, text->expose()))
        after_.insert_or_assign(key, *std::move(value));
    } else if (!settings_.keep_unknown) {
      errors_.push_back(unknown_setting(settings_, key));
      return;
    }
    values_.push_back({std::move(key), std::move(text)});
  }

  /// Settings of modes that were not chosen are left alone.
  void admins(const std::vector<std::string>& admins) {
    if (admins.empty()) return;
    if (!settings_.setup || settings_.setup->admins.empty()) {
      errors_.push_back(unknown_word("--admin", "admin", settings_));
      return;
    }
    for (const std::string& name : settings_.setup->admins) {
      const SettingDeclaration& setting = *settings_.find(name);
      if (named(name) || !counts(settings_, after_, setting)) continue;
      add(name, Secret(admin_text(setting, admins)));
    }
  }

  const Settings& settings_;
  Values after_;
  std::vector<SetupValue> values_;
  Errors errors_;
};

}  // namespace

Setup read_setup(const data::Document& document, const data::Node& node, const Settings& settings,
                 Errors& errors) {
  return SetupReader(document, node, settings, errors).read();
}

Checked<std::vector<SetupValue>> plan_setup(const Settings& settings, const Values& now,
                                            SetupWords words) {
  return SetupPlanner(settings, now).plan(std::move(words));
}

}  // namespace bedstone::config
