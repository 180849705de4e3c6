/// COPY … FROM stdin: data streamed to the server as fast as it takes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// What the server said at the end.
struct CopyEnd {
  std::int64_t rows = 0;  ///< Of a COPY that succeeded.
  std::string context;    ///< Of one that failed; it may quote the row.
};

/// `next_chunk` gives an empty view at the end. When it fails, nothing is copied and its error is
/// returned.
Status copy_in(Session& session, std::string_view sql,
               const std::function<Result<std::string_view>()>& next_chunk, CopyEnd* end = nullptr);

}  // namespace bedstone::db::postgres
