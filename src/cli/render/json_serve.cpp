// The object of serve.
#include "cli/render/json.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {

std::string serve_json(std::string_view project, std::string_view url, bool ready) {
  Json object = envelope("serve", true, ExitCode::kDone);
  object["project"] = project;
  object["url"] = url;
  object["ready"] = ready;
  object["errors"] = Json::array();
  return dump(object);
}

}  // namespace bedstone::cli
