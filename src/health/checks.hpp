/// The functions of the table, by what they look at. Private to health/.
#pragma once

#include "health/check.hpp"

namespace bedstone::health {

// The connection itself.
Result<HealthFinding> sqlite_connection(const Subject& subject);
Result<HealthFinding> postgres_connection(const Subject& subject);
Result<HealthFinding> postgres_tls(const Subject& subject);
Result<HealthFinding> sqlite_rights(const Subject& subject);
Result<HealthFinding> postgres_rights(const Subject& subject);
Result<HealthFinding> sqlite_settings(const Subject& subject);
Result<HealthFinding> postgres_settings(const Subject& subject);

// What Bedstone knows of the project.
Result<HealthFinding> migrations(const Subject& subject);
Result<HealthFinding> runs(const Subject& subject);
Result<HealthFinding> drift(const Subject& subject);
Result<HealthFinding> seeds_due(const Subject& subject);
Result<HealthFinding> seeds_changed(const Subject& subject);
Result<HealthFinding> settings_missing(const Subject& subject);
Result<HealthFinding> secrets(const Subject& subject);

// Objects and rows.
Result<HealthFinding> sqlite_indexes(const Subject& subject);
Result<HealthFinding> postgres_indexes(const Subject& subject);
Result<HealthFinding> postgres_constraints(const Subject& subject);
Result<HealthFinding> sqlite_foreign_keys(const Subject& subject);
Result<HealthFinding> postgres_foreign_keys(const Subject& subject);
Result<HealthFinding> postgres_sequences(const Subject& subject);
Result<HealthFinding> sqlite_integrity(const Subject& subject);
Result<HealthFinding> postgres_integrity(const Subject& subject);

// Who else is there, and how fast it all is.
Result<HealthFinding> postgres_connections(const Subject& subject);
Result<HealthFinding> postgres_long_transactions(const Subject& subject);
Result<HealthFinding> postgres_idle_in_transaction(const Subject& subject);
Result<HealthFinding> sqlite_locks(const Subject& subject);
Result<HealthFinding> postgres_locks(const Subject& subject);
Result<HealthFinding> postgres_slow_queries(const Subject& subject);
Result<HealthFinding> postgres_performance(const Subject& subject);
Result<HealthFinding> postgres_wraparound(const Subject& subject);

// The machine.
Result<HealthFinding> sqlite_disk(const Subject& subject);
Result<HealthFinding> postgres_disk(const Subject& subject);
Result<HealthFinding> file_rights(const Subject& subject);
Result<HealthFinding> sqlite_clock(const Subject& subject);
Result<HealthFinding> postgres_clock(const Subject& subject);

}  // namespace bedstone::health
