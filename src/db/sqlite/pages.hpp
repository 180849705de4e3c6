/// Pages: a SQLite file read without SQLite, as far as it can be read, after
/// https://www.sqlite.org/fileformat2.html .
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::db::sqlite {

struct TextBytes {
  std::string bytes;  ///< In the file's encoding.
};
struct BlobBytes {
  std::string bytes;
};
using Field = std::variant<std::monostate, std::int64_t, double, TextBytes, BlobBytes>;

/// What a cell of a leaf holds.
struct FoundRow {
  std::int64_t id = 0;  ///< Of tables; 0 in indexes.
  std::vector<Field> fields;
  bool whole = true;  ///< Some fields could not be read, and are missing at the end.
};

enum class PageKind : std::uint8_t {
  kNone,
  kIndexInterior,
  kTableInterior,
  kIndexLeaf,
  kTableLeaf
};

/// A file and what its -wal adds to it. Changes neither. Nothing in it is trusted: every number is
/// checked against the file's bounds, every chain has an end.
class PageFile {
 public:
  /// An error is a file that cannot be read at all. A header that is no header is guessed.
  static Result<PageFile> open(const std::string& path);
  PageFile(PageFile&& other) noexcept;
  PageFile& operator=(PageFile&&) = delete;
  ~PageFile();

  std::uint32_t count() const { return count_; }
  std::uint32_t page_bytes() const { return page_bytes_; }
  int encoding() const { return encoding_; }  ///< 1: UTF-8, 2: UTF-16le, 3: UTF-16be.
  bool has_header() const { return has_header_; }
  bool uses_wal() const { return uses_wal_; }
  std::uint32_t auto_vacuum() const { return auto_vacuum_; }
  std::uint32_t user_version() const { return user_version_; }
  std::uint32_t application_id() const { return application_id_; }
  /// Pages that hold nothing, as the file says.
  std::set<std::uint32_t> free_pages() const;

  /// From 1; a page that cannot be read is empty, one that is cut short ends in zeros.
  std::string page(std::uint32_t number) const;
  static PageKind kind(const std::string& page, std::uint32_t number);
  /// Pages under an interior page, as far as they are numbers of pages.
  std::vector<std::uint32_t> children(const std::string& page, std::uint32_t number) const;
  /// Each row or entry that the page itself holds; `overflow` takes the pages of their tails. Cells
  /// that cannot be read are counted in the result.
  std::int64_t rows(const std::string& page, std::uint32_t number,
                    const std::function<void(FoundRow&)>& take,
                    std::set<std::uint32_t>* overflow) const;

 private:
  PageFile() = default;
  void read_header();
  double look(std::uint32_t page_bytes, std::uint32_t reserved);
  void guess_page_bytes(std::uint32_t reserved);
  void check_encoding();
  void read_wal(const std::string& path);
  std::string bytes_at(int file, std::uint64_t offset, std::size_t length) const;
  bool payload(const std::string& page, std::size_t at, std::uint64_t size, bool table,
               std::string& out, std::set<std::uint32_t>* overflow) const;

  int file_ = -1;
  int wal_ = -1;
  std::uint64_t bytes_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t page_bytes_ = 4096;
  std::uint32_t usable_ = 4096;
  int encoding_ = 1;
  bool has_header_ = false;
  bool uses_wal_ = false;
  std::uint32_t auto_vacuum_ = 0;
  std::uint32_t user_version_ = 0;
  std::uint32_t application_id_ = 0;
  std::map<std::uint32_t, std::uint64_t> frames_;  ///< By page: where it is in the -wal.
};

}  // namespace bedstone::db::sqlite
