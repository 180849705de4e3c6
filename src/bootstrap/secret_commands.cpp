// bedstone secret …: each opens the vault, does one thing, and says what became of it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/fernet.hpp"
#include "base/text.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/secrets.hpp"
#include "config/editor.hpp"
#include "config/lifecycle.hpp"
#include "data/yaml.hpp"

namespace bedstone::bootstrap {
namespace {

using config::SettingDeclaration;

constexpr std::int64_t kPage = 500;

/// Opens, does `act`, and fills in what is known whatever happened.
template <typename Act>
SecretReport with_secrets(const Host& host, const ProjectOptions& options, db::Access access,
                          Act act) {
  SecretReport report;
  SecretWork work(host);
  report.errors = work.open(options, access);
  if (work.project) {
    report.project = work.project->name;
    report.database = work.project->database.url->redacted();
  }
  if (report.errors.empty()) {
    Errors errors = act(work, report);
    report.errors.insert(report.errors.end(), errors.begin(), errors.end());
    report.key = config::describe(work.vault->options().sources.front());
    if (const auto ring = work.vault->keyring(); ring && *ring != nullptr) {
      report.data_key = (*ring)->writing_id();
      report.fingerprint = work.vault->master().value()->fingerprint;
    }
  }
  report.exit_code = exit_code_for(report.errors);
  return report;
}

Result<const SettingDeclaration*> secret_setting(const config::Settings& settings,
                                                 const std::string& name) {
  const SettingDeclaration* declaration = settings.find(name);
  if (declaration == nullptr) return fail(config::unknown_setting(settings, name));
  if (declaration->secret()) return declaration;
  return fail(Error(ErrorCode::kNotSecret, fmt::format("{} is not declared as a secret", name))
                  .because("its value would be encrypted, and nobody would expect that")
                  .advise(fmt::format("write `secret: true` below {} in {}", name, settings.shown))
                  .at(declaration->place));
}

bool has_value(const store::ConfigState& state, const std::string& name) {
  return std::any_of(state.rows.begin(), state.rows.end(),
                     [&](const store::ConfigRow& row) { return row.key == name; });
}

/// What stood in the clear is still in the history.
Status seal_past(SecretWork& work, const std::string& name) {
  BEDSTONE_ASSIGN(const auto rows, work.table->history(name, INT64_MAX));
  const SealPlace place = config::setting_place(name);
  for (const store::ConfigHistoryRow& row : rows) {
    for (const auto& text : {row.before, row.after}) {
      if (!text || config::is_sealed(*text)) continue;
      BEDSTONE_ASSIGN(const std::string sealed, work.vault->seal(place, *text));
      BEDSTONE_TRY(work.places->swap(
          {std::string(place.table), name, std::string(place.column), *text, row.revision},
          sealed));
    }
  }
  return {};
}

/// One revision, written where all settings are written; and its past. In the open transaction.
Checked<config::EditResult> write(SecretWork& work, config::EditRequest request) {
  const config::Unseal unseal = [&work](std::string_view name, std::string_view text) {
    return work.vault->unseal(config::setting_place(name), text);
  };
  const config::Seal seal = [&work](std::string_view name, std::string_view value) {
    return work.vault->seal(config::setting_place(name), value);
  };
  request.by = ConfigWork::who();
  // An application may be set up secret by secret.
  request.may_lack = true;
  config::Editor editor(
      {*work.connection, work.settings, *work.table, work.host.environment, unseal, seal});
  auto result = editor.edit_within(request);
  if (!result) return result;
  for (const config::EditedSetting& one : result->settings) {
    if (one.effect == config::EditEffect::kUnchanged || !one.secret) continue;
    if (Status sealed = seal_past(work, one.key); !sealed)
      return fail_all(std::move(sealed).error());
  }
  return result;
}

/// Commits it, and with it what it made of the application.
Status commit(SecretWork& work, const config::EditResult& result, db::Transaction& transaction) {
  std::optional<store::Transition> moved;
  if (result.changed()) {
    BEDSTONE_ASSIGN(const auto now, work.table->read());
    BEDSTONE_ASSIGN(
        moved,
        config::record_lifecycle(
            *work.connection, work.project->name, work.settings, now, work.host.environment,
            fmt::format("{} by {}", work.host.command, ConfigWork::who()), work.host.clock.now()));
  }
  BEDSTONE_TRY(transaction.commit());
  log_transition(work.host, work.project->name, moved);
  return {};
}

std::string status_of(const config::EditedSetting& one, std::string_view changed) {
  const bool same = one.effect == config::EditEffect::kUnchanged;
  return std::string(same ? config::effect_name(one.effect) : changed);
}

Errors set(SecretWork& work, const std::string& name, const Secret& text, SecretReport& report) {
  const auto declaration = secret_setting(work.settings, name);
  if (!declaration) return {declaration.error()};
  auto transaction = db::Transaction::begin(*work.connection);
  if (!transaction) return {transaction.error()};
  if (const Status ready = work.provide(); !ready) return {ready.error()};
  config::EditRequest request;
  request.reason = "bedstone secret set";
  request.edits.push_back({name, text.clone()});
  auto result = write(work, std::move(request));
  if (!result) return std::move(result).error();
  if (const Status done = commit(work, *result, *transaction); !done) return {done.error()};
  for (const config::EditedSetting& one : result->settings)
    report.values.push_back({one.key, status_of(one, "set")});
  return {};
}

Error in_clear(const config::Settings& settings, const SettingDeclaration& declaration,
               std::string_view value) {
  Error error(ErrorCode::kSecretInClear,
              fmt::format("{} is stored in the clear", declaration.name));
  if (is_fernet_token(value))
    return std::move(error)
        .because("it is in Fernet's form, which Bedstone imports, but does not read")
        .advise("bedstone secret import-fernet --key-file FILE");
  return std::move(error)
      .because(fmt::format("{} declares it as a secret, and it was written with plain SQL or "
                           "before it was declared so",
                           settings.shown))
      .advise(fmt::format("bedstone secret set {} --stdin; whoever may read the database may have "
                          "read it",
                          declaration.name));
}

Errors verify_settings(SecretWork& work, SecretReport& report) {
  const auto state = work.table->read();
  if (!state) return {state.error()};
  Errors errors;
  for (const store::ConfigRow& row : state->rows) {
    const SettingDeclaration* declaration = work.settings.find(row.key);
    if (!config::is_sealed(row.value)) {
      if (declaration == nullptr || !declaration->secret()) continue;
      errors.push_back(in_clear(work.settings, *declaration, row.value));
      report.values.push_back({row.key, "clear"});
      continue;
    }
    ++report.settings;
    auto value = work.vault->unseal(config::setting_place(row.key), row.value);
    const bool locked = !value && value.error().code == ErrorCode::kSecretLocked;
    report.values.push_back({row.key, value ? "sealed" : locked ? "locked" : "unreadable"});
    if (!value && !locked) errors.push_back(std::move(value).error());
  }
  return errors;
}

Errors verify_history(SecretWork& work, SecretReport& report) {
  config::SealedText last;
  for (;;) {
    const auto texts = work.places->history(last, kPage);
    if (!texts) return {texts.error()};
    if (texts->empty()) return {};
    for (const config::SealedText& one : *texts) {
      ++report.history;
      auto value = work.vault->unseal(one.place(), one.text);
      if (value) continue;
      Error warning = std::move(value).error();
      warning.context.push_back(fmt::format("reading the history of {}", one.shown()));
      report.warnings.push_back(std::move(warning));
    }
    last = texts->back();
  }
}

Errors verify_rows(SecretWork& work, SecretReport& report) {
  const auto columns = work.vault->store().sealed_columns();
  if (!columns) return {columns.error()};
  Errors errors;
  for (const store::SealedColumn& column : *columns) {
    std::string last;
    for (;;) {
      const auto texts = work.places->rows(column, last, kPage);
      if (!texts) return {texts.error()};
      if (texts->empty()) break;
      for (const config::SealedText& one : *texts) {
        ++report.rows;
        auto value = work.vault->unseal(one.place(), one.text);
        if (value) continue;
        report.values.push_back({one.shown(), "unreadable"});
        errors.push_back(std::move(value).error());
      }
      last = texts->back().text;
    }
  }
  return errors;
}

using Verification = Errors (*)(SecretWork&, SecretReport&);

Errors verify(SecretWork& work, SecretReport& report) {
  // Once, instead of with every value.
  if (const auto ring = work.vault->keyring(); !ring) report.errors.push_back(ring.error());
  const std::optional<Error> warning = config::key_warning(work.vault->options().sources.front());
  if (warning) report.warnings.push_back(*warning);
  Errors errors = verify_settings(work, report);
  for (auto* const look : {&verify_history, &verify_rows}) {
    Errors more = look(work, report);
    errors.insert(errors.end(), more.begin(), more.end());
  }
  return errors;
}

Result<config::MasterKey> key_of(SecretWork& work, const std::string& source) {
  BEDSTONE_ASSIGN(const config::KeySource parsed, config::parse_key_source(source));
  BEDSTONE_ASSIGN(const config::KeySalts salts, work.vault->salts());
  BEDSTONE_ASSIGN(const auto rows, work.vault->store().keys());
  return config::read_key(parsed, salts, work.vault->options().around,
                          rows.empty() ? std::string_view() : std::string_view(rows.back().kek));
}

Errors rotate_master(SecretWork& work, const SecretRotateOptions& options, SecretReport& report) {
  const auto project_key = [&work]() -> Result<config::MasterKey> {
    BEDSTONE_ASSIGN(const config::MasterKey* const key, work.vault->master());
    return config::MasterKey{key->bytes.clone(), key->fingerprint, key->shown};
  };
  auto before = options.old_key.empty() ? project_key() : key_of(work, options.old_key);
  if (!before) return {std::move(before).error()};
  auto after = options.new_key.empty() ? project_key() : key_of(work, options.new_key);
  if (!after) return {std::move(after).error()};
  if (before->fingerprint == after->fingerprint)
    return {Error(ErrorCode::kUsage, "old key and new key are the same")
                .because(fmt::format("{} and {} give one key", before->shown, after->shown))
                .advise("make another one: bedstone secret new-key FILE")};
  const auto number =
      config::rotate_master_key(*work.connection, work.vault->store(), *before, *after);
  if (!number) return {number.error()};
  report.rewrapped = *number;
  work.vault->forget();
  if (options.new_key.empty()) return {};
  report.warnings.push_back(
      Error(ErrorCode::kKeyWrong, fmt::format("from now on {} is the key", after->shown))
          .because(fmt::format("the project still names {}", before->shown))
          .advise("name the new one in bedstone.yaml (secrets: {key: …}), or put it where the old "
                  "one is, before anything starts anew; what runs goes on with what it knows"));
  return {};
}

Errors rotate_data(SecretWork& work, const SecretRotateOptions& options, SecretReport& report) {
  config::ResealReport reseal;
  Log* const log = &work.host.log;
  const config::RotationSurroundings around{
      .connection = *work.connection,
      .vault = *work.vault,
      .places = *work.places,
      .settings = *work.table,
      .clock = work.host.clock,
      .cancel = work.host.cancel,
      .by = ConfigWork::who(),
      .wait = options.wait.value_or(Milliseconds(300'000)),
      .on_step = [log](const std::string& step) { log->info(step); },
  };
  auto retired = config::rotate_data_key(around, reseal);
  report.settings = reseal.settings;
  report.history = reseal.history;
  report.rows = reseal.rows;
  for (Error& lost : reseal.lost) {
    lost.context.push_back("reading the history");
    report.warnings.push_back(std::move(lost));
  }
  Errors errors = std::move(reseal.unreadable);
  if (!retired)
    errors.push_back(std::move(retired).error());
  else
    report.retired = *std::move(retired);
  return errors;
}

Errors replace_lost(SecretWork& work) {
  const auto key = work.vault->master();
  if (!key) return {key.error()};
  const auto id =
      config::replace_lost_keys(*work.connection, work.vault->store(), **key, work.host.clock);
  if (!id) return {id.error()};
  work.vault->forget();
  if (!id->empty()) return {};
  return {Error(ErrorCode::kUsage, "the key is not lost")
              .because(fmt::format("{} opens the keyring", (*key)->shown))
              .advise("`bedstone secret rotate` makes a new data key")};
}

/// Adds the token's value to what shall be written.
Errors import_one(SecretWork& work, const std::string& name, std::string_view token,
                  const FernetOptions& options, const store::ConfigState& state,
                  config::EditRequest& request, SecretReport& report) {
  const auto declaration = secret_setting(work.settings, name);
  if (!declaration) return {declaration.error()};
  if (options.text && !options.force && has_value(state, name)) {
    report.values.push_back({name, "kept"});
    return {};
  }
  auto value = open_fernet(options.key, token);
  if (!value) {
    Error error = std::move(value).error();
    error.message = fmt::format("{}: {}", name, error.message);
    return {std::move(error)};
  }
  request.edits.push_back({name, *std::move(value)});
  return {};
}

/// Settings and their tokens, as a file or the database has them.
Checked<std::vector<std::pair<std::string, std::string>>> tokens(const FernetOptions& options,
                                                                 const SecretWork& work,
                                                                 const store::ConfigState& state) {
  std::vector<std::pair<std::string, std::string>> found;
  if (!options.text) {
    for (const store::ConfigRow& row : state.rows) {
      const SettingDeclaration* declaration = work.settings.find(row.key);
      if (declaration != nullptr && declaration->secret() && is_fernet_token(row.value))
        found.emplace_back(row.key, row.value);
    }
    return found;
  }
  auto document = data::parse_yaml(options.shown, *options.text);
  if (!document) return fail(std::move(document).error());
  for (const data::Entry& entry : document->root.entries())
    found.emplace_back(entry.key, entry.value.is_scalar() ? entry.value.text() : std::string());
  if (found.empty())
    return fail_all(Error(ErrorCode::kBadValue, "there is nothing to import")
                        .advise("write one setting a line: NAME: TOKEN; or a JSON object")
                        .at(options.shown));
  return found;
}

Errors import_all(SecretWork& work, const FernetOptions& options, SecretReport& report) {
  auto transaction = db::Transaction::begin(*work.connection);
  if (!transaction) return {transaction.error()};
  if (const Status ready = work.provide(); !ready) return {ready.error()};
  const auto state = work.table->read();
  if (!state) return {state.error()};
  const auto found = tokens(options, work, *state);
  if (!found) return found.error();
  config::EditRequest request;
  request.reason = "imported from Fernet";
  Errors errors;
  for (const auto& [name, token] : *found) {
    Errors more = import_one(work, name, token, options, *state, request, report);
    errors.insert(errors.end(), more.begin(), more.end());
  }
  // All or nothing: half an import looks like a whole one.
  if (!errors.empty()) {
    report.values.clear();
    return errors;
  }
  auto result = write(work, std::move(request));
  if (!result) return std::move(result).error();
  if (const Status done = commit(work, *result, *transaction); !done) return {done.error()};
  for (const config::EditedSetting& one : result->settings)
    report.values.push_back({one.key, status_of(one, "imported")});
  return {};
}

Error nothing_there(const std::string& what) {
  return Error(ErrorCode::kSettingMissing, fmt::format("there is no {}", what))
      .advise("bedstone secret verify");
}

Result<Secret> reveal_setting(SecretWork& work, const std::string& name) {
  BEDSTONE_ASSIGN(const auto* const declaration, secret_setting(work.settings, name));
  BEDSTONE_ASSIGN(const auto state, work.table->read());
  for (const store::ConfigRow& row : state.rows) {
    if (row.key != declaration->name) continue;
    if (!config::is_sealed(row.value)) return Secret(row.value);
    return work.vault->unseal(config::setting_place(name), row.value);
  }
  return fail(nothing_there(fmt::format("value of {}", name)));
}

Result<Secret> reveal_row(SecretWork& work, const RevealOptions& options) {
  BEDSTONE_ASSIGN(const auto columns, work.vault->store().sealed_columns());
  for (const store::SealedColumn& column : columns) {
    if (column.table != options.name || column.column != options.column) continue;
    BEDSTONE_ASSIGN(const auto found, work.places->find(column, options.key));
    if (!found) break;
    return work.vault->unseal(found->place(), found->text);
  }
  return fail(nothing_there(fmt::format("encrypted value in {}.{} of row {}", options.name,
                                        options.column, options.key)));
}

}  // namespace

SecretReport secret_set(const Host& host, const ProjectOptions& project, const std::string& name,
                        const Secret& text) {
  return with_secrets(
      host, project, db::Access::kReadWrite,
      [&](SecretWork& work, SecretReport& report) { return set(work, name, text, report); });
}

SecretReport secret_verify(const Host& host, const ProjectOptions& project) {
  return with_secrets(host, project, db::Access::kReadOnly, verify);
}

SecretReport secret_rotate(const Host& host, const ProjectOptions& project,
                           const SecretRotateOptions& options) {
  return with_secrets(host, project, db::Access::kReadWrite,
                      [&](SecretWork& work, SecretReport& report) {
                        if (options.old_key_lost) return replace_lost(work);
                        if (options.old_key.empty() && options.new_key.empty())
                          return rotate_data(work, options, report);
                        return rotate_master(work, options, report);
                      });
}

SecretReport secret_import_fernet(const Host& host, const ProjectOptions& project,
                                  const FernetOptions& options) {
  return with_secrets(
      host, project, db::Access::kReadWrite,
      [&](SecretWork& work, SecretReport& report) { return import_all(work, options, report); });
}

RevealedSecret secret_reveal(const Host& host, const ProjectOptions& project,
                             const RevealOptions& options) {
  RevealedSecret revealed;
  SecretWork work(host);
  revealed.errors = work.open(project, db::Access::kReadOnly);
  if (revealed.errors.empty()) {
    auto value =
        options.column.empty() ? reveal_setting(work, options.name) : reveal_row(work, options);
    if (value)
      revealed.value = *std::move(value);
    else
      revealed.errors.push_back(std::move(value).error());
  }
  revealed.exit_code = exit_code_for(revealed.errors);
  return revealed;
}

}  // namespace bedstone::bootstrap
