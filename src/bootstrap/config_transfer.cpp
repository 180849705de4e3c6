// bedstone config export, import: stored values as a document, and back.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/seal.hpp"
#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"
#include "config/transfer.hpp"

namespace bedstone::bootstrap {
namespace {

/// Where a stored value goes: into the document, encrypted into it, or nowhere.
Status add_row(const ConfigWork& work, const store::ConfigRow& row, bool secrets,
               config::ExportContent& content) {
  const config::SettingDeclaration* declaration = work.settings.find(row.key);
  const bool secret = work.is_secret(row.key) || sealed_with(row.value).has_value();
  if (!secret) {
    content.values.emplace_back(row.key, config::value_json(declaration, row.value));
    return {};
  }
  const bool known = declaration != nullptr || work.settings.keep_unknown;
  if (!secrets || !known) {
    content.left_out.push_back(row.key);
    return {};
  }
  BEDSTONE_ASSIGN(Secret opened, work.unseal(row.key, row.value));
  content.secrets.emplace_back(row.key, std::move(opened));
  return {};
}

Errors export_values(ConfigWork& work, const ProjectOptions& options, const Secret* passphrase,
                     ConfigExport& result) {
  Errors errors = work.open(options, db::Access::kReadOnly);
  name_target(work, result);
  if (!errors.empty()) return errors;
  if (!work.provided) return {config::not_provided()};
  const auto stored = work.stored();
  if (!stored) return {stored.error()};
  config::ExportContent content;
  content.project = work.project->name;
  content.revision = stored->revision;
  content.exported_at = to_iso(work.host.clock.now());
  for (const store::ConfigRow& row : stored->rows) {
    if (Status added = add_row(work, row, passphrase != nullptr, content); !added)
      errors.push_back(std::move(added).error());
  }
  if (!errors.empty()) return errors;
  auto text = config::write_export(content, passphrase);
  if (!text) return {std::move(text).error()};
  result.text = *std::move(text);
  result.revision = content.revision;
  result.values = static_cast<std::int64_t>(content.values.size());
  result.secrets = static_cast<std::int64_t>(content.secrets.size());
  result.left_out = std::move(content.left_out);
  return {};
}

/// Stored values that the document says nothing of.
Status add_pruned(ConfigWork& work, const config::ImportContent& content,
                  config::EditRequest& request) {
  BEDSTONE_ASSIGN(const auto stored, work.stored());
  for (const store::ConfigRow& row : stored.rows) {
    const bool named =
        std::any_of(content.edits.begin(), content.edits.end(),
                    [&](const config::SettingEdit& edit) { return edit.key == row.key; });
    const auto& out = content.left_out;
    if (!named && std::find(out.begin(), out.end(), row.key) == out.end())
      request.edits.push_back({row.key, std::nullopt});
  }
  return {};
}

/// Secrets that stayed behind and are needed here.
void warn_of_missing(ConfigWork& work, const std::vector<std::string>& left_out,
                     ConfigChangeResult& result) {
  const auto resolution = work.resolve();
  if (!resolution) return;
  for (const config::Resolved& one : resolution->settings) {
    const std::string& name = one.declaration->name;
    const bool needed = one.declaration->required && one.counts && !one.value;
    if (!needed || std::find(left_out.begin(), left_out.end(), name) == left_out.end()) continue;
    result.warnings.push_back(
        Error(ErrorCode::kSettingMissing, fmt::format("{} has no value yet", name))
            .because("the file does not bring it")
            .advise(fmt::format("bedstone config set {} --stdin", name)));
  }
}

void import_values(ConfigWork& work, config::ImportContent content,
                   const ConfigImportOptions& options, ConfigChangeResult& result) {
  if (!work.provided) {
    result.errors = {config::not_provided()};
    return;
  }
  config::EditRequest request = work.request(options.write);
  request.skip_pinned = true;
  request.lacking = content.left_out;
  if (options.prune) {
    if (const Status pruned = add_pruned(work, content, request); !pruned) {
      result.errors = {pruned.error()};
      return;
    }
  }
  std::move(content.edits.begin(), content.edits.end(), std::back_inserter(request.edits));
  // What the file's own mistakes left over is looked at, too: all is told at once.
  if (!content.errors.empty()) request.dry_run = true;
  work.edit(request, result);
  result.dry_run = options.write.dry_run;
  result.errors.insert(result.errors.begin(), std::make_move_iterator(content.errors.begin()),
                       std::make_move_iterator(content.errors.end()));
  if (!result.errors.empty()) {
    result.settings.clear();
    return;
  }
  warn_of_pins(work, result);
  if (!options.write.dry_run) warn_of_missing(work, content.left_out, result);
}

}  // namespace

void warn_of_pins(const ConfigWork& work, ConfigChangeResult& result) {
  for (const SettingChanged& one : result.settings) {
    if (one.effect != "pinned") continue;
    const config::SettingDeclaration* declaration = work.settings.find(one.name);
    result.warnings.push_back(Error(ErrorCode::kSettingPinned,
                                    fmt::format("{} is pinned by the variable {}, and was left "
                                                "alone",
                                                one.name, declaration->environment->name))
                                  .advise(fmt::format("bedstone config explain {}", one.name)));
  }
}

ConfigExport config_export(const Host& host, const ProjectOptions& options,
                           const Secret* passphrase) {
  ConfigExport result;
  ConfigWork work(host);
  result.errors = export_values(work, options, passphrase, result);
  result.exit_code = exit_code_for(result.errors);
  return result;
}

ConfigChangeResult config_import(const Host& host, const ProjectOptions& project,
                                 const std::string& shown, const std::string& document,
                                 const ConfigImportOptions& options) {
  ConfigChangeResult result;
  ConfigWork work(host);
  result.errors =
      work.open(project, options.write.dry_run ? db::Access::kReadOnly : db::Access::kReadWrite);
  name_target(work, result);
  if (result.errors.empty()) {
    import_values(work, config::read_export(work.settings, shown, document, options.passphrase),
                  options, result);
  }
  result.success = result.errors.empty();
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace bedstone::bootstrap
