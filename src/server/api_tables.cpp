// Tables that seed sets fill: their rows, looked at and changed; what differs from the files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "data/json.hpp"
#include "schema/inspect.hpp"
#include "seed/hide.hpp"
#include "seed/table.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "store/table_rows.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::int64_t kRows = 50;
constexpr std::int64_t kRowsMost = 500;
constexpr std::size_t kListed = 500;

/// Who may sign in, and as what: whoever changes these may become anybody.
constexpr std::array<std::string_view, 4> kGuarded{"accounts", "roles", "account_roles", "users"};

bool is_guarded(std::string_view table) {
  return std::find(kGuarded.begin(), kGuarded.end(), table) != kGuarded.end();
}

/// By table, in the order of the seeds folder. Errors of single sets do not hide the others.
Result<std::vector<SeedSetStatus>> seeded(App& app, std::string_view table) {
  const auto report = bootstrap::seed_status(app.host, app.project_options);
  if (report.sets.empty() && !report.errors.empty()) return fail(report.errors.front());
  std::vector<SeedSetStatus> sets;
  for (const SeedSetStatus& set : report.sets) {
    if (!set.table.empty() && (table.empty() || set.table == table)) sets.push_back(set);
  }
  if (sets.empty() && !table.empty()) {
    return fail(Error(ErrorCode::kNoSuchPage, fmt::format("no seed set fills a table {}", table))
                    .advise("GET /api/v1/tables lists those that there are"));
  }
  return sets;
}

Result<seed::TargetTable> read_table(App& app, const std::string& name) {
  BEDSTONE_ASSIGN([[maybe_unused]] const auto sets, seeded(app, name));
  BEDSTONE_ASSIGN(const schema::Schema schema, app.database.use([&](db::Connection& connection) {
    return schema::inspect(connection, {app.project.database.schema, {}});
  }));
  return seed::target_table(schema, name, {});
}

std::vector<std::string> key_of(const seed::TargetTable& table) {
  if (!table.primary_key.empty()) return table.primary_key;
  return table.unique_keys.empty() ? std::vector<std::string>() : table.unique_keys.front();
}

std::string_view kind_name(seed::ColumnKind kind) {
  switch (kind) {
    case seed::ColumnKind::kInteger:
      return "integer";
    case seed::ColumnKind::kReal:
    case seed::ColumnKind::kNumeric:
      return "number";
    case seed::ColumnKind::kBoolean:
      return "boolean";
    case seed::ColumnKind::kJson:
      return "json";
    case seed::ColumnKind::kText:
      return "text";
    default:
      return "other";
  }
}

std::string columns_json(const seed::TargetTable& table) {
  const auto key = key_of(table);
  std::vector<std::string> all;
  for (const seed::TargetColumn& column : table.columns) {
    JsonObject one;
    one.text("name", column.name).text("type", column.type).text("kind", kind_name(column.kind));
    one.flag("nullable", column.nullable).flag("has_default", column.has_default);
    one.flag("generated", column.generated).flag("hidden", seed::is_telling(column.name));
    one.flag("key", std::find(key.begin(), key.end(), column.name) != key.end());
    std::string references;
    for (const schema::ForeignKey& foreign : table.foreign_keys) {
      if (foreign.columns == std::vector<std::string>{column.name}) references = foreign.table;
    }
    all.push_back(one.text_or_null("references", references).str());
  }
  return json_array(all);
}

std::string value_json(const seed::TargetColumn& column, std::optional<std::string_view> value) {
  if (!value) return "null";
  if (seed::is_telling(column.name)) return "\"********\"";
  if (column.kind == seed::ColumnKind::kBoolean) {
    const auto truth = text::parse_bool(*value);
    if (truth) return *truth ? "true" : "false";
  }
  // Beyond this JavaScript loses digits.
  const bool exact = column.kind == seed::ColumnKind::kInteger && value->size() <= 15 &&
                     text::parse_integer(*value).has_value();
  return exact ? std::string(*value) : json_quote(*value);
}

std::string rows_json(const seed::TargetTable& table, const db::Rows& rows) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    JsonObject one;
    for (std::size_t j = 0; j < table.columns.size(); ++j)
      one.raw(table.columns[j].name, value_json(table.columns[j], rows.at(i, j)));
    all.push_back(one.str());
  }
  return json_array(all);
}

