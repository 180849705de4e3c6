// The tables as JSON, for editors and tools that drive Bedstone.
#include "cli/help.hpp"
#include "cli/render/json.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

Json json_of(std::span<const std::string_view> texts) {
  Json array = Json::array();
  for (const std::string_view text : texts)
    array.push_back(text);
  return array;
}

Json json_of(const FlagSpec& flag) {
  return Json{{"name", flag.name},
              {"letter", flag.letter == 0 ? Json(nullptr) : Json(std::string(1, flag.letter))},
              {"value", text_or_null(flag.metavar)},
              {"help", flag.help},
              {"default", text_or_null(flag.fallback)},
              {"choices", json_of(flag.choices)}};
}

Json json_of(std::span<const FlagSpec> flags) {
  Json array = Json::array();
  for (const FlagSpec& flag : flags)
    array.push_back(json_of(flag));
  return array;
}

bool is_required(Arity arity) {
  return arity == Arity::kRequired || arity == Arity::kRest;
}

bool is_repeated(Arity arity) {
  return arity == Arity::kMany || arity == Arity::kRest;
}

Json json_of(const CommandSpec& command) {
  Json object{{"name", command.name},
              {"summary", command.summary},
              {"synopsis", synopsis(command)},
              {"description", text_or_null(command.description)}};
  object["arguments"] = Json::array();
  for (const PositionalSpec& positional : command.positionals) {
    object["arguments"].push_back(Json{{"name", positional.name},
                                       {"required", is_required(positional.arity)},
                                       {"repeated", is_repeated(positional.arity)},
                                       {"help", positional.help},
                                       {"choices", json_of(positional.choices)}});
  }
  object["flags"] = json_of(command.flags);
  object["exit_codes"] = Json::array();
  for (const ExitMeaning& exit : command.exits)
    object["exit_codes"].push_back(Json{{"code", exit.code}, {"meaning", exit.meaning}});
  return object;
}

}  // namespace

std::string help_json(const CommandSpec* command, const GroupSpec* group) {
  Json object = envelope("help", true, ExitCode::kDone);
  object["commands"] = Json::array();
  for (const CommandSpec* each : all_commands()) {
    const bool all = command == nullptr && group == nullptr;
    // `seed` is a command and a group: its help tells both.
    const bool in_group = group != nullptr && each->group() == group->name &&
                          (command == nullptr || command->name == group->name);
    const bool wanted = all || each == command || in_group;
    if (wanted) object["commands"].push_back(json_of(*each));
  }
  object["flags"] = json_of(global_flags());
  object["errors"] = Json::array();
  return dump(object);
}

}  // namespace bedstone::cli
