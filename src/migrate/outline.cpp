// The first pass over a migration: checksums, units, directives, the way back.
#include "migrate/outline.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "migrate/directives.hpp"
#include "migrate/flavor.hpp"
#include "migrate/units.hpp"
#include "sql/splitter.hpp"

namespace bedstone::migrate {
namespace {

/// Hashes text with CRLF as LF and without a byte order mark, piece by piece.
class NormalisedHash {
 public:
  void update(std::string_view piece) {
    if (first_ && piece.starts_with("\xEF\xBB\xBF")) piece.remove_prefix(3);
    if (!piece.empty()) first_ = false;
    while (!piece.empty()) {
      if (held_ && piece.front() != '\n') hash_.update("\r");
      held_ = false;
      const auto cr = piece.find('\r');
      hash_.update(piece.substr(0, cr));
      if (cr == std::string_view::npos) return;
      // A CR at a piece's end is told from a CRLF by what comes next.
      held_ = true;
      piece.remove_prefix(cr + 1);
    }
  }
  std::string finish() {
    if (held_) hash_.update("\r");
    return to_hex(hash_.finish());
  }

 private:
  Sha256 hash_;
  bool first_ = true;
  bool held_ = false;
};

/// What one reading of a script finds.
class Reading {
 public:
  Reading(db::Engine engine, std::string shown, bool checksums_only)
      : engine_(engine),
        shown_(shown),
        checksums_only_(checksums_only),
        builder_(engine, std::move(shown)) {}

  /// `marks`: whether comments may be directives and the marker of the way back.
  Status read(sql::Source source, bool marks) {
    sql::SplitOptions options;
    options.flavor = flavor_of(engine_);
    options.file = shown_;
    options.hash = &tokens_;
    if (marks) {
      options.on_comment = [this](const sql::Token& comment, bool) { return see(comment); };
    }
    sql::Splitter splitter(std::move(source), std::move(options));
    for (;;) {
      BEDSTONE_ASSIGN(auto statement, splitter.next());
      if (directive_problem_) return fail(*directive_problem_);
      if (!statement) break;
      if (checksums_only_) continue;
      BEDSTONE_TRY(add(*statement));
      if (kept_ && statement->copy_data) kept_.reset();
      if (kept_) kept_->push_back(*std::move(statement));
    }
    result.tokens = to_hex(tokens_.digest());
    if (checksums_only_) return {};
    BEDSTONE_TRY(builder_.finish());
    BEDSTONE_TRY(check_optional_indexes());
    result.units = std::move(builder_.units);
    result.skipped = std::move(builder_.skipped);
    result.kept = std::move(kept_);
    return {};
  }

  void keep_statements() { kept_ = std::make_shared<std::vector<sql::Statement>>(); }

  Outline result;
  std::optional<std::uint64_t> marker_offset;  ///< Where `-- bedstone:down` begins.
  std::uint32_t marker_line = 0;

 private:
  bool see(const sql::Token& comment) {
    if (comment.kind != sql::TokenKind::kLineComment) return true;
    if (is_down_marker(comment.text)) {
      marker_offset = comment.offset;
      marker_line = comment.line;
      return false;
    }
    Status read =
        read_directive(comment.text, {shown_, comment.line, comment.column}, result.directives);
    if (!read && !directive_problem_) directive_problem_ = std::move(read).error();
    return true;
  }

  Status add(const sql::Statement& statement) {
    const sql::StatementClass what = sql::classify(statement.text, flavor_of(engine_));
    ++result.statements;
    result.destructive |= what.destructive;
    result.changes_session |= what.changes_session && !what.set_local;
    const bool drops = what.verb == sql::Verb::kDrop;
    if (drops && what.object == sql::ObjectKind::kTable) {
      result.drops_tables = true;
      result.dropped_tables.push_back(what.name.name);
    }
    const bool makes = what.verb == sql::Verb::kCreate;
    if (what.object == sql::ObjectKind::kIndex && (makes || drops)) {
      if (!what.name.empty()) result.indexes.push_back(what.name.name);
      if (makes && !what.unique) {
        optional_index_ = true;
        if (what.name.empty()) nameless_index_ = statement.line;
      }
    }
    return builder_.add(statement, what, result.directives);
  }

