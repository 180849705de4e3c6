// The one place that decides which source of a setting wins.
#include "config/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/seal.hpp"

namespace bedstone::config {
namespace {

class Resolver {
 public:
  Resolver(const Settings& settings, const Environment& environment, const Unseal& unseal)
      : settings_(settings), environment_(environment), unseal_(unseal) {}

  Resolution run(const store::ConfigState& stored) {
    result_.revision = stored.revision;
    std::vector<std::optional<std::string_view>> texts(settings_.declared.size());
    for (const store::ConfigRow& row : stored.rows) {
      const auto found = settings_.index.find(row.key);
      if (found == settings_.index.end())
        result_.undeclared.push_back(row);
      else
        texts[found->second] = row.value;
    }
    result_.settings.reserve(settings_.declared.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
      one(settings_.declared[i], texts[i]);
    whole();
    return std::move(result_);
  }

 private:
  void one(const SettingDeclaration& declaration, std::optional<std::string_view> stored) {
    Resolved& setting = result_.settings.emplace_back();
    setting.declaration = &declaration;
    setting.stored = stored.has_value();
    if (pinned(declaration, setting)) return;
    if (stored) {
      setting.source = Source::kStored;
      read_stored(*stored, setting);
    } else if (declaration.fallback) {
      setting.source = Source::kDefault;
      setting.value = declaration.fallback->clone();
    }
  }

  bool pinned(const SettingDeclaration& declaration, Resolved& setting) const {
    const auto& name = declaration.environment;
    if (!name || name->role != EnvironmentName::Role::kPin) return false;
    const auto text = environment_.get(name->name);
    if (!text) return false;
    setting.source = Source::kPin;
    take(parse_value(declaration.shape, declaration.name, *text), setting, [&](Error& error) {
      error.cause += error.cause.empty() ? "" : "; ";
      error.cause += fmt::format("the variable {} pins it", name->name);
    });
    return true;
  }

  void read_stored(std::string_view text, Resolved& setting) const {
    const SettingDeclaration& declaration = *setting.declaration;
    if (!declaration.secret()) {
      take(parse_value(declaration.shape, declaration.name, text), setting, [](Error&) {});
      return;
    }
    if (!sealed_with(text)) {
      setting.in_clear = true;
      take(parse_value(declaration.shape, declaration.name, text), setting, [](Error&) {});
      return;
    }
    auto opened = unseal_ ? unseal_(declaration.name, text) : no_key(declaration);
    if (!opened) {
      setting.locked = true;
      setting.problems.push_back(std::move(opened).error());
      return;
    }
    take(parse_value(declaration.shape, declaration.name, opened->expose()), setting,
         [](Error&) {});
  }

  template <typename Explain>
  static void take(Checked<Value> value, Resolved& setting, const Explain& explain) {
    if (value) {
      setting.value = *std::move(value);
      return;
    }
    setting.problems = std::move(value).error();
    for (Error& error : setting.problems)
      explain(error);
  }

  static Result<Secret> no_key(const SettingDeclaration& declaration) {
    return fail(Error(ErrorCode::kSealKey,
                      fmt::format("{} is encrypted, and no key is known", declaration.name)));
  }

  /// What a setting needs is told by the others' values; one that has a value which does not fit
  /// is not missing as well.
  void whole() {
    const Values values = conditional_values();
    for (Resolved& setting : result_.settings)
      setting.counts = counts(settings_, values, *setting.declaration);
    for (const Resolved& setting : result_.settings) {
      const SettingDeclaration& declaration = *setting.declaration;
      if (setting.source == Source::kNone && declaration.required && setting.counts)
        result_.problems.push_back(missing_setting(settings_, values, declaration));
    }
    result_.configured = hold(settings_, values, settings_.configured_when) &&
                         std::all_of(result_.settings.begin(), result_.settings.end(), is_there);
    if (settings_.keep_unknown) return;
    for (const store::ConfigRow& row : result_.undeclared)
      result_.problems.push_back(unknown_setting(settings_, row.key));
  }

  /// The values that conditions ask for, which are few.
  Values conditional_values() const {
    Values values;
    const auto add = [&](const std::vector<Condition>& conditions) {
      for (const Condition& condition : conditions) {
        const auto found = settings_.index.find(condition.setting);
        if (found == settings_.index.end()) continue;
        const Resolved& setting = result_.settings[found->second];
        if (setting.value && setting.source != Source::kDefault)
          values.emplace(condition.setting, setting.value->clone());
      }
    };
    for (const SettingDeclaration& declaration : settings_.declared)
      add(declaration.conditions);
    add(settings_.configured_when);
    return values;
  }

  static bool is_there(const Resolved& setting) {
    return setting.value || !setting.counts || !setting.declaration->required;
  }

  const Settings& settings_;
  const Environment& environment_;
  const Unseal& unseal_;
  Resolution result_;
};

}  // namespace

std::string_view source_name(Source source) {
  switch (source) {
    case Source::kPin:
      return "pin";
    case Source::kStored:
      return "database";
    case Source::kDefault:
      return "default";
    case Source::kNone:
      break;
  }
  return "none";
}

const Resolved* Resolution::find(std::string_view name) const {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Resolved& one) {
    return one.declaration->name == name;
  });
  return found != settings.end() ? &*found : nullptr;
}

std::vector<const Error*> Resolution::errors() const {
  std::vector<const Error*> all;
  for (const Resolved& setting : settings) {
    for (const Error& error : setting.problems)
      all.push_back(&error);
  }
  for (const Error& error : problems)
    all.push_back(&error);
  return all;
}

Resolution resolve(const Settings& settings, const store::ConfigState& stored,
                   const Environment& environment, const Unseal& unseal) {
  return Resolver(settings, environment, unseal).run(stored);
}

}  // namespace bedstone::config
