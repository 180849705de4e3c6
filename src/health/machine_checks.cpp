// Checks of the machine: room on the disk, rights of files, the clock.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>

#include "base/files.hpp"
#include "base/text.hpp"
#include "health/checks.hpp"
#include "store/checks.hpp"

namespace bedstone::health {
namespace {

/// The folder's file system, as full as `df` says it is.
HealthFinding disk_of(const Subject& subject, const std::string& folder, std::string_view what) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0)
    return not_checked(fmt::format("not checked: {} cannot be looked at", folder));
  const auto block = static_cast<double>(info.f_frsize);
  const double used = block * static_cast<double>(info.f_blocks - info.f_bfree);
  const double room = block * static_cast<double>(info.f_bavail);
  const double percent = used + room <= 0 ? 0 : 100.0 * used / (used + room);
  HealthFinding finding = pass(
      fmt::format("{} free on the disk of {} ({:.0f} % used)", bytes_text(room), what, percent));
  worsen(finding, judge(percent, subject.limits));
  if (info.f_files > 0) {
    const double files = 100.0 * static_cast<double>(info.f_files - info.f_ffree) /
                         static_cast<double>(info.f_files);
    if (judge(files, subject.limits) != HealthOutcome::kPass) {
      worsen(finding, judge(files, subject.limits));
      finding.details.push_back(fmt::format("{:.0f} % of its inodes are used", files));
    }
  }
  if (finding.outcome == HealthOutcome::kPass) return finding;
  finding.advice = "a database that cannot write stops; make room, or give the disk more";
  finding.repair = fmt::format("du -xh {} | sort -h | tail", text::shell_quote(folder));
  return finding;
}

struct stat stat_of(const std::string& path, bool& there) {
  struct stat info {};
  there = ::stat(path.c_str(), &info) == 0;
  return info;
}

class FileRights {
 public:
  /// `bits`: what nobody but the owner may have; `outcome`: if somebody does.
  void look(const std::string& path, mode_t bits, HealthOutcome outcome, std::string_view why) {
    bool there = false;
    const struct stat info = stat_of(path, there);
    if (!there || !S_ISREG(info.st_mode)) return;
    ++count_;
    if ((info.st_mode & bits) == 0) return;
    finding_.details.push_back(
        fmt::format("{} has mode {:04o}: {}", path, info.st_mode & 07777U, why));
    if (outcome > finding_.outcome || finding_.repair.empty())
      finding_.repair = fmt::format("chmod {} {}", (bits & S_IRWXG) != 0 ? "go-rwx" : "o-rwx",
                                    text::shell_quote(path));
    worsen(finding_, outcome);
  }
  void remark(std::string text, std::string advice, std::string repair) {
    finding_.details.push_back(std::move(text));
    if (!finding_.repair.empty()) return;
    finding_.advice = std::move(advice);
    finding_.repair = std::move(repair);
    worsen(finding_, HealthOutcome::kWarn);
    ++remarks_;
  }
  HealthFinding finding() && {
    const auto bad = static_cast<std::int64_t>(finding_.details.size());
    finding_.evidence = bad == 0 ? fmt::format("{} looked at", text::count(count_, "file"))
                                 : text::count(bad, "file") + " to look at";
    if (bad > remarks_ && finding_.advice.empty()) finding_.advice = "take the rights away";
    return std::move(finding_);
  }

 private:
  std::int64_t count_ = 0;
  std::int64_t remarks_ = 0;
  HealthFinding finding_;
};

constexpr mode_t kOthers = S_IRWXO;
constexpr mode_t kOthersWrite = S_IWOTH;
constexpr mode_t kAnybody = S_IRWXG | S_IRWXO;

void look_at_database(const db::Url& url, FileRights& rights) {
  if (url.engine() != db::Engine::kSqlite || url.is_memory()) return;
  for (const std::string_view part : {"", "-wal", "-shm", "-journal"}) {
    const std::string path = url.path() + std::string(part);
    rights.look(path, kOthersWrite, HealthOutcome::kFail, "everybody may change the database");
    rights.look(path, kOthers & ~kOthersWrite, HealthOutcome::kWarn,
                "everybody on this machine may read the database");
  }
}

HealthFinding skewed(const Subject& subject, double skew, std::string_view of) {
  const double size = std::abs(skew);
  HealthFinding finding =
      pass(size < 0.1 ? fmt::format("the clocks of this machine and {} agree", of)
                      : fmt::format("{} is {} {} this machine", of, text::format_duration(size),
                                    skew > 0 ? "ahead of" : "behind"));
  worsen(finding, judge(size, subject.limits));
  if (finding.outcome == HealthOutcome::kPass) return finding;
  finding.advice =
      "times in rows and logs do not fit together, and what expires does so at the "
      "wrong moment; keep both in time with NTP";
  finding.repair = "timedatectl set-ntp true";
  return finding;
}

