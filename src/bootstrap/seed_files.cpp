// seed new, seed export: sets written from what the database holds.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/seed_export.hpp"

namespace bedstone::bootstrap {
namespace {

bool same_columns(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::is_permutation(left.begin(), left.end(), right.begin(), right.end());
}

/// A primary key that the database counts up says nothing to people.
bool is_counted(const seed::TargetTable& table, const std::vector<std::string>& key) {
  if (key.size() != 1) return false;
  const seed::TargetColumn* column = table.find(key.front());
  return column != nullptr && column->has_default;
}

/// The columns by which people name a row of the table; empty: none.
std::vector<std::string> natural_key(const seed::TargetTable& table) {
  for (const auto& key : table.unique_keys) {
    if (!is_counted(table, key)) return key;
  }
  return table.primary_key;
}

/// "{ref: roles, name: …}" of a column that refers to a table with a key of its own, or "…".
std::string example_value(const schema::Schema& schema, const seed::TargetTable& table,
                          const seed::TargetColumn& column) {
  for (const schema::ForeignKey& key : table.foreign_keys) {
    if (key.columns != std::vector<std::string>{column.name}) continue;
    const auto other = seed::target_table(schema, key.table, {});
    if (!other) continue;
    const std::vector<std::string> natural = natural_key(*other);
    if (natural.empty() || is_counted(*other, natural)) continue;
    std::string parts;
    for (const std::string& name : natural)
      parts += fmt::format(", {}: …", yaml_name(name));
    return fmt::format("{{ref: {}{}}}", yaml_name(key.table), parts);
  }
  return "…";
}

std::string describe(const seed::TargetColumn& column) {
  std::string text = column.type.empty() ? "any type" : column.type;
  if (!column.nullable) text += ", NOT NULL";
  if (column.has_default) text += ", has a default";
  return text;
}

/// Columns that the example leaves to the database.
bool is_left_out(const seed::TargetTable& table, const seed::TargetColumn& column) {
  const bool clock = column.name == "created_at" || column.name == "updated_at";
  return column.generated || clock || is_counted(table, {column.name});
}

std::string example_set(const schema::Schema& schema, const seed::TargetTable& table) {
  std::vector<std::string> names;
  for (const std::string& name : natural_key(table))
    names.push_back(yaml_name(name));
  std::string text = fmt::format(
      "# Rows that the table {} must hold: `bedstone seed --dry-run` shows "
      "what they change.\ntable: {}\n",
      yaml_comment(table.name), yaml_name(table.name));
  text += names.empty() ? std::string("# key: [COLUMN]     what tells one row from the others\n")
                        : fmt::format("key: [{}]\n", text::join(names, ", "));
  text +=
      "mode: insert          # or update, sync\nrows: []\n  # in place of [], a row for each:\n";
  std::size_t width = 0;
  std::vector<std::pair<std::string, std::string>> lines;
  for (const seed::TargetColumn& column : table.columns) {
    if (is_left_out(table, column)) continue;
    lines.emplace_back(
        fmt::format("{}: {}", yaml_name(column.name), example_value(schema, table, column)),
        yaml_comment(describe(column)));
    width = std::max(width, text::display_width(lines.back().first));
  }
  bool first = true;
  for (const auto& [line, comment] : lines) {
    const std::size_t pad = width - text::display_width(line) + 2;
    text += fmt::format("  # {} {}{:{}}# {}\n", first ? "-" : " ", line, "", pad, comment);
    first = false;
  }
  return text;
}

Status write_example(const LiveTables& live, const std::string& name, const std::string& output,
                     SeedFiles& result) {
  BEDSTONE_ASSIGN(const seed::TargetTable table, seed::target_table(live.schema, name, {}));
  BEDSTONE_ASSIGN(const std::string path, set_path(*live.reading.project, name, output));
  BEDSTONE_TRY(files::make_folder(files::parent(path)));
  BEDSTONE_TRY(files::write_new(path, example_set(live.schema, table)));
  result.files.push_back(path);
  return {};
}

Result<std::vector<std::string>> choose_key(const seed::TargetTable& table,
                                            const std::vector<std::string>& asked) {
  for (const std::string& name : asked) {
    if (table.find(name) == nullptr) return fail(seed::no_column(table, name, {}));
  }
  if (!asked.empty()) return asked;
  if (!table.primary_key.empty()) return table.primary_key;
  if (!table.unique_keys.empty()) return table.unique_keys.front();
  return fail(Error(ErrorCode::kSeedKey, fmt::format("{} has no key", table.name))
                  .because("a row must be told from the others, when it is seeded again")
                  .advise("name columns that do so: --key COLUMN, as often as needed"));
}

Status write_export(LiveTables& live, const SeedExportOptions& options, SeedFiles& result) {
  BEDSTONE_ASSIGN(const seed::TargetTable table,
                  seed::target_table(live.schema, options.table, {}));
  BEDSTONE_ASSIGN(const std::vector<std::string> key, choose_key(table, options.key));
  BEDSTONE_ASSIGN(const std::string path,
                  set_path(*live.reading.project, options.table, options.output));
  const bool unique = std::any_of(table.unique_keys.begin(), table.unique_keys.end(),
                                  [&key](const auto& other) { return same_columns(key, other); });
  BEDSTONE_TRY(files::make_folder(files::parent(path)));
  return export_rows(live, {table, key, unique, path, options.format}, result);
}

/// Opens, does the work, and says how it ended.
template <typename Work>
SeedFiles with_tables(const Host& host, const ProjectOptions& options, const std::string& table,
                      const Work& work) {
  SeedFiles result;
  result.table = table;
  auto live = open_tables(host, options);
  if (!live) {
    result.errors = std::move(live).error();
  } else if (Status done = work(*live, result); !done) {
    result = {.table = table};
    result.errors.push_back(std::move(done).error());
  }
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace

SeedFiles seed_new(const Host& host, const ProjectOptions& options, const std::string& table,
                   const std::string& output) {
  return with_tables(host, options, table, [&](LiveTables& live, SeedFiles& result) {
    return write_example(live, table, output, result);
  });
}

SeedFiles seed_export(const Host& host, const ProjectOptions& options,
                      const SeedExportOptions& export_options) {
  return with_tables(host, options, export_options.table, [&](LiveTables& live, SeedFiles& result) {
    return write_export(live, export_options, result);
  });
}

}  // namespace bedstone::bootstrap
