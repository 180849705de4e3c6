/// COPY … FROM stdin: data streamed to the server as fast as it takes it.
#pragma once

#include <functional>
#include <string_view>

#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// `next_chunk` gives an empty view at the end. When it fails, nothing is copied and its error is
/// returned.
Status copy_in(Session& session, std::string_view sql,
               const std::function<Result<std::string_view>()>& next_chunk);

}  // namespace bedstone::db::postgres
