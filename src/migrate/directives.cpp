// `-- bedstone: name=value, name=value`
#include "migrate/directives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::migrate {
namespace {

Error bad(const Place& place, std::string message, std::string hint) {
  return Error(ErrorCode::kMigrationDirective, std::move(message))
      .advise(std::move(hint))
      .at(place);
}

Error unknown(std::string_view name, const Place& place) {
  const std::array<std::string, 5> known{"transaction", "lock_timeout", "depends", "indexes",
                                         "down"};
  const auto near = text::nearest(name, known);
  return bad(place, fmt::format("there is no directive \"{}\"", text::excerpt(name, 40)),
             near ? fmt::format("did you mean {}? Known are transaction=off, lock_timeout=2s, "
                                "depends=VERSION, indexes=optional, and a line `-- bedstone:down`",
                                *near)
                  : "known are transaction=off, lock_timeout=2s, depends=VERSION, "
                    "indexes=optional, and a line `-- bedstone:down`");
}

bool is_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

Status read_replaced(std::string_view value, const Place& place, Directives& directives) {
  const auto parts = text::split(value, ':');
  const bool all = parts.size() == 3 && parts[2] == "all";
  if ((parts.size() != 2 && !all) || !is_of(parts[0], "0123456789") ||
      !is_of(parts[1], "0123456789abcdef")) {
    return fail(bad(place, fmt::format("replaces=\"{}\" is not VERSION:HASH", value),
                    "leave these lines as `bedstone migrate squash` wrote them"));
  }
  directives.replaces.push_back({std::string(parts[0]), std::string(parts[1]), all});
  return {};
}

Status read_one(std::string_view entry, const Place& place, Directives& directives) {
  const auto equals = entry.find('=');
  const std::string_view name = text::trim(entry.substr(0, equals));
  const std::string_view value =
      equals == std::string_view::npos ? "" : text::trim(entry.substr(equals + 1));
  if (name == "transaction") {
    const auto on = text::parse_bool(value);
    if (!on) {
      return fail(bad(place, fmt::format("transaction=\"{}\" is neither on nor off", value),
                      "write transaction=off to run each statement by itself"));
    }
    directives.transaction = *on;
    return {};
  }
  if (name == "lock_timeout") {
    directives.lock_timeout = text::parse_duration(value);
    if (directives.lock_timeout) return {};
    return fail(bad(place, fmt::format("lock_timeout=\"{}\" is no duration", value),
                    "write a number with a unit: 500ms, 2s, 1m"));
  }
  if (name == "depends") {
    const bool digits = !value.empty() && std::all_of(value.begin(), value.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) {
      return fail(bad(place, fmt::format("depends=\"{}\" is no version", value),
                      "name the version that must be there first, as in depends=20261120093000"));
    }
    directives.depends.emplace_back(value);
    return {};
  }
  if (name == "replaces") return read_replaced(value, place, directives);
  if (name == "indexes") {
    if (value != "optional") {
      return fail(bad(place, fmt::format("indexes=\"{}\" is not understood", value),
                      "write indexes=optional where the migration may go on without an index whose "
                      "building fails"));
    }
    directives.optional_indexes = place;
    return {};
  }
  return fail(unknown(name, place));
}

}  // namespace

Status read_directive(std::string_view comment, const Place& place, Directives& directives) {
  if (!comment.starts_with("--")) return {};
  std::string_view body = text::trim(comment.substr(2));
  constexpr std::string_view kPrefix = "bedstone:";
  if (!body.starts_with(kPrefix)) return {};
  body.remove_prefix(kPrefix.size());
  for (const std::string_view entry : text::split(body, ',')) {
    BEDSTONE_TRY(read_one(text::trim(entry), place, directives));
  }
  return {};
}

bool is_down_marker(std::string_view comment) {
  if (!comment.starts_with("--")) return false;
  const std::string_view body = text::trim(comment.substr(2));
  constexpr std::string_view kPrefix = "bedstone:";
  return body.starts_with(kPrefix) && text::trim(body.substr(kPrefix.size())) == "down";
}

}  // namespace bedstone::migrate
