/// SetupGate: who may set the application up, and that it is done once.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::server {

/// Undecided at first, which lets nobody in; then open or closed, and closed for good once it was
/// closed: what goes wrong later opens nothing. Thread-safe.
class SetupGate {
 public:
  /// Opens it, the first time that it is called; the token to tell the operator. nullopt: it was
  /// decided before.
  std::optional<Secret> open();
  /// `by`: who set it up here, and when, for whoever still has the token; "": somebody elsewhere,
  /// unless it is known who did it here.
  void close(std::string by = "");
  bool is_open() const;
  bool is_decided() const;
  /// kDatabaseBusy while it is undecided; kSetupClosed, kSetupToken.
  Status check(std::string_view token) const;
  /// What close() was told, for who has the token that was good before; "" for others.
  std::string closed_by(std::string_view token) const;
  /// Held by who carries a setup out: one at a time.
  std::unique_lock<std::mutex> claim() { return std::unique_lock(claim_); }

 private:
  bool fits(std::string_view token) const;

  std::mutex claim_;
  mutable std::mutex mutex_;
  bool decided_ = false;
  bool open_ = false;
  std::string hash_;  ///< Of the token.
  std::string by_;
};

}  // namespace bedstone::server
