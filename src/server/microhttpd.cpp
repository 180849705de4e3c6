// Loading libmicrohttpd.
#include "server/microhttpd.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace bedstone::server {
namespace {

constexpr const char* kFile = "libmicrohttpd.so.12";

Error unusable(std::string why) {
  return Error(ErrorCode::kAddressUnusable, "the library that speaks HTTP cannot be used")
      .because(std::move(why))
      .advise("apt-get install libmicrohttpd12");
}

}  // namespace

Result<MicroHttpd> MicroHttpd::load() {
  void* const library = ::dlopen(kFile, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* why = ::dlerror();
    return fail(unusable(why == nullptr ? kFile : why));
  }
  MicroHttpd mhd;
#define BEDSTONE_MICROHTTPD_LOAD(name)                                     \
  mhd.name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name)); \
  if (mhd.name == nullptr) return fail(unusable(fmt::format("{} lacks {}", kFile, #name)));
  BEDSTONE_MICROHTTPD_FUNCTIONS(BEDSTONE_MICROHTTPD_LOAD)
#undef BEDSTONE_MICROHTTPD_LOAD
  return mhd;
}

}  // namespace bedstone::server
