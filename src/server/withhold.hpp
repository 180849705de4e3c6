/// Withhold: what members do not see of the record of errors.
#pragma once

#include "bootstrap/commands.hpp"
#include "bootstrap/events.hpp"
#include "server/sessions.hpp"

namespace bedstone::server {

/// Messages, causes, statements and places may hold what stands in rows, and names of machines:
/// they are for admins. Everybody sees what kind of error it was, when, how often, and how it
/// ended.
void withhold(Role role, bootstrap::EventsReport& report);
void withhold(Role role, bootstrap::RunsReport& report);
void withhold(Role role, InitializationResult& result);

/// What a code stands for: "the lock was not obtained in time"; "" of one that is none.
std::string_view summary_of(std::string_view code);

}  // namespace bedstone::server
