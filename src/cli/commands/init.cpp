// bedstone init
#include "cli/init.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <span>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/embedded.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

/// Where a template says its project's name.
constexpr std::string_view kNameMark = "__NAME__";
constexpr std::size_t kNameLimit = 63;

constexpr std::array<std::string_view, 2> kTemplates{"blank", "hub"};

std::string filled_in(std::string_view text, std::string_view name) {
  std::string filled(text);
  for (auto at = filled.find(kNameMark); at != std::string::npos; at = filled.find(kNameMark, at)) {
    filled.replace(at, kNameMark.size(), name);
    at += name.size();
  }
  return filled;
}

/// One error for each file that is in the way.
std::vector<Error> obstacles(std::string_view folder, std::span<const EmbeddedFile> files) {
  std::vector<Error> errors;
  for (const EmbeddedFile& file : files) {
    const std::string path = files::resolve(folder, file.path);
    if (!files::exists(path)) continue;
    errors.push_back(
        Error(ErrorCode::kFileExists, fmt::format("{} exists already", path))
            .advise("choose another folder, or move the file away; nothing was written")
            .at(path));
  }
  return errors;
}

/// Makes the folders above `path` and remembers those that were not there.
Status make_parents(const std::string& path, std::vector<std::string>& made) {
  const std::string parent = files::parent(path);
  std::vector<std::string> missing;
  for (std::string folder = parent; !folder.empty() && !files::exists(folder);
       folder = files::parent(folder)) {
    missing.push_back(folder);
  }
  BEDSTONE_TRY(files::make_folder(parent));
  made.insert(made.end(), missing.rbegin(), missing.rend());
  return {};
}

/// Undoes a half done init; folders go only when they are empty.
void remove_written(const std::vector<std::string>& files,
                    const std::vector<std::string>& folders) {
  for (const std::string& file : files)
    unlink(file.c_str());
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder)
    rmdir(folder->c_str());
}

int run(Session& session) {
  const std::string folder(
      session.call().positional(0).value_or(session.call().value("project").value_or(".")));
  const InitReport report =
      init_project(folder, session.call().value("template").value_or("blank"));
  if (session.json()) {
    session.print_json(to_json(report));
    return static_cast<int>(report.exit_code);
  }
  Page page = session.page();
  for (const std::string& file : report.files)
    page.add("  wrote  ", Tone::kGood).line(files::resolve(folder, file));
  if (report.errors.empty()) {
    const std::string where = folder == "." ? "" : fmt::format("-C {} ", text::shell_quote(folder));
    page.add("Next: ", Tone::kQuiet).line(fmt::format("bedstone {}up", where), Tone::kStrong);
  }
  session.print(std::move(page));
  session.print_problems(report.errors);
  return static_cast<int>(report.exit_code);
}

constexpr PositionalSpec kPositionals[] = {{.name = "DIR",
                                            .arity = Arity::kOptional,
                                            .help = "The folder; made when missing (default: .)"}};

constexpr FlagSpec kFlags[] = {
    {.name = "template",
     .kind = ValueKind::kChoice,
     .metavar = "NAME",
     .help = "blank: the smallest project; hub: a complete one for an AI application",
     .fallback = "blank",
     .choices = kTemplates}};

constexpr Example kExamples[] = {
    {"bedstone init shop && bedstone -C shop up", "from nothing to a database"},
    {"bedstone init hub --template hub", "the worked example"},
};

}  // namespace

std::string project_name_for(std::string_view folder) {
  std::string path(folder);
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  if (path.empty() || path == "." || path == "..") {
    path = files::file_name(path == ".." ? files::parent(files::current_folder())
                                         : files::current_folder());
  }
  std::string name;
  for (const char c : text::to_lower(files::file_name(path))) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) {
      name.push_back(c);
    } else if (!name.empty() && name.back() != '-') {
      name.push_back(c == '_' ? '_' : '-');
    }
  }
  name.resize(std::min(name.size(), kNameLimit));
  while (name.ends_with('-') || name.ends_with('_'))
    name.pop_back();
  return name.empty() ? "app" : name;
}

InitReport init_project(std::string_view folder, std::string_view template_name) {
  InitReport report;
  report.folder = folder;
  report.template_name = template_name;
  const auto files = template_name == "hub" ? hub_template() : blank_template();
  report.errors = obstacles(folder, files);
  if (!report.errors.empty()) return report;

  const std::string name = project_name_for(folder);
  std::vector<std::string> written, folders;
  for (const EmbeddedFile& file : files) {
    const std::string path = files::resolve(folder, file.path);
    Status status = make_parents(path, folders);
    if (status) status = files::write_new(path, filled_in(file.text, name));
    if (!status) {
      report.errors.push_back(std::move(status).error());
      report.files.clear();
      remove_written(written, folders);
      return report;
    }
    written.push_back(path);
    report.files.emplace_back(file.path);
  }
  report.exit_code = ExitCode::kDone;
  return report;
}

constexpr CommandSpec kInitCommand{
    .name = "init",
    .summary = "Start a new project",
    .description =
        "Writes a bedstone.yaml and a first migration. Overwrites nothing: where a file is in the "
        "way, each is named and none is written.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kFileExits,
    .run = run};

}  // namespace bedstone::cli
