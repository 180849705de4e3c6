// Sessions in the database, and a short memory of them.
#include "server/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/secret_tools.hpp"
#include "config/settings.hpp"
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

SealPlace place_of(std::string_view hash) {
  return {"", store::kSessionPlace, hash, store::kSessionTokenColumn};
}

/// So that a change of keys finds the tokens.
Status note_column(db::Connection& connection, config::Vault& vault) {
  const store::Bound note = vault.store().note({std::string(store::kSessionPlace),
                                                std::string(store::kSessionTokenColumn),
                                                {std::string(store::kSessionKeyColumn)}});
  const auto noted = connection.execute(note.statement());
  return noted ? Status() : fail(noted.error());
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

Sessions::Sessions(const bootstrap::Host& host, Database& database)
    : clock_(host.clock),
      silence_(host.clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}),
      quiet_{host.clock, host.environment, silence_, host.cancel, host.command},
      database_(database) {}

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
    return Identity{hash,           account->id,           account->email,
                    account->name,  row->method,           row->expires_at,
                    account->roles, row->provider_session, row->refresh_after};
  });
}

/// A vault on a session with the database, with the settings as their file has them now.
template <typename Call>
auto Sessions::with_vault(Call call)
    -> decltype(call(std::declval<db::Connection&>(), std::declval<config::Vault&>())) {
  const Project& project = database_.project();
  config::Settings settings;
  if (files::exists(project.settings.file)) {
    auto read = config::read_settings(project.settings.file, project.settings.file);
    if (!read) return fail(std::move(read.error().front()));
    settings = *std::move(read);
  }
  return database_.use([&](db::Connection& connection) {
    config::Vault vault = bootstrap::make_vault(quiet_, project, settings, connection);
    return call(connection, vault);
  });
}

Result<Secret> Sessions::open(const store::AccountRow& account, std::string_view method,
                              const Request& request, const SessionTimes& times,
                              const ProviderSession* provider) {
  Secret token = new_token();
  const WallTime now = clock_.now();
  store::SessionRow row{hash_of(token.expose()),  account.id,      account.email,
                        std::string(method),      to_iso(now),     to_iso(now),
                        to_iso(now + times.most), request.address, agent_of(request)};
  const std::string& project = database_.project().name;
  if (provider == nullptr) {
    const Status added = database_.use([&](db::Connection& connection) {
      return store::SessionTable(connection, project).add(row);
    });
    if (!added) return fail(added.error());
    return token;
  }
  row.provider_session = provider->name;
  row.refresh_after = to_iso(provider->refresh_after);
  const auto add = [&](db::Connection& connection, config::Vault& vault) -> Status {
    BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(connection));
    BEDSTONE_ASSIGN(row.refresh_token,
                    vault.seal(place_of(row.hash), provider->refresh_token.expose()));
    BEDSTONE_TRY(note_column(connection, vault));
    BEDSTONE_TRY(store::SessionTable(connection, project).add(row));
    return transaction.commit();
  };
  BEDSTONE_TRY(with_vault(add));
  return token;
}

Result<std::optional<store::SessionRow>> Sessions::row(const std::string& hash) {
  return database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name).find(hash);
  });
}

Result<bool> Sessions::claim(const store::SessionRow& row, WallTime until) {
  const auto claimed = database_.use([&](db::Connection& connection) {
    return store::SessionTable(connection, database_.project().name)
        .move_refresh(row.hash, row.refresh_after, to_iso(until));
  });
  forget(row.hash);
  return claimed;
}

Result<Secret> Sessions::refresh_token(const store::SessionRow& row) {
  return with_vault([&](db::Connection&, config::Vault& vault) {
    return vault.unseal(place_of(row.hash), row.refresh_token);
  });
}

Status Sessions::renew(const std::string& hash, const Secret& refresh_token,
                       WallTime refresh_after) {
  const Status renewed = with_vault([&](db::Connection& connection,
                                        config::Vault& vault) -> Status {
    BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(connection));
    BEDSTONE_ASSIGN(const std::string sealed, vault.seal(place_of(hash), refresh_token.expose()));
    // A session that ended meanwhile has no use for it.
    const auto set = store::SessionTable(connection, database_.project().name)
                         .set_refresh(hash, sealed, to_iso(refresh_after));
    if (!set) return fail(set.error());
    return transaction.commit();
  });
  forget(hash);
  return renewed;
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
