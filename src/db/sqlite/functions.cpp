/// Hashes of values as they are stored: class and content, big-endian, the same on every machine.
#include "db/sqlite/functions.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/hash.hpp"

namespace bedstone::db::sqlite {
namespace {

using Bytes = std::array<char, 8>;

Bytes big_endian(std::uint64_t number) {
  Bytes bytes;
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8U)
    bytes[i] = static_cast<char>(number & 0xffU);
  return bytes;
}

std::string_view view(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

/// False when memory is short.
bool hash_of(sqlite3_value* value, std::uint64_t& hash) {
  // What SQLite calls the classes: 1 integer, 2 real, 3 text, 4 blob; part of what is hashed.
  const int type = sqlite3_value_type(value);
  const auto domain = static_cast<std::uint8_t>(type);
  if (type == SQLITE_NULL) {
    hash = 2;
    return true;
  }
  if (type == SQLITE_INTEGER) {
    const auto number = static_cast<std::uint64_t>(sqlite3_value_int64(value));
    hash = short_hash(view(big_endian(number)), domain);
  } else if (type == SQLITE_FLOAT) {
    const double number = sqlite3_value_double(value) + 0.0;  // -0.0 equals 0.0
    hash = short_hash(view(big_endian(std::bit_cast<std::uint64_t>(number))), domain);
  } else {
    // Of texts, too: asked for as text, each would be copied for the zero at its end.
    const void* bytes = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    if (bytes == nullptr && size > 0) return false;
    hash = short_hash({static_cast<const char*>(bytes), static_cast<std::size_t>(size)}, domain);
  }
  hash |= 1U;  // Odd for values, so that none has the hash of NULL, and none is zero.
  return true;
}

void hashes(sqlite3_context* context, int count, sqlite3_value** values) {
  const std::size_t size = 8 * static_cast<std::size_t>(count);
  auto* bytes = static_cast<char*>(sqlite3_malloc64(size > 0 ? size : 1));
  if (bytes == nullptr) return sqlite3_result_error_nomem(context);
  for (int i = 0; i < count; ++i) {
    std::uint64_t hash = 0;
    if (!hash_of(values[i], hash)) {
      sqlite3_free(bytes);
      return sqlite3_result_error_nomem(context);
    }
    std::memcpy(bytes + 8 * static_cast<std::size_t>(i), big_endian(hash).data(), 8);
  }
  sqlite3_result_blob64(context, bytes, size, sqlite3_free);
}

void joined(sqlite3_context* context, int count, sqlite3_value** values) {
  std::size_t size = 0;
  for (int i = 0; i < count; ++i)
    size += static_cast<std::size_t>(sqlite3_value_bytes(values[i]));
  auto* bytes = static_cast<char*>(sqlite3_malloc64(size > 0 ? size : 1));
  if (bytes == nullptr) return sqlite3_result_error_nomem(context);
  char* end = bytes;
  for (int i = 0; i < count; ++i) {
    const void* part = sqlite3_value_blob(values[i]);
    const auto length = static_cast<std::size_t>(sqlite3_value_bytes(values[i]));
    if (length > 0) std::memcpy(end, part, length);
    end += length;
  }
  sqlite3_result_blob64(context, bytes, size, sqlite3_free);
}

}  // namespace

int register_functions(sqlite3* database) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  const int code = sqlite3_create_function_v2(database, "bedstone_hashes", -1, kFlags, nullptr,
                                              &hashes, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return code;
  return sqlite3_create_function_v2(database, "bedstone_joined", -1, kFlags, nullptr, &joined,
                                    nullptr, nullptr, nullptr);
}

}  // namespace bedstone::db::sqlite
