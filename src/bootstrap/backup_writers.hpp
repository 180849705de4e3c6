/// Writers: one for each engine, from an open session to a finished file beside the final name.
/// Private to bootstrap/backup*.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/backup_facts.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

struct BackupTask {
  const Host& host;
  const Project& project;
  db::Connection& connection;
  backup::Form form;
  const std::string& target;      ///< For people, and for its folder's room.
  const std::string& unfinished;  ///< What is written.
  const std::function<void(const Progress&)>& on_progress;
};

struct Written {
  Facts facts;
  std::string engine_version;
  std::string client_version;
  std::vector<Error> warnings;
  std::optional<backup::Sum> sum;  ///< Where it was computed on the way.
};

/// After a failure `unfinished` may be left: the caller removes it.
Result<Written> write_sqlite(const BackupTask& task);
Result<Written> write_postgres(const BackupTask& task);

/// "copying", "rows 20000" …; `on_progress` may be empty.
inline void tell(const std::function<void(const Progress&)>& on_progress, std::string_view step,
                 std::string_view subject, std::size_t done = 0, std::size_t total = 0,
                 std::string_view unit = {}) {
  if (on_progress) on_progress({step, subject, done, total, unit});
}

}  // namespace bedstone::bootstrap
