// Any bytes as JSON, whole and line by line: parsed or refused with places inside the text; what
// was parsed is written as JSON that means the same, and is YAML, too.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/json.hpp"
#include "data/ndjson.hpp"
#include "data/yaml.hpp"

namespace {

using namespace bedstone;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_errors(const Errors& errors, std::size_t bytes) {
  require(!errors.empty());
  for (const Error& error : errors) {
    require(!error.message.empty() && !error.hint.empty());
    require(error.place.line >= 1 && error.place.line <= bytes + 1);
    require(error.place.column >= 1 && error.place.column <= bytes + 2);
  }
}

/// Merge keys, and the characters that end a line in YAML 1.1 only: next line, U+2028, U+2029.
bool means_something_else_in_yaml(std::string_view json) {
  for (const std::string_view special : {"<<", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (json.find(special) != std::string_view::npos) return true;
  }
  return false;
}

void check_lines(std::string_view text) {
  data::NdjsonReader lines(files::Reader::over(text), "f.ndjson");
  std::uint32_t before = 0;
  while (const auto value = lines.next()) {
    require(lines.line() > before);
    before = lines.line();
    if (!*value) {
      check_errors(value->error(), text.size());
    } else {
      require((*value)->mark().line == before);
      require(data::to_json(**value).find('\n') == std::string::npos);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_lines(text);
  const auto document = data::parse_json("f.json", text);
  if (!document) {
    check_errors(document.error(), size);
    return 0;
  }
  const std::string written = data::to_json(document->root);
  require(written.size() <= 6 * size);
  const auto again = data::parse_json("f.json", written);
  require(again.has_value() && data::to_json(again->root) == written);
  const auto yaml = data::parse_yaml("f.yaml", written);
  // YAML 1.1's reader refuses a few characters and long keys; what it takes, it takes alike.
  if (yaml && !means_something_else_in_yaml(written)) require(data::to_json(yaml->root) == written);
  return 0;
}
