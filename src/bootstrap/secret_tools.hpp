/// SecretTools: how the secrets of a project's settings are opened and sealed.
#pragma once

#include "bootstrap/target.hpp"
#include "config/editor.hpp"
#include "config/resolve.hpp"

namespace bedstone::bootstrap {

/// Costs nothing until the first secret. What it is made of must outlive it.
class SecretTools {
 public:
  SecretTools(const Host& host, const Project& project, const config::Settings& settings,
              db::Connection& connection);
  SecretTools(const SecretTools&) = delete;
  SecretTools& operator=(const SecretTools&) = delete;

  const config::Unseal& unseal() const { return unseal_; }
  const config::Seal& seal() const { return seal_; }

 private:
  config::Unseal unseal_;
  config::Seal seal_;
};

}  // namespace bedstone::bootstrap
