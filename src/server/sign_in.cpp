// Checking passwords, slowly and not too often.
#include "server/sign_in.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "base/hash.hpp"
#include "base/password.hpp"
#include "base/random_text.hpp"
#include "base/text.hpp"
#include "store/sessions.hpp"

namespace bedstone::server {
namespace {

/// Each takes 20 MiB and a core for some 20 ms.
constexpr int kHashingMost = 2;
constexpr std::chrono::seconds kHashingWait{5};
constexpr std::chrono::minutes kPauseMost{15};
constexpr std::chrono::hours kForgotten{1};
constexpr std::size_t kPasswordBytesMost = 1024;
constexpr std::size_t kPasswordCharacters = 12;

/// Somebody who guesses, and how many guesses are free.
struct Subject {
  std::string name;
  std::int64_t free;
};

std::string short_of(const std::string& text) {
  return sha256_hex(text).substr(0, 32);
}

/// Whoever has one IPv6 address has its whole network of 64 bits.
std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  std::string network;
  for (std::size_t i = 0; i < 8; ++i)
    network += fmt::format("{:02x}", bytes.at(i));
  return network + "/64";
}

/// An account from one address, the address, and the account from anywhere: the last one high, so
/// that nobody is kept out of the own account by somebody else's guesses.
std::array<Subject, 3> subjects_of(const std::string& email, const std::string& address) {
  const std::string who = text::to_lower(email);
  const std::string from = network_of(address);
  return {{{"pair:" + short_of(who + "\n" + from), 5},
           {"address:" + from, 20},
           {"account:" + short_of(who), 50}}};
}

/// Each makes this server ask the identity provider something.
constexpr std::int64_t kForeignFree = 20;

std::string foreign_subject(const std::string& address) {
  return "foreign:" + network_of(address);
}

Error failed() {
  return Error(ErrorCode::kSignInFailed, "the address or the password is wrong")
      .advise(
          "an administrator can set a new password; passwords that seeds made up are in "
          "generated-passwords.txt beside the project");
}

Error too_many(Milliseconds pause) {
  const auto seconds = (pause.count() + 999) / 1000;
  return Error(ErrorCode::kTooManySignIns, "too many attempts to sign in")
      .advise(fmt::format("try again in {} s", seconds))
      .may_retry();
}

/// One more attempt of each, unless one of them has to wait.
template <typename Subjects>
Status count(store::SignInTable& table, const Subjects& subjects, WallTime now) {
  for (const Subject& subject : subjects) {
    BEDSTONE_ASSIGN(const auto known, table.find(subject.name));
    if (!known || known->last_at < to_iso(now - kForgotten)) continue;
    const Milliseconds pause = pause_after(known->failures, subject.free);
    if (pause.count() > 0 && known->last_at > to_iso(now - pause)) return fail(too_many(pause));
  }
  for (const Subject& subject : subjects) {
    const auto noted = table.note(subject.name, to_iso(now), to_iso(now - kForgotten));
    if (!noted) return fail(noted.error());
  }
  return {};
}

Error refused(std::string why) {
  return Error(ErrorCode::kPasswordRefused, "the new password is not accepted")
      .because(std::move(why))
      .advise("take at least 12 characters that nobody else would think of");
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

Milliseconds pause_after(std::int64_t failures, std::int64_t free) {
  if (failures <= free) return Milliseconds(0);
  const std::int64_t doublings = std::min<std::int64_t>(failures - free - 1, 20);
  return std::min<Milliseconds>(std::chrono::seconds(std::int64_t{1} << doublings), kPauseMost);
}

Status check_new_password(const Secret& password, const std::string& email) {
  const std::string_view text = password.expose();
  if (text::invalid_utf8(text)) return fail(refused("it is not UTF-8"));
  if (characters(text) < kPasswordCharacters) return fail(refused("it is shorter than 12"));
  if (text.size() > kPasswordBytesMost) return fail(refused("it is longer than 1024 bytes"));
  const std::string lower = text::to_lower(text);
  const bool one_letter =
      std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); });
  static constexpr std::array<std::string_view, 6> kKnown{"password1234",  "passwordpassword",
                                                          "123456789012",  "qwertyuiop12",
                                                          "administrator", "change-me-now"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), lower) != kKnown.end();
  if (one_letter || known) return fail(refused("everybody knows it"));
  if (lower == text::to_lower(email)) return fail(refused("it is the account's address"));
  return {};
}

SignIn::SignIn(const bootstrap::Host& host, Database& database) : host_(host), database_(database) {
  const auto secret = host.environment.get("PASSWORD_SECRET");
  if (secret && !secret->empty()) {
    const Status fits = check_pepper(*secret);
    if (fits)
      pepper_ = Secret(std::string(*secret));
    else
      host.log.warning(fits.error().message);
  }
  auto nobody = hash(generate_password());
  if (nobody) nobody_ = *std::move(nobody);
}

Result<Secret> SignIn::hash(const Secret& password) const {
  return hash_password(password, pepper_ ? &*pepper_ : nullptr);
}

Result<std::optional<store::AccountRow>> SignIn::read(const std::string& email) {
  const std::string& schema = database_.project().database.schema;
  return database_.use([&](db::Connection& connection) {
    return store::AccountTable(connection, schema).find(email);
  });
}

/// Counts the attempt before it is made, so that many at once count as many.
Status SignIn::admit(const std::string& email, const std::string& address) {
  const WallTime now = host_.clock.now();
  return database_.use([&](db::Connection& connection) {
    store::SignInTable table(connection, database_.project().name);
    return count(table, subjects_of(email, address), now);
  });
}

