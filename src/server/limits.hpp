/// Limits: how much of everything a client may take.
#pragma once

#include <chrono>
#include <cstddef>

namespace bedstone::server {

struct Limits {
  std::size_t header_bytes = std::size_t{32} * 1024;  ///< And what answering needs besides.
  std::size_t body_bytes = std::size_t{1024} * 1024;  ///< Of one request.
  std::size_t connections = 1024;                     ///< At one time.
  std::size_t connections_per_address = 128;          ///< Trusted proxies aside.
  std::size_t streams = 256;                          ///< Of events.
  std::size_t waiting = 256;                          ///< Requests that wait for a worker.
  std::size_t workers = 4;                            ///< Requests that work at one time.
  std::chrono::milliseconds header_time{10'000};      ///< From the first byte to the last.
  std::chrono::milliseconds body_time{30'000};        ///< The same of the body.
  std::chrono::milliseconds answer_time{60'000};      ///< For the client to take an answer.
  std::chrono::milliseconds idle_time{60'000};        ///< Between two requests.
  std::chrono::milliseconds stop_time{10'000};        ///< For requests in flight, at the end.
};

}  // namespace bedstone::server
