/// MicroHttpd: the functions of libmicrohttpd as a table, filled when a server starts.
#pragma once

#include <microhttpd.h>

#include "bedstone/result.hpp"

namespace bedstone::server {

// Every function of libmicrohttpd that Bedstone calls. No program that does not serve loads it, and
// the TLS library below it.
#define BEDSTONE_MICROHTTPD_FUNCTIONS(X)                    \
  X(MHD_add_response_header)                                \
  X(MHD_create_response_from_buffer_with_free_callback_cls) \
  X(MHD_create_response_from_callback)                      \
  X(MHD_destroy_response)                                   \
  X(MHD_get_connection_info)                                \
  X(MHD_get_connection_values)                              \
  X(MHD_get_version)                                        \
  X(MHD_is_feature_supported)                               \
  X(MHD_queue_response)                                     \
  X(MHD_quiesce_daemon)                                     \
  X(MHD_resume_connection)                                  \
  X(MHD_start_daemon)                                       \
  X(MHD_stop_daemon)                                        \
  X(MHD_suspend_connection)

/// Call as `mhd.MHD_quiesce_daemon(daemon)`. Cheap to copy; the library stays loaded.
struct MicroHttpd {
#define BEDSTONE_MICROHTTPD_MEMBER(name) decltype(&::name) name = nullptr;
  BEDSTONE_MICROHTTPD_FUNCTIONS(BEDSTONE_MICROHTTPD_MEMBER)
#undef BEDSTONE_MICROHTTPD_MEMBER

  /// kAddressUnusable, with the package to install, when it is not there.
  static Result<MicroHttpd> load();
};

}  // namespace bedstone::server
