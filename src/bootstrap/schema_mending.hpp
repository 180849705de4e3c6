/// Mending: carries out the steps of a repair.
#pragma once

#include <vector>

#include "bootstrap/schema_repair.hpp"
#include "bootstrap/work.hpp"

namespace bedstone::bootstrap {

/// Carries out steps, as many as can be: one that fails is undone alone and tried again behind the
/// others, as long as that helps. What belongs into a transaction shares one. Each step's outcome
/// is put into the report and the run's account. An error is what ends the whole: a lost
/// connection, an interruption, a commit that fails.
Status carry_out(Work& work, const std::string& recorded, std::vector<schema::MendStep> steps,
                 SchemaRepairReport& report);

/// "could not create index pets.pets_name", and why.
Error repair_failed(const schema::MendStep& step, const Error& why);

}  // namespace bedstone::bootstrap
