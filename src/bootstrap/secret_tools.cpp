// Secrets of settings on one connection.
#include "bootstrap/secret_tools.hpp"

#include <fmt/format.h>

namespace bedstone::bootstrap {
namespace {

Error no_key(std::string_view name) {
  return Error(ErrorCode::kSealKey, fmt::format("{} is a secret, and no key is known", name));
}

}  // namespace

SecretTools::SecretTools(const Host&, const Project&, const config::Settings&, db::Connection&)
    : unseal_([](std::string_view name, std::string_view) -> Result<Secret> {
        return fail(no_key(name));
      }),
      seal_([](std::string_view name, std::string_view) -> Result<std::string> {
        return fail(no_key(name));
      }) {}

}  // namespace bedstone::bootstrap
