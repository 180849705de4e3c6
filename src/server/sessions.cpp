// Sessions in the database, and a short memory of them.
#include "server/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "server/tokens.hpp"

namespace bedstone::server {
namespace {

/// For so long is believed what the database said.
constexpr std::chrono::seconds kBelief{5};
constexpr std::size_t kKnownMost = 10'000;
/// A session that is used is written down no more often.
constexpr std::chrono::minutes kTouchInterval{1};
constexpr std::size_t kAgentBytes = 200;

bool has(const std::vector<std::string>& roles, std::string_view name) {
  return std::find(roles.begin(), roles.end(), name) != roles.end();
}

/// Browsers say what they want; it goes into a table that people look at.
std::string agent_of(const Request& request) {
  const auto agent = request.headers.get("User-Agent").value_or("");
  if (text::invalid_utf8(agent)) return "?";
  return text::excerpt(text::printable(agent), kAgentBytes);
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kMember:
      return "member";
    case Role::kAdmin:
      return "admin";
    case Role::kSuperAdmin:
      return "super_admin";
    case Role::kNobody:
      break;
  }
  return "nobody";
}

Role role_of(const Identity& identity, const RuntimeConfig& config) {
  if (is_super_admin(config, identity.email)) return Role::kSuperAdmin;
  const auto admins = config.super_admin_emails();
  const bool undeclared = !admins && admins.error().code == ErrorCode::kUnknownSetting;
  if (undeclared && has(identity.roles, "super_admin")) return Role::kSuperAdmin;
  if (has(identity.roles, "admin") || has(identity.roles, "super_admin")) return Role::kAdmin;
  const auto local = config.get<std::string>("local_admin_email");
  if (local && text::to_lower(*local) == text::to_lower(identity.email)) return Role::kAdmin;
  return Role::kMember;
}

SessionTimes session_times(const RuntimeConfig& config) {
  SessionTimes times;
  if (const auto idle = config.get<Milliseconds>("session_idle_time")) times.idle = *idle;
  if (const auto most = config.get<Milliseconds>("session_lifetime")) times.most = *most;
  return times;
}

std::string_view cookie_name(bool secure) {
  return secure ? "__Host-bedstone" : "bedstone";
}

std::string cookie_line(std::string_view token, bool secure) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", cookie_name(secure), token,
                     secure ? "; Secure" : "", token.empty() ? "; Max-Age=0" : "");
}

std::optional<std::string_view> token_of(const Request& request) {
  const auto token = cookie(request.headers, cookie_name(request.secure));
  return token && is_token(*token) ? token : std::nullopt;
}

std::optional<Identity> Sessions::known(std::string_view token) {
  const std::string hash = hash_of(token);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end() || clock_.monotonic() >= found->second.until) return std::nullopt;
  return found->second.identity;
}

Result<std::optional<Identity>> Sessions::find(std::string_view token, const SessionTimes& times) {
  const std::string hash = hash_of(token);
  auto identity = read(hash, times);
  if (!identity) return identity;
  const std::lock_guard lock(mutex_);
  known_.erase(hash);
  if (!*identity) return identity;
  if (known_.size() >= kKnownMost) known_.clear();
  known_[hash] = {**identity, clock_.monotonic() + kBelief};
  return identity;
}

bool Sessions::is_over(const std::string& hash, const SessionTimes& times) {
  const auto identity = read(hash, times);
  return identity && !*identity;
}

Result<std::optional<Identity>> Sessions::read(const std::string& hash, const SessionTimes& times) {
  const Project& project = database_.project();
  return database_.use([&](db::Connection& connection) -> Result<std::optional<Identity>> {
    store::SessionTable table(connection, project.name);
    BEDSTONE_ASSIGN(const auto row, table.find(hash));
    if (!row) return std::nullopt;
    const WallTime now = clock_.now();
    const bool over = row->expires_at <= to_iso(now) || row->seen_at <= to_iso(now - times.idle);
    store::AccountTable accounts(connection, project.database.schema);
    BEDSTONE_ASSIGN(const auto account, accounts.find(row->email));
    if (over || !account || !account->active || account->id != row->account) {
      BEDSTONE_TRY(table.remove(hash));
      return std::nullopt;
    }
    if (row->seen_at <= to_iso(now - kTouchInterval)) BEDSTONE_TRY(table.touch(hash, to_iso(now)));
    return Identity{hash,        account->id,     account->email, account->name,
                    row->method, row->expires_at, account->roles};
  });
}

Result<Secret> Sessions::open(const store::AccountRow& account, std::string_view method,
                              const Request& request, const SessionTimes& times) {
  Secret token = new_token();
  const WallTime now = clock_.now();
  const store::SessionRow row{hash_of(token.expose()),  account.id,      account.email,
                              std::string(method),      to_iso(now),     to_iso(now),
                              to_iso(now + times.most), request.address, agent_of(request)};
  BEDSTONE_TRY(database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name).add(row);
  }));
  return token;
}

void Sessions::forget(const std::string& hash) {
  const std::lock_guard lock(mutex_);
  known_.erase(hash);
}

Status Sessions::close(const std::string& hash) {
  forget(hash);
  return database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name).remove(hash);
  });
}

Result<std::int64_t> Sessions::close_all(const std::string& account, const std::string& except) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [&](const auto& one) {
      return one.second.identity.account == account && one.first != except;
    });
  }
  return database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name).remove_all(account, except);
  });
}

Result<std::vector<store::SessionRow>> Sessions::list(const std::string& account) {
  return database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name).list(account);
  });
}

Status Sessions::prune(const SessionTimes& times) {
  const WallTime now = clock_.now();
  return database_.use([&](db::Connection& connection) -> Status {
    const std::string& project = database_.project().name;
    BEDSTONE_TRY(
        store::SessionTable(connection, project).prune(to_iso(now), to_iso(now - times.idle)));
    return store::SignInTable(connection, project).prune(to_iso(now - std::chrono::hours(24)));
  });
}

}  // namespace bedstone::server
