/// Canonical text: a schema as sorted lines, one per object, that are equal when the schemas are.
#pragma once

#include <string>
#include <string_view>

#include "schema/model.hpp"

namespace bedstone::schema {

/// Which lines there are and how they are written. It is the first line of the text, "format 3";
/// texts of different formats cannot be compared by fingerprint. Older formats can still be
/// written, so that what a former version recorded stays comparable:
/// 2 added how columns are stored, defaults of views' columns, collations, operators and what
/// belongs to text search, and names the functions of ranges;
/// 3 writes what PostgreSQL prints in one form before and after it was loaded again, and leaves out
/// row types that extensions own.
inline constexpr int kCanonicalFormat = 3;
inline constexpr int kOldestCanonicalFormat = 1;

/// The first line says the format; each other is "KIND OBJECT DETAILS": kind one word, object
/// without spaces outside quotes and parentheses ("accounts.email"), details as SQL reads. The same
/// for every order in which the objects were made, for gaps that dropped columns left, and for
/// every layout and quoting in SQLite's stored statements. Any other difference shows, the order of
/// a table's columns too.
std::string canonical_text(const Schema& schema, int format = kCanonicalFormat);

/// SHA-256 in hexadecimal.
std::string fingerprint(std::string_view canonical);

/// The format a text says it is written in; 0 when it says none.
int canonical_format(std::string_view canonical);

}  // namespace bedstone::schema
