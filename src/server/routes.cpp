// The table of routes.
#include "server/routes.hpp"

#include "server/api.hpp"

namespace bedstone::server {
namespace {

constexpr Field kRevision{"revision", FieldType::kInteger, true,
                          "The revision that the change is based on; 409 when somebody changed one "
                          "of the settings after it"};
constexpr Field kReason{"reason", FieldType::kText, false, "Why: stands in the history"};
constexpr Field kDryRun{"dry_run", FieldType::kBool, false, "Check all, change nothing"};
constexpr Field kPassphrase{"passphrase", FieldType::kText, false,
                            "Secrets go along, encrypted with it"};

constexpr Field kSignIn[] = {{"email", FieldType::kText, true, "The account's address"},
                             {"password", FieldType::kText, true, "Its password"}};
constexpr Field kPassword[] = {{"current", FieldType::kText, true, "The password of now"},
                               {"new", FieldType::kText, true, "At least 12 characters"}};
constexpr Field kChange[] = {
    kRevision,
    {"set", FieldType::kObject, false, "Settings and their values; null: no value"},
    {"unset", FieldType::kTexts, false, "Settings that shall have no value"},
    {"generate", FieldType::kTexts, false,
     "Settings that shall have a new value, made as they are declared"},
    kReason,
    kDryRun};
constexpr Field kRollback[] = {
    {"to", FieldType::kInteger, true, "The revision whose values come back"},
    kRevision,
    kReason,
    kDryRun};
constexpr Field kExport[] = {kPassphrase};
constexpr Field kImport[] = {
    {"document", FieldType::kObject, true, "What an export gave"},
    kRevision,
    kPassphrase,
    {"prune", FieldType::kBool, false, "Remove stored values that the document lacks"},
    kReason,
    kDryRun};
constexpr Field kSetup[] = {
    {"mode", FieldType::kText, false, "How people sign in: local, workos"},
    {"admins", FieldType::kTexts, false, "Addresses of super admins"},
    {"values", FieldType::kObject, false, "Any other settings"},
    {"secrets", FieldType::kObject, false, "Settings that are secret"},
    {"unset", FieldType::kTexts, false, "Settings whose stored value goes"},
    {"account", FieldType::kObject, false, "An account for the first admin: email, name, password"},
    {"seed", FieldType::kTexts, false, "Seed sets to carry out afterwards"},
    kDryRun};
constexpr Field kHistory[] = {{"name", FieldType::kText, false, "Of this setting alone"},
                              {"limit", FieldType::kInteger, false, "At most so many; 50"}};

constexpr Field kAll[] = {
    {"all", FieldType::kBool, false, "All checks, and not the fast ones alone"}};
constexpr Field kRunHealth[] = {
    {"all", FieldType::kBool, false, "All checks, and not the fast ones alone"},
    {"checks", FieldType::kTexts, false, "These checks"}};
constexpr Field kPast[] = {{"past", FieldType::kText, false, "As 24h or 30d; 7d"}};
constexpr Field kSeries[] = {
    {"past", FieldType::kText, false, "As 24h or 30d; 24h of checks, 7d of errors"},
    {"points", FieldType::kInteger, false, "About so many spans of time, at most 200; 48"}};
constexpr Field kChecks[] = {
    kSeries[0], kSeries[1], {"check", FieldType::kText, false, "Only of this check"}};
constexpr Field kPage[] = {
    {"limit", FieldType::kInteger, false, "At most so many; 50"},
    {"offset", FieldType::kInteger, false, "Leave out so many; with after or before: none"},
    {"after", FieldType::kText, false, "The rows after the page that gave this as `next`"},
    {"before", FieldType::kText, false, "The rows before the page that gave this as `previous`"},
    {"order", FieldType::kText, false, "By this column; else by the key"},
    {"descending", FieldType::kBool, false, "The other way round"},
    {"search", FieldType::kText, false, "Rows that hold it, upper and lower case aside"},
    {"filter", FieldType::kText, false, "Columns and what they hold, as a JSON object"},
    {"origin", FieldType::kText, false, "Whose rows: ours, edited or own"}};
constexpr Field kSession[] = {
    {"overview", FieldType::kBool, false, "With the overview, for whoever is signed in"}};
constexpr Field kSince[] = {
    {"since", FieldType::kInteger, false,
     "First the events after this one; the field Last-Event-ID says the same"}};
constexpr Field kCounts[] = {{"counts", FieldType::kBool, false, "false: without counting rows"}};
constexpr Field kChoices[] = {
    {"search", FieldType::kText, false, "Those that hold it, upper and lower case aside"}};
constexpr Field kRuns[] = {{"limit", FieldType::kInteger, false, "At most so many; 50"},
                           {"offset", FieldType::kInteger, false, "Leave out so many"},
                           {"outcome", FieldType::kText, false, "done, failed, interrupted"},
                           {"command", FieldType::kText, false, "up, seed, …"}};
constexpr Field kKey{"key", FieldType::kObject, true, "The key's columns and their values"};
constexpr Field kBefore{"before", FieldType::kObject, false,
                        "What columns held when they were read; 409 when they do no more"};
constexpr Field kAdd[] = {{"values", FieldType::kObject, true, "Columns and their values"}};
constexpr Field kEdit[] = {
    kKey, kBefore, {"values", FieldType::kObject, true, "Columns and what they shall hold"}};
constexpr Field kRemove[] = {kKey, kBefore};
constexpr Field kBegin[] = {{"return_to", FieldType::kText, false, "The path to come back to; /"}};
constexpr Field kEnd[] = {{"code", FieldType::kText, false, "What AuthKit gives for the session"},
                          {"state", FieldType::kText, true, "What the begin sent along"},
                          {"error", FieldType::kText, false, "Why there is no code"},
                          {"error_description", FieldType::kText, false, "The same in words"}};

constexpr Route kRoutes[] = {
    {Method::kGet, "/livez", Access::kOpen, "livez", "Whether the process answers", api::alive,
     api::alive_quick},
    {Method::kGet, "/readyz", Access::kOpen, "readyz",
     "Whether traffic may come: 503 when not; details for those who are signed in", api::ready},
    {Method::kGet, "/healthz", Access::kOpen, "healthz", "The same as /readyz", api::ready},
    {Method::kGet, "/metrics", Access::kMetrics, "metrics", "Numbers for Prometheus", api::metrics},
    {Method::kGet, "/api/v1/openapi.json", Access::kOpen, "openapi", "This document",
     api::openapi_document, api::openapi_quick},

    {Method::kGet,
     "/api/v1/session",
     Access::kOpen,
     "sessionRead",
     "Who is signed in, and the token that changes need",
     api::session,
     nullptr,
     {},
     kSession},
    {Method::kPost, "/api/v1/session", Access::kOpen, "sessionOpen", "Sign in", api::sign_in,
     nullptr, kSignIn},
    {Method::kGet,
     "/api/v1/sign-in/workos",
     Access::kOpen,
     "workosBegin",
     "Sends a browser to WorkOS AuthKit to sign in",
     api::workos_begin,
     nullptr,
     {},
     kBegin},
    {Method::kGet,
     "/api/v1/sign-in/workos/callback",
     Access::kOpen,
     "workosEnd",
     "Where AuthKit sends it back to",
     api::workos_end,
     nullptr,
     {},
     kEnd},
    {Method::kDelete, "/api/v1/session", Access::kMember, "sessionClose", "Sign out",
     api::sign_out},
    {Method::kGet, "/api/v1/sessions", Access::kMember, "sessionsRead", "Where I am signed in",
     api::sessions},
    {Method::kDelete, "/api/v1/sessions", Access::kMember, "sessionsClose", "Sign out everywhere",
     api::sign_out_everywhere},
    {Method::kPost, "/api/v1/password", Access::kMember, "passwordChange",
     "Change my password; signs out everywhere else", api::change_password, nullptr, kPassword},

    {Method::kGet, "/api/v1/status", Access::kMember, "statusRead",
     "The state of the database and of this server", api::status},
    {Method::kGet, "/api/v1/overview", Access::kMember, "overviewRead",
     "State, what to do next, the last runs, the processes that use the settings", api::overview},
    {Method::kPost, "/api/v1/up", Access::kSuperAdmin, "upStart",
     "Do what `bedstone up` does, in the background; events tell its progress", api::start_up},
    {Method::kGet,
     "/api/v1/runs",
     Access::kMember,
     "runsRead",
     "Runs, the newest first",
     api::runs,
     nullptr,
     {},
     kRuns},
    {Method::kGet, "/api/v1/runs/{id}", Access::kMember, "runRead", "One run with its steps",
     api::run},
    {Method::kGet, "/api/v1/migrations", Access::kMember, "migrationsRead",
     "Applied and pending migrations", api::migrations},
    {Method::kGet, "/api/v1/migrations/{version}", Access::kMember, "migrationRead",
     "One migration's SQL: of its file, and what is stored to go back", api::migration},
    {Method::kGet, "/api/v1/verify", Access::kMember, "migrationsVerify",
     "Compares every file with the history, and the schema with what was recorded",
     api::migrations_verify},
    {Method::kGet, "/api/v1/seeds", Access::kMember, "seedsRead", "The seed sets", api::seeds},
    {Method::kGet, "/api/v1/plan", Access::kMember, "planRead", "What the next `up` would do",
     api::plan},
    {Method::kGet,
     "/api/v1/health",
     Access::kMember,
     "healthRead",
     "What checks of the database found, with advice",
     api::health,
     nullptr,
     {},
     kAll},
    {Method::kPost, "/api/v1/health", Access::kAdmin, "healthRun",
     "Check now, and keep what was found", api::health_run, nullptr, kRunHealth},
    {Method::kGet,
     "/api/v1/health/history",
     Access::kMember,
     "healthHistory",
     "What checks found over a time, as series for plots, and what changed",
     api::health_history,
     nullptr,
     {},
     kChecks},
    {Method::kGet,
     "/api/v1/errors",
     Access::kMember,
     "errorsRead",
     "What failed and how often, and what ended it; for admins with all that was recorded",
     api::errors,
     nullptr,
     {},
     kPast},
    {Method::kGet,
     "/api/v1/errors/series",
     Access::kMember,
     "errorSeries",
     "How often what failed over a time, by code and by pattern, and how runs ended",
     api::error_series,
     nullptr,
     {},
     kSeries},
    {Method::kGet,
     "/api/v1/tables",
     Access::kMember,
     "tablesRead",
     "The tables that seeds fill, and how many rows are whose",
     api::tables,
     nullptr,
     {},
     kCounts},
    {Method::kGet,
     "/api/v1/tables/{table}",
     Access::kMember,
     "rowsRead",
     "A table's columns and rows, and whose each is; secrets masked",
     api::table_rows,
     nullptr,
     {},
     kPage},
    {Method::kPost, "/api/v1/tables/{table}", Access::kAdmin, "rowAdd", "Add a row", api::row_add,
     nullptr, kAdd},
    {Method::kPatch, "/api/v1/tables/{table}", Access::kAdmin, "rowChange",
     "Change a row, if it is still what it was", api::row_change, nullptr, kEdit},
    {Method::kDelete, "/api/v1/tables/{table}", Access::kAdmin, "rowRemove",
     "Delete a row, if it is still what it was", api::row_remove, nullptr, kRemove},
    {Method::kGet,
     "/api/v1/tables/{table}/choices/{column}",
     Access::kMember,
     "choicesRead",
     "What a column may refer to, or what it holds",
     api::table_choices,
     nullptr,
     {},
     kChoices},
    {Method::kGet, "/api/v1/tables/{table}/removed", Access::kMember, "removedRead",
     "Keys of rows that seed sets made and somebody deleted", api::table_removed},
    {Method::kGet, "/api/v1/tables/{table}/differences", Access::kMember, "differencesRead",
     "Rows that are not what the seed sets say, and whose doing that is", api::table_differences},
    {Method::kGet,
     "/api/v1/events",
     Access::kMember,
     "eventsRead",
     "Changes of settings, health and progress, as server-sent events",
     api::events,
     api::events_quick,
     {},
     kSince},

    {Method::kGet, "/api/v1/config", Access::kMember, "configRead", "All settings, secrets masked",
     api::config, api::config_quick},
    {Method::kPut, "/api/v1/config", Access::kSuperAdmin, "configChange",
     "Change settings, all or nothing", api::config_change, nullptr, kChange},
    {Method::kGet,
     "/api/v1/config/history",
     Access::kMember,
     "configHistory",
     "Who changed what",
     api::config_history,
     nullptr,
     {},
     kHistory},
    {Method::kGet, "/api/v1/config/form", Access::kMember, "configForm",
     "What a form for the settings is made from: types, bounds, schemas, variables, last changes",
     api::config_form},
    {Method::kGet, "/api/v1/config/validate", Access::kMember, "configValidate",
     "What is wrong with the settings", api::config_validate},
    {Method::kGet, "/api/v1/config/instances", Access::kMember, "configInstances",
     "The processes that use the settings, and which revision each has", api::config_instances},
    {Method::kGet, "/api/v1/config/explain/{name}", Access::kMember, "configExplain",
     "Where a value comes from", api::config_explain},
    {Method::kPost, "/api/v1/config/rollback", Access::kSuperAdmin, "configRollback",
     "Bring back the values of a revision, as a new one", api::config_rollback, nullptr, kRollback},
    {Method::kPost, "/api/v1/config/export", Access::kSuperAdmin, "configExport",
     "The stored values as a document", api::config_export, nullptr, kExport},
    {Method::kPost, "/api/v1/config/import", Access::kSuperAdmin, "configImport",
     "Take over the values of a document", api::config_import, nullptr, kImport},
    {Method::kPost, "/api/v1/reload", Access::kReload, "reload",
     "Read the settings from the database now", api::reload},

    {Method::kGet, "/api/v1/setup", Access::kOpen, "setupRead",
     "Whether the setup is open; who closed it, for who has the token", api::setup_state},
    {Method::kGet, "/api/v1/setup/form", Access::kSetup, "setupForm",
     "What the setup can set: the database, settings, accounts, seed sets", api::setup_form},
    {Method::kGet, "/api/v1/setup/events", Access::kSetup, "setupEvents",
     "The setup's progress, as server-sent events", api::setup_events},
    {Method::kPost, "/api/v1/setup", Access::kSetup, "setupApply",
     "Set the application up, once; all or nothing", api::setup, nullptr, kSetup},
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace bedstone::server
