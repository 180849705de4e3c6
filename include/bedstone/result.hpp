/// Result<T>: either a value or an Error; nothing in Bedstone's interface throws.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "bedstone/error.hpp"

namespace bedstone {

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

/// What a function returns to say "no": `return fail(Error(...));`
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace bedstone

/// Returns the error of a Status expression from the enclosing function.
#define BEDSTONE_TRY(expression)                                                       \
  do {                                                                                 \
    auto bedstone_status = (expression);                                               \
    if (!bedstone_status) return ::bedstone::fail(std::move(bedstone_status).error()); \
  } while (false)

#define BEDSTONE_JOIN_(a, b) a##b
#define BEDSTONE_JOIN(a, b) BEDSTONE_JOIN_(a, b)

/// `BEDSTONE_ASSIGN(auto rows, connection.query(sql));` declares or assigns, or returns the error.
#define BEDSTONE_ASSIGN(target, expression) \
  BEDSTONE_ASSIGN_(target, expression, BEDSTONE_JOIN(bedstone_result_, __LINE__))
#define BEDSTONE_ASSIGN_(target, expression, name)             \
  auto name = (expression);                                    \
  if (!name) return ::bedstone::fail(std::move(name).error()); \
  target = *std::move(name)
