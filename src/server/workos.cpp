// From the first redirect to the last refresh.
#include "server/workos.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "server/response.hpp"
#include "server/tokens.hpp"

namespace bedstone::server {
namespace {

constexpr std::string_view kCallback = "/api/v1/sign-in/workos/callback";
/// Each takes a worker as long as AuthKit thinks; others have to stay free.
constexpr int kExchangingMost = 2;
constexpr std::chrono::seconds kExchangeWait{5};
/// Longer than a request to AuthKit can take: afterwards another process may try.
constexpr std::chrono::minutes kLease{1};
constexpr std::chrono::minutes kMisconfigured{5};
constexpr std::chrono::seconds kPauseLeast{5};
constexpr std::chrono::minutes kPauseMost{10};
constexpr std::size_t kTasksMost = 10'000;
constexpr int kTries = 5;
constexpr std::size_t kCodeBytes = 2048;

std::string own_origin(const Request& request) {
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.host);
}

std::string redirect_uri(const WorkOsSettings& settings, const Request& request) {
  if (!settings.redirect_uri.empty()) return settings.redirect_uri;
  return own_origin(request) + std::string(kCallback);
}

std::string_view query(const Request& request, std::string_view name) {
  return request.target.get(name).value_or("");
}

Error forged(std::string why) {
  return Error(ErrorCode::kRequestForged, "this sign-in was not begun in this browser, or is over")
      .because(std::move(why))
      .advise("sign in again, in one window and under one address of this server");
}

Error unknown_account(const std::string& email) {
  return Error(ErrorCode::kSignInFailed,
               fmt::format("there is no account for {} here", text::printable(email)))
      .advise(
          "an administrator adds it to the table accounts, or the address to "
          "super_admin_emails");
}

/// What the provider sends instead of a code: RFC 6749, 4.1.2.1.
Error refused(const Request& request) {
  const std::string what = text::excerpt(text::printable(query(request, "error")), 60);
  const std::string more = text::excerpt(text::printable(query(request, "error_description")));
  const bool denied = what == "access_denied";
  return Error(denied ? ErrorCode::kSignInFailed : ErrorCode::kIdentityRefused,
               denied ? "the sign-in was broken off" : "WorkOS refused the sign-in")
      .because(more.empty() ? what : fmt::format("{}: {}", what, more))
      .advise("sign in again");
}

}  // namespace

WorkOs::WorkOs(const bootstrap::Host& host, Live& live, Sessions& sessions, SignIn& sign_in,
               EventHub& events)
    : host_(host),
      live_(live),
      sessions_(sessions),
      sign_in_(sign_in),
      events_(events),
      client_(host.clock, &over_),
      own_key_(new_token()) {}

