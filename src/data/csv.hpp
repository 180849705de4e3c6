/// CSV (RFC 4180): records one after the other, in the memory of the longest one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/files.hpp"
#include "data/csv_record.hpp"
#include "data/encoding.hpp"
#include "data/limits.hpp"

namespace bedstone::data {

struct CsvFormat {
  char delimiter = ',';            ///< See CsvReader::may_delimit().
  std::string encoding = "utf-8";  ///< See Decoder::open().
};

/// Views into the reader: they live until the next record is asked for.
struct CsvRecord {
  std::span<const CsvField> fields;
  std::uint32_t line = 0;
};

/// Reads records that end with LF, CRLF or CR; empty lines and a byte-order mark are passed over. A
/// field that begins with a quote ends with one, and may hold delimiters, line ends and doubled
/// quotes; blanks belong to fields.
class CsvReader {
 public:
  CsvReader(files::Reader reader, std::string file, CsvFormat format = {}, Limits limits = {});

  /// ASCII, and neither a quote, a line's end nor NUL.
  static bool may_delimit(char c);

  /// The first record as the names of the columns, which are expected from then on. kSeedSource
  /// also where there is none, a name is empty or stands twice, or another delimiter seems to be
  /// used: all that can be known.
  Checked<std::vector<std::string>> header();
  /// From now on a record has one field per name, or it is an error.
  void expect(std::vector<std::string> names) { names_ = std::move(names); }

  /// The next record; nullopt at the end. Errors: kNotUtf8; kSeedSource for quotes out of place,
  /// NUL, text of another encoding than said, too many or too few fields; kYamlLimit for more than
  /// limits.file_bytes or csv::kMostFields. One may go on behind the line in question. After those
  /// of files::Reader, and about the encoding's name, the end comes.
  std::optional<Result<CsvRecord>> next();

  /// back() goes back to where mark() was called last; the records between them stay in memory.
  void mark();
  void back();

  /// Where the text stands that next() will look at: at the end, how many lines there were.
  std::uint32_t line() const { return line_; }

 private:
  Status start();
  Status fill();
  bool skip_line();
  std::optional<Result<CsvRecord>> end_with(Error error);
  tl::unexpected<Error> refuse();
  tl::unexpected<Error> refuse_length();
  std::optional<Error> check_text(std::string_view record, std::uint32_t line) const;
  std::optional<Error> check_count();
  void join_doubled_quotes();
  csv::Text text() const;
  Error not_valid(const Mark& mark, std::string_view problem, std::string hint) const;

  files::Reader reader_;
  std::string file_;
  CsvFormat format_;
  Limits limits_;
  csv::RecordScanner scanner_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::string> names_;

  std::string buffer_;      ///< From the mark or the current record on, and the scanner's padding.
  std::string joined_;      ///< The fields of the current record that had doubled quotes.
  std::size_t begin_ = 0;   ///< Of the current record.
  std::size_t end_ = 0;     ///< Of the text.
  std::uint32_t line_ = 1;  ///< That begin_ is in.
  std::optional<std::size_t> mark_;  ///< Never behind begin_.
  std::uint32_t mark_line_ = 1;
  bool last_ = false;  ///< The file holds no more than the buffer.
  bool ended_ = false;
  bool skipping_ = false;  ///< To the next line, after an error.
};

}  // namespace bedstone::data
