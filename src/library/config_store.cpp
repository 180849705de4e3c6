// ConfigStore over the functions that the command line calls.
#include "bedstone/config_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bootstrap/config_commands.hpp"
#include "data/json.hpp"
#include "library/library_host.hpp"

namespace bedstone {
namespace {

constexpr std::string_view kBindAddress = "bind_address";

bootstrap::ConfigWriteOptions write_options(const SetOptions& options) {
  return {options.by, options.reason, options.if_revision, options.dry_run};
}

Result<std::optional<Secret>> value_of(bootstrap::ConfigValue value) {
  if (!value.errors.empty()) return fail(first_of(value.errors));
  return std::move(value.value);
}

/// A list as the canonical text of settings.
std::string json_list(const std::vector<std::string>& items) {
  std::vector<std::string> quoted;
  for (const std::string& item : items)
    quoted.push_back(json_quote(item));
  return fmt::format("[{}]", text::join(quoted, ","));
}

std::vector<std::string> items_of(std::string_view list) {
  std::vector<std::string> items;
  const auto tree = data::parse_json("", list);
  if (!tree) return items;
  for (const data::Node& node : tree->root.items())
    items.push_back(node.text());
  return items;
}

/// The name under which a project has the address: `bind_address`, or `host`.
std::string address_name(const ConfigReport& report) {
  const bool has = std::any_of(report.settings.begin(), report.settings.end(),
                               [](const SettingState& one) { return one.name == kBindAddress; });
  return has ? std::string(kBindAddress) : "host";
}

}  // namespace

ConfigChanges& ConfigChanges::set(std::string key, std::string value) {
  changes_.push_back({std::move(key), Secret(std::move(value)), false});
  return *this;
}

ConfigChanges& ConfigChanges::set_secret(std::string key, Secret value) {
  changes_.push_back({std::move(key), std::move(value), true});
  return *this;
}

ConfigChanges& ConfigChanges::unset(std::string key) {
  changes_.push_back({std::move(key), std::nullopt, false});
  return *this;
}

ConfigStore::ConfigStore(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

Result<std::optional<std::string>> ConfigStore::get(std::string_view key) const {
  const LibraryHost host(library_, "config get");
  auto value = value_of(bootstrap::config_get(host.host(), project_, std::string(key), false));
  if (!value) return fail(std::move(value).error());
  if (!*value) return std::nullopt;
  return std::string((*value)->expose());
}

Result<std::string> ConfigStore::get(std::string_view key, std::string fallback) const {
  BEDSTONE_ASSIGN(auto value, get(key));
  return value ? *std::move(value) : std::move(fallback);
}

Result<std::optional<Secret>> ConfigStore::get_secret(std::string_view key) const {
  const LibraryHost host(library_, "config get");
  return value_of(bootstrap::config_get(host.host(), project_, std::string(key), true));
}

ConfigChangeResult ConfigStore::set(std::string_view key, std::string_view value,
                                    const SetOptions& options) const {
  ConfigChanges changes;
  changes.set(std::string(key), std::string(value));
  return change(std::move(changes), options);
}

ConfigChangeResult ConfigStore::set(std::string_view key, Secret value,
                                    const SetOptions& options) const {
  ConfigChanges changes;
  changes.changes_.push_back({std::string(key), std::move(value), false});
  return change(std::move(changes), options);
}

ConfigChangeResult ConfigStore::unset(std::string_view key, const SetOptions& options) const {
  ConfigChanges changes;
  changes.unset(std::string(key));
  return change(std::move(changes), options);
}

ConfigChangeResult ConfigStore::change(ConfigChanges changes, const SetOptions& options) const {
  const LibraryHost host(library_, "config set");
  std::vector<bootstrap::ConfigEdit> edits;
  for (ConfigChanges::Change& one : changes.changes_)
    edits.push_back({std::move(one.key), std::move(one.value), one.secret || options.secret});
  return bootstrap::config_set(host.host(), project_, std::move(edits), write_options(options));
}

ConfigChangeResult ConfigStore::reset(const SetOptions& options) const {
  const LibraryHost host(library_, "config reset");
  return bootstrap::config_reset(host.host(), project_, write_options(options));
}

ConfigReport ConfigStore::show() const {
  const LibraryHost host(library_, "config show");
  return bootstrap::config_show(host.host(), project_);
}

ConfigReport ConfigStore::validate() const {
  const LibraryHost host(library_, "config validate");
  return bootstrap::config_validate(host.host(), project_);
}

ConfigExplanation ConfigStore::explain(std::string_view key) const {
  const LibraryHost host(library_, "config explain");
  return bootstrap::config_explain(host.host(), project_, std::string(key));
}

ConfigHistory ConfigStore::history(std::string_view key, std::int64_t limit) const {
  const LibraryHost host(library_, "config history");
  return bootstrap::config_history(host.host(), project_, std::string(key), limit);
}

ConfigChangeResult ConfigStore::rollback(std::int64_t revision, const SetOptions& options) const {
  const LibraryHost host(library_, "config rollback");
  return bootstrap::config_rollback(host.host(), project_, revision, write_options(options));
}

ConfigExport ConfigStore::export_json(const Secret* passphrase) const {
  const LibraryHost host(library_, "config export");
  return bootstrap::config_export(host.host(), project_, passphrase);
}

ConfigChangeResult ConfigStore::import_json(std::string_view document, const Secret* passphrase,
                                            bool prune, const SetOptions& options) const {
  const LibraryHost host(library_, "config import");
  return bootstrap::config_import(host.host(), project_, "the document", std::string(document),
                                  {write_options(options), passphrase, prune});
}

Result<std::string> ConfigStore::get_app_mode() const {
  return get("app_mode", "");
}

ConfigChangeResult ConfigStore::set_app_mode(std::string_view mode,
                                             const SetOptions& options) const {
  return set("app_mode", mode, options);
}

Result<NetworkConfig> ConfigStore::get_network_config() const {
  const ConfigReport report = show();
  if (!report.errors.empty()) return fail(first_of(report.errors));
  NetworkConfig config;
  const std::string address = address_name(report);
  for (const SettingState& one : report.settings) {
    if (one.secret || !one.declared) continue;
    const std::string& name = one.name;
    const bool wanted = name == address || name == "port" || name == "allowed_origins" ||
                        name == "enable_hsts" || name == "csp_report_uri";
    if (wanted && !one.problems.empty()) return fail(one.problems.front());
    if (!wanted || !one.value) continue;
    if (name == address) config.bind_address = one.value;
    if (name == "port") config.port = text::parse_integer(*one.value);
    if (name == "allowed_origins") config.allowed_origins = items_of(*one.value);
    if (name == "enable_hsts") config.enable_hsts = text::parse_bool(*one.value);
    if (name == "csp_report_uri") config.csp_report_uri = one.value;
  }
  return config;
}

ConfigChangeResult ConfigStore::set_network_config(const NetworkConfig& config,
                                                   const SetOptions& options) const {
  ConfigChanges changes;
  if (config.bind_address) {
    const ConfigReport report = show();
    changes.set(report.errors.empty() ? address_name(report) : std::string(kBindAddress),
                *config.bind_address);
  }
  if (config.port) changes.set("port", fmt::format("{}", *config.port));
  if (config.allowed_origins) changes.set("allowed_origins", json_list(*config.allowed_origins));
  if (config.enable_hsts) changes.set("enable_hsts", *config.enable_hsts ? "true" : "false");
  if (config.csp_report_uri) changes.set("csp_report_uri", *config.csp_report_uri);
  return change(std::move(changes), options);
}

Result<Secret> ConfigStore::get_or_generate_cookie_password(std::string_view key) const {
  const LibraryHost host(library_, "config get");
  bootstrap::ConfigWriteOptions options;
  options.reason = "made when it was asked for";
  auto value = bootstrap::config_get_or_make(host.host(), project_, std::string(key), options);
  if (!value.errors.empty()) return fail(first_of(value.errors));
  return *std::move(value.value);
}

std::future<Result<std::optional<std::string>>> ConfigStore::get_async(std::string key) const {
  return run_async(*this,
                   [key = std::move(key)](const ConfigStore& self) { return self.get(key); });
}

std::future<Result<std::optional<Secret>>> ConfigStore::get_secret_async(std::string key) const {
  return run_async(
      *this, [key = std::move(key)](const ConfigStore& self) { return self.get_secret(key); });
}

std::future<ConfigChangeResult> ConfigStore::set_async(std::string key, std::string value,
                                                       SetOptions options) const {
  return run_async(*this, [key = std::move(key), value = std::move(value),
                           options = std::move(options)](const ConfigStore& self) {
    return self.set(key, std::string_view(value), options);
  });
}

std::future<ConfigChangeResult> ConfigStore::set_async(std::string key, Secret value,
                                                       SetOptions options) const {
  return run_async(*this,
                   [key = std::move(key), value = std::move(value), options = std::move(options)](
                       const ConfigStore& self) { return self.set(key, value.clone(), options); });
}

std::future<ConfigChangeResult> ConfigStore::unset_async(std::string key,
                                                         SetOptions options) const {
  return run_async(*this, [key = std::move(key), options = std::move(options)](
                              const ConfigStore& self) { return self.unset(key, options); });
}

std::future<ConfigChangeResult> ConfigStore::change_async(ConfigChanges changes,
                                                          SetOptions options) const {
  // What std::async runs is copied by nobody, and may not be changed.
  const auto shared = std::make_shared<ConfigChanges>(std::move(changes));
  return run_async(*this, [shared, options = std::move(options)](const ConfigStore& self) {
    return self.change(std::move(*shared), options);
  });
}

std::future<ConfigChangeResult> ConfigStore::reset_async(SetOptions options) const {
  return run_async(*this, [options = std::move(options)](const ConfigStore& self) {
    return self.reset(options);
  });
}

std::future<ConfigReport> ConfigStore::show_async() const {
  return run_async(*this, [](const ConfigStore& self) { return self.show(); });
}

std::future<ConfigReport> ConfigStore::validate_async() const {
  return run_async(*this, [](const ConfigStore& self) { return self.validate(); });
}

std::future<ConfigExplanation> ConfigStore::explain_async(std::string key) const {
  return run_async(*this,
                   [key = std::move(key)](const ConfigStore& self) { return self.explain(key); });
}

std::future<ConfigHistory> ConfigStore::history_async(std::string key, std::int64_t limit) const {
  return run_async(*this, [key = std::move(key), limit](const ConfigStore& self) {
    return self.history(key, limit);
  });
}

std::future<ConfigChangeResult> ConfigStore::rollback_async(std::int64_t revision,
                                                            SetOptions options) const {
  return run_async(*this, [revision, options = std::move(options)](const ConfigStore& self) {
    return self.rollback(revision, options);
  });
}

std::future<Result<std::string>> ConfigStore::get_app_mode_async() const {
  return run_async(*this, [](const ConfigStore& self) { return self.get_app_mode(); });
}

std::future<ConfigChangeResult> ConfigStore::set_app_mode_async(std::string mode,
                                                                SetOptions options) const {
  return run_async(*this,
                   [mode = std::move(mode), options = std::move(options)](const ConfigStore& self) {
                     return self.set_app_mode(mode, options);
                   });
}

std::future<Result<NetworkConfig>> ConfigStore::get_network_config_async() const {
  return run_async(*this, [](const ConfigStore& self) { return self.get_network_config(); });
}

std::future<ConfigChangeResult> ConfigStore::set_network_config_async(NetworkConfig config,
                                                                      SetOptions options) const {
  return run_async(
      *this, [config = std::move(config), options = std::move(options)](const ConfigStore& self) {
        return self.set_network_config(config, options);
      });
}

std::future<Result<Secret>> ConfigStore::get_or_generate_cookie_password_async(
    std::string key) const {
  return run_async(*this, [key = std::move(key)](const ConfigStore& self) {
    return self.get_or_generate_cookie_password(key);
  });
}

std::future<ConfigExport> ConfigStore::export_json_async(std::optional<Secret> passphrase) const {
  return run_async(*this, [passphrase = std::move(passphrase)](const ConfigStore& self) {
    return self.export_json(passphrase ? &*passphrase : nullptr);
  });
}

std::future<ConfigChangeResult> ConfigStore::import_json_async(std::string document,
                                                               std::optional<Secret> passphrase,
                                                               bool prune,
                                                               SetOptions options) const {
  return run_async(*this, [document = std::move(document), passphrase = std::move(passphrase),
                           prune, options = std::move(options)](const ConfigStore& self) {
    return self.import_json(document, passphrase ? &*passphrase : nullptr, prune, options);
  });
}

}  // namespace bedstone
