/// Shape's two small machines: which statement begins here, and is its body open.
#include "sql/shape.hpp"

namespace bedstone::sql {

void Shape::add(const Token& token) {
  if (token.kind == TokenKind::kOpen) {
    if (depth_++ == 0) {
      parenthesis_.line = token.line;
      parenthesis_.column = token.column;
    }
  } else if (token.kind == TokenKind::kClose) {
    if (depth_ > 0) --depth_;
  }
  if (head_ == Head::kOther || depth_ > 0) return;
  if (head_ == Head::kRoutine || head_ == Head::kTrigger) {
    follow_body(token);
  } else {
    add_head_word(token);
  }
}

void Shape::add_head_word(const Token& token) {
  const bool postgres = flavor_ == Flavor::kPostgres;
  switch (head_) {
    case Head::kStart:
      if (token.is("create")) {
        head_ = Head::kCreate;
      } else if (postgres && token.is("copy")) {
        head_ = Head::kCopy;
      } else {
        head_ = !postgres && token.is("explain") ? Head::kExplain : Head::kOther;
      }
      return;
    case Head::kExplain:
      if (token.is("create")) head_ = Head::kCreate;
      if (!token.is("create") && !token.is("query") && !token.is("plan")) head_ = Head::kOther;
      return;
    case Head::kCreate:
      if (postgres && (token.is("function") || token.is("procedure"))) {
        head_ = Head::kRoutine;
      } else if (!postgres && token.is("trigger")) {
        head_ = Head::kTrigger;
      } else if (postgres ? !token.is("or") && !token.is("replace")
                          : !token.is("temp") && !token.is("temporary")) {
        head_ = Head::kOther;
      }
      return;
    case Head::kCopy:
      if (token.is("from")) head_ = Head::kCopyFrom;
      if (token.is("to")) head_ = Head::kOther;
      return;
    case Head::kCopyFrom:
      // The grammar takes STDOUT for STDIN here.
      head_ = token.is("stdin") || token.is("stdout") ? Head::kCopyFromStdin : Head::kOther;
      return;
    default:
      return;
  }
}

/// END closes a body only as the first word of a statement: CASE … END and columns of that name
/// never stand behind a `;`.
void Shape::follow_body(const Token& token) {
  switch (body_) {
    case Body::kNone:
    case Body::kBegin:
      if (body_ == Body::kBegin && token.is("atomic")) {
        body_ = Body::kAfterSemicolon;
      } else if (token.is("begin")) {
        body_opened_.line = token.line;
        body_opened_.column = token.column;
        body_ = head_ == Head::kRoutine ? Body::kBegin : Body::kAfterSemicolon;
      } else {
        body_ = Body::kNone;
      }
      return;
    case Body::kOpen:
    case Body::kAfterSemicolon:
      if (token.kind == TokenKind::kSemicolon) {
        body_ = Body::kAfterSemicolon;
      } else {
        const bool closes = body_ == Body::kAfterSemicolon && token.is("end");
        body_ = closes ? Body::kClosed : Body::kOpen;
      }
      return;
    case Body::kClosed:
      return;
  }
}

bool Shape::semicolon_ends() const {
  if (body_ == Body::kOpen || body_ == Body::kAfterSemicolon) return false;
  return depth_ == 0 || flavor_ == Flavor::kSqlite;
}

std::optional<Shape::Open> Shape::open() const {
  if (body_ == Body::kOpen || body_ == Body::kAfterSemicolon) return body_opened_;
  if (depth_ > 0) return parenthesis_;
  return std::nullopt;
}

}  // namespace bedstone::sql
