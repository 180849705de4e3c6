// Signing in with WorkOS AuthKit: two addresses that browsers come by.
#include <fmt/format.h>

#include <array>

#include "server/api.hpp"
#include "server/assets.hpp"
#include "server/json_text.hpp"

namespace bedstone::server::api {
namespace {

/// Of the console, as far as they are there.
constexpr std::array<std::string_view, 4> kStyles{"/icon.svg", "/style/tokens.css",
                                                  "/style/base.css", "/style/parts.css"};

Status check_mode(const RuntimeConfig& config) {
  if (config.app_mode().value_or("") == "workos") return {};
  return fail(Error(ErrorCode::kSignInFailed, "people do not sign in with WorkOS here")
                  .advise("the setting app_mode says how people sign in"));
}

Response go_to(std::string location) {
  Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result.push_back(c);
  }
  return result;
}

std::string paragraph(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("<p>{}</p>\n", escaped(text));
}

/// People come here by a link, and see what is answered.
Response explained(const Call& call, const Error& error) {
  Response response = error_response(error);
  const auto accept = call.request.headers.get("Accept").value_or("");
  if (accept.find("text/html") == std::string_view::npos) return response;
  std::string style;
  for (const std::string_view path : kStyles) {
    if (find_asset(web_assets(), path) == nullptr) continue;
    style += fmt::format("<link rel=\"{}\" href=\"{}\">\n",
                         path.ends_with(".css") ? "stylesheet" : "icon", path);
  }
  response.type = "text/html; charset=utf-8";
  response.body = std::make_shared<const std::string>(fmt::format(
      R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Signing in failed</title>
{}</head>
<body>
<main class="middle"><div class="card"><div class="card-body">
<h1 class="card-title">Signing in failed</h1>
{}{}{}<p><a class="button primary block" href="/api/v1/sign-in/workos">Sign in again</a></p>
<p class="hint small">{}</p>
</div></div></main>
</body>
</html>
)",
      style, paragraph(error.message), paragraph(error.cause), paragraph(error.hint),
      code_name(error.code)));
  return response;
}

void note_failure(const Call& call, const Error& why) {
  App& app = call.app;
  app.metrics.count_sign_in(why.code == ErrorCode::kTooManySignIns ? "slowed" : "failed");
  app.host.log.warning("a sign-in failed", {{"code", std::string_view(code_name(why.code))},
                                            {"cause", std::string_view(why.cause)},
                                            {"address", std::string_view(call.request.address)}});
}

}  // namespace

Response workos_begin(const Call& call) {
  if (const Status fits = check_mode(call.app.live.settings()->config); !fits)
    return explained(call, fits.error());
  auto begun = call.app.workos.begin(call.request);
  if (!begun) return explained(call, begun.error());
  Response response = go_to(std::move(begun->location));
  response.headers.emplace_back("Set-Cookie", std::move(begun->cookie));
  return response;
}

Response workos_end(const Call& call) {
  if (const Status fits = check_mode(call.app.live.settings()->config); !fits)
    return explained(call, fits.error());
  const auto ended = call.app.workos.finish(call.request);
  if (!ended) {
    note_failure(call, ended.error());
    return explained(call, ended.error());
  }
  const auto opened = open_session(call, ended->account, "workos", &ended->session);
  if (!opened) {
    note_failure(call, opened.error());
    return explained(call, opened.error());
  }
  call.app.metrics.count_sign_in("done");
  call.app.host.log.info("signed in", {{"email", std::string_view(ended->account.email)},
                                       {"address", std::string_view(call.request.address)}});
  Response response = go_to(ended->return_to);
  response.headers.emplace_back("Set-Cookie",
                                cookie_line(opened->token.expose(), call.request.secure));
  response.headers.emplace_back("Set-Cookie", ticket_line("", call.request.secure));
  return response;
}

}  // namespace bedstone::server::api
