// The setup token.
#include "server/setup_gate.hpp"

#include "server/tokens.hpp"

namespace bedstone::server {

std::optional<Secret> SetupGate::open() {
  const std::lock_guard lock(mutex_);
  if (decided_) return std::nullopt;
  decided_ = true;
  open_ = true;
  Secret token = new_token();
  hash_ = hash_of(token.expose());
  return token;
}

void SetupGate::close(std::string by) {
  const std::lock_guard lock(mutex_);
  if (by.empty() && by_.empty()) by = "a command or another server did it";
  if (!by.empty()) by_ = std::move(by);
  decided_ = true;
  open_ = false;
}

bool SetupGate::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

bool SetupGate::is_decided() const {
  const std::lock_guard lock(mutex_);
  return decided_;
}

bool SetupGate::fits(std::string_view token) const {
  return !hash_.empty() && is_token(token) && same(hash_of(token), hash_);
}

std::string SetupGate::closed_by(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  return !open_ && fits(token) ? by_ : "";
}

Status SetupGate::check(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  if (!decided_) {
    return fail(
        Error(ErrorCode::kDatabaseBusy, "whether there is something to set up is not known yet")
            .because("the database has not answered since the server started")
            .advise("`bedstone doctor` says why; the server goes on by itself"));
  }
  if (!open_) {
    return fail(Error(ErrorCode::kSetupClosed, "the setup is closed")
                    .because(fits(token) ? by_ : "")
                    .advise("sign in; or `bedstone config set NAME VALUE`"));
  }
  if (!fits(token)) {
    return fail(Error(ErrorCode::kSetupToken, "the setup token is wrong")
                    .advise("the server printed it when it started; `bedstone config setup` needs "
                            "none"));
  }
  return {};
}

}  // namespace bedstone::server
