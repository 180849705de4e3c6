/// SetupGate: who may set the application up, and that it is done once.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::server {

/// Closed until somebody opens it, and closed for good once it was closed: what goes wrong later
/// opens nothing. Thread-safe.
class SetupGate {
 public:
  /// Opens it, the first time that it is called; the token to tell the operator. nullopt: it was
  /// decided before.
  std::optional<Secret> open();
  void close();
  bool is_open() const;
  /// kSetupClosed, kSetupToken.
  Status check(std::string_view token) const;

 private:
  mutable std::mutex mutex_;
  bool decided_ = false;
  std::string hash_;  ///< Of the token; empty: closed.
};

}  // namespace bedstone::server
