// Migrations: what was applied, what is pending, what their SQL says, and whether both agree.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/log.hpp"
#include "migrate/folder.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "store/store.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::chrono::seconds kStatusAge{1};
constexpr std::uint64_t kSqlBytes = 512U * 1024U;

Result<std::shared_ptr<const StatusReport>> status_now(const Call& call) {
  auto status = call.app.watch.status(kStatusAge);
  if (!status) {
    return fail(Error(ErrorCode::kServerBusy, "the database does not answer").may_retry());
  }
  if (status->state == DatabaseState::kUnreachable && !status->problems.empty())
    return fail(status->problems.front());
  return status;
}

const MigrationEntry* find_entry(const StatusReport& status, const std::string& version) {
  const auto found =
      std::find_if(status.migrations.begin(), status.migrations.end(),
                   [&](const MigrationEntry& entry) { return entry.version == version; });
  return found == status.migrations.end() ? nullptr : &*found;
}

/// The file as the folder lists it now: nothing that a caller says becomes a path.
Result<std::optional<migrate::MigrationFile>> find_file(const App& app,
                                                        const MigrationEntry& entry) {
  const std::string& folder = app.project.migrations.dir;
  BEDSTONE_ASSIGN(const auto list,
                  migrate::list_folder(folder, folder, app.project.database.url->engine()));
  for (const auto* files : {&list.versioned, &list.repeatables}) {
    for (const migrate::MigrationFile& file : *files) {
      if (file.repeatable == (entry.kind == "repeatable") && file.version == entry.version)
        return file;
    }
  }
  return std::nullopt;
}

std::string text_json(const Result<std::string>& text) {
  JsonObject object;
  object.raw("sql", text ? json_quote(*text) : "null");
  return object.raw("problem", text ? "null" : json_error(text.error())).str();
}

}  // namespace

Response migrations(const Call& call) {
  const auto status = status_now(call);
  if (!status) return error_response(status.error());
  return json_response(call.app.reports.migrations(**status));
}

Response migrations_verify(const Call& call) {
  const StatusReport report = bootstrap::migrate_verify(call.app.host, call.app.project_options);
  call.app.watch.expire();
  return json_response(call.app.reports.status(report));
}

Response migration(const Call& call) {
  App& app = call.app;
  const auto status = status_now(call);
  if (!status) return error_response(status.error());
  const MigrationEntry* entry = find_entry(**status, call.place(0));
  if (entry == nullptr)
    return error_response(Error(ErrorCode::kNoSuchPage, "there is no such migration")
                              .advise("GET /api/v1/migrations lists those that there are"));
  const auto file = find_file(app, *entry);
  if (!file) return error_response(file.error());
  JsonObject object;
  object.text("version", entry->version).text("name", entry->name).text("kind", entry->kind);
  object.text("status", entry->status).text_or_null("file", entry->file);
  const bool there = file->has_value();
  object.raw("up", there ? text_json(files::read((*file)->path, kSqlBytes)) : "null");
  const bool sibling = there && !(*file)->down_path.empty();
  object.raw("down", sibling ? text_json(files::read((*file)->down_path, kSqlBytes)) : "null");
  // What went with the file is kept as far as it is needed to go back.
  const auto stored = app.database.use([&](db::Connection& connection) {
    return store::Store(connection, app.project.name).down_sql(entry->version);
  });
  const bool kept = stored && *stored;
  object.raw("stored_down", kept ? json_quote(**stored) : "null");
  return json_response(object.str());
}

}  // namespace bedstone::server::api
