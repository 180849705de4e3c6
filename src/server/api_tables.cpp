// Tables that seed sets fill: their rows and whose they are, and what differs from the files.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.hpp"
#include "base/text.hpp"
#include "data/json.hpp"
#include "seed/hide.hpp"
#include "seed/row_reader.hpp"
#include "server/api.hpp"
#include "server/deadline.hpp"
#include "server/guarded_tables.hpp"
#include "server/json_text.hpp"
#include "server/table_json.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::int64_t kRows = 50;
constexpr std::int64_t kRowsMost = 500;
/// Rows that are counted by origin, and looked through for a column's values.
constexpr std::int64_t kCounted = 20'000;
constexpr std::size_t kListed = 500;
constexpr std::size_t kChoices = 100;
/// Rows of a table are counted up to here.
constexpr std::int64_t kTotal = 100'000;
/// Somebody waits for them. What takes longer is stopped, and said to be.
constexpr Milliseconds kPageTime{3000};
constexpr Milliseconds kCountTime{1000};
constexpr Milliseconds kReadTime{10'000};

Error too_slow(Milliseconds time, std::string_view what, std::string advice) {
  return Error(ErrorCode::kRequestTooLarge,
               fmt::format("{} took longer than {} s, and was stopped", what, time.count() / 1000))
      .because("the table is large, and its rows had to be looked through one by one")
      .advise(std::move(advice));
}

std::string sets_json(const std::vector<SeedSetStatus>& sets) {
  std::vector<std::string> all;
  for (const SeedSetStatus& set : sets) {
    JsonObject one;
    one.text("set", set.set).text("mode", set.mode).text("status", set.status);
    all.push_back(one.text("file", set.file)
                      .text_or_null("missing_file", set.missing_file)
                      .text_or_null("applied_at", set.applied_at)
                      .str());
  }
  return json_array(all);
}

bool may_write(const Call& call, const TableView& table) {
  const Role needed = is_guarded(table.name()) ? Role::kSuperAdmin : Role::kAdmin;
  return call.caller.role >= needed && !table.key().empty();
}

/// Within a transaction that reads; `ask` gets the reader.
template <typename Ask>
auto with_reader(App& app, const TableView& table, Ask ask) {
  return app.database.use([&](db::Connection& connection) -> decltype(ask(
                                                              std::declval<seed::RowReader&>())) {
    seed::RowReader reader(connection, app.project.database.schema, table.name(), table.ledgers);
    BEDSTONE_TRY(reader.begin());
    const Deadline deadline(connection, kReadTime, app.host.cancel);
    auto result = ask(reader);
    if (!result && deadline.over())
      return fail(too_slow(kReadTime, "comparing the rows", "bedstone seed diff"));
    return result;
  });
}

/// With the table that the path names, as it is now.
template <typename Answer>
Response with_table(const Call& call, Answer answer) {
  const auto now = call.app.tables.now();
  if (!now) return error_response(now.error());
  const auto view = (*now)->view(call.place(0));
  if (!view) return error_response(view.error());
  return answer(**now, **view);
}

Result<std::vector<std::pair<std::string, std::optional<std::string>>>> filters_of(
    const Call& call, const TableView& table) {
  std::vector<std::pair<std::string, std::optional<std::string>>> filters;
  const auto text = call.request.target.get("filter");
  if (!text || text->empty()) return filters;
  const auto parsed = data::parse_json("filter", *text);
  if (!parsed || !parsed->root.is_mapping())
    return fail(Error(ErrorCode::kRequestMalformed, "filter must be an object of columns")
                    .advise(R"(filter={"provider": "openai"})"));
  const RowValues values =
      row_values(table, &parsed->root, Wanted::kRead, call.app.project.database.url->engine());
  if (!values.errors.empty()) return fail(values.errors.front().error);
  for (const auto& [column, value] : values.cells) {
    const auto* said = std::get_if<std::string>(&value);
    filters.emplace_back(column, said == nullptr ? std::nullopt : std::optional(*said));
  }
  return filters;
}

Result<std::optional<seed::RowPlace>> place_of(const Call& call, const seed::RowQuery& query) {
  const Target& target = call.request.target;
  const auto after = target.get("after");
  const auto before = target.get("before");
  const auto text = after && !after->empty() ? after : before;
  if (!text || text->empty()) return std::optional<seed::RowPlace>();
  const auto parsed = data::parse_json("place", *text);
  const bool fits =
      parsed && parsed->root.is_sequence() && parsed->root.items().size() == query.order.size();
  if (!fits) {
    return fail(Error(ErrorCode::kRequestMalformed, "after and before take what a page gave")
                    .advise("next or previous of the same table, in the same order"));
  }
  seed::RowPlace place;
  place.backwards = text == before;
  for (const data::Node& value : parsed->root.items())
    place.values.push_back(value.is_null() ? std::nullopt : std::optional(value.text()));
  return std::optional(std::move(place));
}

Result<seed::RowQuery> query_of(const Call& call, const TableView& table) {
  const Target& target = call.request.target;
  seed::RowQuery query;
  for (const seed::TargetColumn& column : table.target.columns) {
    query.columns.push_back(column.name);
    if (!table.is_hidden(column.name)) query.searched.push_back(column.name);
  }
  BEDSTONE_ASSIGN(query.filters, filters_of(call, table));
  const auto order = target.get("order");
  // What is hidden shall not be guessed from an order either.
  if (order && table.target.find(*order) != nullptr && !table.is_hidden(*order))
    query.order.emplace_back(*order);
  for (const std::string& column : table.key()) {
    if (query.order.empty() || query.order.front() != column) query.order.push_back(column);
  }
  query.indexed = table.key();
  query.descending = target.get("descending") == "true";
  query.search = target.get("search").value_or("");
  query.origin = seed::origin_of(target.get("origin").value_or(""));
  query.limit = std::clamp<std::int64_t>(
      text::parse_integer(target.get("limit").value_or("")).value_or(kRows), 1, kRowsMost);
  query.offset =
      std::max<std::int64_t>(text::parse_integer(target.get("offset").value_or("")).value_or(0), 0);
  BEDSTONE_ASSIGN(query.from, place_of(call, query));
  return query;
}

/// Whether pages can begin after a row. What SQLite tells of broken numbers is not all of them, and
/// what is hidden stays so.
bool has_places(const Call& call, const TableView& table, const seed::RowQuery& query) {
  const bool exact = call.app.project.database.url->engine() == db::Engine::kPostgres;
  return !query.order.empty() &&
         std::all_of(query.order.begin(), query.order.end(), [&](const std::string& name) {
           const seed::TargetColumn* column = table.target.find(name);
           const bool broken = column->kind == seed::ColumnKind::kReal ||
                               column->kind == seed::ColumnKind::kNumeric;
           return !table.is_hidden(name) && (exact || !broken);
         });
}

/// What the query's order holds in a row of the page, as JSON: for `after` and `before`.
std::string place_json(const seed::RowQuery& query, const seed::RowPage& page, std::size_t row) {
  std::vector<std::string> values;
  for (const std::string& name : query.order) {
    const auto found = std::find(query.columns.begin(), query.columns.end(), name);
    const auto value =
        page.rows.at(page.at(row), static_cast<std::size_t>(found - query.columns.begin()));
    values.push_back(value ? json_quote(*value) : "null");
  }
  return json_quote(json_array(values));
}

/// `next` and `previous`: the places where the neighbours of the page begin; null: there is none,
/// or only `offset` leads to it.
void add_places(const Call& call, const TableView& table, const seed::RowQuery& query,
                const seed::RowPage& page, JsonObject& object) {
  const bool after = page.backwards || page.more;
  const bool before = page.backwards ? page.more : query.from.has_value() || query.offset > 0;
  const bool usable = page.size() > 0 && has_places(call, table, query);
  object.flag("more", after);
  object.raw("next", usable && after ? place_json(query, page, page.size() - 1) : "null");
  object.raw("previous", usable && before ? place_json(query, page, 0) : "null");
}

/// What the rows that this page refers to are called: by column, by value.
Result<std::string> labels_json(db::Connection& connection, const std::string& schema,
                                const TableView& table, const db::Rows& rows) {
  JsonObject labels;
  for (std::size_t j = 0; j < table.target.columns.size(); ++j) {
    const std::string& column = table.target.columns[j].name;
    const auto reference = reference_view(table, column);
    if (!reference || reference->label == reference->column) continue;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string value(rows.text(i, j));
      const bool news = std::find(values.begin(), values.end(), value) == values.end();
      if (!rows.is_null(i, j) && news) values.push_back(value);
    }
    if (values.empty()) continue;
    seed::RowReader reader(connection, schema, reference->table, {});
    BEDSTONE_ASSIGN(const auto found, reader.labelled(reference->column, reference->label, "",
                                                      values, values.size()));
    JsonObject names;
    for (const seed::Choice& choice : found)
      names.text(choice.value.value_or(""), choice.label);
    labels.raw(column, names.str());
  }
  return labels.str();
}

