/// SetKeys: the keys of one mapping in a set's file.
#pragma once

#include <string>
#include <utility>

#include "data/keys.hpp"

namespace bedstone::seed {

/// Complaints are kSeedSet and kUnknownKey.
class SetKeys : public data::Keys {
 public:
  SetKeys(const data::Document& document, const data::Node& mapping, std::string prefix,
          Errors& errors)
      : Keys(document, mapping, std::move(prefix), ErrorCode::kSeedSet, errors) {}
};

}  // namespace bedstone::seed
