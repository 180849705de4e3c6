// Between the keyring's tables, the key's source and who wants a secret.
#include "config/vault.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::config {
namespace {

constexpr std::chrono::seconds kRemembered{10};

}  // namespace

Result<KeySalts> Vault::salts() {
  KeySalts salts;
  BEDSTONE_ASSIGN(salts.instance, keys_.instance_id());
  if (options_.salt) {
    BEDSTONE_ASSIGN(salts.setting, options_.salt());
  }
  return salts;
}

Status Vault::read_master() {
  BEDSTONE_ASSIGN(const auto rows, keys_.keys());
  const auto writing =
      std::find_if(rows.begin(), rows.end(), [](const store::KeyRow& row) { return row.writes; });
  const std::string_view wanted = writing != rows.end() ? std::string_view(writing->kek) : "";
  BEDSTONE_ASSIGN(KeySalts salts, this->salts());
  auto key = read_keys(options_.sources, salts, options_.around, wanted);
  if (key && !wanted.empty() && key->fingerprint != wanted && options_.former_salts) {
    BEDSTONE_ASSIGN(salts.former, options_.former_salts());
    key = read_keys(options_.sources, salts, options_.around, wanted);
  }
  if (!key) {
    failure_ = Failure{key.error(), options_.clock->monotonic()};
    return fail(std::move(key).error());
  }
  failure_.reset();
  master_ = *std::move(key);
  const auto warning = key_warning(options_.sources.front());
  if (warning && options_.on_warning && !warned_) options_.on_warning(*warning);
  warned_ = true;
  return {};
}

Result<const MasterKey*> Vault::master() {
  if (!master_) {
    if (failure_ && options_.clock->monotonic() - failure_->at < kRemembered)
      return fail(failure_->error);
    BEDSTONE_TRY(read_master());
  }
  return &*master_;
}

Result<const Keyring*> Vault::keyring() {
  if (ring_) return &*ring_;
  BEDSTONE_ASSIGN(auto rows, keys_.keys());
  if (rows.empty()) return nullptr;
  BEDSTONE_ASSIGN(std::string instance, keys_.instance_id());
  const bool is_fresh = !master_;
  BEDSTONE_ASSIGN(const MasterKey* key, master());
  auto ring = Keyring::open(instance, rows, *key);
  // A process that runs on while the key is changed finds the new one where the old one was.
  if (!ring && ring.error().code == ErrorCode::kKeyWrong && !is_fresh) {
    master_.reset();
    BEDSTONE_ASSIGN(key, master());
    ring = Keyring::open(std::move(instance), std::move(rows), *key);
  }
  if (!ring) return fail(std::move(ring).error());
  ring_ = *std::move(ring);
  return &*ring_;
}

Error Vault::locked(const SealPlace& place, const Error& why) const {
  Error error(
      ErrorCode::kSecretLocked,
      fmt::format("the secret {} is locked", place.table == setting_place({}).table
                                                 ? std::string(place.primary_key)
                                                 : fmt::format("in {}.{} of row {}", place.table,
                                                               place.column, place.primary_key)));
  error.cause = fmt::format("{} {}", code_name(why.code), why.message);
  if (!why.cause.empty()) error.cause += ": " + why.cause;
  error.hint = why.hint;
  error.place = why.place;
  return error;
}

Result<Secret> Vault::unseal(const SealPlace& place, std::string_view text) {
  const auto id = sealed_with(text);
  // Another process may have made it meanwhile.
  if (id && ring_ && !ring_->holds(*id)) forget();
  auto ring = keyring();
  if (!ring && ring.error().connection_lost) return fail(std::move(ring).error());
  if (!ring) return fail(locked(place, ring.error()));
  if (*ring == nullptr)
    return fail(locked(place, Error(ErrorCode::kKeyringDamaged, "there is no keyring")
                                  .because("the value was copied here without it")
                                  .advise("set it again, or restore value and keyring together")));
  return (*ring)->unseal(place, text);
}

Status Vault::make_first(const std::string& instance) {
  BEDSTONE_ASSIGN(const auto columns, keys_.sealed_columns());
  bool sealed = !columns.empty();
  if (!sealed && options_.has_sealed) {
    BEDSTONE_ASSIGN(sealed, options_.has_sealed());
  }
  if (sealed)
    return fail(
        Error(ErrorCode::kKeyringDamaged, "the keyring is gone")
            .because("there are encrypted values, and no key that could have made them")
            .advise("restore Bedstone's table `keys` from a backup; where that is lost for good: "
                    "`bedstone secret rotate --old-key-lost`, then set the values again"));
  BEDSTONE_ASSIGN(const MasterKey* const key, master());
  BEDSTONE_ASSIGN(store::KeyRow row, make_key(instance, {}, *key, to_iso(options_.clock->now())));
  row.writes = true;
  const store::Bound put = keys_.put(row);
  const auto made = connection_.execute(put.statement());
  return made ? Status() : fail(made.error());
}

Result<const Keyring*> Vault::writing() {
  BEDSTONE_ASSIGN(const auto rows, keys_.keys());
  if (rows.empty()) {
    BEDSTONE_ASSIGN(const std::string instance, keys_.lock());
    forget();
    BEDSTONE_ASSIGN(const Keyring* const first, keyring());
    if (first == nullptr) BEDSTONE_TRY(make_first(instance));
  } else {
    BEDSTONE_TRY(keys_.lock_shared());
  }
  // Only what is read under the lock tells which key writes.
  forget();
  return keyring();
}

Result<std::string> Vault::seal(const SealPlace& place, std::string_view value) {
  BEDSTONE_ASSIGN(const Keyring* const ring, writing());
  return ring->seal(place, value);
}

}  // namespace bedstone::config
