// Networks of proxies, and the header fields that proxies add.
#include "server/proxies.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace bedstone::server {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr unsigned kMappedBits = 96;

std::optional<Bytes> parse_address(std::string_view text) {
  const std::string copy(text);
  Bytes bytes{};
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, copy.c_str(), four.data()) != 1) return std::nullopt;
  bytes[10] = bytes[11] = 0xff;
  std::copy(four.begin(), four.end(), bytes.begin() + 12);
  return bytes;
}

bool alike(const Bytes& one, const Bytes& other, unsigned bits) {
  for (unsigned i = 0; i < 16 && bits > 0; ++i) {
    const unsigned here = std::min(bits, 8U);
    const unsigned mask = (0xff00U >> here) & 0xffU;
    if (((one[i] ^ other[i]) & mask) != 0) return false;
    bits -= here;
  }
  return true;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
  TrustedProxies proxies;
  for (const std::string& text : texts) {
    const auto slash = text.find('/');
    const std::string_view address = std::string_view(text).substr(0, slash);
    const auto bytes = parse_address(address);
    const bool four = address.find(':') == std::string_view::npos;
    const std::int64_t most = four ? 32 : 128;
    const auto bits = slash == std::string::npos
                          ? std::optional<std::int64_t>(most)
                          : text::parse_integer(std::string_view(text).substr(slash + 1));
    if (!bytes || !bits || *bits < 0 || *bits > most) {
      return fail(Error(ErrorCode::kUsage, fmt::format("{} is no network", text))
                      .advise("write an address, or one with a length: 10.0.0.0/8"));
    }
    proxies.networks_.push_back({*bytes, static_cast<unsigned>(*bits) + (four ? kMappedBits : 0)});
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  if (networks_.empty()) return false;
  const auto bytes = parse_address(address);
  return bytes && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return alike(*bytes, network.address, network.bits);
         });
}

void TrustedProxies::resolve(Request& request) const {
  const Headers& headers = request.headers;
  request.host = text::to_lower(headers.get("Host").value_or(""));
  const auto lines = headers.all("X-Forwarded-For");
  request.forwarded = !lines.empty() || headers.count("Forwarded") > 0;
  if (!contains(request.peer)) return;
  request.trusted = request.forwarded;
  std::vector<std::string_view> chain;
  for (const std::string_view line : lines) {
    for (const std::string_view part : text::split(line, ','))
      chain.push_back(text::trim(part));
  }
  for (auto one = chain.rbegin(); one != chain.rend(); ++one) {
    if (!parse_address(*one)) break;
    request.address = *one;
    if (!contains(*one)) break;
  }
  if (const auto proto = headers.get("X-Forwarded-Proto"))
    request.secure = request.secure || text::to_lower(*proto) == "https";
  if (const auto host = headers.get("X-Forwarded-Host")) request.host = text::to_lower(*host);
}

bool is_loopback(std::string_view address) {
  const auto bytes = parse_address(address);
  if (!bytes) return false;
  Bytes one{};
  one[15] = 1;
  return *bytes == one || ((*bytes)[10] == 0xff && (*bytes)[12] == 127);
}

}  // namespace bedstone::server
