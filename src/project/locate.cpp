// Finding things in the project's folder, and saying what was looked for.
#include "project/locate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "project/keys.hpp"

namespace bedstone {
namespace {

/// Where the tools keep them by default: docs/project-file.md names each.
constexpr std::array<std::string_view, 5> kMigrationFolders{
    "migrations", "db/migrations", "prisma/migrations", "supabase/migrations",
    "src/main/resources/db/migration"};

std::string absolute(const std::string& folder) {
  const std::filesystem::path path(files::resolve(files::current_folder(), folder));
  std::string normal = path.lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/'))
    normal.pop_back();
  return normal;
}

bool holds_sql(const std::string& folder, bool look_deeper) {
  const auto names = files::list(folder);
  if (!names) return false;
  if (std::any_of(names->begin(), names->end(),
                  [](const std::string& name) { return name.ends_with(".sql"); })) {
    return true;
  }
  return look_deeper && std::any_of(names->begin(), names->end(), [&](const std::string& name) {
           return name.find('.') == std::string::npos &&
                  holds_sql(files::resolve(folder, name), false);
         });
}

std::string what_env(std::string_view env, bool from_variable) {
  return from_variable ? "the environment that BEDSTONE_ENV names"
                       : fmt::format("the environment {}", env);
}

}  // namespace

std::string overlay_name(std::string_view env) {
  return fmt::format("bedstone.{}.yaml", env);
}

Result<std::string> project_folder(std::string_view given) {
  std::string folder(given.empty() ? "." : given);
  while (folder.size() > 1 && folder.ends_with('/'))
    folder.pop_back();
  if (files::is_folder(folder)) return folder;
  if (!files::exists(folder)) return fail(files::from_errno(ENOENT, folder));
  return fail(Error(ErrorCode::kNotAFile, fmt::format("{} is not a folder", folder))
                  .advise(fmt::format("name the project's folder: bedstone -C {}",
                                      text::shell_quote(files::parent(folder))))
                  .at(folder));
}

std::string name_from_folder(const std::string& folder) {
  std::string name;
  for (const char c : text::to_lower(files::file_name(absolute(folder)))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || c == '_' || c == '-') {
      if (plain || !name.empty()) name.push_back(c);
    } else if (!name.empty() && name.back() != '-') {
      name.push_back('-');
    }
    if (name.size() == 63) break;
  }
  while (name.ends_with('-'))
    name.pop_back();
  return name.empty() ? "project" : name;
}

std::optional<std::string> project_above(const std::string& folder) {
  for (std::string at = absolute(folder); at != "/" && at != ".";) {
    at = files::parent(at);
    if (files::exists(files::resolve(at, kProjectFile))) return at;
  }
  return std::nullopt;
}

std::optional<std::string> find_migrations(const std::string& folder) {
  for (const std::string_view candidate : kMigrationFolders) {
    if (holds_sql(files::resolve(folder, candidate), true)) return std::string(candidate);
  }
  return std::nullopt;
}

Status check_env(std::string_view env, bool from_variable) {
  const bool fits = env.size() <= 63 && std::all_of(env.begin(), env.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_' || c == '-';
                    });
  if (fits) return {};
  return fail(Error(ErrorCode::kBadValue, fmt::format("{} holds no name of an environment",
                                                      from_variable ? "BEDSTONE_ENV" : "--env"))
                  .advise("give it 1 to 63 letters, digits, _ and -: --env production"));
}

Status check_missing_overlay(const std::string& folder, std::string_view env, bool from_variable) {
  const auto names = files::list(folder);
  if (!names) return fail(names.error());
  std::vector<std::string> envs;
  for (const std::string_view name : *names) {
    constexpr std::string_view kBefore = "bedstone.", kAfter = ".yaml";
    if (name.size() <= kBefore.size() + kAfter.size()) continue;
    if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) continue;
    envs.emplace_back(name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size()));
  }
  const auto near = text::nearest(env, envs);
  if (!near) return {};
  return fail(
      Error(ErrorCode::kBadValue, fmt::format("{} has no overlay", what_env(env, from_variable)))
          .because(fmt::format("{} does not exist, but {} does",
                               from_variable ? "its file" : overlay_name(env), overlay_name(*near)))
          .advise(fmt::format("use --env {}, or make an empty overlay for the other name", *near))
          .at(files::resolve(folder, overlay_name(*near))));
}

std::optional<Error> below_a_project(const std::string& folder) {
  const auto above = project_above(folder);
  if (!above) return std::nullopt;
  return Error(ErrorCode::kNoProject, fmt::format("there is no {} in {}, but one in {}",
                                                  kProjectFile, absolute(folder), *above))
      .advise(fmt::format("use that project: bedstone -C {} status; or begin one here: "
                          "bedstone init",
                          text::shell_quote(*above)))
      .at(files::resolve(*above, kProjectFile));
}

Error no_project(const std::string& folder) {
  if (files::exists(files::resolve(folder, "bedstone.yml"))) {
    return Error(ErrorCode::kNoProject,
                 fmt::format("there is no {} in {}", kProjectFile, absolute(folder)))
        .because("the file there is called bedstone.yml")
        .advise(folder == "." ? "rename it: mv bedstone.yml bedstone.yaml"
                              : fmt::format("rename it: mv {0}/bedstone.yml {0}/bedstone.yaml",
                                            text::shell_quote(folder)));
  }
  if (auto error = below_a_project(folder)) return *std::move(error);
  return Error(ErrorCode::kNoProject, fmt::format("there is no project in {}", absolute(folder)))
      .because(
          fmt::format("it has neither {} nor a folder migrations/ with .sql files", kProjectFile))
      .advise(folder == "."
                  ? "begin one: bedstone init; or name its folder: bedstone -C DIR"
                  : fmt::format("begin one: bedstone init {}", text::shell_quote(folder)));
}

}  // namespace bedstone