store::PageRequest page_of(const Call& call, const seed::TargetTable& table) {
  const Target& target = call.request.target;
  store::PageRequest page;
  for (const seed::TargetColumn& column : table.columns) {
    page.columns.push_back(column.name);
    if (!seed::is_telling(column.name)) page.searched.push_back(column.name);
  }
  const auto order = target.get("order");
  if (order && table.find(*order) != nullptr) page.order.emplace_back(*order);
  for (const std::string& column : key_of(table)) {
    if (page.order.empty() || page.order.front() != column) page.order.push_back(column);
  }
  page.descending = target.get("descending") == "true";
  page.search = target.get("search").value_or("");
  page.limit = std::clamp<std::int64_t>(
      text::parse_integer(target.get("limit").value_or("")).value_or(kRows), 1, kRowsMost);
  page.offset =
      std::max<std::int64_t>(text::parse_integer(target.get("offset").value_or("")).value_or(0), 0);
  return page;
}

/// As it is bound; `compared`: with the text of what is there.
db::Value bound(const seed::TargetColumn& column, const data::Node& node, db::Engine engine,
                bool compared) {
  if (node.is_null()) return db::Null{};
  const std::string text = node.is_scalar() ? node.text() : data::to_json(node);
  const auto truth =
      column.kind == seed::ColumnKind::kBoolean ? text::parse_bool(text) : std::nullopt;
  if (!truth) return text;
  if (!compared) return *truth;
  if (engine == db::Engine::kPostgres) return std::string(*truth ? "true" : "false");
  return std::string(*truth ? "1" : "0");
}

Error unusable(std::string why) {
  return Error(ErrorCode::kRequestMalformed, std::move(why))
      .advise("GET the table first: it lists columns and key");
}

Result<store::Cells> cells_of(const Call& call, const seed::TargetTable& table,
                              std::string_view member, db::Engine engine) {
  store::Cells cells;
  const data::Node* node = call.body.find(member);
  if (node == nullptr) return cells;
  const bool compared = member == "before";
  for (const data::Entry& entry : node->entries()) {
    const seed::TargetColumn* column = table.find(entry.key);
    if (column == nullptr)
      return fail(unusable(fmt::format("there is no such column in {}", table.name)));
    if (seed::is_telling(column->name))
      return fail(unusable(fmt::format("{} holds secrets, and is not changed here", column->name)));
    if (column->generated) return fail(unusable(fmt::format("{} takes no value", column->name)));
    cells.emplace_back(column->name, bound(*column, entry.value, engine, compared));
  }
  return cells;
}

/// All columns of the key, and no other.
Status check_key(const seed::TargetTable& table, const store::Cells& cells) {
  const auto key = key_of(table);
  const bool all = std::all_of(key.begin(), key.end(), [&](const std::string& column) {
    return std::any_of(cells.begin(), cells.end(),
                       [&](const auto& cell) { return cell.first == column; });
  });
  if (key.empty()) return fail(unusable(fmt::format("{} has no key", table.name)));
  if (!all || cells.size() != key.size())
    return fail(unusable(fmt::format("key must have the columns {}", text::join(key, ", "))));
  return {};
}

Status admit(const Call& call, const std::string& table) {
  if (!is_guarded(table) || call.caller.role == Role::kSuperAdmin) return {};
  return fail(Error(ErrorCode::kRoleTooLow, fmt::format("{} is for super admins alone", table))
                  .because("whoever changes it may become anybody")
                  .advise("the setting super_admin_emails says who is one"));
}

Response refused(const Error& error) {
  Response response = error_response(error);
  // What does not fit the table is the caller's to mend.
  const bool misfit = error.code == ErrorCode::kConstraintViolated ||
                      (response.status == 500 && !error.sqlstate.empty());
  if (misfit) response.status = 422;
  return response;
}

Response row_changed() {
  return error_response(Error(ErrorCode::kRowChanged, "somebody else changed the row")
                            .because("it is gone, or not what it was when it was read")
                            .advise("read it again; nothing was written"));
}

void note(const Call& call, std::string_view what, const std::string& table) {
  call.app.host.log.info(what, {{"table", std::string_view(table)},
                                {"email", std::string_view(call.caller.identity->email)}});
  JsonObject event;
  call.app.events.publish("table", event.text("table", table).str());
}

db::Engine engine_of(const App& app) {
  return app.project.database.url->engine();
}

}  // namespace