Status SignIn::admit_foreign(const std::string& state, const std::string& address) {
  const WallTime now = host_.clock.now();
  return database_.use_once([&](db::Connection& connection) -> Status {
    store::SignInTable table(connection, database_.project().name);
    BEDSTONE_TRY(count(table, std::array{Subject{foreign_subject(address), kForeignFree}}, now));
    BEDSTONE_ASSIGN(const std::int64_t times,
                    table.note("state:" + short_of(state), to_iso(now), to_iso(now - kForgotten)));
    if (times == 1) return {};
    return fail(Error(ErrorCode::kRequestForged, "this sign-in is over already")
                    .because("it was ended before, here or by somebody who saw its address")
                    .advise("sign in again"));
  });
}

void SignIn::admitted_foreign(const std::string& address) {
  const Status cleared = database_.use([&](db::Connection& connection) {
    store::SignInTable table(connection, database_.project().name);
    return table.undo(foreign_subject(address));
  });
  if (!cleared) host_.log.debug(cleared.error().message);
}

Status SignIn::add(const std::string& email, const std::string& name) {
  return database_.use([&](db::Connection& connection) {
    return store::AccountTable(connection, database_.project().database.schema)
        .add(email, name.empty() ? email : name, Secret());
  });
}

void SignIn::succeeded(const std::string& email, const std::string& address) {
  const Status cleared = database_.use([&](db::Connection& connection) -> Status {
    store::SignInTable table(connection, database_.project().name);
    const auto subjects = subjects_of(email, address);
    BEDSTONE_TRY(table.clear(subjects[0].name));
    // What others failed at counts on: who has one account must not guess at others for free.
    BEDSTONE_TRY(table.undo(subjects[1].name));
    return table.undo(subjects[2].name);
  });
  if (!cleared) host_.log.debug(cleared.error().message);
}

/// With and without pepper, where there is one: accounts may be older than it. Whoever fails waits
/// for both.
Result<bool> SignIn::matches(const store::AccountRow* account, const Secret& password,
                             bool& rehash) {
  std::unique_lock lock(mutex_);
  if (!free_.wait_for(lock, kHashingWait, [this] { return hashing_ < kHashingMost; }))
    return fail(Error(ErrorCode::kServerBusy, "too many are signing in at the moment").may_retry());
  ++hashing_;
  lock.unlock();
  const bool usable = account != nullptr && account->active && !account->password.empty();
  const std::string_view stored = usable ? account->password.expose() : nobody_.expose();
  bool matched = false;
  std::optional<Error> problem;
  std::vector<const Secret*> peppers;
  if (pepper_) peppers.push_back(&*pepper_);
  peppers.push_back(nullptr);
  for (const Secret* pepper : peppers) {
    const auto check = verify_password(stored, password, pepper);
    if (!check) problem = check.error();
    if (!check || !check->matches) continue;
    matched = true;
    rehash = check->rehash_due || (pepper_ && pepper == nullptr);
    break;
  }
  lock.lock();
  --hashing_;
  lock.unlock();
  free_.notify_one();
  if (problem && usable) host_.log.warning(problem->message);
  return matched && usable;
}

Result<store::AccountRow> SignIn::check(const std::string& email, const Secret& password,
                                        const Request& request) {
  if (password.empty() || password.expose().size() > kPasswordBytesMost || email.size() > 320)
    return fail(failed());
  BEDSTONE_TRY(admit(email, request.address));
  BEDSTONE_ASSIGN(auto account, read(email));
  bool rehash = false;
  BEDSTONE_ASSIGN(const bool matched, matches(account ? &*account : nullptr, password, rehash));
  if (!matched) return fail(failed());
  succeeded(email, request.address);
  if (rehash) {
    const auto hashed = hash(password);
    const std::string& schema = database_.project().database.schema;
    const auto written = hashed ? database_.use([&](db::Connection& connection) {
      return store::AccountTable(connection, schema).set_password(account->id, *hashed);
    })
                                : Result<bool>(fail(hashed.error()));
    if (!written) host_.log.warning(written.error().message);
  }
  return *std::move(account);
}

Status SignIn::set_password(const store::AccountRow& account, const Secret& password) {
  BEDSTONE_TRY(check_new_password(password, account.email));
  BEDSTONE_ASSIGN(const Secret hashed, hash(password));
  BEDSTONE_ASSIGN(const bool there, database_.use([&](db::Connection& connection) {
    return store::AccountTable(connection, database_.project().database.schema)
        .set_password(account.id, hashed);
  }));
  if (!there) return fail(failed());
  return {};
}

Result<bool> SignIn::has_accounts() {
  const auto nobody = read("nobody");
  if (!nobody && nobody.error().code == ErrorCode::kObjectMissing) return false;
  if (!nobody) return fail(nobody.error());
  return true;
}

Status SignIn::provide(const std::string& email, const std::string& name, const Secret& password) {
  BEDSTONE_TRY(check_new_password(password, email));
  BEDSTONE_ASSIGN(const auto account, read(email));
  if (account) return set_password(*account, password);
  BEDSTONE_ASSIGN(const Secret hashed, hash(password));
  return database_.use([&](db::Connection& connection) {
    return store::AccountTable(connection, database_.project().database.schema)
        .add(email, name.empty() ? email : name, hashed);
  });
}

}  // namespace bedstone::server
