// Names, folders and room.
#include "backup/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace bedstone::backup {
namespace {

constexpr mode_t kOwnerOnly = 0700;
constexpr std::string_view kManifestEnd = ".manifest.json";

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char byte) { return byte >= '0' && byte <= '9'; });
}

/// "20261121T090000Z": to_version() with two letters.
std::string stamp_of(WallTime now) {
  const std::string digits = to_version(now);
  return fmt::format("{}T{}Z", digits.substr(0, 8), digits.substr(8));
}

bool is_stamp(std::string_view text) {
  return text.size() == 16 && is_digits(text.substr(0, 8)) && text[8] == 'T' &&
         is_digits(text.substr(9, 6)) && text[15] == 'Z';
}

std::string readable(std::uint64_t bytes) {
  constexpr double kMib = 1024.0 * 1024.0;
  const double mib = static_cast<double>(bytes) / kMib;
  return mib < 10 ? fmt::format("{:.1f} MiB", mib) : fmt::format("{:.0f} MiB", mib);
}

/// Whoever made it may be at work still, here or on another machine.
bool may_be_alive(std::string_view pid, const std::string& path) {
  constexpr std::time_t kDay = 24 * 60 * 60;
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || std::time(nullptr) - facts.st_mtime < kDay) return true;
  const auto number = text::parse_integer(pid);
  return number && *number > 0 && (kill(static_cast<pid_t>(*number), 0) == 0 || errno == EPERM);
}

void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  return path;
}

}  // namespace

std::string_view extension_of(Form form) {
  switch (form) {
    case Form::kFile:
      return ".db";
    case Form::kSql:
      return ".sql";
    case Form::kArchive:
      return ".dump";
    default:
      return "";
  }
}

Result<Form> form_for(const std::string& path, db::Engine engine) {
  const std::string name = files::file_name(path);
  if (name.ends_with(".sql")) return Form::kSql;
  if (engine == db::Engine::kSqlite) {
    if (!path.ends_with('/') && !name.ends_with(".dump")) return Form::kFile;
    return fail(Error(ErrorCode::kUsage, fmt::format("{} is no name for a backup of SQLite", path))
                    .advise("name it FILE.db for a database file, or FILE.sql for text"));
  }
  if (name.ends_with(".dump")) return Form::kArchive;
  if (path.ends_with('/') || name.find('.') == name.npos) return Form::kFolder;
  return fail(
      Error(ErrorCode::kUsage, fmt::format("{} is no name for a backup of PostgreSQL", path))
          .advise("name it FILE.dump for an archive, FILE.sql for text, or FOLDER/"));
}

std::string default_name(const std::string& folder, const std::string& project, Form form,
                         WallTime now) {
  const std::string stem = fmt::format("{}-{}", project, stamp_of(now));
  for (int number = 1;; ++number) {
    std::string name = fmt::format("{}{}{}", stem, number == 1 ? "" : fmt::format("-{}", number),
                                   extension_of(form));
    if (!files::exists(files::resolve(folder, name))) return name;
  }
}

bool is_default_name(std::string_view name, const std::string& project) {
  if (!name.starts_with(project) || !name.substr(project.size()).starts_with('-')) return false;
  name.remove_prefix(project.size() + 1);
  if (!is_stamp(name.substr(0, 16))) return false;
  name.remove_prefix(16);
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view number = name.substr(0, dot);
  if (!number.empty() && (number[0] != '-' || !is_digits(number.substr(1)))) return false;
  const std::string_view extension = name.substr(dot);
  return extension.empty() || extension == ".db" || extension == ".sql" || extension == ".dump";
}

Status provide_folder(const std::string& folder) {
  if (files::is_folder(folder)) return {};
  BEDSTONE_TRY(files::make_folder(files::parent(folder)));
  if (mkdir(folder.c_str(), kOwnerOnly) == 0 || files::is_folder(folder)) return {};
  return fail(files::from_errno(errno, folder, true));
}

Status check_room(const std::string& folder, std::uint64_t bytes) {
  struct statvfs facts {};
  // Where nobody knows, writing will tell.
  if (statvfs(folder.c_str(), &facts) != 0) return {};
  const std::uint64_t left = static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  if (left >= bytes) return {};
  return fail(
      Error(ErrorCode::kBackupSpace,
            fmt::format("there is too little room in {} for the backup", folder))
          .because(fmt::format("it may need {}, and {} are left", readable(bytes), readable(left)))
          .advise("free some space (df -h shows where), or write the backup elsewhere: "
                  "bedstone backup /other/disk/FILE"));
}

void remove_backup(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(without_slash(path), ignored);
  ::unlink(manifest_path(path).c_str());
}

Result<std::vector<std::string>> prune(const std::string& folder, const std::string& project,
                                       std::int64_t keep) {
  BEDSTONE_ASSIGN(const auto names, files::list(folder));
  std::vector<std::pair<std::string, std::string>> ours;  // taken_at, name
  for (const std::string& name : names) {
    if (!is_default_name(name, project)) continue;
    const auto manifest = read_manifest(manifest_path(files::resolve(folder, name)));
    if (!manifest || manifest->file != name || manifest->project != project) continue;
    ours.emplace_back(manifest->taken_at, name);
  }
  std::sort(ours.begin(), ours.end());
  std::vector<std::string> pruned;
  const auto surplus = static_cast<std::int64_t>(ours.size()) - keep;
  for (std::int64_t i = 0; i < surplus; ++i) {
    const std::string& name = ours[static_cast<std::size_t>(i)].second;
    remove_backup(files::resolve(folder, name));
    pruned.push_back(name);
  }
  return pruned;
}

std::string unfinished_name(const std::string& path) {
  return fmt::format("{}.{}-{}.unfinished", without_slash(path), getpid(),
                     random_id().substr(0, 8));
}

void remove_unfinished(const std::string& path) {
  const std::string folder = files::parent(without_slash(path));
  const auto names = files::list(folder);
  if (!names) return;
  for (const std::string& name : *names) {
    // NAME.PID-RANDOM.unfinished, and what SQLite puts beside it.
    const std::size_t end = name.rfind(".unfinished");
    if (end == name.npos) continue;
    const std::size_t dot = name.substr(0, end).rfind('.');
    if (dot == name.npos) continue;
    const std::string_view who = std::string_view(name).substr(dot + 1, end - dot - 1);
    const std::size_t dash = who.find('-');
    if (dash == who.npos || who.size() - dash != 9 || !is_digits(who.substr(0, dash))) continue;
    const std::string unfinished = files::resolve(folder, name);
    if (may_be_alive(who.substr(0, dash), unfinished)) continue;
    std::error_code ignored;
    std::filesystem::remove_all(unfinished, ignored);
  }
}

Status put_in_place(const std::string& beside, const std::string& path) {
  const std::string target = without_slash(path);
  const std::string folder = files::parent(target);
  // What takes nobody's place: a link for files; a folder's rename refuses one that is not empty.
  if (files::exists(target)) return fail(files::from_errno(EEXIST, target, true));
  if (files::is_folder(beside)) {
    if (rename(beside.c_str(), target.c_str()) != 0) {
      return fail(files::from_errno(errno, target, true));
    }
  } else if (link(beside.c_str(), target.c_str()) == 0) {
    unlink(beside.c_str());
  } else if (errno == EEXIST || rename(beside.c_str(), target.c_str()) != 0) {
    // Some file systems know no links.
    return fail(files::from_errno(errno, target, true));
  }
  sync_folder(folder);
  return {};
}

}  // namespace bedstone::backup
