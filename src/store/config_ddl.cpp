// Any change counts as one, whoever makes it: a row of the table `config` that names somebody
// (ConfigTable::change) has a revision of its own ready; all else takes the next one.
#include "store/config_ddl.hpp"

#include <fmt/format.h>

namespace bedstone::store {
namespace {

/// The function's name goes with its text: a newer one gets another name.
constexpr std::string_view kFunction = R"(CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $bedstone$
DECLARE
  found record;
  history text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_history');
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.config_key = OLD.config_key
       AND NEW.config_value IS NOT DISTINCT FROM OLD.config_value THEN
      RETURN NULL;
    END IF;
  END IF;
  UPDATE {config} SET revision = revision + CASE change_by WHEN '' THEN 1 ELSE 0 END
    WHERE project = TG_ARGV[0]
    RETURNING revision,
      CASE change_by WHEN '' THEN 'SQL as ' || session_user ELSE change_by END AS who,
      change_reason AS reason INTO found;
  IF TG_OP = 'TRUNCATE' THEN
    EXECUTE format('INSERT INTO %s SELECT config_key, $1, config_value, NULL, {now}, $2, $3 '
                   'FROM %I.%I', history, TG_TABLE_SCHEMA, TG_TABLE_NAME)
      USING found.revision, found.who, found.reason;
  ELSIF TG_OP = 'UPDATE' AND NEW.config_key = OLD.config_key THEN
    EXECUTE format('INSERT INTO %s VALUES ($1, $2, $3, $4, {now}, $5, $6)', history)
      USING NEW.config_key, found.revision, OLD.config_value, NEW.config_value, found.who,
        found.reason;
  ELSE
    IF TG_OP <> 'INSERT' THEN
      EXECUTE format('INSERT INTO %s VALUES ($1, $2, $3, NULL, {now}, $4, $5)', history)
        USING OLD.config_key, found.revision, OLD.config_value, found.who, found.reason;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      EXECUTE format('INSERT INTO %s VALUES ($1, $2, NULL, $3, {now}, $4, $5)', history)
        USING NEW.config_key, found.revision, NEW.config_value, found.who, found.reason;
    END IF;
  END IF;
  PERFORM pg_notify('{channel}', TG_ARGV[0]);
  RETURN NULL;
END $bedstone$)";

constexpr std::string_view kNextRevision =
    "UPDATE {config} SET revision = revision + (change_by = '') WHERE project = {project};";
/// $1: the key, $2: the value before, $3: the value after.
constexpr std::string_view kRemember =
    " INSERT INTO {history} SELECT $1, revision, $2, $3, {now}, CASE change_by WHEN '' THEN 'SQL' "
    "ELSE change_by END, change_reason FROM {config} WHERE project = {project};";
/// REPLACE INTO removes the row it replaces without a trigger: the history knows what it held.
constexpr std::string_view kLastKnown =
    "(SELECT new_value FROM {history} WHERE config_key = new.config_key ORDER BY revision DESC "
    "LIMIT 1)";

void replace_all(std::string& text, std::string_view mark, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += with.size())
    text.replace(at, mark.size(), with);
}

std::string remember(std::string_view key, std::string_view before, std::string_view after) {
  std::string text(kRemember);
  replace_all(text, "$1", key);
  replace_all(text, "$2", before);
  replace_all(text, "$3", after);
  return text;
}

std::vector<ConfigTrigger> sqlite_triggers(const db::Dialect& dialect, const ConfigPlace& place,
                                           std::string_view project) {
  const auto trigger = [&](std::string_view suffix, std::string_view event, std::string_view when,
                           const std::string& body) {
    ConfigTrigger result;
    result.name = fmt::format("{}_{}", place.table, suffix);
    result.create = fmt::format("CREATE TRIGGER {} AFTER {} ON {}{}{} BEGIN {}{} END",
                                dialect.quote_identifier(result.name), event,
                                dialect.quote_identifier(place.table), when.empty() ? "" : " WHEN ",
                                when, kNextRevision, body);
    replace_all(result.create, "{history}", dialect.quote_identifier(place.history()));
    replace_all(result.create, "{config}", dialect.store_table("config"));
    replace_all(result.create, "{project}", dialect.quote_literal(project));
    replace_all(result.create, "{now}", dialect.now_expression());
    return result;
  };
  return {
      trigger("inserted", "INSERT", fmt::format("new.config_value IS NOT {}", kLastKnown),
              remember("new.config_key", kLastKnown, "new.config_value")),
      trigger("updated", "UPDATE OF config_value",
              "new.config_key = old.config_key AND new.config_value IS NOT old.config_value",
              remember("new.config_key", "old.config_value", "new.config_value")),
      trigger("renamed", "UPDATE OF config_key", "new.config_key <> old.config_key",
              remember("old.config_key", "old.config_value", "NULL") +
                  remember("new.config_key", "NULL", "new.config_value")),
      trigger("deleted", "DELETE", "", remember("old.config_key", "old.config_value", "NULL")),
  };
}

std::string function_name(const db::Dialect& dialect) {
  return dialect.store_table("config_changed_1");
}

}  // namespace

std::string create_config_table(const db::Dialect& dialect, const ConfigPlace& place) {
  return fmt::format(
      "CREATE TABLE {} (config_key text NOT NULL PRIMARY KEY, config_value text NOT NULL)",
      dialect.qualified(place.schema, place.table));
}

std::string create_config_history(const db::Dialect& dialect, const ConfigPlace& place) {
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (config_key text NOT NULL, revision bigint NOT NULL, "
      "old_value text, new_value text, changed_at text NOT NULL, changed_by text NOT NULL, reason "
      "text NOT NULL, PRIMARY KEY (config_key, revision))",
      dialect.qualified(place.schema, place.history()));
}

std::vector<std::string> create_config_functions(const db::Dialect& dialect) {
  if (dialect.engine() == db::Engine::kSqlite) return {};
  std::string text(kFunction);
  std::string now(dialect.now_expression());
  replace_all(now, "'", "''");
  replace_all(text, "{function}", function_name(dialect));
  replace_all(text, "{config}", dialect.store_table("config"));
  replace_all(text, "{now}", now);
  replace_all(text, "{channel}", kConfigChannel);
  // Whoever could hang it to a table of their own could write another project's history.
  return {std::move(text),
          fmt::format("REVOKE ALL ON FUNCTION {}() FROM PUBLIC", function_name(dialect))};
}

std::vector<ConfigTrigger> config_triggers(const db::Dialect& dialect, const ConfigPlace& place,
                                           std::string_view project) {
  if (dialect.engine() == db::Engine::kSqlite) return sqlite_triggers(dialect, place, project);
  const std::string call =
      fmt::format("ON {} {{}} EXECUTE {{}} {}({})", dialect.qualified(place.schema, place.table),
                  function_name(dialect), dialect.quote_literal(project));
  const auto trigger = [&](std::string_view suffix, std::string_view event, std::string_view each) {
    ConfigTrigger result;
    result.name = fmt::format("{}_{}", place.table, suffix);
    result.create = fmt::format("CREATE TRIGGER {} {} {}", dialect.quote_identifier(result.name),
                                event, fmt::format(fmt::runtime(call), each, "PROCEDURE"));
    return result;
  };
  return {trigger("changed", "AFTER INSERT OR UPDATE OR DELETE", "FOR EACH ROW"),
          trigger("truncated", "BEFORE TRUNCATE", "FOR EACH STATEMENT")};
}

}  // namespace bedstone::store
