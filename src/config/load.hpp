/// Load: from a session to the settings that an application can run with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "config/resolve.hpp"
#include "config/snapshot.hpp"
#include "db/connection.hpp"
#include "store/config_table.hpp"

namespace bedstone::config {

/// Reads one project's settings. Not thread-safe.
class Loader {
 public:
  Loader(std::string project, store::ConfigPlace place, std::shared_ptr<const Settings> declared,
         const Environment& environment)
      : project_(std::move(project)),
        place_(std::move(place)),
        declared_(std::move(declared)),
        environment_(environment) {}

  /// Every value as it is now. Fails only where the database does.
  Result<Resolution> read(db::Connection& connection, const Unseal& unseal) const;
  /// The newest revision; 0 where there never was one.
  Result<std::int64_t> revision(db::Connection& connection) const;

  /// For a start: the newest values that can be used. `newest`, when given, becomes the database's
  /// revision, `problems` why it is not the one used. All that is wrong when none can be used.
  Checked<std::shared_ptr<const SnapshotValues>> start(db::Connection& connection,
                                                       const Unseal& unseal, std::int64_t* newest,
                                                       Errors* problems) const;

  const std::shared_ptr<const Settings>& declared() const { return declared_; }
  const std::string& project() const { return project_; }

 private:
  Result<std::shared_ptr<const SnapshotValues>> newest_good(db::Connection& connection,
                                                            const Unseal& unseal,
                                                            std::int64_t below) const;

  std::string project_;
  store::ConfigPlace place_;
  std::shared_ptr<const Settings> declared_;
  const Environment& environment_;
};

/// kRevisionNotUsed: `newest` is not taken over, `used` stays; then the reasons.
Errors not_used(std::int64_t newest, std::int64_t used, Errors reasons);

}  // namespace bedstone::config