Result<std::string> table_json(const Call& call, const std::string& name, const TablesNow& now,
                               bool counted) {
  JsonObject one;
  const auto view = now.view(name);
  one.text("name", name).flag("writable", view.has_value() && may_write(call, **view));
  one.flag("guarded", is_guarded(name)).raw("sets", sets_json(now.sets_of(name)));
  one.raw("problem", view ? "null" : json_error(view.error()));
  if (!view || !counted) return one.str();
  BEDSTONE_ASSIGN(const auto counts, with_reader(call.app, **view, [](seed::RowReader& reader) {
                    return reader.counts(kCounted);
                  }));
  one.number("rows", counts.rows).flag("counted", counts.counted);
  JsonObject origins;
  for (const seed::Origin origin :
       {seed::Origin::kOurs, seed::Origin::kEdited, seed::Origin::kOwn}) {
    const auto found = counts.by_origin.find(origin);
    origins.number(seed::origin_name(origin), found == counts.by_origin.end() ? 0 : found->second);
  }
  origins.number("removed", counts.removed);
  return one.raw("origins", counts.counted ? origins.str() : "null").str();
}

}  // namespace

Response tables(const Call& call) {
  const auto now = call.app.tables.now();
  if (!now) return error_response(now.error());
  const bool counted = call.request.target.get("counts") != "false";
  std::vector<std::string> all;
  for (const std::string& name : (*now)->names) {
    auto one = table_json(call, name, **now, counted);
    if (!one) return error_response(one.error());
    all.push_back(*std::move(one));
  }
  std::vector<std::string> errors;
  for (const Error& error : (*now)->catalog.errors)
    errors.push_back(json_error(error));
  return json_response(
      fmt::format("{{\"tables\": {}, \"errors\": {}}}", json_array(all), json_array(errors)));
}

