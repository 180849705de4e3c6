/// Environment: the process's variables as a value, so that tests can hand in their own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone {

class Environment {
 public:
  /// The variables of this process.
  static Environment of_process();
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  Environment() = default;

  std::optional<std::string_view> get(std::string_view name) const;
  std::string get_or(std::string_view name, std::string_view fallback) const {
    return std::string(get(name).value_or(fallback));
  }

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace bedstone
