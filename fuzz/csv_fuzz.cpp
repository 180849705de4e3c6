// Any bytes as CSV: records with places in the text, or errors. What was read is the same wherever
// the pieces of the file end, and when it is written again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv.hpp"

namespace {

using namespace bedstone;

void require(bool condition) {
  if (!condition) std::abort();
}

using Record = std::vector<std::string>;
struct Found {
  std::vector<Record> records;
  std::vector<std::string> errors;
  std::uint32_t line = 0;
};

Found read(std::string_view text, const data::CsvFormat& format) {
  Found found;
  data::CsvReader csv(files::Reader::over(text), "f.csv", format);
  while (const auto record = csv.next()) {
    if (!*record) {
      const Error& error = record->error();
      require(!error.message.empty() && !error.hint.empty());
      // Beside a decoded character up to three bytes stand for one of the file.
      require(error.place.line <= text.size() + 1 && error.place.column <= 3 * text.size() + 2);
      require(error.place.line >= found.line);
      found.errors.push_back(error.message + error.cause);
      continue;
    }
    require((*record)->line >= found.line && !(*record)->fields.empty());
    found.line = (*record)->line;
    Record& fields = found.records.emplace_back();
    for (const data::CsvField& field : (*record)->fields) {
      require(field.line >= (*record)->line && field.column >= 1);
      fields.push_back((field.quoted ? "\"" : "") + std::string(field.text));
    }
  }
  require(csv.line() <= text.size() + 1);
  return found;
}

std::string written(const std::vector<Record>& records, char delimiter) {
  std::string text;
  for (const Record& record : records) {
    for (const std::string& field : record) {
      if (&field != &record.front()) text.push_back(delimiter);
      if (!field.starts_with('"')) {
        text += field;
        continue;
      }
      text.push_back('"');
      for (const char c : std::string_view(field).substr(1))
        text.append(c == '"' ? 2 : 1, c);
      text.push_back('"');
    }
    text.push_back('\n');
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static constexpr const char* kEncodings[] = {"utf-8",   "utf-16",       "utf-16be",
                                               "latin-1", "windows-1252", "euc-jp"};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  data::CsvFormat format;
  format.encoding = kEncodings[data[0] % std::size(kEncodings)];
  format.delimiter = data[0] < 128 ? ',' : ';';
  const Found found = read(text, format);

  // A line feed before it keeps what looks like a byte-order mark.
  const Found again =
      read("\n" + written(found.records, format.delimiter), {format.delimiter, "utf-8"});
  require(again.records == found.records && again.errors.empty());

  // A record before it moves the end of the first piece into the text.
  if (format.encoding != "utf-8" || data[1] % 8 != 0) return 0;
  if (text.starts_with("\xEF\xBB\xBF") || text.starts_with("\xFF\xFE") ||
      text.starts_with("\xFE\xFF")) {
    return 0;
  }
  const std::size_t piece = 64U * 1024;
  std::string moved(piece - std::min<std::size_t>(text.size(), data[1] / 8), 'x');
  moved.push_back('\n');
  Found behind = read(moved.append(text), format);
  behind.records.erase(behind.records.begin());
  require(behind.records == found.records && behind.errors == found.errors);
  return 0;
}
