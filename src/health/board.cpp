// Marks as text.
#include "health/board.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace bedstone::health {

std::string write_mark(const AlertMark& mark) {
  return nlohmann::ordered_json{{"failing", mark.failing}, {"told", mark.told},
                                {"since", mark.since},     {"teller", mark.teller},
                                {"beats", mark.beats},     {"patience_ms", mark.patience.count()}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

AlertMark read_mark(std::string_view text) {
  AlertMark mark;
  const auto read = nlohmann::json::parse(text, nullptr, false);
  if (!read.is_object()) return mark;
  const auto flag = [&](const char* name, bool otherwise) {
    const auto found = read.find(name);
    return found != read.end() && found->is_boolean() ? found->get<bool>() : otherwise;
  };
  const auto word = [&](const char* name) {
    const auto found = read.find(name);
    return found != read.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&](const char* name) {
    const auto found = read.find(name);
    return found != read.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  mark.failing = flag("failing", false);
  mark.told = flag("told", true);
  mark.since = word("since");
  mark.teller = word("teller");
  mark.beats = number("beats");
  mark.patience = std::chrono::milliseconds(number("patience_ms"));
  return mark;
}

bool is_shared(std::string_view check) {
  static constexpr std::array<std::string_view, 6> kOwn = {"connection", "tls",   "disk",
                                                           "files",      "clock", "secrets"};
  return std::find(kOwn.begin(), kOwn.end(), check) == kOwn.end();
}

}  // namespace bedstone::health
