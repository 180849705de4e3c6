/// Loads libpq at run time: a program that only uses SQLite never pays for its libraries.
#include "db/postgres/libpq.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/files.hpp"

namespace bedstone::db::postgres {
namespace {

constexpr std::string_view kSlimModule = "bedstone-libpq.so";
constexpr const char* kSystemLibrary = "libpq.so.5";

Error missing(std::string cause) {
  return Error(ErrorCode::kDriverMissing, "PostgreSQL's client library could not be loaded")
      .because(std::move(cause))
      .advise(
          "install it: `apt-get install libpq5` (Debian, Ubuntu); or name the file in "
          "BEDSTONE_LIBPQ");
}

std::string executable_folder() {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return {};
  return files::parent(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

/// The folder of the object this code was linked into: another one than the executable's when
/// Bedstone is used as a shared library.
std::string own_folder() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&executable_folder), &info) == 0) return {};
  const std::string_view path = info.dli_fname == nullptr ? "" : info.dli_fname;
  return path.starts_with('/') ? files::parent(path) : std::string();
}

}  // namespace

std::vector<std::string> library_candidates(std::string_view override_path,
                                            const std::vector<std::string>& program_folders) {
  if (!override_path.empty()) return {std::string(override_path)};
  std::vector<std::string> candidates;
  for (const auto& folder : program_folders) {
    if (folder.empty()) continue;
    candidates.push_back(fmt::format("{}/{}", folder, kSlimModule));
    candidates.push_back(fmt::format("{}/../lib/bedstone/{}", folder, kSlimModule));
    candidates.push_back(fmt::format("{}/bedstone/{}", folder, kSlimModule));
  }
  candidates.emplace_back(kSystemLibrary);
  return candidates;
}

Result<LibPq> LibPq::load_from(const std::string& path) {
  void* library = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return fail(missing(::dlerror()));

  LibPq pq;
  pq.path = path;
  const char* absent = nullptr;
#define BEDSTONE_LIBPQ_LOAD(name)                                         \
  pq.name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name)); \
  if (pq.name == nullptr) absent = #name;
  BEDSTONE_LIBPQ_FUNCTIONS(BEDSTONE_LIBPQ_LOAD)
#undef BEDSTONE_LIBPQ_LOAD
  if (absent != nullptr) {
    return fail(
        missing(fmt::format("{} has no {}: Bedstone needs libpq 14 or newer", path, absent)));
  }
  pq.missing_package =
      reinterpret_cast<const char* (*)()>(::dlsym(library, "bedstone_libpq_missing_package"));
  return pq;
}

Result<LibPq> LibPq::load() {
  const char* override_path = std::getenv("BEDSTONE_LIBPQ");
  const auto candidates = library_candidates(override_path == nullptr ? "" : override_path,
                                             {executable_folder(), own_folder()});
  for (const auto& path : candidates) {
    // A file that is not there is the normal case; one that is there and does not load is told.
    const bool is_last = &path == &candidates.back();
    if (!is_last && ::access(path.c_str(), R_OK) != 0) continue;
    return load_from(path);
  }
  return fail(missing("no candidate"));
}

}  // namespace bedstone::db::postgres
