/// DatabaseInitializer: any state → ready, from a program.
#pragma once

#include <future>

#include "bedstone/library.hpp"
#include "bedstone/results.hpp"

namespace bedstone {

/// What `bedstone up`, `status` and `plan` do, as calls. Holds no connection between calls; any
/// thread may call any member at any time, also of several objects at once. Nothing throws: every
/// failure is in the result. An _async call runs on a thread of its own and keeps copies of all it
/// needs; dropping its future waits for it.
class DatabaseInitializer {
 public:
  explicit DatabaseInitializer(ProjectOptions project, LibraryOptions library = {});

  /// Waits, locks, creates, migrates, verifies.
  InitializationResult initialize(const UpOptions& options = {}) const;
  std::future<InitializationResult> initialize_async(UpOptions options = {}) const;

  /// Compares files, history and live schema; writes nothing.
  ValidationResult validate_setup() const;
  std::future<ValidationResult> validate_setup_async() const;

  /// Does what needs nobody's decision: settles what was broken off, applies what is pending, and
  /// mends what was changed behind Bedstone's back as far as nothing can be lost by it. What is
  /// left of that is in `errors`.
  RepairResult repair_if_needed() const;
  std::future<RepairResult> repair_if_needed_async() const;

  /// Writes nothing and waits for no lock.
  StatusReport get_initialization_status() const;
  std::future<StatusReport> get_initialization_status_async() const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
