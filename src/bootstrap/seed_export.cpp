// Pages of rows, and the files they become.
#include "bootstrap/seed_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/files.hpp"
#include "base/text.hpp"
#include "data/limits.hpp"
#include "schema/inspect.hpp"
#include "seed/export.hpp"
#include "seed/hide.hpp"
#include "seed/set_name.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::int64_t kPageRows = 1000;
/// What a set's reader takes, and a little less.
constexpr std::uint64_t kMostOfYaml = 15U << 20U;

using seed::ExportFormat;

ExportFormat cell_format(SeedFormat format) {
  if (format == SeedFormat::kCsv) return ExportFormat::kCsv;
  return format == SeedFormat::kNdjson ? ExportFormat::kNdjson : ExportFormat::kYaml;
}

std::string_view ending_of(SeedFormat format) {
  return format == SeedFormat::kCsv ? ".csv" : ".ndjson";
}

std::string without_ending(const std::string& path) {
  const std::string ending = seed::ending_of(path);
  return ending.empty() ? path : path.substr(0, path.size() - ending.size() - 1);
}

/// As `rows: {from: …}` names it: from the project's folder where it is below that.
std::string seen_from(const std::string& folder, const std::string& path) {
  const std::string inside = folder + "/";
  return path.starts_with(inside) ? path.substr(inside.size()) : path;
}

/// A value of a key, to be compared with: SQLite looks at its storage class.
db::Value bound(std::string_view text, std::string_view storage) {
  if (storage == "integer") {
    if (const auto number = text::parse_integer(text)) return *number;
  }
  if (storage == "real") {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc()) return number;
  }
  if (storage == "blob") {
    db::Blob blob;
    for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
      unsigned byte = 0;
      std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
      blob.push_back(static_cast<std::byte>(byte));
    }
    return blob;
  }
  return std::string(text);
}

class Exporter {
 public:
  Exporter(LiveTables& live, const Export& what, SeedFiles& result)
      : connection_(*live.reading.connection),
        dialect_(connection_.dialect()),
        project_(*live.reading.project),
        what_(what),
        result_(result),
        sqlite_(connection_.engine() == db::Engine::kSqlite),
        target_(dialect_.qualified(project_.database.schema, what.table.name)) {
    for (const seed::TargetColumn& column : what.table.columns) {
      if (!column.generated) columns_.push_back(&column);
      if (!column.generated && seed::is_telling(column.name))
        result.secret_columns.push_back(column.name);
    }
  }

