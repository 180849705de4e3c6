// Rows of seeded tables, added, changed and deleted; nobody's change is lost.
#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/api.hpp"
#include "server/guarded_tables.hpp"
#include "server/json_text.hpp"
#include "server/table_json.hpp"
#include "store/table_rows.hpp"

namespace bedstone::server::api {
namespace {

db::Engine engine_of(const App& app) {
  return app.project.database.url->engine();
}

Status admit(const Call& call, const std::string& table) {
  if (!is_guarded(table) || call.caller.role == Role::kSuperAdmin) return {};
  return fail(Error(ErrorCode::kRoleTooLow, fmt::format("{} is for super admins alone", table))
                  .because("whoever changes it may become anybody")
                  .advise("the setting super_admin_emails says who is one"));
}

Error unusable(std::string why) {
  return Error(ErrorCode::kRequestMalformed, std::move(why))
      .advise("GET the table first: it lists columns and key");
}

/// All columns of the key, and no other.
FieldErrors check_key(const TableView& table, const store::Cells& cells) {
  const auto key = table.key();
  const bool all = std::all_of(key.begin(), key.end(), [&](const std::string& column) {
    return std::any_of(cells.begin(), cells.end(),
                       [&](const auto& cell) { return cell.first == column; });
  });
  if (key.empty()) return {{"", unusable(fmt::format("{} has no key", table.name()))}};
  if (all && cells.size() == key.size()) return {};
  return {{"", unusable(fmt::format("key must have the columns {}", text::join(key, ", ")))}};
}

/// One text for a key, to compare with others of the same table.
std::string key_of(const TableView& table, const store::Cells& cells) {
  std::vector<std::string> parts;
  for (const std::string& column : table.key()) {
    for (const auto& [name, value] : cells) {
      const auto* text = std::get_if<std::string>(&value);
      if (name == column) parts.push_back(text == nullptr ? "null" : json_quote(*text));
    }
  }
  return text::join(parts, ",");
}

/// What a caller asked for, understood.
struct Wish {
  std::shared_ptr<const TablesNow> now;
  const TableView* table = nullptr;
  store::Cells key;
  store::Cells before;
  store::Cells values;
};

/// The answer, where the wish cannot be carried out.
std::optional<Response> understand(const Call& call, Wanted wanted, Wish& wish) {
  if (const Status admitted = admit(call, call.place(0)); !admitted)
    return error_response(admitted.error());
  auto now = call.app.tables.now();
  if (!now) return error_response(now.error());
  wish.now = *std::move(now);
  const auto view = wish.now->view(call.place(0));
  if (!view) return error_response(view.error());
  wish.table = *view;
  const db::Engine engine = engine_of(call.app);
  const auto read = [&](std::string_view member, Wanted how, store::Cells& cells) {
    RowValues values = row_values(**view, call.body.find(member), how, engine);
    cells = std::move(values.cells);
    return std::move(values.errors);
  };
  FieldErrors errors;
  if (wanted != Wanted::kAdd) {
    errors = read("key", Wanted::kRead, wish.key);
    if (errors.empty()) errors = check_key(**view, wish.key);
    if (errors.empty()) errors = read("before", Wanted::kRead, wish.before);
  }
  if (errors.empty() && wanted != Wanted::kRead) errors = read("values", wanted, wish.values);
  if (!errors.empty()) return refused(errors);
  return std::nullopt;
}

/// Times that people do not give are given for them, as seed sets do.
void add_clocks(const Call& call, Wish& wish, bool added) {
  for (const seed::TargetColumn& column : wish.table->target.columns) {
    const bool meant = column.name == "updated_at" || (added && !column.has_default);
    const bool given = std::any_of(wish.values.begin(), wish.values.end(),
                                   [&](const auto& cell) { return cell.first == column.name; });
    if (TableView::is_clock(column) && meant && !given)
      wish.values.emplace_back(column.name, to_iso(call.app.host.clock.now()));
  }
}

struct Outcome {
  std::int64_t rows = 0;
  FieldErrors errors;
};

/// `write` gets the table's rows. What the engine refuses is told by field.
template <typename Write>
Result<Outcome> carry_out(const Call& call, const Wish& wish, Write write) {
  App& app = call.app;
  const std::string& schema = app.project.database.schema;
  return app.database.use_once([&](db::Connection& connection) -> Result<Outcome> {
    const Result<std::int64_t> rows =
        write(store::TableRows(connection, schema, wish.table->name()));
    if (rows) return Outcome{*rows, {}};
    if (connection.lost()) return fail(rows.error());
    return Outcome{0, blame(connection, schema, *wish.table, rows.error(), wish.values)};
  });
}

Response row_changed(const Call& call, const Wish& wish) {
  const auto note = call.app.row_log.find(wish.table->name(), key_of(*wish.table, wish.key));
  const std::string who = note ? note->email : "somebody else";
  Error error(ErrorCode::kRowChanged, fmt::format("{} changed the row meanwhile", who));
  error.cause = "it is gone, or not what it was when it was read";
  error.hint = "read it again; nothing was written";
  std::string text = json_error(error);
  if (note) {
    text = with_member(std::move(text), "by", json_quote(note->email));
    text = with_member(std::move(text), "at", json_quote(note->at));
  }
  return json_response(fmt::format("{{\"error\": {}}}", text), status_of(error.code));
}

void note(const Call& call, std::string_view action, const Wish& wish) {
  App& app = call.app;
  const std::string& table = wish.table->name();
  const std::string& email = call.caller.identity->email;
  app.host.log.info(fmt::format("a row was {}", action),
                    {{"table", std::string_view(table)}, {"email", std::string_view(email)}});
  if (!wish.key.empty()) {
    app.row_log.note({table, key_of(*wish.table, wish.key), email, to_iso(app.host.clock.now())});
  }
  JsonObject key;
  for (const auto& [column, value] : wish.key) {
    const auto* text = std::get_if<std::string>(&value);
    key.raw(column, text == nullptr ? "null" : json_quote(*text));
  }
  JsonObject event;
  event.text("table", table).text("action", action).text("by", email);
  event.raw("key", wish.key.empty() ? "null" : key.str());
  app.events.publish("table", event.str());
}

Response finish(const Call& call, const Wish& wish, const Result<Outcome>& outcome,
                std::string_view action) {
  if (!outcome) return error_response(outcome.error());
  if (!outcome->errors.empty()) return refused(outcome->errors);
  if (outcome->rows == 0) return row_changed(call, wish);
  note(call, action, wish);
  return json_response(R"({"changed": 1})", action == "added" ? 201 : 200);
}

}  // namespace

Response row_add(const Call& call) {
  Wish wish;
  if (auto refusal = understand(call, Wanted::kAdd, wish)) return *std::move(refusal);
  add_clocks(call, wish, true);
  const auto outcome = carry_out(call, wish, [&](store::TableRows rows) -> Result<std::int64_t> {
    BEDSTONE_TRY(rows.add(wish.values));
    return 1;
  });
  return finish(call, wish, outcome, "added");
}

Response row_change(const Call& call) {
  Wish wish;
  if (auto refusal = understand(call, Wanted::kChange, wish)) return *std::move(refusal);
  if (wish.values.empty()) return error_response(unusable("values is empty"));
  add_clocks(call, wish, false);
  const auto outcome = carry_out(call, wish, [&](store::TableRows rows) {
    return rows.change(wish.key, wish.before, wish.values);
  });
  return finish(call, wish, outcome, "changed");
}

Response row_remove(const Call& call) {
  Wish wish;
  if (auto refusal = understand(call, Wanted::kRead, wish)) return *std::move(refusal);
  const auto outcome = carry_out(
      call, wish, [&](store::TableRows rows) { return rows.remove(wish.key, wish.before); });
  return finish(call, wish, outcome, "deleted");
}

}  // namespace bedstone::server::api
