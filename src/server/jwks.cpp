// Sets of keys, and how long they are believed.
#include "server/jwks.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::server {
namespace {

constexpr std::chrono::hours kAge{1};
constexpr std::chrono::hours kAgeMost{24};
constexpr std::chrono::minutes kCoolDown{5};
constexpr std::size_t kKeysMost = 100;

std::string_view text_of(const data::Node& object, std::string_view name) {
  const data::Node* node = object.find(name);
  return node != nullptr && node->is_scalar() ? std::string_view(node->text()) : std::string_view();
}

/// Whether a member says so, or nothing.
bool says(const data::Node& object, std::string_view name, std::string_view value) {
  return object.find(name) == nullptr || text_of(object, name) == value;
}

}  // namespace

Result<std::map<std::string, RsaKey>> read_jwks(std::string_view json) {
  const auto document = data::parse_json("the keys", json);
  const data::Node* list = document ? document->root.find("keys") : nullptr;
  if (list == nullptr || !list->is_sequence() || list->items().size() > kKeysMost) {
    return fail(Error(ErrorCode::kIdentityRefused, "the identity provider gave no set of keys")
                    .advise("`bedstone config get workos_base_url` says whom this server asks"));
  }
  std::map<std::string, RsaKey> keys;
  for (const data::Node& one : list->items()) {
    const std::string id(text_of(one, "kid"));
    const bool fits = text_of(one, "kty") == "RSA" && says(one, "use", "sig") &&
                      says(one, "alg", "RS256") && !id.empty();
    if (!fits) continue;
    auto modulus = base64::decode(text_of(one, "n"), base64::Dialect::kUrl);
    auto exponent = base64::decode(text_of(one, "e"), base64::Dialect::kUrl);
    if (modulus && exponent) keys[id] = {*std::move(modulus), *std::move(exponent)};
  }
  return keys;
}

Status Jwks::fetch_into(const std::string& url, const Fetch& fetch) {
  BEDSTONE_ASSIGN(const std::string text, fetch(url));
  BEDSTONE_ASSIGN(keys_, read_jwks(text));
  fetched_at_ = clock_.monotonic();
  url_ = url;
  return {};
}

Result<RsaKey> Jwks::find(const std::string& url, const std::string& id, const Fetch& fetch) {
  const std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.monotonic();
  bool fresh = false;
  if (url != url_) {
    url_.clear();
    keys_.clear();
    searched_at_.reset();
    BEDSTONE_TRY(fetch_into(url, fetch));
    fresh = true;
  } else if (now - fetched_at_ >= kAge) {
    const Status fetched = fetch_into(url, fetch);
    fresh = fetched.has_value();
    if (!fresh && now - fetched_at_ >= kAgeMost) return fail(fetched.error());
  }
  auto found = keys_.find(id);
  const bool may_search = !searched_at_ || now - *searched_at_ >= kCoolDown;
  if (found == keys_.end() && !fresh && may_search) {
    searched_at_ = now;
    BEDSTONE_TRY(fetch_into(url, fetch));
    found = keys_.find(id);
  }
  if (found != keys_.end()) return found->second;
  return fail(
      Error(ErrorCode::kTokenInvalid, "the identity provider's token is not valid")
          .because(fmt::format("there is no key {}", text::excerpt(text::printable(id), 60)))
          .advise("sign in again in five minutes: keys are looked for no more often"));
}

}  // namespace bedstone::server
