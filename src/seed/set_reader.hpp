/// Drafts: one file of the seeds folder as far as it can be understood, with all that is wrong in
/// it.
#pragma once

#include <string>
#include <string_view>

#include "seed/expression.hpp"
#include "seed/set.hpp"
#include "seed/set_name.hpp"

namespace bedstone::seed {

struct SetDraft {
  SeedSet set;
  Errors errors;           ///< By place.
  bool elsewhere = false;  ///< It counts in other environments only; little of it was read.
  /// It is known which file its rows come from, if any.
  bool source_known = false;
};

/// Reads a .yaml file. `only_here`: sets of other environments are read only so far that this can
/// be said, and where their rows are.
SetDraft draft_set(const std::string& path, const std::string& shown, const SetName& name,
                   const SetContext& context, bool only_here);
/// The set that a data file is by itself.
SetDraft draft_bare(const std::string& path, const std::string& shown, const SetName& name,
                    const SetContext& context, bool only_here);

/// Whether a set counts in an environment.
bool counts_in(const SeedSet& set, std::string_view env);

}  // namespace bedstone::seed
