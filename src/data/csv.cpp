// Text is read and decoded piece by piece; records are scanned where they stand in the buffer.
#include "data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "data/csv_scan.hpp"
#include "data/utf8.hpp"

namespace bedstone::data {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
/// A record that does not fit is scanned again with so much more of it, at the most.
constexpr std::size_t kMostPieceBytes = 1024 * 1024;

bool is_utf8(std::string_view encoding) {
  const std::string name = text::to_lower(encoding);
  return name == "utf-8" || name == "utf8";
}

}  // namespace

CsvReader::CsvReader(files::Reader reader, std::string file, CsvFormat format, Limits limits)
    : reader_(std::move(reader)),
      file_(std::move(file)),
      format_(std::move(format)),
      limits_(limits),
      scanner_(format_.delimiter) {}

bool CsvReader::may_delimit(char c) {
  return static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\n' && c != '\r' && c != '\0';
}

Error CsvReader::not_valid(const Mark& mark, std::string_view problem, std::string hint) const {
  return Error(ErrorCode::kSeedSource, fmt::format("{} is not valid CSV: {}", file_, problem))
      .advise(std::move(hint))
      .at(file_, mark.line, mark.column);
}

csv::Text CsvReader::text() const {
  return {buffer_.data() + begin_, buffer_.data() + end_, line_, last_};
}

Status CsvReader::start() {
  if (!may_delimit(format_.delimiter)) {
    return fail(Error(ErrorCode::kSeedSource, "the delimiter cannot be this character")
                    .advise("use a comma, a semicolon, a tab or another ASCII character")
                    .at(file_));
  }
  auto decoder = Decoder::open(format_.encoding);
  if (!decoder) return fail(std::move(decoder).error().at(file_));
  decoder_ = *std::move(decoder);
  if (auto status = fill(); !status) return status;
  const std::string_view begin(buffer_.data(), end_);
  if (is_utf8(format_.encoding) && begins_like_utf16(begin)) {
    return fail(Error(ErrorCode::kNotUtf8, fmt::format("{} is not UTF-8", file_))
                    .because("it begins with the byte-order mark of UTF-16")
                    .advise("say encoding: utf-16")
                    .at(file_, 1, 1));
  }
  begin_ = begin.size() - without_byte_order_mark(begin).size();
  if (mark_) mark_ = begin_;
  return {};
}

void CsvReader::mark() {
  mark_ = begin_;
  mark_line_ = line_;
}

void CsvReader::back() {
  begin_ = mark_.value_or(begin_);
  line_ = mark_ ? mark_line_ : line_;
  ended_ = skipping_ = false;
}

/// Reads on; what stands before the mark or the current record goes.
Status CsvReader::fill() {
  const std::size_t gone = mark_.value_or(begin_);
  buffer_.resize(end_);
  buffer_.erase(0, gone);
  begin_ -= gone;
  if (mark_) mark_ = 0;
  BEDSTONE_ASSIGN(const auto piece,
                  reader_.next(std::clamp(buffer_.size(), kPieceBytes, kMostPieceBytes)));
  last_ = piece.empty();
  decoder_->decode(piece, last_, buffer_);
  end_ = buffer_.size();
  buffer_.append(csv::kPadding, '\n');
  return {};
}

std::optional<Result<CsvRecord>> CsvReader::end_with(Error error) {
  ended_ = true;
  return fail(std::move(error));
}

std::optional<Result<CsvRecord>> CsvReader::next() {
  if (ended_) return std::nullopt;
  if (decoder_ == nullptr) {
    if (auto status = start(); !status) return end_with(std::move(status).error());
  }
  for (;;) {
    using Found = csv::RecordScanner::Found;
    const Found found = skipping_ && !skip_line() ? Found::kMore : scanner_.scan(text());
    if (found == Found::kMore) {
      if (!skipping_ && end_ - begin_ > limits_.file_bytes) return refuse_length();
      if (skipping_ && last_) break;
      if (auto status = fill(); !status) return end_with(std::move(status).error());
      continue;
    }
    if (found == Found::kProblem) return refuse();
    const std::uint32_t line = std::exchange(line_, scanner_.next_line());
    const char* const from = buffer_.data() + begin_;
    begin_ = static_cast<std::size_t>(scanner_.next() - buffer_.data());
    const std::vector<CsvField>& fields = scanner_.fields();
    if (fields.size() == 1 && !fields[0].quoted && fields[0].text.empty()) {
      if (begin_ == end_ && last_) break;
      continue;
    }
    if (!scanner_.ascii()) {
      const std::string_view record(from, static_cast<std::size_t>(scanner_.next() - from));
      if (auto error = check_text(record, line)) return fail(*std::move(error));
    }
    if (auto error = check_count()) return fail(*std::move(error));
    if (!scanner_.doubled().empty()) join_doubled_quotes();
    return CsvRecord{fields, line};
  }
  ended_ = true;
  return std::nullopt;
}

/// Moves behind the end of the line that begin_ is in; false when that is not in the buffer.
bool CsvReader::skip_line() {
  const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
  const std::size_t length = rest.find_first_of("\r\n");
  begin_ += std::min(length, rest.size());
  if (length == std::string_view::npos) return false;
  const std::string_view end = rest.substr(length);
  if (end == "\r" && !last_) return false;
  begin_ += end.starts_with("\r\n") ? 2 : 1;
  ++line_;
  skipping_ = false;
  return true;
}

