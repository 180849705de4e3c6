// Tickets as encrypted cookies, and where a browser may be sent.
#include "server/sign_in_ticket.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/seal.hpp"
#include "base/text.hpp"
#include "data/json.hpp"
#include "server/json_text.hpp"
#include "server/request.hpp"
#include "server/tokens.hpp"

namespace bedstone::server {
namespace {

constexpr std::chrono::minutes kTime{10};
constexpr std::size_t kPathBytes = 1024;
constexpr SealPlace kPlace{"", "cookie", "", "sign-in"};

std::string bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

SealKey key_of(const Secret& key) {
  return {"cookie", Secret(bytes_of(hmac_sha256(key.expose(), "bedstone sign-in ticket")))};
}

Error spent(std::string why) {
  return Error(ErrorCode::kRequestForged, "this sign-in was not begun in this browser, or is over")
      .because(std::move(why))
      .advise("sign in again, in one window and under one address of this server");
}

std::int64_t seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

SignInTicket new_ticket(std::string_view return_to, WallTime now) {
  return {std::string(new_token().expose()), new_token(), return_path(return_to), now + kTime};
}

std::string challenge_of(const Secret& verifier) {
  Sha256 hash;
  hash.update(verifier.expose());
  return base64::encode(bytes_of(hash.finish()), base64::Dialect::kUrl);
}

Result<std::string> seal_ticket(const SignInTicket& ticket, const Secret& key) {
  JsonObject object;
  object.text("state", ticket.state).text("verifier", ticket.verifier.expose());
  object.text("return_to", ticket.return_to).number("until", seconds(ticket.until));
  return seal(key_of(key), kPlace, object.str());
}

Result<SignInTicket> open_ticket(std::string_view text, const Secret& key, WallTime now) {
  const auto opened = unseal(key_of(key), kPlace, text);
  if (!opened) return fail(spent("its cookie is not one of this server"));
  const auto document = data::parse_json("the ticket", opened->expose());
  if (!document) return fail(spent("its cookie is not one of this server"));
  const auto member = [&](std::string_view name) {
    const data::Node* node = document->root.find(name);
    return node == nullptr ? std::string() : node->text();
  };
  SignInTicket ticket{
      member("state"), Secret(member("verifier")), return_path(member("return_to")),
      WallTime(std::chrono::seconds(text::parse_integer(member("until")).value_or(0)))};
  if (ticket.until <= now) return fail(spent("it took longer than ten minutes"));
  if (!is_token(ticket.state) || !is_token(ticket.verifier.expose()))
    return fail(spent("its cookie is not one of this server"));
  return ticket;
}

std::string_view ticket_cookie(bool secure) {
  return secure ? "__Host-bedstone-sign-in" : "bedstone-sign-in";
}

std::string ticket_line(std::string_view text, bool secure) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}; Max-Age={}", ticket_cookie(secure),
                     text, secure ? "; Secure" : "",
                     text.empty() ? 0 : std::chrono::seconds(kTime).count());
}

std::string return_path(std::string_view asked) {
  // Browsers read "//host", "/\host" and "/<tab>/host" as another server's address.
  const bool plain = std::all_of(asked.begin(), asked.end(),
                                 [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  const bool fits = plain && asked.size() <= kPathBytes && asked.starts_with('/') &&
                    !asked.starts_with("//") && !asked.starts_with("/api/");
  const bool read = fits && parse_target(asked.substr(0, asked.find('#'))).has_value();
  return read ? std::string(asked) : "/";
}

}  // namespace bedstone::server
