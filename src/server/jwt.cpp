// The compact form of a signed token: header, claims and signature with dots between them.
#include "server/jwt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::server {
namespace {

constexpr std::chrono::minutes kSkew{1};
constexpr std::size_t kBytesMost = std::size_t{32} * 1024;
/// The year 9999: what is later than that is no time.
constexpr std::int64_t kTimeMost = 253'402'300'799;

Error invalid(std::string why) {
  return Error(ErrorCode::kTokenInvalid, "the identity provider's token is not valid")
      .because(std::move(why))
      .advise(
          "sign in again; if it stays so, compare this machine's clock (`timedatectl`) and the "
          "settings workos_client_id, workos_base_url and workos_issuers with the provider");
}

Result<data::Document> json_of(std::string_view part, std::string_view name) {
  const auto bytes = base64::decode(part, base64::Dialect::kUrl);
  if (!bytes) return fail(invalid(fmt::format("its {} is not base64url", name)));
  data::Limits limits;
  limits.depth = 10;
  limits.nodes = 1000;
  auto document = data::parse_json("the token", *bytes, limits);
  if (!document || !document->root.is_mapping())
    return fail(invalid(fmt::format("its {} is no JSON object", name)));
  return *std::move(document);
}

/// "" when it is not there, or no text.
std::string text_of(const data::Node& object, std::string_view name) {
  const data::Node* node = object.find(name);
  return node != nullptr && node->type() == data::Node::Type::kText ? node->text() : std::string();
}

/// Seconds since 1970; RFC 7519 allows fractions.
Result<std::optional<WallTime>> time_of(const data::Node& object, std::string_view name) {
  const data::Node* node = object.find(name);
  if (node == nullptr) return std::nullopt;
  const auto seconds = node->as_number();
  if (!seconds || !(*seconds >= 0) || *seconds > static_cast<double>(kTimeMost))
    return fail(invalid(fmt::format("{} is no time", name)));
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
}

Status read_header(std::string_view part, ClaimedToken& token) {
  BEDSTONE_ASSIGN(const auto header, json_of(part, "header"));
  // The token itself must not choose how it is checked.
  const std::string algorithm = text_of(header.root, "alg");
  if (algorithm != "RS256")
    return fail(
        invalid(fmt::format("it is signed with {}, not with RS256",
                            algorithm.empty() ? std::string("nothing")
                                              : text::excerpt(text::printable(algorithm), 20))));
  if (header.root.find("crit") != nullptr)
    return fail(invalid("its header asks for something that is not known here"));
  token.key_id = text_of(header.root, "kid");
  if (token.key_id.empty()) return fail(invalid("it does not name its key"));
  return {};
}

Status read_claims(std::string_view part, ClaimedToken& token) {
  BEDSTONE_ASSIGN(const auto claims, json_of(part, "text"));
  token.issuer = text_of(claims.root, "iss");
  token.subject = text_of(claims.root, "sub");
  token.session = text_of(claims.root, "sid");
  if (token.subject.empty() || token.session.empty())
    return fail(invalid("it names no person, or no session"));
  BEDSTONE_ASSIGN(const auto expires, time_of(claims.root, "exp"));
  if (!expires) return fail(invalid("it has no end"));
  token.expires = *expires;
  for (const std::string_view name : {"nbf", "iat"}) {
    BEDSTONE_ASSIGN(const auto time, time_of(claims.root, name));
    if (time) token.not_before = std::max(token.not_before, *time);
  }
  return {};
}

}  // namespace

Result<ClaimedToken> read_token(std::string_view text) {
  if (text.size() > kBytesMost) return fail(invalid("it is longer than 32 KiB"));
  const auto parts = text::split(text, '.');
  if (parts.size() != 3) return fail(invalid("it has not three parts"));
  ClaimedToken token;
  BEDSTONE_TRY(read_header(parts[0], token));
  BEDSTONE_TRY(read_claims(parts[1], token));
  auto signature = base64::decode(parts[2], base64::Dialect::kUrl);
  if (!signature || signature->empty()) return fail(invalid("it is not signed"));
  token.signature = *std::move(signature);
  token.signed_text = std::string(text.substr(0, parts[0].size() + 1 + parts[1].size()));
  return token;
}

Status check_token(const ClaimedToken& token, const std::vector<std::string>& issuers,
                   WallTime now) {
  if (std::find(issuers.begin(), issuers.end(), token.issuer) == issuers.end())
    return fail(invalid(fmt::format("it was issued by {}, and may be issued by {}",
                                    text::excerpt(text::printable(token.issuer), 100),
                                    text::join(issuers, ", "))));
  if (token.expires <= now - kSkew) return fail(invalid("it was over at " + to_iso(token.expires)));
  if (token.not_before > now + kSkew)
    return fail(invalid("it is not valid before " + to_iso(token.not_before)));
  return {};
}

}  // namespace bedstone::server
