/// TokenHash's encoding: a byte for the kind, the text, a NUL (which no SQL text holds).
#include "sql/token_hash.hpp"

#include <cstring>

namespace bedstone::sql {
namespace {

// Recorded in databases: these values stay, whatever happens to TokenKind.
char mark_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::kWord:
      return 'w';
    case TokenKind::kQuotedName:
      return 'q';
    case TokenKind::kString:
      return 's';
    case TokenKind::kBits:
      return 'b';
    case TokenKind::kDollarString:
      return 'd';
    case TokenKind::kNumber:
      return 'n';
    case TokenKind::kParameter:
      return 'p';
    default:
      return 'o';
  }
}
constexpr char kEndMark = ';';
constexpr char kCopyMark = 'c';

}  // namespace

void TokenHash::put(char byte) {
  if (pending_size_ == pending_.size()) {
    hash_.update({pending_.data(), pending_size_});
    pending_size_ = 0;
  }
  pending_[pending_size_++] = byte;
}

void TokenHash::put_lower(std::string_view bytes) {
  for (const char c : bytes)
    put(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
}

void TokenHash::put_folding_line_ends(std::string_view bytes) {
  if (carriage_return_ && !bytes.empty()) {
    carriage_return_ = false;
    if (bytes.front() != '\n') put('\r');
  }
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.find('\r'), bytes.size());
    if (size > pending_.size()) {
      hash_.update({pending_.data(), pending_size_});
      hash_.update(bytes.substr(0, size));
      pending_size_ = 0;
    } else {
      for (const char c : bytes.substr(0, size))
        put(c);
    }
    bytes.remove_prefix(size);
    if (bytes.empty()) return;
    bytes.remove_prefix(1);
    carriage_return_ = bytes.empty();
    if (!bytes.empty() && bytes.front() != '\n') put('\r');
  }
}

void TokenHash::add(const Token& token) {
  if (token.is_comment()) return;
  if (in_copy_data_) put('\0');
  in_copy_data_ = false;
  put(mark_of(token.kind));
  if (token.kind == TokenKind::kWord) {
    put_lower(token.text);
  } else {
    put_folding_line_ends(token.text);
  }
  put('\0');
}

void TokenHash::end_statement() {
  put(kEndMark);
}

void TokenHash::add_copy_data(std::string_view bytes) {
  if (!in_copy_data_) put(kCopyMark);
  in_copy_data_ = true;
  put_folding_line_ends(bytes);
}

Digest TokenHash::digest() const {
  Blake2b hash = hash_;
  hash.update({pending_.data(), pending_size_});
  return hash.finish();
}

}  // namespace bedstone::sql
