/// Sealing: one value encrypted so that it opens only at the place it was made for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// A data key. Its id goes into the text in the clear: 1 to 64 of `A-Z a-z 0-9 _ -`.
struct SealKey {
  std::string id;
  Secret bytes;  ///< 32 random bytes.
};

/// Where a sealed value stands. Moved to another place it does not open.
struct SealPlace {
  std::string_view instance;
  std::string_view table;
  std::string_view primary_key;
  std::string_view column;
};

/// `enc1.<key id>.<base64url(nonce ‖ ciphertext ‖ tag)>`: XChaCha20-Poly1305 with a random nonce of
/// 24 bytes and a tag of 16. Associated data are the fields "enc1", instance, table, primary key,
/// column, key id, each with its length before it (64 bits, little-endian). The text tells the
/// value's length. Errors: kSealKey, when the key is none.
Result<std::string> seal(const SealKey& key, const SealPlace& place, std::string_view value);

/// Errors: kSealKey; kSealMalformed, when the text is not of that form; kSealOtherKey, when it
/// names another key; kSealBroken, when it was changed, moved, or made with other bytes under this
/// id. None of them holds anything of the value.
Result<Secret> unseal(const SealKey& key, const SealPlace& place, std::string_view text);

/// The id of the key that a text of this form was sealed with; nullopt when it is not of the form.
std::optional<std::string_view> sealed_with(std::string_view text);

}  // namespace bedstone
