/// The engines' parts of a plan. Private to schema/mend*.
#pragma once

#include "schema/mend.hpp"

namespace bedstone::schema {

struct MendTexts {
  const MendInput& input;
  const Recorded& recorded;
  const Recorded& live;
  const Sources& sources;
};

std::vector<MendStep> mend_postgres(const MendTexts& texts,
                                    const std::vector<SchemaDifference>& differences);
std::vector<MendStep> mend_sqlite(const MendTexts& texts,
                                  const std::vector<SchemaDifference>& differences);

/// The steps that give renamed tables their names back. Takes out of `differences` what is to be
/// looked at only then.
std::vector<MendStep> take_renames(const MendTexts& texts,
                                   std::vector<SchemaDifference>& differences);

/// Nothing can be done.
MendStep leave(const SchemaDifference& difference, std::string why);
MendStep step_for(const SchemaDifference& difference, std::string action);
/// Where a kind stands among what is made; drops come in the opposite order.
int rank_of(std::string_view kind);

}  // namespace bedstone::schema
