/// Pieces of reports that several commands show.
#pragma once

#include <vector>

#include "bedstone/results.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

/// Steps as aligned rows, with durations when they were carried out.
void add_steps(Page& page, const std::vector<Step>& steps);
void add_drift(Page& page, const std::vector<SchemaDifference>& differences);
void add_migrations(Page& page, const std::vector<MigrationEntry>& entries);
Tone tone_of(DatabaseState state);
/// "2026-11-20 09:30:00" of an ISO time.
std::string short_time(std::string_view iso);

}  // namespace bedstone::cli