namespace {

struct Rows {
  seed::RowPage page;
  seed::RowTotal total;
  std::string labels;
};

/// The page first: what is known of it counts, also where counting all takes too long.
Result<Rows> read_rows(App& app, db::Connection& connection, const TableView& table,
                       const seed::RowQuery& query) {
  const std::string& schema = app.project.database.schema;
  Rows result;
  seed::RowReader reader(connection, schema, table.name(), table.ledgers);
  BEDSTONE_TRY(reader.begin());
  {
    const Deadline deadline(connection, kPageTime, app.host.cancel);
    auto page = reader.page(query);
    if (!page && deadline.over()) {
      return fail(too_slow(kPageTime, query.search.empty() ? "reading the page" : "the search",
                           "filter by a column, or sort by the key; or ask the database itself"));
    }
    if (!page) return fail(page.error());
    result.page = *std::move(page);
  }
  BEDSTONE_ASSIGN(result.labels, labels_json(connection, schema, table, result.page.rows));
  const auto seen = query.offset + static_cast<std::int64_t>(result.page.size());
  // Who has seen the end needs no count.
  if (!query.from && !result.page.more && (result.page.size() > 0 || query.offset == 0)) {
    result.total = {seen, false};
    return result;
  }
  const Deadline deadline(connection, kCountTime, app.host.cancel);
  const auto total = reader.total(query, kTotal);
  if (!total && !deadline.over()) return fail(total.error());
  result.total = total ? *total : seed::RowTotal{seen, true};
  return result;
}

}  // namespace

