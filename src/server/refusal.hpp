/// Refusal: why a change of settings was not made, told setting by setting.
#pragma once

#include <string>
#include <vector>

#include "bedstone/error.hpp"
#include "server/response.hpp"

namespace bedstone::server {

/// The setting that an error is about: of the names in its sentence, the first. "": of none.
std::string setting_of(const Error& error, const std::vector<std::string>& names);

/// As error_response(), and each error with the name in `setting`. One of a name that nobody
/// declared is a fault of the body, not of the path: 422. Never empty.
Response refusal(const std::vector<Error>& errors, const std::vector<std::string>& names);

}  // namespace bedstone::server
