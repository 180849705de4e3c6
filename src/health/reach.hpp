/// Reach: the way to a database that does not open, step by step, up to the one that fails.
#pragma once

#include <vector>

#include "base/environment.hpp"
#include "bedstone/health.hpp"
#include "db/url.hpp"

namespace bedstone::health {

/// `error`: what db::open() said. Looks names up and knocks at ports, a few seconds each at most;
/// of an SQLite file it looks at nothing but what stat() tells.
std::vector<HealthStep> trace(const db::Url& url, const Error& error,
                              const Environment& environment);

}  // namespace bedstone::health
