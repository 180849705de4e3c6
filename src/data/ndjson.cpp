// Lines out of pieces; a line within one piece is parsed where it stands.
#include "data/ndjson.hpp"

#include <fmt/format.h>

#include <utility>

#include "data/json_parser.hpp"
#include "data/utf8.hpp"

namespace bedstone::data {

NdjsonReader::NdjsonReader(files::Reader reader, std::string file, Limits limits)
    : reader_(std::move(reader)), file_(std::move(file)), limits_(limits) {}

/// Finds the next line, without what ends it.
Result<NdjsonReader::Found> NdjsonReader::next_line() {
  carried_.clear();
  bool too_long = false;
  for (;;) {
    const std::size_t length = piece_.find('\n');
    const std::string_view part = piece_.substr(0, length);
    too_long = too_long || carried_.size() + part.size() > limits_.file_bytes;
    if (length != std::string_view::npos) {
      piece_.remove_prefix(length + 1);
      text_ = carried_.empty() ? part : std::string_view(carried_.append(part));
      ++line_;
      return too_long ? Found::kTooLong : Found::kLine;
    }
    if (!too_long) carried_.append(part);
    BEDSTONE_ASSIGN(piece_, reader_.next());
    if (!piece_.empty()) continue;
    if (carried_.empty() && !too_long) return Found::kEnd;
    ++line_;
    text_ = carried_;
    ended_ = true;
    return too_long ? Found::kTooLong : Found::kLine;
  }
}

std::optional<Checked<Node>> NdjsonReader::next() {
  while (!ended_) {
    auto found = next_line();
    if (!found || *found == Found::kEnd) ended_ = true;
    if (!found) return fail_all(std::move(found).error());
    if (*found == Found::kEnd) break;
    if (*found == Found::kTooLong) {
      return fail_all(Error(ErrorCode::kYamlLimit, fmt::format("a line of {} is longer than {} MiB",
                                                               file_, limits_.file_bytes >> 20))
                          .advise("write one value per line; name a file that is one value .json")
                          .at(file_, line_, 1));
    }
    if (line_ == 1) {
      // Every other line would be an error, too.
      ended_ = ended_ || begins_like_utf16(text_);
      text_ = without_byte_order_mark(text_);
    }
    if (text_.find_first_not_of(" \t\r") != std::string_view::npos) return parse(text_);
  }
  return std::nullopt;
}

Checked<Node> NdjsonReader::parse(std::string_view line) const {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (auto error = check_utf8(file_, line, line_)) return fail_all(*std::move(error));
  return parse_json_value(file_, line, JsonSource::kLine, limits_, {line_, 1, 0});
}

}  // namespace bedstone::data
