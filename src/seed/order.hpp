/// The order of sets: a set comes after those whose rows it refers to.
#pragma once

#include <vector>

#include "base/checked.hpp"
#include "schema/model.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

/// Indices into `sets`; where nothing decides, the order of the files. Sets that refer to one
/// another come in the order of their files as well, with an error for each circle (kSeedCycle).
struct Order {
  std::vector<std::size_t> indices;
  Errors circles;
};
Order order_sets(const std::vector<SeedSet>& sets, const schema::Schema& schema);

}  // namespace bedstone::seed
