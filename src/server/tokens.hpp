/// Tokens: what a session, a form and a setup are recognised by.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/secret.hpp"

namespace bedstone::server {

/// 256 random bits in 43 characters that go anywhere.
Secret new_token();
/// Whether a text looks like one: what does not, is not worth asking the database.
bool is_token(std::string_view text);
/// What is stored of one.
std::string hash_of(std::string_view token);
/// What a page sends along with a change: made of the session's token, so that who knows the one
/// knows the other, and nobody else does.
std::string csrf_of(std::string_view session_token);
/// In a time that does not depend on where they differ.
bool same(std::string_view one, std::string_view other);
/// Whether `signature` ("sha256=" and hexadecimal digits) is that of `body`, made with `key`.
bool is_signed(std::string_view signature, std::string_view key, std::string_view body);

}  // namespace bedstone::server
