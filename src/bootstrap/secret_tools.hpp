/// SecretTools: how the secrets of a project's settings are opened and sealed.
#pragma once

#include "bootstrap/target.hpp"
#include "config/editor.hpp"
#include "config/resolve.hpp"
#include "config/vault.hpp"

namespace bedstone::bootstrap {

/// Where the project's settings have their values.
store::ConfigPlace config_place(const Project& project);

/// A vault on a connection. Costs nothing until a secret is needed. What is handed in must outlive
/// it.
config::Vault make_vault(const Host& host, const Project& project, const config::Settings& settings,
                         db::Connection& connection);

/// Costs nothing until the first secret. What it is made of must outlive it.
class SecretTools {
 public:
  SecretTools(const Host& host, const Project& project, const config::Settings& settings,
              db::Connection& connection);
  SecretTools(const SecretTools&) = delete;
  SecretTools& operator=(const SecretTools&) = delete;

  config::Vault& vault() { return vault_; }
  const config::Vault& vault() const { return vault_; }
  const config::Unseal& unseal() const { return unseal_; }
  const config::Seal& seal() const { return seal_; }

 private:
  config::Vault vault_;
  config::Unseal unseal_;
  config::Seal seal_;
};

}  // namespace bedstone::bootstrap