Response tables(const Call& call) {
  const auto sets = seeded(call.app, "");
  if (!sets) return error_response(sets.error());
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> by_table;
  for (const SeedSetStatus& set : *sets) {
    auto& list = by_table[set.table];
    if (list.empty()) names.push_back(set.table);
    JsonObject one;
    one.text("set", set.set).text("mode", set.mode).text("status", set.status);
    list.push_back(one.text("file", set.file).text_or_null("applied_at", set.applied_at).str());
  }
  std::vector<std::string> all;
  for (const std::string& name : names) {
    const Role needed = is_guarded(name) ? Role::kSuperAdmin : Role::kAdmin;
    JsonObject one;
    one.text("name", name).flag("writable", call.caller.role >= needed);
    all.push_back(one.raw("sets", json_array(by_table[name])).str());
  }
  return json_response(fmt::format("{{\"tables\": {}}}", json_array(all)));
}

Response table_rows(const Call& call) {
  App& app = call.app;
  const auto table = read_table(app, call.place(0));
  if (!table) return error_response(table.error());
  const auto page = app.database.use([&](db::Connection& connection) {
    return store::TableRows(connection, app.project.database.schema, table->name)
        .page(page_of(call, *table));
  });
  if (!page) return error_response(page.error());
  const Role needed = is_guarded(table->name) ? Role::kSuperAdmin : Role::kAdmin;
  JsonObject object;
  object.text("table", table->name).flag("writable", call.caller.role >= needed);
  object.raw("columns", columns_json(*table)).texts("key", key_of(*table));
  object.number("total", page->total).raw("rows", rows_json(*table, page->rows));
  return json_response(object.str());
}

Response table_differences(const Call& call) {
  const auto sets = seeded(call.app, call.place(0));
  if (!sets) return error_response(sets.error());
  SeedOptions options;
  options.dry_run = true;
  options.compare = true;
  options.listed_rows = kListed;
  for (const SeedSetStatus& set : *sets)
    options.sets.push_back(set.set);
  const auto result = bootstrap::seed(call.app.host, call.app.project_options, options);
  if (!result.errors.empty()) return error_response(result.errors);
  return json_response(call.app.reports.differences(result));
}

Response row_add(const Call& call) {
  App& app = call.app;
  if (const Status admitted = admit(call, call.place(0)); !admitted)
    return error_response(admitted.error());
  const auto table = read_table(app, call.place(0));
  if (!table) return error_response(table.error());
  const auto values = cells_of(call, *table, "values", engine_of(app));
  if (!values) return error_response(values.error());
  const Status added = app.database.use_once([&](db::Connection& connection) {
    return store::TableRows(connection, app.project.database.schema, table->name).add(*values);
  });
  if (!added) return refused(added.error());
  note(call, "a row was added", table->name);
  return json_response(R"({"changed": 1})", 201);
}

Response row_change(const Call& call) {
  App& app = call.app;
  if (const Status admitted = admit(call, call.place(0)); !admitted)
    return error_response(admitted.error());
  const auto table = read_table(app, call.place(0));
  if (!table) return error_response(table.error());
  const auto key = cells_of(call, *table, "key", engine_of(app));
  if (!key) return error_response(key.error());
  if (const Status whole = check_key(*table, *key); !whole) return error_response(whole.error());
  const auto before = cells_of(call, *table, "before", engine_of(app));
  if (!before) return error_response(before.error());
  const auto values = cells_of(call, *table, "values", engine_of(app));
  if (!values) return error_response(values.error());
  if (values->empty()) return error_response(unusable("values is empty"));
  const auto changed = app.database.use_once([&](db::Connection& connection) {
    return store::TableRows(connection, app.project.database.schema, table->name)
        .change(*key, *before, *values);
  });
  if (!changed) return refused(changed.error());
  if (*changed == 0) return row_changed();
  note(call, "a row was changed", table->name);
  return json_response(R"({"changed": 1})");
}

Response row_remove(const Call& call) {
  App& app = call.app;
  if (const Status admitted = admit(call, call.place(0)); !admitted)
    return error_response(admitted.error());
  const auto table = read_table(app, call.place(0));
  if (!table) return error_response(table.error());
  const auto key = cells_of(call, *table, "key", engine_of(app));
  if (!key) return error_response(key.error());
  if (const Status whole = check_key(*table, *key); !whole) return error_response(whole.error());
  const auto before = cells_of(call, *table, "before", engine_of(app));
  if (!before) return error_response(before.error());
  const auto removed = app.database.use_once([&](db::Connection& connection) {
    return store::TableRows(connection, app.project.database.schema, table->name)
        .remove(*key, *before);
  });
  if (!removed) return refused(removed.error());
  if (*removed == 0) return row_changed();
  note(call, "a row was deleted", table->name);
  return json_response(R"({"changed": 1})");
}

}  // namespace bedstone::server::api
