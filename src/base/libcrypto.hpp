/// OpenSSL 3's libcrypto, loaded by those few commands that need it: linking it would cost every
/// start.
#pragma once

#include <dlfcn.h>

#include <string>

#include "bedstone/result.hpp"

namespace bedstone {

class Libcrypto {
 public:
  /// `need`: what is done with it, for the error.
  explicit Libcrypto(std::string need)
      : need_(std::move(need)),
        library_(::dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {}

  /// Puts the function of that name where it is called.
  template <typename Function>
  Libcrypto& find(const char* name, Function& function) {
    function = library_ != nullptr ? reinterpret_cast<Function>(::dlsym(library_, name)) : nullptr;
    complete_ = complete_ && function != nullptr;
    return *this;
  }

  /// kDriverMissing unless everything was found.
  Status check() const {
    if (library_ != nullptr && complete_) return {};
    return fail(Error(ErrorCode::kDriverMissing, "libcrypto.so.3 could not be loaded")
                    .because(need_)
                    .advise("apt-get install libssl3"));
  }

 private:
  std::string need_;
  void* library_;
  bool complete_ = true;
};

}  // namespace bedstone
