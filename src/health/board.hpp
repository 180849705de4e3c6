/// What watches of one database tell one another of alerts, so that one of them speaks for all.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"

namespace bedstone::health {

/// Small values that all watches of a database see.
class AlertBoard {
 public:
  virtual ~AlertBoard() = default;
  /// By key.
  virtual Result<std::map<std::string, std::string>> read() = 0;
  /// Writes `after` if the value still is `before` (nullopt: if there is none); false: it is not.
  virtual Result<bool> swap(const std::string& key, const std::optional<std::string>& before,
                            const std::string& after) = 0;
};

/// What was told last of one check to one address, or is being told.
struct AlertMark {
  bool failing = false;
  bool told = true;                       ///< Delivered, or given up.
  std::string since;                      ///< ISO 8601, UTC: since when it fails, or had failed.
  std::string teller;                     ///< The watch that tells.
  std::int64_t beats = 0;                 ///< Grows while the teller lives.
  std::chrono::milliseconds patience{0};  ///< After so long without a beat another one takes over.
};

std::string write_mark(const AlertMark& mark);
/// What nobody understands counts as nothing told.
AlertMark read_mark(std::string_view text);

/// Whether a finding of this check is the same wherever it is looked at, and not one machine's own.
bool is_shared(std::string_view check);

}  // namespace bedstone::health
