/// SeedSealer: encrypts what seed sets give as `{secret: …}`.
#pragma once

#include <optional>

#include "bootstrap/secrets.hpp"
#include "bootstrap/work.hpp"
#include "seed/seeder.hpp"

namespace bedstone::bootstrap {

/// One for a run; opens the vault when the first secret is written. `work` must outlive it.
class SeedSealer {
 public:
  explicit SeedSealer(Work& work) : work_(work) {}

  /// In the open transaction, in which the column is noted, too, so that rotation finds it. Errors:
  /// those of Vault::seal, and of the file of settings.
  Result<std::string> seal(const seed::SealedValue& value);

 private:
  Status open();

  Work& work_;
  config::Settings settings_;
  std::optional<config::Vault> vault_;
};

}  // namespace bedstone::bootstrap
