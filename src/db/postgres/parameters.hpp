/// Parameters: values to bind, in the text form that PostgreSQL reads.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/value.hpp"

namespace bedstone::db::postgres {

/// The arrays that libpq wants. Views the given values: it must not outlive them.
class Parameters {
 public:
  /// Fails with kBadValue where a text holds a NUL byte, which PostgreSQL cannot store.
  static Result<Parameters> encode(std::span<const Value> values);

  int count() const { return static_cast<int>(pointers_.size()); }
  /// Null pointers are NULLs; all else is NUL-terminated text.
  const char* const* values() const { return pointers_.data(); }
  std::size_t size_bytes() const { return size_bytes_; }

 private:
  std::vector<std::string> owned_;
  std::vector<const char*> pointers_;
  std::size_t size_bytes_ = 0;
};

}  // namespace bedstone::db::postgres