  /// The directive must have something to say, and what is missing must have a name.
  Status check_optional_indexes() const {
    const auto& place = result.directives.optional_indexes;
    if (!place) return {};
    if (!optional_index_) {
      return fail(Error(ErrorCode::kMigrationDirective,
                        "indexes=optional stands in a file that makes no such index")
                      .because("it is about CREATE INDEX without UNIQUE: a unique index keeps rows "
                               "apart and is never optional")
                      .advise("remove the directive")
                      .at(*place));
    }
    if (nameless_index_ == 0) return {};
    return fail(Error(ErrorCode::kMigrationDirective, "an optional index has no name")
                    .because("one that is missing is told from others by its name alone")
                    .advise("write CREATE INDEX NAME ON …")
                    .at(shown_, nameless_index_));
  }

  db::Engine engine_;
  std::string shown_;
  bool checksums_only_;
  bool optional_index_ = false;
  std::uint32_t nameless_index_ = 0;  ///< The line of one.
  UnitBuilder builder_;
  sql::TokenHash tokens_;
  std::shared_ptr<std::vector<sql::Statement>> kept_;
  std::optional<Error> directive_problem_;
};

/// Passes a file on and hashes its bytes on the way.
sql::Source hashing(files::Reader reader, Sha256& raw) {
  auto shared = std::make_shared<files::Reader>(std::move(reader));
  return [shared, &raw]() -> Result<std::string_view> {
    auto piece = shared->next();
    if (piece) raw.update(*piece);
    return piece;
  };
}

/// Hashes the way up and takes out the way down. The file is read a second time, because where the
/// way up ends is known only after the first.
Status second_pass(files::Reader reader, const std::string& shown,
                   std::optional<std::uint64_t> marker, Outline& result) {
  NormalisedHash checksum;
  std::string down;
  std::uint64_t at = 0;
  for (;;) {
    BEDSTONE_ASSIGN(const auto piece, reader.next());
    if (piece.empty()) break;
    const auto up = marker ? std::min<std::uint64_t>(piece.size(), *marker > at ? *marker - at : 0)
                           : piece.size();
    checksum.update(piece.substr(0, up));
    down.append(piece.substr(up));
    if (down.size() > kDownLimitBytes) {
      return fail(
          Error(ErrorCode::kFileTooLarge, fmt::format("the way back of {} is larger than {} MiB",
                                                      shown, kDownLimitBytes >> 20))
              .advise("put it into a migration of its own, or leave it out")
              .at(shown));
    }
    at += piece.size();
  }
  result.checksum = checksum.finish();
  if (marker) result.down_sql = std::move(down);
  return {};
}

/// What makes a half applied migration recognisable: a digest per unit.
Status hash_units(sql::Source source, db::Engine engine, const std::string& shown,
                  Outline& result) {
  if (result.units.size() < 2) return {};
  sql::SplitOptions options;
  options.flavor = flavor_of(engine);
  options.file = shown;
  options.on_comment = [](const sql::Token& comment, bool) {
    return !is_down_marker(comment.text);
  };
  sql::Splitter splitter(std::move(source), std::move(options));
  std::size_t unit = 0;
  sql::TokenHash hash;
  for (;;) {
    BEDSTONE_ASSIGN(const auto statement, splitter.next());
    if (!statement) break;
    if (unit < result.units.size() && statement->number > result.units[unit].last) {
      result.units[unit++].hash = to_hex(hash.digest());
      hash = sql::TokenHash();
    }
    sql::Lexer lexer(flavor_of(engine), statement->text);
    sql::Token token;
    while (lexer.next(token) == sql::Lexer::Step::kToken)
      hash.add(token);
    hash.add({.kind = sql::TokenKind::kSemicolon, .text = ";"});
  }
  result.units[std::min(unit, result.units.size() - 1)].hash = to_hex(hash.digest());
  return {};
}

/// The whole of a small file; null when it is larger.
Result<std::shared_ptr<const std::string>> read_small(const std::string& path) {
  BEDSTONE_ASSIGN(auto reader, files::Reader::open(path));
  BEDSTONE_ASSIGN(const auto piece, reader.next(kKeptBytes + 1));
  if (piece.size() > kKeptBytes) return nullptr;
  return std::make_shared<const std::string>(piece);
}

/// Whether there is nothing to normalise and no way back: most files, and their two checksums are
/// one.
bool is_all_way_up(const std::string& text, std::optional<std::uint64_t> marker) {
  return !marker && text.find('\r') == std::string::npos && !text.starts_with("\xEF\xBB\xBF");
}

Result<Outline> read_file(const MigrationFile& file, db::Engine engine, bool checksums_only) {
  BEDSTONE_ASSIGN(const auto kept, read_small(file.path));
  const auto again = [&]() -> Result<files::Reader> {
    if (kept) return files::Reader::over(*kept);
    return files::Reader::open(file.path);
  };
  BEDSTONE_ASSIGN(auto first, again());
  Reading reading(engine, file.shown, checksums_only);
  if (kept) reading.keep_statements();
  Sha256 raw;
  // The splitter stops at the marker; the rest must be read to be hashed.
  auto source = hashing(std::move(first), raw);
  BEDSTONE_TRY(reading.read(source, true));
  for (;;) {
    BEDSTONE_ASSIGN(const auto rest, source());
    if (rest.empty()) break;
  }
  Outline result = std::move(reading.result);
  if (file.repeatable && result.directives.optional_indexes) {
    return fail(Error(ErrorCode::kMigrationDirective, "indexes=optional stands in a repeatable")
                    .because("a repeatable runs again whenever its text changes")
                    .advise("make the index in a versioned migration")
                    .at(*result.directives.optional_indexes));
  }
  result.checksum_raw = to_hex(raw.finish());
  if (kept && is_all_way_up(*kept, reading.marker_offset)) {
    result.checksum = result.checksum_raw;
  } else {
    BEDSTONE_ASSIGN(auto second, again());
    BEDSTONE_TRY(second_pass(std::move(second), file.shown, reading.marker_offset, result));
  }
  result.down_line = reading.marker_line;
  result.down_file = file.shown;
  if (checksums_only) return result;
  result.text = kept;
  if (result.units.size() > 1) {
    BEDSTONE_ASSIGN(auto third, again());
    BEDSTONE_TRY(hash_units(sql::source_of(std::move(third)), engine, file.shown, result));
  }
  if (!result.down_sql && !file.down_path.empty()) {
    BEDSTONE_ASSIGN(result.down_sql, files::read(file.down_path, kDownLimitBytes));
    result.down_line = 1;
    result.down_file = files::resolve(files::parent(file.shown), files::file_name(file.down_path));
  }
  return result;
}

}  // namespace

Result<Outline> outline(const MigrationFile& file, db::Engine engine) {
  return read_file(file, engine, false);
}

Result<Outline> checksums(const MigrationFile& file, db::Engine engine) {
  return read_file(file, engine, true);
}

Result<Outline> outline_text(const std::string& text, const std::string& shown,
                             std::uint32_t first_line, db::Engine engine) {
  auto read = [&]() -> Result<Outline> {
    Reading reading(engine, shown, false);
    BEDSTONE_TRY(reading.read(sql::source_of(text), false));
    Outline result = std::move(reading.result);
    BEDSTONE_TRY(hash_units(sql::source_of(text), engine, shown, result));
    return result;
  }();
  if (!read && read.error().place.line > 0) read.error().place.line += first_line - 1;
  return read;
}

}  // namespace bedstone::migrate
