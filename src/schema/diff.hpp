/// diff: two canonical texts, object by object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/results.hpp"

namespace bedstone::schema {

/// What `actual` has otherwise than `expected`; sorted, empty when nothing. `expected` and `actual`
/// of each hold the details, and one of them is empty where the object is missing or extra. What
/// belongs to a missing or extra table or view is not listed with it, and a table's column order
/// only where the columns that both have are in another one. Any text is accepted.
std::vector<SchemaDifference> diff(std::string_view expected, std::string_view actual);

/// What the schema should be after a change that led from `before` to `after`, where it should have
/// been `recorded` instead of `before`: what the change did not touch stays as recorded. Texts of
/// different formats give `after`.
std::string carry_over(std::string_view recorded, std::string_view before, std::string_view after);

/// One line: "column accounts.email is different: text not null instead of text".
std::string describe(const SchemaDifference& difference);

}  // namespace bedstone::schema
