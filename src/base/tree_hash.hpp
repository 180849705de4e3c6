/// Hashing whole folders at every start, as fast as the system reads them.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "bedstone/result.hpp"

namespace bedstone {

/// Feeds the name and the bytes of each regular file directly in `folder` whose name ends in
/// `suffix` (given in lower case), whatever its case, in bytewise order of names. A folder that is
/// missing feeds nothing.
Status hash_folder(Blake2b& hash, const std::string& folder, std::string_view suffix);

/// Feeds one file's bytes, those of a long file as the hashes of its sections, which several
/// threads work out; a file that is missing feeds a mark of its own.
Status hash_file(Blake2b& hash, const std::string& path);

}  // namespace bedstone
