/// The order of sets: a set comes after those whose rows it refers to.
#pragma once

#include <vector>

#include "schema/model.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

/// Indices into `sets`, in groups: where nothing decides, one by one in the order of the files.
/// Sets that need one another's rows are a group of several, to be written together. Which columns
/// a set's data file gives is read only where the order depends on it.
std::vector<std::vector<std::size_t>> order_sets(const std::vector<SeedSet>& sets,
                                                 const schema::Schema& schema);

}  // namespace bedstone::seed
