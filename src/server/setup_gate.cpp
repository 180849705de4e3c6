// The setup token.
#include "server/setup_gate.hpp"

#include "server/tokens.hpp"

namespace bedstone::server {

std::optional<Secret> SetupGate::open() {
  const std::lock_guard lock(mutex_);
  if (decided_) return std::nullopt;
  decided_ = true;
  Secret token = new_token();
  hash_ = hash_of(token.expose());
  return token;
}

void SetupGate::close() {
  const std::lock_guard lock(mutex_);
  decided_ = true;
  hash_.clear();
}

bool SetupGate::is_open() const {
  const std::lock_guard lock(mutex_);
  return !hash_.empty();
}

Status SetupGate::check(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  if (hash_.empty()) {
    return fail(Error(ErrorCode::kSetupClosed, "the setup is closed")
                    .advise("sign in; or `bedstone config set NAME VALUE`"));
  }
  if (!is_token(token) || !same(hash_of(token), hash_)) {
    return fail(Error(ErrorCode::kSetupToken, "the setup token is wrong")
                    .advise("the server printed it when it started; `bedstone config setup` needs "
                            "none"));
  }
  return {};
}

}  // namespace bedstone::server
