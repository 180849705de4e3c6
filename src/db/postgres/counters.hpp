/// Counters: sequences and the columns that take their values from them, as SQL text.
#pragma once

#include <string>
#include <string_view>

namespace bedstone::db::postgres {

std::string catalog_counters();
std::string catalog_counter(std::string_view table, std::string_view column,
                            std::string_view sequence, bool down);

}  // namespace bedstone::db::postgres