WorkOs::~WorkOs() {
  over_.request();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  told_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Secret WorkOs::ticket_key(const RuntimeConfig& config) const {
  const auto key = config.workos_cookie_password();
  return key && !key->get().empty() ? key->get().clone() : own_key_.clone();
}

Result<WorkOsBegin> WorkOs::begin(const Request& request) const {
  const auto live = live_.settings();
  BEDSTONE_ASSIGN(const auto settings, workos_settings(live->config));
  const SignInTicket ticket = new_ticket(query(request, "return_to"), host_.clock.now());
  BEDSTONE_ASSIGN(const std::string sealed, seal_ticket(ticket, ticket_key(live->config)));
  return WorkOsBegin{authorize_url(settings, redirect_uri(settings, request), ticket),
                     ticket_line(sealed, request.secure)};
}

Result<WorkOsEnd> WorkOs::finish(const Request& request) {
  const auto live = live_.settings();
  const auto held = cookie(request.headers, ticket_cookie(request.secure));
  if (!held) return fail(forged("the cookie of its beginning is not there"));
  BEDSTONE_ASSIGN(const auto ticket,
                  open_ticket(*held, ticket_key(live->config), host_.clock.now()));
  if (!same(query(request, "state"), ticket.state))
    return fail(forged("its state is that of another sign-in"));
  if (request.target.get("error")) return fail(refused(request));
  const std::string_view code = query(request, "code");
  if (code.empty() || code.size() > kCodeBytes) return fail(forged("it comes without a code"));
  BEDSTONE_ASSIGN(const auto settings, workos_settings(live->config));
  BEDSTONE_TRY(sign_in_.admit_foreign(ticket.state, request.address));
  BEDSTONE_ASSIGN(auto grant, exchange(settings, code, ticket));
  sign_in_.admitted_foreign(request.address);
  auto account = account_of(settings, grant, live->config);
  if (!account) {
    revoke(grant.session);
    return fail(std::move(account).error());
  }
  return WorkOsEnd{*std::move(account),
                   {grant.session, std::move(grant.refresh_token), grant.expires},
                   ticket.return_to};
}

Result<WorkOsGrant> WorkOs::exchange(const WorkOsSettings& settings, std::string_view code,
                                     const SignInTicket& ticket) {
  {
    std::unique_lock lock(mutex_);
    const auto free = [this] { return exchanging_ < kExchangingMost; };
    if (!told_.wait_for(lock, kExchangeWait, free))
      return fail(Error(ErrorCode::kServerBusy, "too many are signing in at the moment")
                      .advise("try again in 10 s")
                      .may_retry());
    ++exchanging_;
  }
  auto grant = client_.exchange(settings, code, ticket.verifier);
  {
    const std::lock_guard lock(mutex_);
    --exchanging_;
  }
  told_.notify_all();
  return grant;
}

Result<store::AccountRow> WorkOs::account_of(const WorkOsSettings& settings,
                                             const WorkOsGrant& grant,
                                             const RuntimeConfig& config) {
  // Whoever enters somebody else's address must not become that person.
  if (grant.email.empty() || !grant.email_verified) {
    return fail(Error(ErrorCode::kSignInFailed, "WorkOS has not verified the address")
                    .because(text::printable(grant.email))
                    .advise("follow the link in the mail from WorkOS, then sign in again"));
  }
  BEDSTONE_ASSIGN(auto account, sign_in_.read(grant.email));
  const bool may_come = settings.new_accounts || is_super_admin(config, grant.email);
  if (!account && may_come) {
    BEDSTONE_TRY(sign_in_.add(grant.email, grant.name));
    host_.log.info("made an account", {{"email", std::string_view(grant.email)}});
    BEDSTONE_ASSIGN(account, sign_in_.read(grant.email));
  }
  if (!account) return fail(unknown_account(grant.email));
  if (!account->active) {
    return fail(Error(ErrorCode::kSignInFailed, "the account is disabled")
                    .advise("an administrator sets accounts.active again"));
  }
  return *std::move(account);
}

void WorkOs::look_after(const Identity& identity) {
  if (identity.refresh_after.empty() || identity.refresh_after > to_iso(host_.clock.now())) return;
  add({identity.hash, {}});
}

void WorkOs::revoke(const std::string& provider_session) {
  if (!provider_session.empty()) add({{}, provider_session});
}

std::optional<std::string> WorkOs::logout(const Identity& identity,
                                          const std::string& return_to) const {
  if (identity.provider_session.empty()) return std::nullopt;
  const auto settings = workos_settings(live_.settings()->config);
  if (!settings) return std::nullopt;
  return logout_url(*settings, identity.provider_session, return_to);
}

void WorkOs::add(Task task) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || tasks_.size() >= kTasksMost) return;
  if (!task.session.empty() && !waiting_.insert(task.session).second) return;
  tasks_.push_back(std::move(task));
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  told_.notify_all();
}

void WorkOs::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    told_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    if (task.session.empty())
      do_revoke(task.revoked);
    else
      renew(task.session);
    lock.lock();
    waiting_.erase(task.session);
  }
}

