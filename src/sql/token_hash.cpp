/// TokenHash's encoding: a byte for the kind, the text, a NUL (which no SQL text holds).
#include "sql/token_hash.hpp"

#include <algorithm>

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
bool may_hold_line_ends(TokenKind kind) {
  return kind == TokenKind::kString || kind == TokenKind::kQuotedName ||
         kind == TokenKind::kDollarString || kind == TokenKind::kBits;
}

constexpr char kEndMark = ';';
constexpr char kCopyMark = 'c';

}  // namespace

void TokenHash::flush() {
  hash_.update({pending_.data(), pending_size_});
  pending_size_ = 0;
}

void TokenHash::put(char byte) {
  if (pending_size_ == pending_.size()) flush();
  pending_[pending_size_++] = byte;
}

void TokenHash::put(std::string_view bytes) {
  if (bytes.size() > pending_.size() - pending_size_) flush();
  if (bytes.size() > pending_.size()) return hash_.update(bytes);
  char* to = pending_.data() + pending_size_;
  for (const char c : bytes)
    *to++ = c;
  pending_size_ += bytes.size();
}

void TokenHash::put_lower(std::string_view bytes) {
  while (!bytes.empty()) {
    if (pending_size_ == pending_.size()) flush();
    const std::string_view part = bytes.substr(0, pending_.size() - pending_size_);
    char* to = pending_.data() + pending_size_;
    for (const char c : part)
      *to++ = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    pending_size_ += part.size();
    bytes.remove_prefix(part.size());
  }
}

void TokenHash::put_folding_line_ends(std::string_view bytes) {
  if (carriage_return_ && !bytes.empty()) {
    carriage_return_ = false;
    if (bytes.front() != '\n') put('\r');
  }
  for (;;) {
    const std::size_t size = bytes.find('\r');
    put(bytes.substr(0, size));
    if (size == std::string_view::npos) return;
    bytes.remove_prefix(size + 1);
    // A carriage return at the end of a piece is told from a CRLF by what comes next.
    carriage_return_ = bytes.empty();
    if (carriage_return_) return;
    if (bytes.front() != '\n') put('\r');
  }
}

void TokenHash::add(const Token& token) {
  if (token.is_comment()) return;
  if (in_copy_data_) put('\0');
  in_copy_data_ = false;
  put(mark_of(token.kind));
  if (token.kind == TokenKind::kWord) {
    put_lower(token.text);
  } else if (may_hold_line_ends(token.kind)) {
    put_folding_line_ends(token.text);
  } else {
    put(token.text);
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