  Status run() {
    BEDSTONE_ASSIGN(
        auto begun,
        connection_.execute(sqlite_ ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    (void)begun;
    Status done = inside();
    const Status undone = connection_.rollback();
    return done && !undone ? undone : done;
  }

 private:
  Status inside() {
    for (const std::string& sql : dialect_.fixed_formats())
      BEDSTONE_TRY(connection_.execute(sql));
    BEDSTONE_TRY(check_key());
    const files::Mode mode =
        result_.secret_columns.empty() ? files::Mode::kPublic : files::Mode::kPrivate;
    BEDSTONE_ASSIGN(files::Writer set, files::Writer::create(what_.path, mode));
    if (what_.format == SeedFormat::kYaml) {
      BEDSTONE_TRY(set.write(head() + "rows:\n"));
      BEDSTONE_TRY(write_rows(set));
      if (result_.rows == 0) return empty(std::move(set));
      BEDSTONE_TRY(set.finish());
      result_.files = {what_.path};
      return {};
    }
    const std::string data = without_ending(what_.path) + std::string(ending_of(what_.format));
    BEDSTONE_ASSIGN(files::Writer rows, files::Writer::create(data, mode));
    if (what_.format == SeedFormat::kCsv) BEDSTONE_TRY(rows.write(csv_header()));
    BEDSTONE_TRY(write_rows(rows));
    BEDSTONE_TRY(set.write(
        head() + fmt::format("rows: {{from: {}}}\n", quoted(seen_from(project_.folder, data)))));
    BEDSTONE_TRY(rows.finish());
    BEDSTONE_TRY(set.finish());
    result_.files = {what_.path, data};
    return {};
  }

  Status empty(files::Writer set) {
    // A list without items must say so.
    BEDSTONE_TRY(set.write("  []\n"));
    BEDSTONE_TRY(set.finish());
    result_.files = {what_.path};
    return {};
  }

  static std::string quoted(std::string_view text) {
    return seed::export_text(text, ExportFormat::kYaml);
  }

  std::string head() const {
    std::vector<std::string> names;
    for (const std::string& name : what_.key)
      names.push_back(yaml_name(name));
    return fmt::format("table: {}\nkey: [{}]\nmode: insert\n", yaml_name(what_.table.name),
                       text::join(names, ", "));
  }

  std::string csv_header() const {
    std::string line;
    for (const seed::TargetColumn* column : columns_)
      line += (line.empty() ? "" : ",") + seed::export_text(column->name, ExportFormat::kCsv);
    return line + "\n";
  }

  /// With the alias: a bare name in ORDER BY would mean the text that is selected under it.
  std::string key_list() const {
    std::vector<std::string> names;
    for (const std::string& name : what_.key)
      names.push_back("t." + dialect_.quote_identifier(name));
    return text::join(names, ", ");
  }

  /// Rows without a key, or with one that stands twice, cannot be told apart when they are seeded.
  Status check_key() {
    std::vector<std::string> nulls;
    for (const std::string& name : what_.key) {
      if (what_.table.find(name)->nullable)
        nulls.push_back(dialect_.quote_identifier(name) + " IS NULL");
    }
    const auto refuse = [this](std::string_view why) {
      return fail(
          Error(ErrorCode::kSeedKey, fmt::format("{} does not tell the rows of {} from one another",
                                                 text::join(what_.key, ", "), what_.table.name))
              .because(std::string(why))
              .advise("name other columns, or more: --key COLUMN"));
    };
    if (!nulls.empty()) {
      BEDSTONE_ASSIGN(const auto rows,
                      connection_.query(fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", target_,
                                                    text::join(nulls, " OR "))));
      if (!rows.empty()) return refuse("a row has NULL there");
    }
    if (what_.unique) return {};
    BEDSTONE_ASSIGN(
        const auto rows,
        connection_.query(fmt::format(
            "SELECT 1 FROM {} AS t GROUP BY {} HAVING count(*) > 1 LIMIT 1", target_, key_list())));
    return rows.empty() ? Status() : refuse("two rows have the same values there");
  }

  /// Each column, in SQLite with its storage class; the keys behind them.
  std::string page_sql(bool first) const {
    std::vector<std::string> wanted;
    const auto add = [&](const std::string& name) {
      const std::string column = "t." + dialect_.quote_identifier(name);
      wanted.push_back(sqlite_ ? column : dialect_.as_text(column));
      if (sqlite_) wanted.push_back(fmt::format("typeof({})", column));
    };
    for (const seed::TargetColumn* column : columns_)
      add(column->name);
    for (const std::string& name : what_.key)
      add(name);
    std::vector<std::string> places;
    for (std::size_t i = 0; i < what_.key.size(); ++i)
      places.push_back(fmt::format("${}", i + 1));
    const std::string behind =
        first ? "" : fmt::format(" WHERE ({}) > ({})", key_list(), text::join(places, ", "));
    return fmt::format("SELECT {} FROM {} AS t{} ORDER BY {} LIMIT {}", text::join(wanted, ", "),
                       target_, behind, key_list(), kPageRows);
  }

  Status write_rows(files::Writer& file) {
    std::vector<db::Value> last;
    for (;;) {
      const std::string sql = page_sql(last.empty());
      BEDSTONE_ASSIGN(const auto rows, connection_.query(db::Statement{sql, last}));
      for (std::size_t i = 0; i < rows.size(); ++i)
        BEDSTONE_TRY(write_row(file, rows, i));
      if (static_cast<std::int64_t>(rows.size()) < kPageRows) return {};
      last = key_of(rows, rows.size() - 1);
    }
  }

  std::vector<db::Value> key_of(const db::Rows& rows, std::size_t row) const {
    const std::size_t step = sqlite_ ? 2 : 1;
    std::vector<db::Value> values;
    for (std::size_t i = 0; i < what_.key.size(); ++i) {
      const std::size_t at = (columns_.size() + i) * step;
      values.push_back(bound(rows.text(row, at), sqlite_ ? rows.text(row, at + 1) : ""));
    }
    return values;
  }

  Status write_row(files::Writer& file, const db::Rows& rows, std::size_t row) {
    const bool csv = what_.format == SeedFormat::kCsv;
    const bool yaml = what_.format == SeedFormat::kYaml;
    std::string line = csv ? "" : yaml ? "  - {" : "{";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t at = sqlite_ ? 2 * i : i;
      const seed::LiveValue value{rows.at(row, at), sqlite_ ? rows.text(row, at + 1) : ""};
      auto cell =
          seed::export_cell(connection_.engine(), *columns_[i], value, cell_format(what_.format));
      if (!cell) return fail(at_row(std::move(cell).error(), rows, row));
      if (i > 0) line += csv ? "," : ", ";
      if (yaml) line += yaml_name(columns_[i]->name) + ": ";
      if (!csv && !yaml) line += seed::export_text(columns_[i]->name, ExportFormat::kNdjson) + ": ";
      line += *cell;
    }
    BEDSTONE_TRY(file.write(line + (csv ? "\n" : "}\n")));
    ++result_.rows;
    if (!yaml || file.size() <= kMostOfYaml) return {};
    return fail(Error(ErrorCode::kYamlLimit,
                      fmt::format("{} has too many rows for a YAML file", what_.table.name))
                    .because("a set's file is at most 16 MiB")
                    .advise("take --format csv or ndjson: their size has no limit"));
  }

