/// Keyring: the data keys of one database, unwrapped, and what is sealed with them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/seal.hpp"
#include "config/key_source.hpp"
#include "store/keys.hpp"

namespace bedstone::config {

/// Pure: reads and writes no database. Move-only.
class Keyring {
 public:
  /// Unwraps every key that the master key opens; others stay closed. Errors: kKeyWrong, when the
  /// key that writes is wrapped with another one, which is seen by its fingerprint before anything
  /// is decrypted; kKeyringDamaged, when that key does not open although the fingerprint fits, or
  /// when not exactly one writes.
  static Result<Keyring> open(std::string instance, std::vector<store::KeyRow> rows,
                              const MasterKey& master);

  const std::string& instance() const { return instance_; }
  const std::string& writing_id() const { return keys_[writing_].id; }
  /// Of those that are open.
  std::vector<std::string> ids() const;
  bool holds(std::string_view id) const;

  /// With the key that writes. The place's instance is this database's.
  Result<std::string> seal(SealPlace place, std::string_view value) const;
  /// Errors: those of bedstone::unseal; kSealOtherKey, when the text's key is not open here.
  Result<Secret> unseal(SealPlace place, std::string_view text) const;

 private:
  std::string instance_;
  std::vector<SealKey> keys_;
  std::size_t writing_ = 0;
  std::vector<store::KeyRow> closed_;
};

/// A new random data key, wrapped. `others`: those that there are.
Result<store::KeyRow> make_key(std::string_view instance, const std::vector<store::KeyRow>& others,
                               const MasterKey& master, std::string_view now);

/// The rows that are wrapped with `before`, wrapped with `after`; each opens to what it held, which
/// is tried. Errors: kKeyWrong, when none is; kKeyringDamaged.
Result<std::vector<store::KeyRow>> rewrap(std::string_view instance,
                                          const std::vector<store::KeyRow>& rows,
                                          const MasterKey& before, const MasterKey& after);

/// Where a setting's value stands, whatever the table is called, now and in its history. The views
/// must outlive it.
SealPlace setting_place(std::string_view name);

/// Whether a text is meant as a sealed value, be it whole or not.
bool is_sealed(std::string_view text);

}  // namespace bedstone::config
