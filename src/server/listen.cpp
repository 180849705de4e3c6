// Sockets, made here and not by the library, for the sake of the errors.
#include "server/listen.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace bedstone::server {
namespace {

constexpr int kBacklog = 512;

Error unusable(const std::string& host, std::int64_t port, std::string why) {
  return Error(ErrorCode::kAddressUnusable,
               fmt::format("nothing can listen on {}, port {}", host, port))
      .because(std::move(why))
      .advise(
          "`bedstone serve --host 127.0.0.1` listens for this machine alone, 0.0.0.0 on all of "
          "its addresses");
}

Error taken(const std::string& host, std::int64_t port) {
  return Error(ErrorCode::kAddressTaken,
               fmt::format("another program listens on {}, port {}", host, port))
      .advise(fmt::format("`ss -ltnp 'sport = :{}'` shows it; `bedstone serve --port {}` takes "
                          "another port",
                          port, port + 1));
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

}  // namespace

Result<int> listen_on(const std::string& host, std::int64_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (problem != 0) return fail(unusable(host, port, ::gai_strerror(problem)));
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  const int socket = ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return fail(unusable(host, port, std::strerror(errno)));
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(socket, list->ai_addr, list->ai_addrlen) == 0 && ::listen(socket, kBacklog) == 0)
    return socket;
  const int number = errno;
  ::close(socket);
  if (number == EADDRINUSE) return fail(taken(host, port));
  return fail(unusable(host, port, std::strerror(number)));
}

std::int64_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  if (storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address != nullptr && address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    return text.data();
  }
  if (address != nullptr && address->sa_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
    ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    const std::string_view shown = text.data();
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
    return std::string(mapped ? shown.substr(7) : shown);
  }
  return "?";
}

}  // namespace bedstone::server
