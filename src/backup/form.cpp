// Magic numbers, first lines, last lines.
#include "backup/form.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::backup {
namespace {

constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);
constexpr std::string_view kArchiveMagic = "PGDMP";
constexpr std::string_view kPostgresEnd = "-- PostgreSQL database dump complete";
constexpr std::size_t kHeadBytes = 4096;

/// The first and the last bytes of a file, and its size.
struct Edges {
  std::string head;
  std::string tail;
  std::uint64_t bytes = 0;
};

Result<Edges> read_edges(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return fail(files::from_errno(errno, path));
  Edges edges;
  struct stat facts {};
  std::array<char, kHeadBytes> buffer{};
  if (fstat(file, &facts) == 0) edges.bytes = static_cast<std::uint64_t>(facts.st_size);
  const auto head = pread(file, buffer.data(), buffer.size(), 0);
  if (head > 0) edges.head.assign(buffer.data(), static_cast<std::size_t>(head));
  const off_t last = edges.bytes > kHeadBytes ? facts.st_size - static_cast<off_t>(kHeadBytes) : 0;
  const auto tail = pread(file, buffer.data(), buffer.size(), last);
  if (tail > 0) edges.tail.assign(buffer.data(), static_cast<std::size_t>(tail));
  const int reason = errno;
  ::close(file);
  if (head < 0 || tail < 0) return fail(files::from_errno(reason, path));
  return edges;
}

Error damaged(const std::string& path, std::string what, std::string cause) {
  return Error(ErrorCode::kBackupDamaged, fmt::format("{} {}", path, what))
      .because(std::move(cause))
      .advise("copy it again from where it was kept, or take an older backup")
      .at(path);
}

Error unknown(const std::string& path, std::string cause) {
  return Error(ErrorCode::kBackupUnknown,
               fmt::format("{} is none of the forms that can be restored", path))
      .because(std::move(cause))
      .advise(
          "name a file of `bedstone backup`, of `pg_dump`, or of `sqlite3 FILE .dump`; unpack "
          "compressed files first")
      .at(path);
}

/// The header says how many pages there are (https://www.sqlite.org/fileformat.html, 1.3).
Status check_sqlite_size(const std::string& path, const Edges& edges) {
  if (edges.head.size() < 100) return fail(damaged(path, "is cut off", "its header is not whole"));
  const auto byte = [&edges](std::size_t at) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(edges.head[at]));
  };
  std::uint64_t page = byte(16) << 8 | byte(17);
  if (page == 1) page = 65536;
  const std::uint64_t pages = byte(28) << 24 | byte(29) << 16 | byte(30) << 8 | byte(31);
  // Very old versions of SQLite leave the count alone; the two counters then differ.
  const bool counted = edges.head.compare(24, 4, edges.head, 92, 4) == 0;
  if (!counted || edges.bytes >= page * pages) return {};
  return fail(
      damaged(path, "is cut off",
              fmt::format("it has {} bytes, and its header says {}", edges.bytes, page * pages)));
}

bool looks_like_text(std::string_view head) {
  return !head.empty() && head.find('\0') == head.npos;
}

Result<Found> recognise_sql(const std::string& path, const Edges& edges) {
  Found found{.form = Form::kSql};
  const std::string_view head = edges.head;
  if (head.find("-- PostgreSQL database dump") != head.npos) {
    found.engine = db::Engine::kPostgres;
    if (edges.tail.find(kPostgresEnd) == edges.tail.npos) {
      return fail(damaged(path, "is cut off",
                          fmt::format("the line `{}` at its end is missing", kPostgresEnd)));
    }
  } else if (head.starts_with(kSqliteHead) || head.starts_with("PRAGMA foreign_keys=OFF;")) {
    found.engine = db::Engine::kSqlite;
    const std::string_view end = text::trim(edges.tail);
    if (!end.ends_with("COMMIT;") && !end.ends_with("ROLLBACK; -- due to errors")) {
      return fail(damaged(path, "is cut off", "the COMMIT at its end is missing"));
    }
  }
  return found;
}

Result<Found> recognise_bytes(const std::string& path) {
  if (files::is_folder(path)) {
    if (files::exists(files::resolve(path, "toc.dat"))) {
      return Found{.form = Form::kFolder, .engine = db::Engine::kPostgres, .manifest = {}};
    }
    return fail(unknown(path, "it is a folder without pg_dump's toc.dat"));
  }
  BEDSTONE_ASSIGN(const Edges edges, read_edges(path));
  if (edges.bytes == 0) return fail(damaged(path, "is empty", "it has no bytes at all"));
  if (edges.head.starts_with(kSqliteMagic)) {
    BEDSTONE_TRY(check_sqlite_size(path, edges));
    return Found{.form = Form::kFile, .engine = db::Engine::kSqlite, .manifest = {}};
  }
  if (edges.head.starts_with(kArchiveMagic)) {
    return Found{.form = Form::kArchive, .engine = db::Engine::kPostgres, .manifest = {}};
  }
  if (edges.head.starts_with("\x1f\x8b") || edges.head.starts_with("BZh") ||
      edges.head.starts_with("\xfd"
                             "7zXZ") ||
      edges.head.starts_with("\x28\xb5\x2f\xfd")) {
    return fail(unknown(path, "it is compressed"));
  }
  if (!looks_like_text(edges.head)) return fail(unknown(path, "its first bytes are not known"));
  return recognise_sql(path, edges);
}

}  // namespace

Result<Found> recognise(const std::string& path) {
  std::optional<Manifest> manifest;
  const std::string beside = manifest_path(path);
  if (files::exists(beside)) {
    BEDSTONE_ASSIGN(manifest, read_manifest(beside));
  }
  auto found = recognise_bytes(path);
  if (!found) {
    // Where a manifest stands beside it, this was a backup once.
    if (manifest && found.error().code == ErrorCode::kBackupUnknown) {
      return fail(damaged(path, "is damaged", found.error().cause));
    }
    return found;
  }
  if (!manifest) return found;
  if (manifest->form != found->form) {
    return fail(damaged(
        path, "is not what its manifest says",
        fmt::format("{} is a manifest for the form {}", beside, form_name(manifest->form))));
  }
  found->engine = manifest->engine;
  found->manifest = std::move(manifest);
  return found;
}

Status check_bytes(const std::string& path, const Manifest& manifest) {
  BEDSTONE_ASSIGN(const Sum sum, sum_of(path));
  if (sum.bytes != manifest.bytes) {
    return fail(damaged(
        path, sum.bytes < manifest.bytes ? "is cut off" : "is longer than it was",
        fmt::format("it has {} bytes, and its manifest says {}", sum.bytes, manifest.bytes)));
  }
  if (sum.checksum == manifest.checksum) return {};
  return fail(damaged(path, "was changed after it was made",
                      "its checksum is not the one in its manifest"));
}

}  // namespace bedstone::backup
