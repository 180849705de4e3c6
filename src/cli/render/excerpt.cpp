// Finding and cutting one line.
#include "cli/render/excerpt.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::cli {
namespace {

constexpr std::size_t kWidth = 90;
/// Minified SQL may be one line of megabytes; what lies behind this is not shown.
constexpr std::size_t kLineLimitBytes = 1U << 20;
constexpr std::size_t kTab = 4;
/// Files that a project consists of.
constexpr std::array<std::string_view, 8> kSources{".sql", ".yaml",   ".yml",   ".json",
                                                   ".csv", ".ndjson", ".jsonl", ".tsv"};

struct Line {
  std::string before;  ///< The line above.
  std::string text;
};

/// Feeds pieces of a file until line `wanted` is complete.
class LineFinder {
 public:
  explicit LineFinder(std::uint32_t wanted) : wanted_(wanted) {}

  /// Returns true when the line is complete.
  bool feed(std::string_view piece) {
    while (!piece.empty()) {
      const auto end = piece.find('\n');
      if (number_ == wanted_) append(found_.text, piece.substr(0, end));
      if (number_ + 1 == wanted_) append(found_.before, piece.substr(0, end));
      if (end == std::string_view::npos) return false;
      if (number_ == wanted_) return true;
      ++number_;
      piece.remove_prefix(end + 1);
    }
    return false;
  }

  std::optional<Line> finish() {
    if (number_ < wanted_) return std::nullopt;
    if (found_.text.ends_with('\r')) found_.text.pop_back();
    return std::move(found_);
  }

 private:
  static void append(std::string& line, std::string_view piece) {
    line.append(piece.substr(0, kLineLimitBytes - std::min(kLineLimitBytes, line.size())));
  }

  std::uint32_t wanted_;
  std::uint32_t number_ = 1;
  Line found_;
};

std::optional<Line> read_line(const std::string& path, std::uint32_t number) {
  auto reader = files::Reader::open(path);
  if (!reader) return std::nullopt;
  LineFinder finder(number);
  for (;;) {
    const auto piece = reader->next();
    if (!piece) return std::nullopt;
    if (piece->empty() || finder.feed(*piece)) return finder.finish();
  }
}

/// A character as shown.
struct Glyph {
  std::string text;
  std::size_t width;
};

/// Bytes of the character that `text` (not empty) starts with; 1 for what is not UTF-8.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return length <= text.size() && !text::invalid_utf8(text.substr(0, length)) ? length : 1;
}

/// Tabs become the spaces up to the next stop, so that the caret's line needs none.
Glyph glyph_of(std::string_view character, std::size_t columns_before) {
  if (character == "\t") {
    const std::size_t width = kTab - columns_before % kTab;
    return {std::string(width, ' '), width};
  }
  std::string shown = text::printable(character);
  const std::size_t width = text::display_width(shown);
  return {std::move(shown), width};
}

}  // namespace

/// A .env file, or a key, has nothing for a screen, whatever stands on the line.
bool is_source(std::string_view path) {
  const std::string lower = text::to_lower(path);
  return std::any_of(kSources.begin(), kSources.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool may_show(std::string_view line) {
  const std::string lower = text::to_lower(line);
  for (const std::string_view sign : {"password", "passwd", "passphrase", "secret", "token",
                                      "api_key", "apikey", "api-key", "credential", "://"}) {
    if (lower.find(sign) != std::string::npos) return false;
  }
  return true;
}

Excerpt make_excerpt(std::string_view line, std::uint32_t column, std::size_t width) {
  std::vector<Glyph> glyphs;
  std::size_t columns = 0;
  std::size_t caret = std::string::npos;  // As an index into `glyphs`.
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = character_length(line.substr(i));
    if (column != 0 && i + length >= column && caret == std::string::npos) caret = glyphs.size();
    glyphs.push_back(glyph_of(line.substr(i, length), columns));
    columns += glyphs.back().width;
    i += length;
  }
  if (column != 0 && caret == std::string::npos) caret = glyphs.size();

  // What stands before the caret gets two thirds of the width, so that some of what follows shows.
  std::size_t first = 0, before = 0;
  for (std::size_t i = 0; i < std::min(caret, glyphs.size()) && caret != std::string::npos; ++i)
    before += glyphs[i].width;
  while (before > width * 2 / 3)
    before -= glyphs[first++].width;

  Excerpt excerpt;
  std::size_t used = first > 0 ? 1 : 0;
  if (first > 0) excerpt.line = "…";
  excerpt.caret_column = caret == std::string::npos ? std::string::npos : used + before;
  for (std::size_t i = first; i < glyphs.size(); ++i) {
    used += glyphs[i].width;
    if (used >= width && i + 1 < glyphs.size()) {
      excerpt.line += "…";
      break;
    }
    excerpt.line += glyphs[i].text;
  }
  return excerpt;
}

std::optional<Excerpt> read_excerpt(const Place& place, std::string_view folder) {
  if (place.empty() || place.line == 0) return std::nullopt;
  std::string path = place.file;
  if (!files::exists(path) && !folder.empty()) path = files::resolve(folder, path);
  if (!files::exists(path) || files::is_folder(path) || !is_source(path)) return std::nullopt;
  const auto line = read_line(path, place.line);
  if (!line || !may_show(line->text) || !may_show(line->before)) return std::nullopt;
  if (text::trim(line->text).empty()) return std::nullopt;
  return make_excerpt(line->text, place.column, kWidth);
}

}  // namespace bedstone::cli
