// Settings: reading, changing, the history, documents.
#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bootstrap/config_form.hpp"
#include "config/settings.hpp"
#include "data/json.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/refusal.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::int64_t kEntries = 50;
constexpr std::int64_t kEntriesMost = 1000;

Response page_response(std::shared_ptr<const std::string> page) {
  Response response;
  response.body = std::move(page);
  response.lasting = true;
  return response;
}

bootstrap::ConfigWriteOptions write_options(const Call& call) {
  bootstrap::ConfigWriteOptions options;
  options.by = call.caller.identity ? call.caller.identity->email : "";
  options.reason = call.text("reason").value_or("");
  options.if_revision = call.integer("revision");
  options.dry_run = call.flag("dry_run");
  return options;
}

/// A value as people write it; lists and objects as JSON.
std::string written(const data::Node& node) {
  return node.is_scalar() ? node.text() : data::to_json(node);
}

/// After a change: this process has it before it answers.
Response changed(const Call& call, const ConfigChangeResult& result, std::string_view command,
                 std::vector<std::string> given = {}) {
  if (!result.errors.empty() || !result.success)
    return refusal(result.errors, setting_names(call, std::move(given)));
  if (!result.dry_run) {
    call.app.config_changed();
    const Status reloaded = call.app.live.reload();
    if (!reloaded) call.app.host.log.debug(reloaded.error().message);
  }
  return json_response(call.app.reports.change(result, command));
}

std::string changed_json(const bootstrap::FormSetting::Change& changed) {
  JsonObject object;
  object.number("revision", changed.revision).text("at", changed.at).text("by", changed.by);
  return object.text_or_null("reason", changed.reason).str();
}

std::string form_setting_json(const bootstrap::FormSetting& one) {
  JsonObject object;
  object.text("name", one.name).text("file", one.file).number("line", one.line);
  object.text("type", one.type).text_or_null("items", one.items).texts("values", one.values);
  object.text_or_null("min", one.minimum).text_or_null("max", one.maximum);
  object.raw("schema", one.schema.empty() ? "null" : one.schema);
  object.raw("default", one.fallback ? json_quote(*one.fallback) : "null");
  object.text_or_null("description", one.description).text_or_null("group", one.group);
  JsonObject conditions;
  for (const auto& [setting, values] : one.conditions)
    conditions.texts(setting, values);
  object.raw("requires", conditions.str());
  object.text_or_null("variable", one.variable).flag("variable_pins", one.variable_pins);
  object.flag("pinned", one.pinned).text_or_null("generate", one.made_as);
  object.number("generate_length", one.made_length);
  object.flag("required", one.required).flag("restart", one.restart).flag("secret", one.secret);
  return object.raw("changed", one.changed ? changed_json(*one.changed) : "null").str();
}

std::optional<Secret> passphrase_of(const Call& call) {
  auto text = call.text("passphrase");
  if (!text || text->empty()) return std::nullopt;
  return Secret(*std::move(text));
}

}  // namespace

std::vector<std::string> setting_names(const Call& call, std::vector<std::string> given) {
  const std::string& file = call.app.project.settings.file;
  if (const auto settings = config::read_settings(file, file)) {
    const auto declared = settings->names();
    given.insert(given.end(), declared.begin(), declared.end());
  }
  return given;
}

Quick config_quick(const Call& call) {
  auto page = call.app.config_page();
  if (!page) return std::nullopt;
  return page_response(std::move(page));
}

Response config(const Call& call) {
  App& app = call.app;
  const auto made_at = app.config_generation();
  const ConfigReport report = bootstrap::config_show(app.host, app.project_options);
  if (!report.errors.empty()) return error_response(report.errors);
  auto page = std::make_shared<const std::string>(app.reports.config(report, "config-show"));
  app.keep_config_page(made_at, page);
  return page_response(std::move(page));
}

