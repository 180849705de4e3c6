/// Redact: SQL as people may see it, without the passwords that stand in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sql/lexer.hpp"

namespace bedstone::sql {

/// Masks strings as '***': in a statement all that stand behind a word that speaks of a secret
/// (PASSWORD 'x', IDENTIFIED BY 'x', an INSERT into a column password_hash), and everywhere those
/// that hold a URL with a password or a connection string. Comments behind such words go, too. What
/// is never closed counts up to the end of `sql`. Everything else stays as it is.
std::string redact(std::string_view sql, Flavor flavor);

/// text::excerpt() of a statement, redacted; in constant time for statements of any length.
std::string excerpt(std::string_view statement, Flavor flavor, std::size_t limit = 200);

/// `text` without the strings that redact() masks in `statement`, which the engine may have quoted.
std::string without_secrets_of(std::string_view statement, Flavor flavor, std::string text);

}  // namespace bedstone::sql
