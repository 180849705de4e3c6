/// reprint: what PostgreSQL writes down otherwise once it has read its own text again.
#pragma once

#include <vector>

#include "sql/lexer.hpp"

namespace bedstone::schema {

/// The tokens of a definition that PostgreSQL printed, so that they are the same before and after
/// it was printed, loaded, and printed again:
/// - a cast of a list is a cast of its elements, (ARRAY[a, b])::text[] is ARRAY[(a)::text,
///   (b)::text];
/// - the second and later arms of a UNION have no labels, which nothing can see.
/// Pure; the tokens must be without comments.
std::vector<sql::Token> reprinted(std::vector<sql::Token> tokens);

}  // namespace bedstone::schema
