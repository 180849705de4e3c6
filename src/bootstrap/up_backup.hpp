/// The backup that `up` makes before it deletes something, and what becomes of it.
#pragma once

#include <vector>

#include "bootstrap/work.hpp"

namespace bedstone::bootstrap {

/// Makes one where `backup.before` or --backup asks for it, and the database holds anything; once a
/// run. Its failure is the run's, before anything has changed.
Status back_up_before(Work& work, const std::vector<Prepared>& pending);

/// After a failed run: says where the backup is. In SQLite, where a migration in several parts has
/// failed after one of them, and nobody else has written meanwhile, the database is made to be what
/// it was before the run.
Error after_failure(Work& work, Error error);

}  // namespace bedstone::bootstrap