/// The scanner's problem. Reading goes on behind the line in which it stands.
tl::unexpected<Error> CsvReader::refuse() {
  const csv::RecordScanner::Problem& problem = scanner_.problem();
  begin_ = static_cast<std::size_t>(problem.spot.at - buffer_.data());
  line_ = problem.spot.mark.line;
  skipping_ = true;
  Error error = not_valid(problem.spot.mark, problem.message, problem.hint);
  if (problem.too_much) error.code = ErrorCode::kYamlLimit;
  return fail(std::move(error));
}

tl::unexpected<Error> CsvReader::refuse_length() {
  const csv::RecordScanner::Spot& quote = scanner_.open_quote();
  const Mark mark = quote.at != nullptr ? quote.mark : Mark{line_, 1, 0};
  if (quote.at != nullptr) begin_ = static_cast<std::size_t>(quote.at - buffer_.data());
  line_ = mark.line;
  skipping_ = true;
  return fail(Error(ErrorCode::kYamlLimit, fmt::format("a record of {} is longer than {} MiB",
                                                       file_, limits_.file_bytes >> 20))
                  .advise(quote.at != nullptr ? "is the quote that is opened here closed?"
                                              : "is it a CSV file?")
                  .at(file_, mark.line, mark.column));
}

/// `line` is the first one of the record.
std::optional<Error> CsvReader::check_text(std::string_view record, std::uint32_t line) const {
  const auto offset = text::invalid_utf8(record);
  if (!offset) return std::nullopt;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < *offset; ++i) {
    const bool ends = record[i] == '\n' || (record[i] == '\r' && record[i + 1] != '\n');
    if (!ends) continue;
    ++line;
    line_start = i + 1;
  }
  const auto column = static_cast<std::uint32_t>(*offset - line_start + 1);
  if (!is_utf8(format_.encoding)) {
    return Error(ErrorCode::kSeedSource, fmt::format("{} is not {}", file_, format_.encoding))
        .because("what stands here is no character of it")
        .advise("say another encoding; windows-1252 is what old spreadsheets write")
        .at(file_, line, column);
  }
  const auto byte = static_cast<unsigned char>(record[*offset]);
  return Error(ErrorCode::kNotUtf8, fmt::format("{} is not UTF-8", file_))
      .because(fmt::format("the byte 0x{:02X} begins no character", byte))
      .advise("say which encoding it is: windows-1252 is what old spreadsheets write")
      .at(file_, line, column);
}

std::optional<Error> CsvReader::check_count() {
  const std::vector<CsvField>& fields = scanner_.fields();
  if (names_.empty() || fields.size() == names_.size()) return std::nullopt;
  const auto count = [](std::size_t n) {
    return text::count(static_cast<std::int64_t>(n), "field");
  };
  const bool many = fields.size() > names_.size();
  const CsvField& field = many ? fields[names_.size()] : fields.back();
  const std::string problem =
      fmt::format("a record has {} where {} {} expected", count(fields.size()), names_.size(),
                  names_.size() == 1 ? "is" : "are");
  Error error =
      not_valid({field.line, field.column, 0}, problem,
                many ? "put quotes around text that holds the delimiter"
                     : "write an empty field for what has no value; is the delimiter right?");
  if (many) {
    error.cause = "the first one too many stands here";
  } else {
    error.cause = fmt::format("the field {} is missing", describe_key(names_[fields.size()]));
  }
  return error;
}

/// Elsewhere, so that the record can be read again.
void CsvReader::join_doubled_quotes() {
  std::size_t bytes = 0;
  for (const std::size_t index : scanner_.doubled())
    bytes += scanner_.fields()[index].text.size();
  joined_.resize(bytes);
  char* to = joined_.data();
  for (const std::size_t index : scanner_.doubled()) {
    std::string_view& text = scanner_.fields()[index].text;
    char* const begin = to;
    for (std::size_t i = 0; i < text.size(); ++i) {
      *to++ = text[i];
      if (text[i] == '"') ++i;
    }
    text = {begin, static_cast<std::size_t>(to - begin)};
  }
}

Checked<std::vector<std::string>> CsvReader::header() {
  auto record = next();
  if (!record) {
    return fail_all(not_valid({1, 1, 0}, "it is empty, and a header is expected",
                              "write the names of the columns into the first line"));
  }
  if (!*record) return fail_all(std::move(*record).error());
  const std::span<const CsvField> fields = (*record)->fields;
  Errors errors;
  const auto refuse = [&](const CsvField& field, const std::string& problem, std::string hint) {
    errors.push_back(not_valid({field.line, field.column, 0}, problem, std::move(hint)));
  };
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const CsvField& field : fields) {
    if (field.text.empty()) refuse(field, "a column has no name", "write one into the header");
    if (!field.text.empty() && !seen.insert(field.text).second) {
      refuse(field,
             fmt::format("the column {} stands twice in the header", describe_key(field.text)),
             "rename or remove one of the two");
    }
    names.emplace_back(field.text);
  }
  const std::size_t other = names[0].find_first_of(",;\t|");
  if (names.size() == 1 && !fields[0].quoted && other != std::string::npos) {
    const char found = names[0][other];
    refuse(fields[0], "the header is one field, and holds another delimiter",
           fmt::format("say delimiter: {}", found == '\t' ? "tab" : fmt::format("\"{}\"", found)));
  }
  if (!errors.empty()) return fail(std::move(errors));
  expect(names);
  return names;
}

}  // namespace bedstone::data
