/// Glance: what a start has to know of a project's seeds, at the price of hashing them. Only sets
/// that depend on something beside their own bytes are parsed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

struct Glance {
  bool any = false;  ///< There is a file that is, or may be, a set.
  /// Environment variables whose values decide what is seeded, sorted. Those that only passwords
  /// and secrets are made of are none: nothing may be guessed from a digest.
  std::vector<std::string> variables;
  /// Tables that are filled whenever they are empty, in the order of the sets' files.
  std::vector<std::string> filled_when_empty;
};

/// Digests of files, each read once: data files may be long. Not thread-safe.
class FileDigests {
 public:
  /// What cannot be read has a digest of its own.
  const std::string& of(const std::string& path);

 private:
  std::map<std::string, std::string, std::less<>> known_;
};

/// Feeds digests of all files that the sets of a folder consist of. What cannot be read feeds a
/// mark: what is wrong with a set is for list_sets() to tell.
Glance glance(Blake2b& hash, const std::string& folder, const SetContext& context,
              FileDigests& digests);

/// Feeds what one set consists of: its file, where its rows are, and the files it mentions.
void hash_set(Blake2b& hash, const SeedSet& set, const SetContext& context, FileDigests& digests);
/// Whether the file of a set's rows is not there, and need not be.
bool lacks_its_file(const SeedSet& set);
/// Feeds all but the file where the rows are.
void hash_shape(Blake2b& hash, const SeedSet& set, const SetContext& context, FileDigests& digests);
/// As Glance::variables, of one set.
std::vector<std::string> counting_variables(const SeedSet& set);

}  // namespace bedstone::seed