Response table_rows(const Call& call) {
  return with_table(call, [&](const TablesNow& now, const TableView& table) {
    const auto query = query_of(call, table);
    if (!query) return error_response(query.error());
    const auto found = call.app.database.use(
        [&](db::Connection& connection) { return read_rows(call.app, connection, table, *query); });
    if (!found) return refused({{"", found.error()}});
    JsonObject object;
    object.text("table", table.name()).flag("writable", may_write(call, table));
    object.flag("guarded", is_guarded(table.name()));
    object.raw("sets", sets_json(now.sets_of(table.name())));
    object.raw("columns", columns_json(table)).texts("key", table.key());
    object.raw("referenced_by", referring_json(table));
    object.number("total", found->total.rows).flag("counted", !found->total.more);
    object.number("limit", query->limit).number("offset", query->offset);
    add_places(call, table, *query, found->page, object);
    object.raw("rows", rows_json(table, found->page));
    object.raw("origins", origins_json(found->page)).raw("labels", found->labels);
    return json_response(object.str());
  });
}

Response table_choices(const Call& call) {
  return with_table(call, [&](const TablesNow&, const TableView& table) {
    const seed::TargetColumn* column = table.target.find(call.place(1));
    if (column == nullptr || table.is_hidden(column->name))
      return error_response(Error(ErrorCode::kNoSuchPage, "there is no such column to choose from")
                                .advise("GET the table first: it lists columns"));
    const std::string_view search = call.request.target.get("search").value_or("");
    const auto reference = reference_view(table, column->name);
    using Choices = std::vector<seed::Choice>;
    const auto found = call.app.database.use([&](db::Connection& connection) -> Result<Choices> {
      const std::string& schema = call.app.project.database.schema;
      seed::RowReader reader(connection, schema, reference ? reference->table : table.name(), {});
      BEDSTONE_TRY(reader.begin());
      const Deadline deadline(connection, kPageTime, call.app.host.cancel);
      auto choices =
          reference ? reader.labelled(reference->column, reference->label, search, {}, kChoices)
                    : reader.values(column->name, kCounted, kChoices);
      if (!choices && deadline.over())
        return fail(too_slow(kPageTime, "the search", "give the value itself"));
      return choices;
    });
    if (!found) return error_response(found.error());
    std::vector<std::string> all;
    for (const seed::Choice& choice : *found) {
      JsonObject one;
      one.raw("value", value_json(table, *column, choice.value)).text("label", choice.label);
      all.push_back(one.number("count", choice.count).str());
    }
    return json_response(fmt::format("{{\"choices\": {}}}", json_array(all)));
  });
}

Response table_removed(const Call& call) {
  return with_table(call, [&](const TablesNow&, const TableView& table) {
    const auto gone = with_reader(call.app, table,
                                  [](seed::RowReader& reader) { return reader.removed(kListed); });
    if (!gone) return error_response(gone.error());
    std::vector<std::string> all;
    for (const auto& [set, key] : *gone) {
      JsonObject one;
      all.push_back(one.text("set", set).text("row_key", key).str());
    }
    return json_response(fmt::format("{{\"removed\": {}}}", json_array(all)));
  });
}

Response table_differences(const Call& call) {
  return with_table(call, [&](const TablesNow& now, const TableView& table) {
    // A set is compared as a whole.
    const auto fits = with_reader(call.app, table, [](seed::RowReader& reader) -> Result<bool> {
      BEDSTONE_TRY(reader.check_size());
      return true;
    });
    if (!fits) return error_response(fits.error());
    SeedOptions options;
    options.dry_run = true;
    options.compare = true;
    // Also of sets that would leave such rows alone, or wait for an empty table.
    options.validate_only = true;
    options.listed_rows = kListed;
    for (const SeedSetStatus& set : now.sets_of(table.name())) {
      if (set.mode != "script") options.sets.push_back(set.set);
    }
    if (options.sets.empty()) return json_response(call.app.reports.differences(SeedingResult()));
    const auto result = bootstrap::seed(call.app.host, call.app.project_options, options);
    if (!result.errors.empty()) return error_response(result.errors);
    return json_response(call.app.reports.differences(result));
  });
}

}  // namespace bedstone::server::api
