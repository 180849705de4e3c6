// One name, two files: the moment in between is never seen.
#include "bootstrap/exchange_sqlite.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/sqlite/file.hpp"

namespace bedstone::bootstrap {

void take_rights(const std::string& old, const std::string& fresh) {
  struct stat facts {};
  if (stat(old.c_str(), &facts) != 0) return;
  // Only a privileged user can give a file away; otherwise the rights of the group count for ours.
  [[maybe_unused]] const int given = chown(fresh.c_str(), facts.st_uid, facts.st_gid);
  [[maybe_unused]] const int changed = chmod(fresh.c_str(), facts.st_mode & 0777);
}

Status move_journals(const std::string& path, const std::string& aside) {
  for (const char* suffix : {"-wal", "-journal"}) {
    const std::string journal = path + suffix;
    if (!files::exists(journal)) continue;
    if (rename(journal.c_str(), (aside + suffix).c_str()) != 0) {
      return fail(files::from_errno(errno, journal, true));
    }
  }
  ::unlink((path + "-shm").c_str());
  return {};
}

std::string name_aside(const Host& host, const std::string& path, std::string_view word) {
  const std::string stem = fmt::format("{}.{}-{}", path, word, to_version(host.clock.now()));
  for (int number = 1;; ++number) {
    std::string name = number == 1 ? stem : fmt::format("{}-{}", stem, number);
    if (!files::exists(name)) return name;
  }
}

Status exchange(const std::string& fresh, const std::string& path, const std::string& aside) {
  const bool linked = link(path.c_str(), aside.c_str()) == 0;
  if (!linked && rename(path.c_str(), aside.c_str()) != 0) {
    return fail(files::from_errno(errno, path, true));
  }
  Status moved = move_journals(path, aside);
  if (moved && rename(fresh.c_str(), path.c_str()) != 0) {
    moved = fail(files::from_errno(errno, path, true));
  }
  if (!moved) {
    if (linked) {
      ::unlink(aside.c_str());
    } else {
      [[maybe_unused]] const int back = rename(aside.c_str(), path.c_str());
    }
    return moved;
  }
  return db::sqlite::sync_to_disk(db::sqlite::folder_of(path));
}

Error in_use(const std::string& path, const std::vector<std::string>& users) {
  return Error(ErrorCode::kDatabaseInUse, fmt::format("{} is in use", path))
      .because(
          fmt::format("{} {} it open", text::join(users, ", "), users.size() == 1 ? "has" : "have"))
      .advise("stop what uses it, then run the same command again");
}

}  // namespace bedstone::bootstrap