/// What watches on other machines found of their clocks lately.
void add_replicas(const Subject& subject, HealthFinding& finding) {
  store::CheckTable table(*subject.connection, subject.project.name);
  const auto rows = table.latest("clock", to_iso(subject.clock.now() - std::chrono::minutes(10)));
  // Whoever may not read the table does without.
  if (!rows) return;
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  for (const store::CheckRow& row : *rows) {
    if (row.outcome == "pass" || row.host == name.data()) continue;
    finding.details.push_back(fmt::format("on {}: {}", row.host, row.evidence));
    if (finding.outcome == HealthOutcome::kPass) {
      finding.evidence = fmt::format("the clock of {} does not agree", row.host);
      finding.advice = "keep all machines in time with NTP";
    }
    worsen(finding, HealthOutcome::kWarn);
  }
}

double seconds_since_epoch(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

Result<HealthFinding> sqlite_disk(const Subject& subject) {
  const db::Url& url = *subject.project.database.url;
  if (url.is_memory()) return pass("a database in memory needs no disk");
  std::string folder = files::parent(url.path());
  // Where the folder is not there yet, it will be on the disk of the one above.
  while (!folder.empty() && folder != "/" && !files::is_folder(folder))
    folder = files::parent(folder);
  return disk_of(subject, folder.empty() ? "." : folder, url.path());
}

Result<HealthFinding> postgres_disk(const Subject& subject) {
  if (subject.connection == nullptr)
    return not_checked("not checked: the server cannot be reached");
  const auto rows = subject.connection->query(
      "SELECT pg_backend_pid(), inet_server_addr() IS NULL OR host(inet_server_addr()) IN "
      "('127.0.0.1', '::1'), current_setting('data_directory')");
  // The folder's name is for superusers and pg_read_all_settings.
  if (!rows && rows.error().code == ErrorCode::kPermissionDenied)
    return not_checked("not checked: this role may not know where the server keeps its data");
  if (!rows) return fail(rows.error());
  // Only where the server's process is one of this machine is its folder one of this machine.
  const auto name = files::read(fmt::format("/proc/{}/comm", rows->integer(0, 0)));
  if (!rows->boolean(0, 1) || !name || !name->starts_with("postgres"))
    return not_checked("not checked: the server's disk is another machine's");
  return disk_of(subject, std::string(rows->text(0, 2)), "the server");
}

Result<HealthFinding> file_rights(const Subject& subject) {
  const Project& project = subject.project;
  FileRights rights;
  look_at_database(*project.database.url, rights);
  if (project.secrets.key.kind == Project::KeySource::Kind::kFile)
    rights.look(project.secrets.key.text, kAnybody, HealthOutcome::kFail,
                "others may read the encryption key");
  if (const auto key = subject.environment.get("BEDSTONE_KEY_FILE"))
    rights.look(std::string(*key), kAnybody, HealthOutcome::kFail,
                "others may read the encryption key");
  const std::string generated = files::resolve(project.folder, "generated-passwords.txt");
  rights.look(generated, kAnybody, HealthOutcome::kFail, "others may read passwords");
  if (files::exists(generated)) {
    rights.remark(generated + " holds passwords in the clear",
                  "hand them over, then delete the file",
                  "shred -u " + text::shell_quote(generated));
  }
  if (project.settings.import_env)
    rights.look(*project.settings.import_env, kOthers, HealthOutcome::kWarn,
                "everybody on this machine may read it");
  for (const std::string& file : {project.file, project.overlay}) {
    if (!file.empty())
      rights.look(file, kOthersWrite, HealthOutcome::kFail, "everybody may change the project");
  }
  return std::move(rights).finding();
}

Result<HealthFinding> sqlite_clock(const Subject& subject) {
  const db::Url& url = *subject.project.database.url;
  if (url.is_memory()) return pass("the database has this machine's clock");
  bool there = false;
  const struct stat info = stat_of(url.path(), there);
  if (!there) return not_checked("not checked: the file is not there");
  // A file written in the future is on a disk of another machine, or the clock was set back.
  const double written =
      static_cast<double>(info.st_mtim.tv_sec) + static_cast<double>(info.st_mtim.tv_nsec) / 1e9;
  const double ahead = written - seconds_since_epoch(subject.clock.now());
  return skewed(subject, std::max(0.0, ahead), "the file");
}

Result<HealthFinding> postgres_clock(const Subject& subject) {
  const double before = seconds_since_epoch(subject.clock.now());
  BEDSTONE_ASSIGN(const auto rows,
                  subject.connection->query("SELECT extract(epoch FROM clock_timestamp())"));
  const double after = seconds_since_epoch(subject.clock.now());
  const double server = std::strtod(std::string(rows.text(0, 0)).c_str(), nullptr);
  // What the way there and back took is nobody's fault.
  const double skew = server < before ? server - before : server > after ? server - after : 0;
  HealthFinding finding = skewed(subject, skew, "the server");
  add_replicas(subject, finding);
  return finding;
}

}  // namespace bedstone::health
