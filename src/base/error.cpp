// The names and summaries of the error codes.
#include "bedstone/error.hpp"

#include <fmt/format.h>

namespace bedstone {

std::string code_name(ErrorCode code) {
  return fmt::format("BED{:04}", static_cast<int>(code));
}

std::string_view code_summary(ErrorCode code) {
  switch (code) {
#define BEDSTONE_ERROR(name, number, summary) \
  case ErrorCode::name:                       \
    return summary;
#include "bedstone/error_codes.def"
#undef BEDSTONE_ERROR
  }
  return "unknown";
}

}  // namespace bedstone
