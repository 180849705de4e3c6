// Secrets of settings on one connection.
#include "bootstrap/secret_tools.hpp"

#include <fmt/format.h>

namespace bedstone::bootstrap {
namespace {

constexpr std::string_view kSalt = "encryption_key_salt";
constexpr std::int64_t kFormerSalts = 100;

/// A secret cannot salt the key that it is encrypted with.
bool has_salt(const config::Settings& settings) {
  const auto* const declaration = settings.find(kSalt);
  return declaration != nullptr && !declaration->secret();
}

}  // namespace

store::ConfigPlace config_place(const Project& project) {
  return {project.database.schema, project.settings.table};
}

config::Vault make_vault(const Host& host, const Project& project, const config::Settings& settings,
                         db::Connection& connection) {
  config::VaultOptions options{
      .clock = &host.clock,
      .project = project.name,
      .sources = {},
      .around = {host.environment, project.folder, host.cancel},
      .salt = {},
      .has_sealed = {},
      .on_warning = {},
  };
  options.sources = config::key_sources(project.secrets.key, options.around);
  const auto rows = [&connection, name = project.name,
                     place = config_place(project)]() -> Result<std::vector<store::ConfigRow>> {
    store::ConfigTable table(connection, name, place);
    // In PostgreSQL a table that is missing would end the caller's transaction.
    BEDSTONE_ASSIGN(const auto provided, table.revision());
    if (!provided) return std::vector<store::ConfigRow>();
    BEDSTONE_ASSIGN(auto state, table.read());
    return std::move(state.rows);
  };
  if (has_salt(settings)) {
    options.salt = [rows]() -> Result<std::optional<std::string>> {
      BEDSTONE_ASSIGN(const auto all, rows());
      for (const store::ConfigRow& row : all)
        if (row.key == kSalt && !row.value.empty()) return std::optional(row.value);
      return std::optional<std::string>();
    };
  }
  if (has_salt(settings)) {
    options.former_salts = [&connection, name = project.name,
                            place = config_place(project)]() -> Result<std::vector<std::string>> {
      std::vector<std::string> former;
      store::ConfigTable table(connection, name, place);
      BEDSTONE_ASSIGN(const auto provided, table.revision());
      if (!provided) return former;
      BEDSTONE_ASSIGN(const auto changes, table.history(kSalt, kFormerSalts));
      for (const store::ConfigHistoryRow& change : changes)
        if (change.before && !change.before->empty()) former.push_back(*change.before);
      return former;
    };
  }
  options.has_sealed = [rows]() -> Result<bool> {
    BEDSTONE_ASSIGN(const auto all, rows());
    for (const store::ConfigRow& row : all)
      if (config::is_sealed(row.value)) return true;
    return false;
  };
  Log* const log = &host.log;
  options.on_warning = [log](const Error& warning) {
    log->warn_once(
        fmt::format("{}: {}; {}", code_name(warning.code), warning.message, warning.cause));
  };
  return {connection, std::move(options)};
}

SecretTools::SecretTools(const Host& host, const Project& project, const config::Settings& settings,
                         db::Connection& connection)
    : vault_(make_vault(host, project, settings, connection)),
      unseal_([this](std::string_view name, std::string_view sealed) {
        return vault_.unseal(config::setting_place(name), sealed);
      }),
      seal_([this](std::string_view name, std::string_view value) {
        return vault_.seal(config::setting_place(name), value);
      }) {}

}  // namespace bedstone::bootstrap