void WorkOs::renew(const std::string& hash) {
  const auto row = sessions_.row(hash);
  if (!row) return host_.log.debug(row.error().message);
  const WallTime now = host_.clock.now();
  if (!*row || (*row)->refresh_after > to_iso(now)) return;
  const auto claimed = sessions_.claim(**row, now + kLease);
  if (!claimed) return host_.log.debug(claimed.error().message);
  if (*claimed) renew(**row);
}

/// The row's token is this caller's alone now.
void WorkOs::renew(const store::SessionRow& row) {
  const auto live = live_.settings();
  if (live->config.app_mode().value_or("") != "workos")
    return end(row, "people sign in in another way now");
  const auto settings = workos_settings(live->config);
  if (!settings) return put_off(row, settings.error());
  const auto token = sessions_.refresh_token(row);
  // A key that is away may come back; a token that does not open with it never will.
  if (!token && (token.error().code == ErrorCode::kSecretLocked || token.error().retryable ||
                 token.error().connection_lost))
    return put_off(row, token.error());
  if (!token) return end(row, token.error().message);
  const auto grant = client_.refresh(*settings, *token);
  if (!grant && ends_session(grant.error())) return end(row, grant.error().cause);
  if (!grant) return put_off(row, grant.error());
  if (grant->session != row.provider_session)
    return end(row, "WorkOS answered with another session");
  const WallTime now = host_.clock.now();
  const WallTime after = std::max(grant->expires, now + kPauseLeast);
  for (int i = 0; i < kTries; ++i) {
    const Status renewed = sessions_.renew(row.hash, grant->refresh_token, after);
    if (renewed) return host_.log.debug("a session was renewed");
    host_.log.warning(renewed.error().message);
    if (!host_.clock.sleep(kPauseLeast, &over_)) return;
  }
}

void WorkOs::put_off(const store::SessionRow& row, const Error& why) {
  if (why.code == ErrorCode::kInterrupted) return;
  host_.log.warning(
      fmt::format("a session could not be renewed: {}", why.message),
      {{"code", std::string_view(code_name(why.code))}, {"cause", std::string_view(why.cause)}});
  // The lease ends by itself; a service that is overloaded says for how long, others wait longer.
  Milliseconds pause = kMisconfigured;
  if (why.retryable) {
    pause = std::chrono::seconds(retry_after_of(why).value_or(30));
    pause = std::clamp<Milliseconds>(pause, kPauseLeast, kPauseMost);
  }
  const auto now = sessions_.row(row.hash);
  if (!now || !*now) return;
  const auto moved = sessions_.claim(**now, host_.clock.now() + pause);
  if (!moved) host_.log.debug(moved.error().message);
}

void WorkOs::end(const store::SessionRow& row, std::string_view why) {
  const Status closed = sessions_.close(row.hash);
  if (!closed) return host_.log.warning(closed.error().message);
  events_.end(row.hash);
  host_.log.info("a session ended: WorkOS renews it no more",
                 {{"email", std::string_view(row.email)}, {"cause", why}});
}

void WorkOs::do_revoke(const std::string& provider_session) {
  for (int i = 0; i < kTries; ++i) {
    const auto settings = workos_settings(live_.settings()->config);
    const Status revoked =
        settings ? client_.revoke(*settings, provider_session) : Status(fail(settings.error()));
    if (revoked) return;
    const Error& why = revoked.error();
    if (why.code == ErrorCode::kInterrupted) return;
    host_.log.warning(
        fmt::format("a session could not be ended at WorkOS: {}", why.message),
        {{"code", std::string_view(code_name(why.code))}, {"cause", std::string_view(why.cause)}});
    if (!why.retryable) return;
    const Milliseconds pause = std::chrono::seconds(retry_after_of(why).value_or(5));
    if (!host_.clock.sleep(std::min<Milliseconds>(pause, kLease), &over_)) return;
  }
}

}  // namespace bedstone::server
