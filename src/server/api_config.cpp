// Settings: reading, changing, the history, documents.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/json.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::int64_t kEntries = 50;
constexpr std::int64_t kEntriesMost = 1000;

Response page_response(std::shared_ptr<const std::string> page) {
  Response response;
  response.body = std::move(page);
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
Response changed(const Call& call, const ConfigChangeResult& result, std::string_view command) {
  if (!result.errors.empty() || !result.success) return error_response(result.errors);
  if (!result.dry_run) {
    call.app.config_changed();
    const Status reloaded = call.app.live.reload();
    if (!reloaded) call.app.host.log.debug(reloaded.error().message);
  }
  return json_response(call.app.reports.change(result, command));
}

std::optional<Secret> passphrase_of(const Call& call) {
  auto text = call.text("passphrase");
  if (!text || text->empty()) return std::nullopt;
  return Secret(*std::move(text));
}

}  // namespace

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
  if (const data::Node* set = call.body.find("set")) {
    for (const data::Entry& entry : set->entries()) {
      bootstrap::ConfigEdit& edit = edits.emplace_back();
      edit.name = entry.key;
      if (!entry.value.is_null()) edit.text = Secret(written(entry.value));
    }
  }
  for (const std::string& name : call.texts("unset"))
    edits.emplace_back().name = name;
  if (edits.empty()) {
    return error_response(Error(ErrorCode::kRequestMalformed, "nothing is to be changed")
                              .advise("give `set`, `unset`, or both"));
  }
  return changed(call,
                 bootstrap::config_set(call.app.host, call.app.project_options, std::move(edits),
                                       write_options(call)),
                 "config-set");
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

Response config_validate(const Call& call) {
  const ConfigReport report = bootstrap::config_validate(call.app.host, call.app.project_options);
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.config(report, "config-validate"));
}

Response config_instances(const Call& call) {
  const auto report = bootstrap::config_status(call.app.host, call.app.project_options);
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.instances(report));
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
