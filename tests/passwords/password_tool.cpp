// base/password.hpp as a program, for tests/passwords. Password and pepper come from PASSWORD and
// PASSWORD_SECRET.
//
//   password-tool hash [MEMORY_KIB PASSES]   prints the hash
//   password-tool verify HASH                prints "yes", "yes, rehash" or "no"
//   password-tool pepper                     fails when the pepper will not do
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "base/environment.hpp"
#include "base/password.hpp"

namespace {

using namespace bedstone;

int refuse(const Error& error) {
  std::fprintf(stderr, "%s: %s\n  why: %s\n  next: %s\n", code_name(error.code).c_str(),
               error.message.c_str(), error.cause.c_str(), error.hint.c_str());
  return 1;
}

int say(std::string_view text) {
  std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
  return 0;
}

int run(std::span<char*> arguments, const Environment& environment) {
  const std::string_view command = arguments.empty() ? "" : arguments[0];
  const Secret password(environment.get_or("PASSWORD", ""));
  const Secret secret(environment.get_or("PASSWORD_SECRET", ""));
  const Secret* pepper = secret.empty() ? nullptr : &secret;
  if (command == "hash") {
    PasswordCost cost;
    if (arguments.size() == 3)
      cost = {static_cast<std::uint32_t>(std::atoi(arguments[1])),
              static_cast<std::uint32_t>(std::atoi(arguments[2]))};
    const auto hash = hash_password(password, pepper, cost);
    return hash ? say(hash->expose()) : refuse(hash.error());
  }
  if (command == "verify" && arguments.size() == 2) {
    const auto check = verify_password(arguments[1], password, pepper);
    if (!check) return refuse(check.error());
    return say(!check->matches ? "no" : check->rehash_due ? "yes, rehash" : "yes");
  }
  if (command == "pepper") {
    const auto status = check_pepper(secret.expose());
    return status ? say("good") : refuse(status.error());
  }
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  return run({argv + 1, static_cast<std::size_t>(argc - 1)}, Environment::of_process());
}
