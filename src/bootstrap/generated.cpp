// Each change of the file is a new file in the old one's place.
#include "bootstrap/generated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::string_view kTop =
    "# Made by bedstone. Hand them over, then remove this file: nothing else holds them.\n";

void take_out(std::string& text, std::string_view part) {
  const std::size_t at = part.empty() ? std::string::npos : text.find(part);
  if (at != std::string::npos) text.erase(at, part.size());
}

/// Also where somebody put something between the lines meanwhile.
void take_out_lines(std::string& text, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    take_out(text, lines.substr(0, end));
    lines.remove_prefix(end);
  }
}

}  // namespace

Status Generated::keep(const Project& project, const Clock& clock, const std::string& set,
                       std::vector<seed::MadeUp> made) {
  path_ = files::resolve(project.folder, kGeneratedFile);
  std::string text(kTop);
  if (files::exists(path_)) {
    BEDSTONE_ASSIGN(text, files::read(path_));
  }
  std::string heading = heading_;
  if (heading.empty() || text.find(heading) == std::string::npos) {
    heading = fmt::format("\n# {} on {}, {}\n", project.name, project.database.url->redacted(),
                          to_iso(clock.now()));
    text += heading;
  }
  Block block;
  block.mark = fmt::format(
      "# set {}: not committed yet. If this line stays, the run broke off, and these may open "
      "nothing.\n",
      text::printable(set));
  for (const seed::MadeUp& one : made)
    block.lines += fmt::format("{}: {}\n", one.what, one.secret.expose());
  BEDSTONE_TRY(files::write_atomic(path_, text + block.mark + block.lines, files::Mode::kPrivate));
  heading_ = std::move(heading);
  block.made = std::move(made);
  open_.insert_or_assign(set, std::move(block));
  return {};
}

Status Generated::remove(const std::string& mark, const std::string& lines) {
  // Whoever took the file away has read it.
  if (!files::exists(path_)) return {};
  BEDSTONE_ASSIGN(std::string text, files::read(path_));
  take_out(text, mark);
  take_out_lines(text, lines);
  if (text.ends_with(heading_)) text.resize(text.size() - heading_.size());
  if (text == kTop) {
    std::error_code failed;
    std::filesystem::remove(path_, failed);
    return failed ? fail(files::from_errno(failed.value(), path_, true)) : Status();
  }
  return files::write_atomic(path_, text, files::Mode::kPrivate);
}

std::vector<std::string> Generated::committed(const std::string& set, Log& log) {
  std::vector<std::string> what;
  const auto found = open_.find(set);
  if (found == open_.end()) return what;
  if (const Status marked = remove(found->second.mark, ""); !marked)
    log.warning(fmt::format("{}: {}", kGeneratedFile, marked.error().message));
  for (seed::MadeUp& one : found->second.made) {
    what.push_back(one.what);
    committed_.emplace_back(set, std::move(one));
  }
  open_.erase(found);
  return what;
}

void Generated::rolled_back(const std::string& set, Log& log) {
  const auto found = open_.find(set);
  if (found == open_.end()) return;
  if (const Status removed = remove(found->second.mark, found->second.lines); !removed)
    log.warning(fmt::format("{}: {}", kGeneratedFile, removed.error().message));
  open_.erase(found);
}

std::vector<std::string> Generated::open_sets() const {
  std::vector<std::string> sets;
  for (const auto& [set, block] : open_)
    sets.push_back(set);
  return sets;
}

void Generated::deliver(
    const std::function<void(const std::vector<GeneratedSecret>&)>& receiver) const {
  if (!receiver || committed_.empty()) return;
  std::vector<GeneratedSecret> secrets;
  for (const auto& [set, made] : committed_)
    secrets.push_back({set, made.what, made.secret, path_});
  receiver(secrets);
}

}  // namespace bedstone::bootstrap
