// The layout of errors.
#include "cli/render/errors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/render/excerpt.hpp"

namespace bedstone::cli {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kStatementLimit = 200;
constexpr std::size_t kLabelWidth = 11;
constexpr std::size_t kExplainLimit = 3;

std::string show_place(const Place& place) {
  std::string text = place.file;
  if (place.line != 0) text += fmt::format(":{}", place.line);
  if (place.line != 0 && place.column != 0) text += fmt::format(":{}", place.column);
  return text;
}

void add_excerpt(Page& page, const Error& error, const ErrorStyle& style) {
  // Where something was masked in the statement, the file shows it.
  if (error.statement.find(kMask) != std::string::npos) return;
  const auto excerpt = read_excerpt(error.place, style.folder);
  if (!excerpt) return;
  const std::string gutter = fmt::format("{:>6} | ", error.place.line);
  page.add(gutter, Tone::kQuiet).line(excerpt->line);
  if (excerpt->caret_column == std::string::npos) return;
  page.space(gutter.size() - 2).add("| ", Tone::kQuiet);
  page.space(excerpt->caret_column).line("^", Tone::kBad);
}

/// A labelled value; further lines of it stand under the first.
void add_field(Page& page, std::string_view label, std::string_view value,
               Tone tone = Tone::kPlain) {
  if (value.empty()) return;
  bool first = true;
  for (const std::string_view line : text::split(text::trim(value), '\n')) {
    page.space(2).add(first ? label : "", Tone::kQuiet);
    page.space(kLabelWidth - (first ? label.size() : 0)).line(line, tone);
    first = false;
  }
}

std::string cause_of(const Error& error) {
  if (error.sqlstate.empty()) return error.cause;
  if (error.cause.empty()) return error.sqlstate;
  return fmt::format("{} ({})", error.cause, error.sqlstate);
}

void add_details(Page& page, const Error& error, const ErrorStyle& style) {
  if (!error.place.empty()) {
    page.space(2).add("at", Tone::kQuiet).space(kLabelWidth - 2);
    page.line(show_place(error.place), Tone::kName);
    add_excerpt(page, error, style);
  }
  add_field(page, "because", cause_of(error));
  add_field(page, "statement", text::excerpt(error.statement, kStatementLimit));
  if (style.debug) {
    for (const std::string& context : error.context)
      add_field(page, "while", context);
  }
  add_field(page, "next", error.hint, Tone::kStrong);
}

void add_explain(Page& page, const std::vector<Error>& errors) {
  std::vector<std::string> names;
  for (const Error& error : errors) {
    std::string name = code_name(error.code);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  names.resize(std::min(names.size(), kExplainLimit));
  page.line();
  for (const std::string& name : names)
    page.add("More: ", Tone::kQuiet).line(fmt::format("bedstone explain {}", name));
}

}  // namespace

void add_errors(Page& page, const std::vector<Error>& errors, const ErrorStyle& style) {
  if (errors.empty()) return;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (i > 0) page.line();
    const std::string number =
        errors.size() == 1 ? "" : fmt::format(" {} of {}", i + 1, errors.size());
    page.add(fmt::format("error{} {}: ", number, code_name(errors[i].code)), Tone::kBad);
    page.line(errors[i].message, Tone::kStrong);
    add_details(page, errors[i], style);
  }
  add_explain(page, errors);
}

void add_warnings(Page& page, const std::vector<Error>& warnings, const ErrorStyle& style) {
  for (const Error& warning : warnings) {
    page.add(fmt::format("warning {}: ", code_name(warning.code)), Tone::kWarning);
    page.line(warning.message);
    add_details(page, warning, style);
  }
}

}  // namespace bedstone::cli
