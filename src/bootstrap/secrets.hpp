/// SecretWork: a project's settings, its database and the vault of its secrets, opened together.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bootstrap/commands.hpp"
#include "bootstrap/secret_tools.hpp"
#include "config/reseal.hpp"
#include "config/settings.hpp"
#include "config/vault.hpp"
#include "store/config_table.hpp"

namespace bedstone::bootstrap {

/// The parts are made in the order of the members; stays where it is.
struct SecretWork {
  explicit SecretWork(const Host& the_host) : host(the_host) {}
  SecretWork(const SecretWork&) = delete;
  SecretWork& operator=(const SecretWork&) = delete;

  /// Loads project and settings, connects, and looks whether Bedstone's tables are there:
  /// kNotReady where `up` has to come first.
  Errors open(const ProjectOptions& options, db::Access access);
  /// The settings' table is there; in the open transaction.
  Status provide();

  const Host& host;
  std::optional<Project> project;
  config::Settings settings;
  std::unique_ptr<db::Connection> connection;
  std::optional<store::ConfigTable> table;
  std::optional<config::SealedPlaces> places;
  std::optional<config::Vault> vault;
};

}  // namespace bedstone::bootstrap
