/// Checks: a table of small functions from a connection, and facts handed in, to a finding.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/environment.hpp"
#include "bedstone/health.hpp"
#include "bedstone/result.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::health {

/// A difference between the live schema and the recorded one, weighed.
struct WeighedDifference {
  Severity severity = Severity::kWarning;
  std::string issue;
  std::string suggestion;
};

/// What became of secrets.
struct SecretFacts {
  std::string key;          ///< Where the key comes from.
  std::int64_t sealed = 0;  ///< Values that open.
  std::vector<Error> errors;
  std::vector<Error> warnings;
};

/// What rows of seed sets are no more as their files say.
struct SeedFacts {
  std::int64_t kept = 0;       ///< Rows with values that an operator changed.
  std::int64_t conflicts = 0;  ///< … and the file, too.
  std::int64_t deleted = 0;    ///< Rows that an operator deleted.
  std::vector<std::string> sets;
  std::vector<Error> errors;
};

/// What the rooms above know of a project; each is looked up when a check first asks. Everything
/// reads only.
class Facts {
 public:
  virtual ~Facts() = default;
  virtual const StatusReport& status() = 0;
  virtual const std::vector<WeighedDifference>& drift() = 0;
  virtual const SecretFacts& secrets() = 0;
  virtual const SeedFacts& seeds() = 0;
};

/// From where on something is a warning, or a failure. 0: never.
struct Limits {
  double warn = 0;
  double fail = 0;
};
/// What limits count.
enum class Unit { kNone, kSeconds, kPercent };

struct Subject {
  db::Connection* connection;  ///< Null where the database could not be reached.
  const Project& project;
  Facts& facts;
  const Clock& clock;
  const Environment& environment;
  Limits limits = {};
};

/// An error means that the check could not look.
using Look = Result<HealthFinding> (*)(const Subject&);

struct Check {
  std::string_view id;
  std::string_view title;
  bool fast = false;  ///< One of those that `bedstone health` runs by itself.
  bool needs_connection = true;
  Unit unit = Unit::kNone;
  Limits limits = {};
  Look sqlite = nullptr;    ///< Null: not for SQLite.
  Look postgres = nullptr;  ///< Null: not for PostgreSQL.

  Look look(db::Engine engine) const { return engine == db::Engine::kSqlite ? sqlite : postgres; }
};

/// In the order of reports.
std::span<const Check> all_checks();
/// Null when there is none of that name.
const Check* find_check(std::string_view id);
/// kUnknownCheck, with the nearest name.
Error unknown_check(std::string_view id);

/// Runs the check, names and times what it found. In PostgreSQL in a transaction of its own that
/// only reads and waits for no lock for long.
HealthFinding carry_out(const Check& check, Subject subject);

// How findings are made.
HealthFinding pass(std::string evidence);
HealthFinding warn(std::string evidence, std::string advice = {}, std::string repair = {});
HealthFinding fail_with(Severity severity, std::string evidence, std::string advice = {},
                        std::string repair = {});
/// It could not look.
HealthFinding not_checked(std::string why);
/// Pass, warn or fail, as `value` stands to the limits.
HealthOutcome judge(double value, const Limits& limits);
void set_outcome(HealthFinding& finding, HealthOutcome outcome);
/// The worse of what it is and this.
void worsen(HealthFinding& finding, HealthOutcome outcome);

/// "psql postgresql://app@db/hub -c 'VACUUM …'", "sqlite3 data/hub.db 'VACUUM'".
std::string sql_command(const Project& project, std::string_view sql);
/// "12.4 MB".
std::string bytes_text(double bytes);
/// At most so many details; the last one says how many there are besides.
void limit_details(HealthFinding& finding, std::size_t limit = 10);

}  // namespace bedstone::health
