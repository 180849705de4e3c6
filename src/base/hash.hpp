/// Hashes: SHA-256 for what is recorded, BLAKE2b where much is read at every start, SipHash for
/// rows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bedstone {

using Digest = std::array<unsigned char, 32>;
std::string to_hex(const Digest& digest);

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  Digest finish();

 private:
  alignas(16) std::array<unsigned char, 128> state_;
};
std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104) with a key of any length.
Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// BLAKE2b-256 (RFC 7693), fed piece by piece: about three times as fast.
class Blake2b {
 public:
  Blake2b();
  void update(std::string_view bytes);
  /// The text with its length before it, so that two sequences of fields never look alike.
  void update_field(std::string_view bytes);
  Digest finish();

 private:
  alignas(64) std::array<unsigned char, 384> state_;
};

/// SipHash-2-4 under a fixed key, the same on every machine and in every version: tells changed
/// values from unchanged ones, and keeps nobody from making two alike on purpose. Things of
/// different domains that have the same bytes have different hashes.
std::uint64_t short_hash(std::string_view bytes, std::uint8_t domain = 0);

/// 128 random bits as 32 hexadecimal digits.
std::string random_id();

}  // namespace bedstone
