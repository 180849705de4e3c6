/// LibraryHost: the world outside, as a program that links the library hands it in.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/environment.hpp"
#include "bedstone/library.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone {

/// Lives as long as one call.
class LibraryHost {
 public:
  LibraryHost(const LibraryOptions& options, std::string command);
  LibraryHost(const LibraryHost&) = delete;
  LibraryHost& operator=(const LibraryHost&) = delete;

  const bootstrap::Host& host() const { return host_; }
  /// A log that lives longer than one call.
  static std::shared_ptr<Log> make_log(const LibraryOptions& options);

 private:
  Environment environment_;
  Log log_;
  bootstrap::Host host_;
};

/// Runs `call` on a copy of `object` on a thread of its own.
template <typename Object, typename Call>
auto run_async(const Object& object, Call call) {
  return std::async(std::launch::async,
                    [copy = object, call = std::move(call)] { return call(copy); });
}

/// The first of the errors, for calls that return one.
Error first_of(const std::vector<Error>& errors);

}  // namespace bedstone
