/// Indexes that migrations went without, when the schema is repaired.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/results.hpp"
#include "db/url.hpp"
#include "schema/mend.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::bootstrap {

/// "pets.pets_note", as differences name an index.
std::string object_of(const store::UnbuiltIndex& index);

/// As the engine compares names.
bool same_name(db::Engine engine, std::string_view a, std::string_view b);

/// The step that builds one; without statements where `live`, a canonical text, has it already.
schema::MendStep build_step(const store::UnbuiltIndex& index, std::string_view live,
                            db::Engine engine, bool concurrently);

/// Takes out what is no difference: an index that is wanted and was built behind the record.
void forgive_wanted(const std::vector<store::UnbuiltIndex>& wanted, db::Engine engine,
                    std::vector<SchemaDifference>& differences);

}  // namespace bedstone::bootstrap
