/// TokenHash: a digest of what SQL says, not of how it is laid out.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/hash.hpp"
#include "sql/lexer.hpp"

namespace bedstone::sql {

/// BLAKE2b-256 over tokens. Two scripts with the same digest differ at most in white space, line
/// ends, comments, the case of keywords and unquoted identifiers, and empty statements. Strings,
/// quoted names, dollar-quoted bodies and COPY data count byte for byte, but CRLF counts as LF: so
/// a file that only changed its line ends has its old digest, as it has its old checksum.
/// Copyable, in constant memory; the digest of a prefix is that of a copy.
class TokenHash {
 public:
  /// The next token of a statement; comments are passed over. Not for the `;` that ends it.
  void add(const Token& token);
  /// After the last token of every statement, whether a `;` stood there or not.
  void end_statement();
  /// Pieces of data; where they are cut does not matter.
  void add_copy_data(std::string_view bytes);
  Digest digest() const;

 private:
  void put(std::string_view bytes);
  void put(char byte);
  void put_lower(std::string_view bytes);
  void put_folding_line_ends(std::string_view bytes);
  void flush();

  Blake2b hash_;
  std::array<char, 1024> pending_{};  ///< Tokens are short: hashing each alone would cost more.
  std::size_t pending_size_ = 0;
  bool in_copy_data_ = false;
  bool carriage_return_ = false;  ///< The last piece of COPY data ended in one.
};

}  // namespace bedstone::sql
