/// The long story of each error, as docs/errors tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/error.hpp"

namespace bedstone::cli {

struct ErrorPage {
  ErrorCode code;
  std::string_view text;  ///< Markdown under the heading; empty in a mere list.
};

/// In the order of their numbers.
std::vector<ErrorCode> all_codes();
/// "BED0301", "bed301", "0301", "301".
std::optional<ErrorCode> code_of(std::string_view text);
/// The section of docs/errors that was embedded; empty when there is none.
std::string_view section_of(ErrorCode code);

}  // namespace bedstone::cli