  Error at_row(Error error, const db::Rows& rows, std::size_t row) const {
    std::vector<std::string> names;
    const std::size_t step = sqlite_ ? 2 : 1;
    for (std::size_t i = 0; i < what_.key.size(); ++i) {
      names.push_back(fmt::format("{} {}", what_.key[i],
                                  text::excerpt(rows.text(row, (columns_.size() + i) * step), 60)));
    }
    return std::move(error)
        .while_doing("exporting " + what_.table.name)
        .because(fmt::format("{}, in the row with {}", error.cause, text::join(names, ", ")));
  }

  db::Connection& connection_;
  const db::Dialect& dialect_;
  const Project& project_;
  const Export& what_;
  SeedFiles& result_;
  bool sqlite_;
  std::string target_;
  std::vector<const seed::TargetColumn*> columns_;
};

}  // namespace

Checked<LiveTables> open_tables(const Host& host, const ProjectOptions& options) {
  LiveTables live{read_state(host, options, {}, Milliseconds(0)), {}};
  if (!live.reading.connection) {
    if (!live.reading.errors.empty()) return fail(std::move(live.reading.errors));
    return fail_all(
        Error(ErrorCode::kNotReady,
              fmt::format("{} does not exist yet", live.reading.project->database.url->redacted()))
            .because("seed sets are written from the tables as they are")
            .advise("bedstone up"));
  }
  auto schema =
      schema::inspect(*live.reading.connection, {live.reading.project->database.schema, {}});
  if (!schema) return fail_all(std::move(schema).error());
  live.schema = *std::move(schema);
  return live;
}

Result<std::string> set_path(const Project& project, const std::string& table,
                             const std::string& output) {
  if (!output.empty()) return output;
  std::int64_t highest = 0;
  if (files::is_folder(project.seeds.dir)) {
    BEDSTONE_ASSIGN(const auto names, files::list(project.seeds.dir));
    for (const std::string& name : names) {
      const auto parsed = seed::parse_set_name(name);
      if (!parsed || !*parsed) continue;
      if ((*parsed)->name == table) {
        return fail(
            Error(ErrorCode::kSeedDuplicate, fmt::format("there is a set {} already", table))
                .because(files::resolve(project.seeds.dir, name))
                .advise("choose another file with --output FILE, or move that one away"));
      }
      const auto digits = name.find_first_not_of("0123456789");
      highest = std::max(highest, text::parse_integer(name.substr(0, digits)).value_or(0));
    }
  }
  return files::resolve(project.seeds.dir,
                        fmt::format("{}-{}.yaml", (highest / 10 + 1) * 10, table));
}

Status export_rows(LiveTables& live, const Export& what, SeedFiles& result) {
  return Exporter(live, what, result).run();
}

std::string yaml_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool letter = !name.empty() && !(name.front() >= '0' && name.front() <= '9');
  const std::string lower = text::to_lower(name);
  // What some readers take for something else, or a name that begins an expression.
  const bool word = lower == "null" || lower == "true" || lower == "false" || lower == "yes" ||
                    lower == "no" || lower == "on" || lower == "off" || lower == "y" ||
                    lower == "n";
  if (letter && !word && std::all_of(name.begin(), name.end(), is_plain)) return std::string(name);
  return seed::export_text(name, seed::ExportFormat::kNdjson);
}

std::string yaml_comment(std::string_view text) {
  return text::printable(text);
}

}  // namespace bedstone::bootstrap
