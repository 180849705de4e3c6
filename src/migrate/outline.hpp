/// Outline: what a migration's file holds, found in one pass in constant memory, before any of it
/// runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/url.hpp"
#include "migrate/folder.hpp"
#include "sql/classify.hpp"
#include "sql/splitter.hpp"

namespace bedstone::migrate {

/// A migration that another one stands for: `replaces=20261120093000:4f1c…`, with `:all` behind it
/// where it stood for all that came before it.
struct Replaced {
  std::string version;
  std::string tokens;  ///< As in the history.
  bool all = false;
};

/// `-- bedstone: transaction=off, lock_timeout=2s, depends=20261120093000, indexes=optional`.
struct Directives {
  bool transaction = true;
  std::optional<std::chrono::milliseconds> lock_timeout;
  std::vector<std::string> depends;
  /// Where it says that an index which is not unique may be missing when building it fails.
  std::optional<Place> optional_indexes;
  std::vector<Replaced> replaces;  ///< Not empty: a squash.
};

/// A piece of a migration that takes effect as a whole: the statements of one transaction, or one
/// statement that cannot run in any.
struct Unit {
  bool bare = false;        ///< One statement, outside of transactions.
  std::uint64_t first = 0;  ///< Statements by number, from 1, both inclusive.
  std::uint64_t last = 0;
  std::string begin;  ///< The file's own BEGIN, when it brought one.
  std::string hash;   ///< Of its tokens; filled only when there are several units.
  // Of a bare statement:
  sql::StatementClass what;
  std::uint32_t line = 0;
  std::string excerpt;
};

/// How large a down section may be: it is kept in the history.
inline constexpr std::uint64_t kDownLimitBytes = 16U << 20;

/// A file up to this size is read once and kept: what was checked is what runs.
inline constexpr std::size_t kKeptBytes = 8 * 1024;

struct Outline {
  std::shared_ptr<const std::string> text;  ///< Of a small file; null for others.
  /// Of a small file without COPY data; null for others.
  std::shared_ptr<const std::vector<sql::Statement>> kept;
  std::string checksum;      ///< SHA-256 of the way up: line ends as LF, without BOM.
  std::string checksum_raw;  ///< SHA-256 of the file's bytes.
  std::string tokens;        ///< Digest of what the way up says, whatever its layout.
  std::uint64_t statements = 0;
  std::vector<Unit> units;             ///< Empty for a file of comments.
  std::vector<std::uint64_t> skipped;  ///< Numbers of the file's own BEGIN and COMMIT, ascending.
  Directives directives;
  bool destructive = false;   ///< Some statement deletes rows, columns or tables.
  bool drops_tables = false;  ///< SQLite: rows of other tables may lose their parents.
  /// Indexes that it makes or drops, tables that it drops, by plain name.
  std::vector<std::string> indexes;
  std::vector<std::string> dropped_tables;
  bool changes_session = false;  ///< What follows must start from a fresh session.
  std::optional<std::string> down_sql;
  std::uint32_t down_line = 0;  ///< Where down_sql starts in its file, from 1.
  std::string down_file;        ///< The file down_sql stands in, for people.
};

/// Reads a migration's file to its end. Errors: those of the splitter, kMigrationDirective,
/// kMigrationTransaction, with their places.
Result<Outline> outline(const MigrationFile& file, db::Engine engine);
/// The same for SQL that is not a migration's file: a down section, which begins in line
/// `first_line` of the file `shown`. Errors have the file's lines, the outline the section's.
Result<Outline> outline_text(const std::string& text, const std::string& shown,
                             std::uint32_t first_line, db::Engine engine);

/// The checksums and the token digest alone. Fills only those of Outline.
Result<Outline> checksums(const MigrationFile& file, db::Engine engine);

/// Whether a comment marks the way back: `-- bedstone:down`.
bool is_down_marker(std::string_view comment);

}  // namespace bedstone::migrate
