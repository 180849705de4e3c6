// Data keys are themselves values that are sealed, in the place where they stand.
#include "config/keyring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/derive.hpp"
#include "base/random_text.hpp"

namespace bedstone::config {
namespace {

SealPlace place_of(std::string_view instance, const store::KeyRow& row) {
  return {instance, "keys", row.id, "wrapped"};
}

SealKey seal_key(const MasterKey& master) {
  return {master.fingerprint, master.bytes.clone()};
}

Error damaged(std::string why) {
  return Error(ErrorCode::kKeyringDamaged, "the keyring is damaged")
      .because(std::move(why))
      .advise(
          "restore Bedstone's table `keys` from a backup; nothing that is encrypted can be "
          "read without it");
}

Error wrong_key(const store::KeyRow& row, const MasterKey& master) {
  return Error(ErrorCode::kKeyWrong,
               fmt::format("{} is not the key that this database's secrets are encrypted with",
                           master.shown))
      .because(fmt::format("its fingerprint is {}, and the keyring is wrapped with {}",
                           master.fingerprint, row.kek))
      .advise(
          "bring back the key from before; if this one is to take its place, `bedstone secret "
          "rotate --old-key FILE`; if that one is lost for good, `bedstone secret rotate "
          "--old-key-lost`");
}

Result<Secret> unwrap(std::string_view instance, const store::KeyRow& row,
                      const MasterKey& master) {
  auto bytes = bedstone::unseal(seal_key(master), place_of(instance, row), row.wrapped);
  if (!bytes || bytes->expose().size() != kKeyBytes)
    return fail(
        damaged(fmt::format("the data key {} does not open, although its fingerprint is "
                            "that of {}",
                            row.id, master.shown)));
  return bytes;
}

}  // namespace

Result<Keyring> Keyring::open(std::string instance, std::vector<store::KeyRow> rows,
                              const MasterKey& master) {
  const auto writes = [](const store::KeyRow& row) { return row.writes; };
  const auto writing = std::find_if(rows.begin(), rows.end(), writes);
  const auto number = std::count_if(rows.begin(), rows.end(), writes);
  if (number != 1) return fail(damaged(fmt::format("{} of its keys write instead of one", number)));
  if (writing->kek != master.fingerprint) return fail(wrong_key(*writing, master));
  Keyring ring;
  ring.instance_ = std::move(instance);
  for (store::KeyRow& row : rows) {
    if (row.kek != master.fingerprint) {
      ring.closed_.push_back(std::move(row));
      continue;
    }
    auto bytes = unwrap(ring.instance_, row, master);
    if (!bytes && row.writes) return fail(std::move(bytes).error());
    if (!bytes) {
      ring.closed_.push_back(std::move(row));
      continue;
    }
    if (row.writes) ring.writing_ = ring.keys_.size();
    ring.keys_.push_back({row.id, *std::move(bytes)});
  }
  return ring;
}

std::vector<std::string> Keyring::ids() const {
  std::vector<std::string> ids;
  for (const SealKey& key : keys_)
    ids.push_back(key.id);
  return ids;
}

bool Keyring::holds(std::string_view id) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const SealKey& key) { return key.id == id; });
}

Result<std::string> Keyring::seal(SealPlace place, std::string_view value) const {
  place.instance = instance_;
  return bedstone::seal(keys_[writing_], place, value);
}

Result<Secret> Keyring::unseal(SealPlace place, std::string_view text) const {
  place.instance = instance_;
  const auto id = sealed_with(text);
  const auto key = std::find_if(keys_.begin(), keys_.end(),
                                [&](const SealKey& one) { return id && one.id == *id; });
  if (key != keys_.end()) return bedstone::unseal(*key, place, text);
  // Tells what is wrong with its form.
  if (!id) return bedstone::unseal(keys_[writing_], place, text);
  const auto closed = std::find_if(closed_.begin(), closed_.end(),
                                   [&](const store::KeyRow& row) { return row.id == *id; });
  Error error(ErrorCode::kSealOtherKey,
              fmt::format("the encrypted value in {}.{} of row {} was encrypted with the data key "
                          "{}",
                          place.table, place.column, place.primary_key, *id));
  if (closed == closed_.end())
    return fail(std::move(error)
                    .because("the keyring has no such key: the value was copied here, or is older "
                             "than the keyring")
                    .advise("set it again, or restore value and keyring together"));
  return fail(std::move(error)
                  .because(fmt::format("that one does not open: it is wrapped with a key of the "
                                       "fingerprint {}",
                                       closed->kek))
                  .advise("if that key is found: `bedstone secret rotate --old-key FILE`; else set "
                          "the value again"));
}

Result<store::KeyRow> make_key(std::string_view instance, const std::vector<store::KeyRow>& others,
                               const MasterKey& master, std::string_view now) {
  std::int64_t last = 0;
  for (const store::KeyRow& other : others)
    last = std::max(last, store::key_number(other.id));
  store::KeyRow row;
  // The number tells which is newer; the rest, that it is not one of a keyring that was lost.
  row.id = fmt::format("k{}-{}", last + 1, generate_text(Letters::kHex, 12).expose());
  row.kek = master.fingerprint;
  row.created_at = now;
  const Secret bytes = random_key();
  BEDSTONE_ASSIGN(row.wrapped, seal(seal_key(master), place_of(instance, row), bytes.expose()));
  return row;
}

Result<std::vector<store::KeyRow>> rewrap(std::string_view instance,
                                          const std::vector<store::KeyRow>& rows,
                                          const MasterKey& before, const MasterKey& after) {
  std::vector<store::KeyRow> result;
  for (store::KeyRow row : rows) {
    if (row.kek != before.fingerprint) continue;
    BEDSTONE_ASSIGN(const Secret bytes, unwrap(instance, row, before));
    row.kek = after.fingerprint;
    BEDSTONE_ASSIGN(row.wrapped, seal(seal_key(after), place_of(instance, row), bytes.expose()));
    BEDSTONE_ASSIGN(const Secret again, unwrap(instance, row, after));
    if (again.expose() != bytes.expose()) return fail(damaged("a key changed when wrapped anew"));
    result.push_back(std::move(row));
  }
  if (result.empty() && !rows.empty()) return fail(wrong_key(rows.front(), before));
  return result;
}

SealPlace setting_place(std::string_view name) {
  return {{}, "system_config", name, "config_value"};
}

bool is_sealed(std::string_view text) {
  return text.starts_with("enc1.");
}

}  // namespace bedstone::config
