// RSA by OpenSSL, which is loaded when the first signature is checked.
#include "base/rsa.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/libcrypto.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kBytesLeast = 256;
constexpr std::size_t kBytesMost = 1024;
constexpr char kInteger = '\x02';
constexpr char kBitString = '\x03';
constexpr char kSequence = '\x30';
/// SEQUENCE { rsaEncryption, NULL }: RFC 8017, A.1.
constexpr std::string_view kAlgorithm(
    "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 15);

/// The few functions that it takes: only servers whose people sign in elsewhere do.
struct Crypto {
  using Handle = void;
  Handle* (*read_key)(Handle**, const unsigned char** in, long size) = nullptr;
  void (*free_key)(Handle*) = nullptr;
  Handle* (*new_context)() = nullptr;
  void (*free_context)(Handle*) = nullptr;
  const void* (*sha256)() = nullptr;
  int (*begin)(Handle* context, Handle**, const void* hash, void* engine, Handle* key) = nullptr;
  int (*verify)(Handle* context, const unsigned char* signature, std::size_t signature_size,
                const unsigned char* text, std::size_t size) = nullptr;
};

Result<Crypto> load() {
  Crypto crypto;
  Libcrypto library("signatures are checked with OpenSSL 3");
  library.find("d2i_PUBKEY", crypto.read_key)
      .find("EVP_PKEY_free", crypto.free_key)
      .find("EVP_MD_CTX_new", crypto.new_context)
      .find("EVP_MD_CTX_free", crypto.free_context)
      .find("EVP_sha256", crypto.sha256)
      .find("EVP_DigestVerifyInit", crypto.begin)
      .find("EVP_DigestVerify", crypto.verify);
  BEDSTONE_TRY(library.check());
  return crypto;
}

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// X.690, 8.1: a tag, a length, what it holds.
std::string der(char tag, std::string_view content) {
  std::string length;
  for (std::size_t rest = content.size(); rest > 0; rest >>= 8U)
    length.insert(length.begin(), static_cast<char>(rest & 0xffU));
  if (content.size() > 127) length.insert(length.begin(), static_cast<char>(0x80U | length.size()));
  if (content.empty()) length.push_back('\0');
  return tag + length + std::string(content);
}

std::string_view without_zeros(std::string_view bytes) {
  return bytes.substr(std::min(bytes.find_first_not_of('\0'), bytes.size()));
}

/// Positive, whatever its first bit.
std::string der_number(std::string_view bytes) {
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0;
  return der(kInteger, (negative ? std::string(1, '\0') : std::string()) + std::string(bytes));
}

/// SubjectPublicKeyInfo: RFC 5280, 4.1.2.7.
std::string public_key(std::string_view modulus, std::string_view exponent) {
  const std::string key = der(kSequence, der_number(modulus) + der_number(exponent));
  return der(kSequence, std::string(kAlgorithm) + der(kBitString, std::string(1, '\0') + key));
}

}  // namespace

Result<bool> verify_rs256(const RsaKey& key, std::string_view text, std::string_view signature) {
  const std::string_view modulus = without_zeros(key.modulus);
  const std::string_view exponent = without_zeros(key.exponent);
  if (modulus.size() < kBytesLeast || modulus.size() > kBytesMost) return false;
  const bool odd = !exponent.empty() && (static_cast<unsigned char>(exponent.back()) & 1U) != 0;
  if (!odd || exponent.size() > 8 || exponent == "\x01" || signature.size() != modulus.size())
    return false;
  BEDSTONE_ASSIGN(const Crypto crypto, load());
  const std::string encoded = public_key(modulus, exponent);
  const unsigned char* at = in(encoded);
  using Handle = std::unique_ptr<Crypto::Handle, void (*)(Crypto::Handle*)>;
  const Handle read(crypto.read_key(nullptr, &at, static_cast<long>(encoded.size())),
                    crypto.free_key);
  const Handle context(crypto.new_context(), crypto.free_context);
  return read != nullptr && context != nullptr &&
         crypto.begin(context.get(), nullptr, crypto.sha256(), nullptr, read.get()) == 1 &&
         crypto.verify(context.get(), in(signature), signature.size(), in(text), text.size()) == 1;
}

}  // namespace bedstone
