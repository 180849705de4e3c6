// An edit as a value: parsed, laid over what is stored, checked as a whole, compared.
#include "config/edit_draft.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/seal.hpp"
#include "base/text.hpp"
#include "config/declaration.hpp"
#include "data/node.hpp"

namespace bedstone::config {
namespace {

/// Of the form of a sealed text: stands for a secret that was just given, so that resolving opens
/// it like the others.
constexpr std::string_view kGiven = "enc1.given.";

Error masked(std::string_view name) {
  return Error(ErrorCode::kMaskedValue,
               fmt::format("what was given for {} is a mask or encrypted, not the secret", name))
      .because("saved, it would have replaced the real secret")
      .advise(fmt::format("leave {0} out to keep what it holds; a new secret: `bedstone config set "
                          "{0} --stdin`",
                          name));
}

Error not_made(std::string_view name) {
  return Error(ErrorCode::kSettingValue,
               fmt::format("{} has no rule that a value is made by", data::describe_key(name)))
      .advise("give a value, or write `generate: token` into its declaration");
}

Error pinned_by(const SettingDeclaration& declaration) {
  return Error(ErrorCode::kSettingPinned,
               fmt::format("{} is pinned by the variable {}", declaration.name,
                           declaration.environment->name))
      .because("the variable wins over the database: a value saved there would have no effect")
      .advise(fmt::format("change {} where it is set, or unset it; who wins: `bedstone config "
                          "explain {}`",
                          declaration.environment->name, declaration.name));
}

std::string masked_or(const std::optional<std::string>& text, bool secret) {
  return secret || sealed_with(*text) ? std::string(kMask) : *text;
}

EditEffect effect_of(const Drafted& drafted) {
  if (!drafted.text) return drafted.stored ? EditEffect::kRemoved : EditEffect::kUnchanged;
  return drafted.stored ? EditEffect::kChanged : EditEffect::kAdded;
}

}  // namespace

EditDraft::EditDraft(const Settings& settings, const Environment& environment, const Unseal& unseal,
                     const EditRequest& request, const store::ConfigState& stored)
    : settings_(settings),
      environment_(environment),
      unseal_(unseal),
      request_(request),
      stored_(stored) {
  for (const store::ConfigRow& row : stored.rows)
    rows_[row.key] = row.value;
}

const Drafted* EditDraft::drafted(std::string_view key) const {
  const auto found = std::find_if(drafted_.begin(), drafted_.end(),
                                  [&](const Drafted& one) { return one.told.key == key; });
  return found != drafted_.end() ? &*found : nullptr;
}

bool EditDraft::pinned(const SettingDeclaration& declaration) const {
  const auto& name = declaration.environment;
  return name && name->role == EnvironmentName::Role::kPin && environment_.get(name->name);
}

void EditDraft::take(const SettingEdit& edit) {
  if (drafted(edit.key) != nullptr) {
    errors_.push_back(
        Error(ErrorCode::kUsage, fmt::format("{} is named twice", data::describe_key(edit.key)))
            .advise("name each setting once"));
    return;
  }
  Drafted& drafted = drafted_.emplace_back();
  drafted.declaration = settings_.find(edit.key);
  drafted.told.key = edit.key;
  if (const auto row = rows_.find(edit.key); row != rows_.end()) drafted.stored = row->second;
  if (drafted.declaration != nullptr)
    take_declared(edit, drafted);
  else
    take_undeclared(edit, drafted);
}

void EditDraft::take_undeclared(const SettingEdit& edit, Drafted& drafted) {
  drafted.told.secret = edit.secret || (drafted.stored && sealed_with(*drafted.stored));
  const auto refuse = [&](Error error) {
    refused_.insert(edit.key);
    errors_.push_back(std::move(error));
  };
  // Whatever stands there can be removed: that is how a declaration that is gone is cleaned up.
  if (!edit.text && !edit.generate && (drafted.stored || settings_.keep_unknown)) return;
  if (!settings_.keep_unknown) return refuse(unknown_setting(settings_, edit.key));
  if (!is_setting_name(edit.key)) {
    return refuse(Error(ErrorCode::kSettingValue,
                        fmt::format("a setting cannot be called {}", data::describe_key(edit.key)))
                      .advise("a name has letters, digits, '_', '-' and '.', the first a letter, "
                              "at most 100"));
  }
  if (edit.generate) return refuse(not_made(edit.key));
  if (drafted.told.secret && looks_masked(edit.text->expose())) return refuse(masked(edit.key));
  Shape shape;
  shape.secret = drafted.told.secret;
  auto value = parse_value(shape, edit.key, edit.text->expose());
  if (value) {
    drafted.text = value->text();
    return;
  }
  for (Error& error : value.error())
    refuse(std::move(error));
}

void EditDraft::take_declared(const SettingEdit& edit, Drafted& drafted) {
  const SettingDeclaration& declaration = *drafted.declaration;
  drafted.told.secret = declaration.secret();
  drafted.told.restart = declaration.restart;
  const auto refuse = [&](Error error) {
    refused_.insert(edit.key);
    errors_.push_back(std::move(error));
  };
  if (!edit.text && !edit.generate) return;
  if (pinned(declaration)) {
    if (!request_.skip_pinned) return refuse(pinned_by(declaration));
    drafted.keeps = true;
    drafted.told.effect = EditEffect::kPinned;
    return;
  }
  if (edit.secret && !declaration.secret()) {
    return refuse(Error(ErrorCode::kSettingValue,
                        fmt::format("{} is not declared as a secret", declaration.name))
                      .advise("write `secret: true` into its declaration, or save it as it is")
                      .at(declaration.place));
  }
  if (edit.generate && !declaration.generated) return refuse(not_made(edit.key));
  if (edit.generate) drafted.told.effect = EditEffect::kMade;
  auto value = edit.generate
                   ? generate(declaration)
                   : parse_value(declaration.shape, declaration.name, edit.text->expose());
  // One whole mask is told as such, and not as a value that does not fit.
  const bool mask =
      declaration.secret() && !edit.generate &&
      (looks_masked(edit.text->expose()) || (value && holds_mask(declaration.shape.type, *value)));
  if (mask) return refuse(masked(edit.key));
  if (value) {
    drafted.text = value->text();
    return;
  }
  for (Error& error : value.error())
    refuse(std::move(error));
}

/// The settings that are named, and those whose `requires:` look at one of them.
void EditDraft::find_dependents() {
  for (const Drafted& one : drafted_)
    if (!refused_.contains(one.told.key)) concerned_.insert(one.told.key);
  for (const SettingDeclaration& one : settings_.declared) {
    if (std::any_of(one.conditions.begin(), one.conditions.end(),
                    [&](const Condition& condition) {
                      const Drafted* named = drafted(condition.setting);
                      return named != nullptr && !refused_.contains(condition.setting);
                    }) &&
        !refused_.contains(one.name))
      concerned_.insert(one.name);
  }
}

Resolution EditDraft::resolve_after() const {
  std::map<std::string_view, std::string_view> rows = rows_;
  for (const Drafted& one : drafted_) {
    if (one.keeps || refused_.contains(one.told.key)) continue;
    if (!one.text)
      rows.erase(one.told.key);
    else
      rows[one.told.key] = one.told.secret ? kGiven : one.text->expose();
  }
  store::ConfigState after;
  for (const auto& [key, value] : rows)
    after.rows.push_back({std::string(key), std::string(value)});
  // A secret that has nothing to do with the change need not open, and may have no key.
  return resolve(settings_, after, environment_,
                 [this](std::string_view name, std::string_view sealed) -> Result<Secret> {
                   const Drafted* given = drafted(name);
                   if (given != nullptr && given->text) return given->text->clone();
                   if (!concerned_.contains(name) || !unseal_)
                     return fail(Error(ErrorCode::kSealKey, "not looked at"));
                   return unseal_(name, sealed);
                 });
}

bool EditDraft::make_values(const Resolution& after) {
  bool made = false;
  if (request_.generate_none) return made;
  for (const Resolved& setting : after.settings) {
    const SettingDeclaration& declaration = *setting.declaration;
    const bool asked = std::find(request_.make.begin(), request_.make.end(), declaration.name) !=
                       request_.make.end();
    const bool due =
        setting.counts && (request_.generate_all || concerned_.contains(declaration.name));
    if (!(asked || due) || !declaration.generated || setting.source != Source::kNone) continue;
    auto value = generate(declaration);
    if (!value) {
      for (Error& error : value.error())
        errors_.push_back(std::move(error));
      refused_.insert(declaration.name);
      continue;
    }
    made = true;
    const auto named = std::find_if(drafted_.begin(), drafted_.end(), [&](const Drafted& one) {
      return one.told.key == declaration.name;
    });
    Drafted& drafted = named != drafted_.end() ? *named : drafted_.emplace_back();
    drafted.declaration = &declaration;
    drafted.told.key = declaration.name;
    drafted.told.secret = declaration.secret();
    drafted.told.restart = declaration.restart;
    drafted.told.effect = EditEffect::kMade;
    drafted.text = value->text();
    concerned_.insert(declaration.name);
  }
  return made;
}

bool EditDraft::may_lack(std::string_view name) const {
  const auto& names = request_.lacking;
  return request_.may_lack || std::find(names.begin(), names.end(), name) != names.end();
}

void EditDraft::judge(const Resolution& after) {
  Values values;
  for (const Resolved& setting : after.settings) {
    if (setting.value && setting.source != Source::kDefault)
      values.emplace(setting.declaration->name, setting.value->clone());
  }
  for (const Resolved& setting : after.settings) {
    const SettingDeclaration& declaration = *setting.declaration;
    if (!concerned_.contains(declaration.name) || refused_.contains(declaration.name)) continue;
    const Drafted* named = drafted(declaration.name);
    if (named != nullptr && named->keeps) continue;
    if (named == nullptr && !setting.counts) continue;
    errors_.insert(errors_.end(), setting.problems.begin(), setting.problems.end());
    if (!may_lack(declaration.name) && setting.source == Source::kNone && setting.counts &&
        declaration.required)
      errors_.push_back(missing_setting(settings_, values, declaration));
  }
}

/// Fills in what is told, and finds out whether the stored text can stay.
void EditDraft::compare(Drafted& drafted) const {
  EditedSetting& told = drafted.told;
  if (drafted.stored) told.before = masked_or(drafted.stored, told.secret);
  if (drafted.keeps) {
    told.after = told.before;
    return;
  }
  if (drafted.text) {
    told.after = told.secret ? std::string(kMask) : std::string(drafted.text->expose());
  }
  if (told.effect == EditEffect::kMade) return;
  told.effect = effect_of(drafted);
  if (!drafted.stored || !drafted.text) return;
  if (!told.secret) {
    drafted.keeps = *drafted.stored == drafted.text->expose();
  } else if (sealed_with(*drafted.stored) && unseal_) {
    const auto opened = unseal_(told.key, *drafted.stored);
    drafted.keeps = opened && opened->expose() == drafted.text->expose();
  }
  if (drafted.keeps) told.effect = EditEffect::kUnchanged;
}

Checked<std::vector<Drafted>> EditDraft::run() {
  drafted_.reserve(request_.edits.size() + settings_.declared.size());
  for (const SettingEdit& edit : request_.edits)
    take(edit);
  find_dependents();
  Resolution after = resolve_after();
  if (make_values(after)) after = resolve_after();
  judge(after);
  if (!errors_.empty()) return fail(std::move(errors_));
  for (Drafted& one : drafted_)
    compare(one);
  return std::move(drafted_);
}

}  // namespace bedstone::config
