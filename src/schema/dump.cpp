/// Reading the catalog's pieces, and writing them.
#include "schema/dump.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "schema/reading.hpp"
#include "schema/tidy.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

std::optional<std::string> optional_at(const db::Rows& rows, std::size_t row, std::size_t column) {
  const auto text = rows.at(row, column);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

/// SQLite keeps a comment behind the last word where nothing ended the statement.
void cut_comments_at_end(std::string& statement) {
  sql::Lexer lexer(sql::Flavor::kSqlite, statement);
  sql::Token token;
  std::size_t end = 0;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (!token.is_comment()) end = token.offset + token.text.size();
  }
  if (end > 0) statement.resize(end);
}

DumpItem item_of(const db::Rows& rows, std::size_t row) {
  DumpItem item;
  item.id = rows.text(row, 0);
  item.parent = rows.text(row, 1);
  item.kind = rows.text(row, 2);
  item.relation = rows.text(row, 3);
  item.name = rows.text(row, 4);
  if (!rows.is_null(row, 5)) item.number = rows.integer(row, 5);
  item.part = optional_at(rows, row, 6);
  item.statement = optional_at(rows, row, 7);
  item.tail = optional_at(rows, row, 8);
  return item;
}

Status ask(db::Connection& connection, const db::CatalogQueries& session,
           const db::DumpQueries& queries, DumpSource& source) {
  source = {};
  BEDSTONE_ASSIGN(const db::Rows items,
                  connection.query(db::Statement{queries.items, session.params}));
  source.items.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    source.items.push_back(item_of(items, i));
  if (connection.engine() == db::Engine::kSqlite) {
    for (DumpItem& item : source.items) {
      if (item.statement) cut_comments_at_end(*item.statement);
    }
  }
  if (!queries.aliases.empty()) {
    BEDSTONE_ASSIGN(const db::Rows aliases, connection.query(db::Statement{queries.aliases}));
    for (std::size_t i = 0; i < aliases.size(); ++i)
      source.aliases.emplace(aliases.text(i, 0), aliases.text(i, 1));
  }
  BEDSTONE_ASSIGN(const db::Rows needs, connection.query(db::Statement{queries.dependencies}));
  source.needs.reserve(needs.size());
  for (std::size_t i = 0; i < needs.size(); ++i)
    source.needs.emplace_back(needs.text(i, 0), needs.text(i, 1));
  source.prologue = queries.prologue;
  source.epilogue = queries.epilogue;
  return {};
}

void add_statement(std::string& text, std::string_view sql) {
  text += sql;
  // A comment at the end would swallow the semicolon.
  const std::size_t line = sql.rfind('\n') == std::string_view::npos ? 0 : sql.rfind('\n');
  if (sql.find("--", line) != std::string_view::npos) text += '\n';
  text += ";\n";
}

void add_list(std::string& text, std::string_view title, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    text += fmt::format("-- {}: {}\n", title, escaped(name));
}

/// Kinds whose statements follow one another without an empty line.
bool stands_close(const DumpStatement& before, const DumpStatement& statement) {
  return before.kind == statement.kind && statement.kind != "table" &&
         statement.sql.find('\n') == std::string::npos &&
         before.sql.find('\n') == std::string::npos;
}

}  // namespace

Result<DumpSource> read_dump(db::Connection& connection, const InspectOptions& options) {
  const db::DumpQueries queries =
      db::dump_queries(connection.engine(), {options.schema, connection.session().server_version});
  DumpSource source;
  BEDSTONE_TRY(
      read_catalog(connection, options.schema, [&](const db::CatalogQueries& session) -> Status {
        return ask(connection, session, queries, source);
      }));
  return source;
}

std::string dump_text(const Dump& dump, const std::string& title) {
  std::string text = fmt::format(
      "-- {}, written by `bedstone schema dump`. Loads into an empty database.\n", escaped(title));
  add_list(text, "Not in here, but needed", dump.missing);
  add_list(text, "Not in here, because Bedstone cannot write it", dump.unsupported);
  text += '\n';
  for (const std::string& sql : dump.prologue)
    add_statement(text, sql);
  const DumpStatement* before = nullptr;
  for (const DumpStatement& statement : dump.statements) {
    if (before == nullptr || !stands_close(*before, statement)) text += '\n';
    add_statement(text, statement.sql);
    before = &statement;
  }
  text += '\n';
  for (const std::string& sql : dump.epilogue)
    add_statement(text, sql);
  return text;
}

}  // namespace bedstone::schema
