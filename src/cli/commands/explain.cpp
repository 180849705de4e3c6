// bedstone explain
#include "cli/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/embedded.hpp"
#include "cli/render/json.hpp"
#include "cli/render/markdown.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array kCodes{
#define BEDSTONE_ERROR(name, number, summary) ErrorCode::name,
#include "bedstone/error_codes.def"
#undef BEDSTONE_ERROR
};

Error unknown_code(std::string_view word) {
  std::vector<std::string> names;
  for (const ErrorCode code : kCodes)
    names.push_back(code_name(code));
  const std::string full =
      text::parse_integer(word) ? fmt::format("BED{:0>4}", word) : std::string(word);
  const auto near = text::nearest(full, names);
  return Error(ErrorCode::kUsage, fmt::format("there is no error code {}", quote_safely(word)))
      .advise(near ? fmt::format("did you mean {}? all of them: bedstone explain", *near)
                   : "all of them: bedstone explain");
}

int list_all(Session& session) {
  std::vector<ErrorPage> pages;
  for (const ErrorCode code : kCodes)
    pages.push_back({code, {}});
  if (session.json()) {
    session.print_json(explain_json(pages));
    return 0;
  }
  std::vector<Page::Row> rows;
  for (const ErrorCode code : kCodes)
    rows.push_back({{code_name(code), Tone::kName}, {std::string(code_summary(code))}});
  Page page(session.out().color());
  session.out().write(page.table(rows, 0).take());
  return 0;
}

int run(Session& session) {
  const auto word = session.call().positional(0);
  if (!word) return list_all(session);
  const auto code = code_of(*word);
  if (!code) return session.fail({unknown_code(*word)});
  const std::string_view text = section_of(*code);
  if (session.json()) {
    session.print_json(explain_json({{*code, text}}));
    return 0;
  }
  Page page(session.out().color());
  page.add(code_name(*code), Tone::kName)
      .line(fmt::format(": {}", code_summary(*code)), Tone::kStrong);
  page.line();
  add_markdown(page, text, session.out().prose_width());
  session.out().write(page.take());
  return 0;
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "CODE",
     .arity = Arity::kOptional,
     .help = "BED0301, or just 301; without one, all are listed"}};

constexpr Example kExamples[] = {
    {"bedstone explain BED0301", "what happened, why, and what to do"},
    {"bedstone explain", "every code there is"},
};

}  // namespace

std::vector<ErrorCode> all_codes() {
  return {kCodes.begin(), kCodes.end()};
}

std::optional<ErrorCode> code_of(std::string_view text) {
  std::string word = text::to_lower(text::trim(text));
  if (word.starts_with("bed")) word.erase(0, 3);
  if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const auto number = text::parse_integer(word);
  const auto found = std::find_if(kCodes.begin(), kCodes.end(), [&](ErrorCode code) {
    return number && static_cast<std::int64_t>(code) == *number;
  });
  if (found == kCodes.end()) return std::nullopt;
  return *found;
}

std::string_view section_of(ErrorCode code) {
  const std::string heading = fmt::format("## {} ", code_name(code));
  for (const EmbeddedFile& file : error_pages()) {
    const auto at = file.text.starts_with(heading) ? 0 : file.text.find("\n" + heading);
    if (at == std::string_view::npos) continue;
    std::string_view section = file.text.substr(file.text.find('\n', at + 1) + 1);
    section = section.substr(0, section.find("\n## "));
    return text::trim(section);
  }
  return {};
}

constexpr CommandSpec kExplainCommand{.name = "explain",
                                      .summary = "Tell the long story of an error code",
                                      .positionals = kPositionals,
                                      .examples = kExamples,
                                      .exits = kOnlyUsageExits,
                                      .run = run};

}  // namespace bedstone::cli
