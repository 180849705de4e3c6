/// DataSeeder: the rows that a project's tables must hold, from a program.
#pragma once

#include <future>
#include <string>
#include <vector>

#include "bedstone/library.hpp"
#include "bedstone/results.hpp"

namespace bedstone {

/// What `bedstone seed …` does, as calls. The promises of DatabaseInitializer hold here too: no
/// connection between calls, any thread, nothing throws. The tables must be there: `initialize`
/// makes them, and seeds as well.
///
/// Rows that exist are left, or merged column by column where a set says so; what an operator
/// changed or deleted stays so. A conflict is a success with exit code kPersonNeeded.
class DataSeeder {
 public:
  explicit DataSeeder(ProjectOptions project, LibraryOptions library = {});

  /// Carries out the sets that are due, or those that the options name. Each set is written whole
  /// or not at all; one that fails leaves the others alone, and `success` is false then.
  SeedingResult seed_initial_data(const SeedOptions& options = {}) const;
  std::future<SeedingResult> seed_initial_data_async(SeedOptions options = {}) const;

  /// Makes who runs the application, by the sets that do: due or not, what exists stays.
  SeedingResult create_admin_user(const std::vector<std::string>& sets = {"super_admin"}) const;
  std::future<SeedingResult> create_admin_user_async(std::vector<std::string> sets = {
                                                         "super_admin"}) const;

  /// The same for the tenants that are always there.
  SeedingResult create_system_tenants(const std::vector<std::string>& sets = {"tenants"}) const;
  std::future<SeedingResult> create_system_tenants_async(std::vector<std::string> sets = {
                                                             "tenants"}) const;

  /// Reads every set and compares it with its table as `seed --all --dry-run` does; writes nothing.
  /// Errors make it invalid. Values that both the file and an operator changed are a warning, and
  /// what an operator changed alone is an information.
  ValidationResult validate_seed_data() const;
  std::future<ValidationResult> validate_seed_data_async() const;

  /// Which sets there are, and which are due. Writes nothing and waits for no lock.
  SeedStatusReport get_seed_status() const;
  std::future<SeedStatusReport> get_seed_status_async() const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
