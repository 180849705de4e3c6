/// Checked<T>: a value, or every error that was found on the way to it.
#pragma once

#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "bedstone/error.hpp"
#include "bedstone/result.hpp"

namespace bedstone {

/// In the order in which a reader meets them: by file, line, column. Never empty when returned.
using Errors = std::vector<Error>;

template <typename T>
using Checked = tl::expected<T, Errors>;

[[nodiscard]] inline tl::unexpected<Errors> fail(Errors errors) {
  return tl::unexpected<Errors>(std::move(errors));
}

/// One error as the only one: for functions that return Checked<T>.
[[nodiscard]] inline tl::unexpected<Errors> fail_all(Error error) {
  Errors errors;
  errors.push_back(std::move(error));
  return tl::unexpected<Errors>(std::move(errors));
}

}  // namespace bedstone