Response config_change(const Call& call) {
  std::vector<bootstrap::ConfigEdit> edits;
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) -> bootstrap::ConfigEdit& {
    bootstrap::ConfigEdit& edit = edits.emplace_back();
    edit.name = names.emplace_back(name);
    return edit;
  };
  if (const data::Node* set = call.body.find("set")) {
    for (const data::Entry& entry : set->entries()) {
      bootstrap::ConfigEdit& edit = add(entry.key);
      if (!entry.value.is_null()) edit.text = Secret(written(entry.value));
    }
  }
  for (const std::string& name : call.texts("unset"))
    add(name);
  for (const std::string& name : call.texts("generate"))
    add(name).generate = true;
  if (edits.empty()) {
    return error_response(Error(ErrorCode::kRequestMalformed, "nothing is to be changed")
                              .advise("give `set`, `unset`, `generate`, or several of them"));
  }
  return changed(call,
                 bootstrap::config_set(call.app.host, call.app.project_options, std::move(edits),
                                       write_options(call)),
                 "config-set", std::move(names));
}

Response config_history(const Call& call) {
  const auto asked = text::parse_integer(call.request.target.get("limit").value_or(""));
  const std::string name(call.request.target.get("name").value_or(""));
  const auto report = bootstrap::config_history(
      call.app.host, call.app.project_options, name,
      std::clamp<std::int64_t>(asked.value_or(kEntries), 1, kEntriesMost));
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.history(report));
}

Response config_explain(const Call& call) {
  const auto report =
      bootstrap::config_explain(call.app.host, call.app.project_options, call.place(0));
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.explain(report));
}

Response config_form(const Call& call) {
  const auto form = bootstrap::config_form(call.app.host, call.app.project_options);
  if (!form.errors.empty()) return error_response(form.errors);
  JsonObject object;
  object.text("project", form.project).text("file", form.file);
  object.flag("keep_unknown", form.keep_unknown).number("revision", form.revision);
  // Where keys lie is nothing for everybody.
  const bool may_know = call.caller.role >= Role::kAdmin;
  object.text_or_null("key", may_know ? form.key : "");
  object.texts("restart_needed", call.app.live.settings()->config.restart_needed());
  std::vector<std::string> settings;
  for (const bootstrap::FormSetting& one : form.settings)
    settings.push_back(form_setting_json(one));
  return json_response(object.raw("settings", json_array(settings)).str());
}

Response config_validate(const Call& call) {
  const ConfigReport report = bootstrap::config_validate(call.app.host, call.app.project_options);
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.config(report, "config-validate"));
}

Response config_instances(const Call& call) {
  const auto report = call.app.database.use([&](db::Connection& connection) {
    return bootstrap::config_status(connection, call.app.project);
  });
  if (!report) return error_response(report.error());
  return json_response(call.app.reports.instances(*report));
}

Response config_rollback(const Call& call) {
  return changed(call,
                 bootstrap::config_rollback(call.app.host, call.app.project_options,
                                            call.integer("to").value_or(0), write_options(call)),
                 "config-rollback");
}

Response config_export(const Call& call) {
  const auto passphrase = passphrase_of(call);
  const ConfigExport result = bootstrap::config_export(call.app.host, call.app.project_options,
                                                       passphrase ? &*passphrase : nullptr);
  if (!result.errors.empty()) return error_response(result.errors);
  return json_response(call.app.reports.exported(result));
}

Response config_import(const Call& call) {
  const auto passphrase = passphrase_of(call);
  const data::Node* document = call.body.find("document");
  const bootstrap::ConfigImportOptions options{
      write_options(call), passphrase ? &*passphrase : nullptr, call.flag("prune")};
  return changed(call,
                 bootstrap::config_import(call.app.host, call.app.project_options, "the document",
                                          data::to_json(*document), options),
                 "config-import");
}

Response reload(const Call& call) {
  App& app = call.app;
  const std::int64_t before = app.live.settings()->config.revision();
  const Status reloaded = app.live.reload();
  if (!reloaded) return error_response(reloaded.error());
  app.config_changed();
  const auto live = app.live.settings();
  JsonObject object;
  object.number("revision_before", before).number("revision", live->config.revision());
  object.number("newest_revision", live->config.newest_revision());
  return json_response(object.str());
}

}  // namespace bedstone::server::api
