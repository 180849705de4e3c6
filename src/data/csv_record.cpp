// From one meaningful byte to the next; most records hold nothing but delimiters and a line's end.
#include "data/csv_record.hpp"

#include <fmt/format.h>

#include <utility>

#include "data/csv_scan.hpp"

namespace bedstone::data::csv {

using Found = RecordScanner::Found;

Found RecordScanner::refuse(std::string message, std::string hint) {
  problem_ = {{{line_, column(), 0}, at_}, std::move(message), std::move(hint), false};
  return Found::kProblem;
}

/// Moves behind the line's end that stands at at_.
void RecordScanner::end_line() {
  if (*at_ == '\r' && at_ + 1 != text_.end && at_[1] == '\n') ++at_;
  ++at_;
  ++line_;
  line_start_ = at_;
}

Found RecordScanner::scan(const Text& text) {
  text_ = text;
  at_ = line_start_ = text.begin;
  line_ = text.line;
  ascii_ = true;
  open_quote_ = {};
  fields_.clear();
  doubled_.clear();
  for (;;) {
    if (fields_.size() == kMostFields) {
      refuse(fmt::format("a record has more than {} fields", kMostFields),
             "is it the right file, and the right delimiter?");
      problem_.too_much = true;
      return Found::kProblem;
    }
    CsvField& field = fields_.emplace_back();
    field.line = line_;
    field.column = column();
    if (at_ != text_.end && *at_ == '"') {
      const Found found = quoted_field(field);
      if (found != Found::kRecord) return found;
    } else {
      const char* const from = at_;
      at_ = next_special(at_, delimiter_, ascii_);
      field.text = {from, static_cast<std::size_t>(at_ - from)};
    }
    if (at_ == text_.end) return text_.last ? Found::kRecord : Found::kMore;
    if (*at_ == delimiter_) {
      ++at_;
    } else if (*at_ == '\n' || *at_ == '\r') {
      if (*at_ == '\r' && undecided()) return Found::kMore;
      end_line();
      return Found::kRecord;
    } else {
      return refuse_byte();
    }
  }
}

/// What stands where a delimiter or the record's end should.
Found RecordScanner::refuse_byte() {
  if (*at_ == '\0') {
    return refuse("a byte is zero, which text does not hold",
                  "is it a text file? A file that was saved as Unicode may want encoding: utf-16");
  }
  if (fields_.back().quoted) {
    return refuse(
        "text follows a closing quote",
        fmt::format("double the quotes within text: \"say \"\"yes\"\"\"; the field begins "
                    "in line {}",
                    fields_.back().line));
  }
  return refuse("a quote stands in a field that does not begin with one",
                "put the whole field between quotes and double those within: \"5\"\" disk\"; no "
                "blank may stand before the first");
}

/// From the opening quote to behind the closing one; kRecord when it is there.
Found RecordScanner::quoted_field(CsvField& field) {
  open_quote_ = {{line_, field.column, 0}, at_};
  field.quoted = true;
  const char* const from = ++at_;
  bool doubled = false;
  for (;;) {
    at_ = next_special(at_, '"', ascii_);
    if (at_ == text_.end) return text_.last ? not_closed() : Found::kMore;
    if (*at_ == '\0') return refuse_byte();
    if (undecided()) return Found::kMore;
    if (*at_ != '"') {
      end_line();
      continue;
    }
    if (at_ + 1 == text_.end || at_[1] != '"') break;
    doubled = true;
    at_ += 2;
  }
  field.text = {from, static_cast<std::size_t>(at_ - from)};
  if (doubled) doubled_.push_back(fields_.size() - 1);
  open_quote_ = {};
  ++at_;
  return Found::kRecord;
}

Found RecordScanner::not_closed() {
  problem_ = {open_quote_, "a quote is opened and never closed",
              "close it behind the field's text; quotes within text are doubled", false};
  return Found::kProblem;
}

}  // namespace bedstone::data::csv
