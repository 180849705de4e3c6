// bedstone config set, unset, reset, rollback: each one edit, all or nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/seal.hpp"
#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"

namespace bedstone::bootstrap {
namespace {

/// Opens, works, closes: the frame of everything that writes.
template <typename Body>
ConfigChangeResult change(const Host& host, const ProjectOptions& options,
                          const ConfigWriteOptions& write, const Body& body) {
  ConfigChangeResult result;
  ConfigWork work(host);
  result.errors =
      work.open(options, write.dry_run ? db::Access::kReadOnly : db::Access::kReadWrite);
  name_target(work, result);
  if (result.errors.empty()) body(work, result);
  result.success = result.errors.empty();
  result.exit_code = exit_code_for(result.errors);
  return result;
}

Error secret_argument(const std::string& name) {
  return Error(ErrorCode::kSecretArgument, fmt::format("{} is a secret, and stood on the command "
                                                       "line",
                                                       name))
      .because("everybody on this machine can read arguments, and the shell remembers them")
      .advise(fmt::format("bedstone config set {} --stdin", name));
}

/// Secrets among what others could read.
Errors exposed_secrets(const config::Settings& settings, const std::vector<ConfigEdit>& edits) {
  Errors errors;
  for (const ConfigEdit& edit : edits) {
    if (!edit.exposed || !edit.text || edit.text->empty()) continue;
    const config::SettingDeclaration* declaration = settings.find(edit.name);
    const bool secret = declaration != nullptr ? declaration->secret() : edit.secret;
    // A mask is no secret; the editor says what it is.
    if (secret && !config::looks_masked(edit.text->expose()))
      errors.push_back(secret_argument(edit.name));
  }
  return errors;
}

/// From the values of a revision to the edits that bring them back.
class Rollback {
 public:
  Rollback(ConfigWork& work, ConfigChangeResult& result) : work_(work), result_(result) {}

  Errors run(std::int64_t revision, const ConfigWriteOptions& options) {
    const auto now = work_.table->read();
    if (!now) return {now.error()};
    if (revision < 0 || revision > now->revision)
      return {Error(ErrorCode::kNoRevision, fmt::format("there is no revision {}", revision))
                  .because(fmt::format("the newest one is {}", now->revision))
                  .advise("bedstone config history")};
    const auto then = work_.table->at(revision);
    if (!then) return {then.error()};
    config::EditRequest request = work_.request(options);
    if (request.reason.empty()) request.reason = fmt::format("rollback to revision {}", revision);
    // What changes from now on was not seen.
    if (!request.expected) request.expected = now->revision;
    request.skip_pinned = true;
    for (const store::ConfigRow& row : *then)
      wanted_[row.key] = row.value;
    for (const store::ConfigRow& row : now->rows)
      there_[row.key] = row.value;
    collect(request);
    if (!errors_.empty()) return std::move(errors_);
    work_.edit(request, result_);
    return std::move(result_.errors);
  }

 private:
  void collect(config::EditRequest& request) {
    for (const auto& [key, text] : wanted_) {
      const auto now = there_.find(key);
      if (now == there_.end() || now->second != text) bring_back(key, text, request);
    }
    for (const auto& [key, text] : there_) {
      if (!wanted_.contains(key) && known(key))
        request.edits.push_back({std::string(key), std::nullopt});
    }
  }

  bool known(std::string_view key) {
    if (work_.settings.keep_unknown || work_.settings.find(key) != nullptr) return true;
    result_.warnings.push_back(
        config::unknown_setting(work_.settings, key).because("it is left as it is"));
    return false;
  }

  void bring_back(std::string_view key, std::string_view stored, config::EditRequest& request) {
    if (!known(key)) return;
    const config::SettingDeclaration* declaration = work_.settings.find(key);
    const bool sealed = sealed_with(stored).has_value();
    if (sealed && declaration != nullptr && !declaration->secret()) {
      result_.warnings.push_back(
          Error(ErrorCode::kSettingValue,
                fmt::format("{} was a secret then, and is declared as none now", key))
              .because("it is left as it is"));
      return;
    }
    auto text = work_.unseal(key, stored);
    if (!text) {
      errors_.push_back(std::move(text).error());
      return;
    }
    request.edits.push_back({std::string(key), *std::move(text), sealed});
  }

  ConfigWork& work_;
  ConfigChangeResult& result_;
  std::map<std::string_view, std::string_view> wanted_;
  std::map<std::string_view, std::string_view> there_;
  Errors errors_;
};

}  // namespace

ConfigChangeResult config_set(const Host& host, const ProjectOptions& options,
                              std::vector<ConfigEdit> edits, const ConfigWriteOptions& write) {
  return change(host, options, write, [&](ConfigWork& work, ConfigChangeResult& result) {
    result.errors = exposed_secrets(work.settings, edits);
    if (!result.errors.empty()) return;
    config::EditRequest request = work.request(write);
    for (ConfigEdit& edit : edits)
      request.edits.push_back(
          {std::move(edit.name), std::move(edit.text), edit.secret, edit.generate});
    work.edit(request, result);
  });
}

ConfigChangeResult config_reset(const Host& host, const ProjectOptions& options,
                                const ConfigWriteOptions& write) {
  return change(host, options, write, [&](ConfigWork& work, ConfigChangeResult& result) {
    const auto stored = work.stored();
    if (!stored) {
      result.errors = {stored.error()};
      return;
    }
    config::EditRequest request = work.request(write);
    if (request.reason.empty()) request.reason = "reset";
    request.may_lack = true;
    request.generate_none = true;
    for (const store::ConfigRow& row : stored->rows)
      request.edits.push_back({row.key, std::nullopt});
    work.edit(request, result);
  });
}

ConfigChangeResult config_rollback(const Host& host, const ProjectOptions& options,
                                   std::int64_t revision, const ConfigWriteOptions& write) {
  return change(host, options, write, [&](ConfigWork& work, ConfigChangeResult& result) {
    if (!work.provided) {
      result.errors = {config::not_provided()};
      return;
    }
    result.errors = Rollback(work, result).run(revision, write);
    warn_of_pins(work, result);
  });
}

ConfigValue config_get_or_make(const Host& host, const ProjectOptions& options,
                               const std::string& name, const ConfigWriteOptions& write) {
  ConfigValue value = config_get(host, options, name, true);
  if (!value.errors.empty() || value.value) return value;
  Errors missing;
  const ConfigChangeResult made =
      change(host, options, write, [&](ConfigWork& work, ConfigChangeResult& result) {
        config::EditRequest request = work.request(write);
        request.make = {name};
        work.edit(request, result);
        const config::SettingDeclaration* declaration = work.settings.find(name);
        if (declaration != nullptr && !declaration->generated)
          missing = {Error(ErrorCode::kSettingMissing, fmt::format("{} has no value", name))
                         .because("its declaration does not say how one is made")
                         .advise("add `generate: token` to it, or set it")
                         .at(declaration->place)};
      });
  value.errors = made.errors.empty() ? missing : made.errors;
  value.exit_code = exit_code_for(value.errors);
  return value.errors.empty() ? config_get(host, options, name, true) : std::move(value);
}

}  // namespace bedstone::bootstrap
