/// Api: the functions that answer, by route; the table in routes.cpp says which is for what.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/routes.hpp"

namespace bedstone::server::api {

using Quick = std::optional<Response>;

// api_probes.cpp
Response alive(const Call& call);
Quick alive_quick(const Call& call);
Response ready(const Call& call);
Response metrics(const Call& call);
Response openapi_document(const Call& call);
Quick openapi_quick(const Call& call);

// api_status.cpp
Response status(const Call& call);
Response run(const Call& call);
Response seeds(const Call& call);
Response plan(const Call& call);
Response start_up(const Call& call);
Response events(const Call& call);
Quick events_quick(const Call& call);

// api_health.cpp
Response health(const Call& call);
Response health_run(const Call& call);
Response health_history(const Call& call);

// api_errors.cpp
Response errors(const Call& call);
Response error_series(const Call& call);

// api_config.cpp
Response config(const Call& call);
Quick config_quick(const Call& call);
Response config_change(const Call& call);
Response config_history(const Call& call);
Response config_explain(const Call& call);
Response config_form(const Call& call);
/// All names that an error of settings may be about: those that were given, and those declared.
std::vector<std::string> setting_names(const Call& call, std::vector<std::string> given);
Response config_validate(const Call& call);
Response config_instances(const Call& call);
Response config_rollback(const Call& call);
Response config_export(const Call& call);
Response config_import(const Call& call);
Response reload(const Call& call);

// api_overview.cpp
Response overview(const Call& call);
Response runs(const Call& call);

// api_migrations.cpp
Response migrations(const Call& call);
Response migrations_verify(const Call& call);
Response migration(const Call& call);

// api_tables.cpp
Response tables(const Call& call);
Response table_rows(const Call& call);
Response table_choices(const Call& call);
Response table_removed(const Call& call);
Response table_differences(const Call& call);

// api_rows.cpp
Response row_add(const Call& call);
Response row_change(const Call& call);
Response row_remove(const Call& call);

// api_session.cpp
Response session(const Call& call);
Response sign_in(const Call& call);
Response sign_out(const Call& call);
Response sessions(const Call& call);
Response sign_out_everywhere(const Call& call);
Response change_password(const Call& call);
/// A session that was just opened; the one that the browser had is over.
struct OpenedSession {
  Secret token;
  Identity identity;
};
Result<OpenedSession> open_session(const Call& call, const store::AccountRow& account,
                                   std::string_view method, const ProviderSession* provider);

// api_workos.cpp
Response workos_begin(const Call& call);
Response workos_end(const Call& call);

// api_setup.cpp
Response setup_state(const Call& call);
Response setup_form(const Call& call);
Response setup_events(const Call& call);
Response setup(const Call& call);

}  // namespace bedstone::server::api
