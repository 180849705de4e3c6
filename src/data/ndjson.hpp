/// NDJSON: one JSON value per line, read in the memory of the longest one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "base/files.hpp"
#include "data/limits.hpp"
#include "data/node.hpp"

namespace bedstone::data {

/// Reads values line by line. Lines end with LF or CRLF; blank ones and a byte-order mark are
/// passed over. Marks hold the line in the file.
class NdjsonReader {
 public:
  NdjsonReader(files::Reader reader, std::string file, Limits limits = {});

  /// The next line's value; nullopt at the end. Errors are those of parse_json for one line (more
  /// than limits.file_bytes in it is kYamlLimit), and one may go on to the next line; after those
  /// of files::Reader the end comes.
  std::optional<Checked<Node>> next();
  /// The number of the line that next() read last.
  std::uint32_t line() const { return line_; }

 private:
  enum class Found { kLine, kTooLong, kEnd };
  Result<Found> next_line();
  Checked<Node> parse(std::string_view line) const;

  files::Reader reader_;
  std::string file_;
  Limits limits_;
  std::string_view piece_;  ///< What the reader gave and no line has taken yet.
  std::string carried_;     ///< The beginning of a line that goes on in the next piece.
  std::string_view text_;   ///< The line that was found.
  std::uint32_t line_ = 0;
  bool ended_ = false;
};

}  // namespace bedstone::data
