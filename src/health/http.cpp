// libcurl by dlopen: a start that sends nothing does not pay for its 30 shared objects.
#include "health/http.hpp"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace bedstone::health {
namespace {

constexpr long kConnectTimeoutMs = 5000;
constexpr long kTimeoutMs = 10'000;
constexpr std::array<const char*, 2> kLibraries{"libcurl.so.4", "libcurl-gnutls.so.4"};

/// What came of a body, and how much of it is wanted.
struct Body {
  std::string text;
  std::size_t most = 0;
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* held) {
  Body& body = *static_cast<Body*>(held);
  const std::size_t bytes = size * count;
  if (body.most == 0) return bytes;
  if (body.text.size() + bytes > body.most) return 0;
  body.text.append(data, bytes);
  return bytes;
}

int interrupted(void* token, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* cancel = static_cast<const CancelToken*>(token);
  return cancel != nullptr && cancel->requested() ? 1 : 0;
}

Error not_sent(std::string_view url, std::string cause) {
  return Error(ErrorCode::kAlertNotSent,
               fmt::format("an alert to {} was not delivered", shown_address(url)))
      .because(std::move(cause));
}

}  // namespace

struct Http::Library {
  decltype(&::curl_easy_init) init = nullptr;
  decltype(&::curl_easy_setopt) set = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_getinfo) info = nullptr;
  decltype(&::curl_easy_cleanup) cleanup = nullptr;
  decltype(&::curl_easy_strerror) error_text = nullptr;
  decltype(&::curl_slist_append) append = nullptr;
  decltype(&::curl_slist_free_all) free_list = nullptr;
};

bool may_heal(long status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string shown_address(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "…";
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto user = host.rfind('@'); user != std::string_view::npos)
    host = host.substr(user + 1);
  return fmt::format("{}://{}/…", url.substr(0, scheme), text::printable(host));
}

Http::Http() = default;
Http::~Http() = default;

Status Http::load() {
  if (library_) return {};
  void* handle = nullptr;
  for (const char* name : kLibraries) {
    // It must stay: OpenSSL registers handlers that run at the process's end.
    handle = handle != nullptr ? handle : ::dlopen(name, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  }
  if (handle == nullptr) {
    return fail(Error(ErrorCode::kAlertNotSent, "nothing can be sent: libcurl is missing")
                    .because(::dlerror())
                    .advise("install it: `apt-get install libcurl4` (Debian, Ubuntu)"));
  }
  auto library = std::make_unique<Library>();
  bool whole = true;
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(handle, name));
    whole = whole && function != nullptr;
  };
  find(library->init, "curl_easy_init");
  find(library->set, "curl_easy_setopt");
  find(library->perform, "curl_easy_perform");
  find(library->info, "curl_easy_getinfo");
  find(library->cleanup, "curl_easy_cleanup");
  find(library->error_text, "curl_easy_strerror");
  find(library->append, "curl_slist_append");
  find(library->free_list, "curl_slist_free_all");
  if (!whole) {
    return fail(Error(ErrorCode::kAlertNotSent, "nothing can be sent: libcurl is too old")
                    .advise("install libcurl 7.85 or newer"));
  }
  library_ = std::move(library);
  return {};
}

Result<HttpAnswer> Http::send(const HttpRequest& request, const CancelToken* cancel) {
  BEDSTONE_TRY(load());
  const Library& curl = *library_;
  const std::string address(request.url.expose());
  const std::unique_ptr<CURL, decltype(curl.cleanup)> handle(curl.init(), curl.cleanup);
  if (handle == nullptr) return fail(not_sent(address, "libcurl could not begin"));
  CURL* const h = handle.get();
  curl_slist* list = curl.append(nullptr, "Expect:");
  if (request.json) {
    list = curl.append(list, "Content-Type: application/json");
    const std::string_view json = request.json->expose();
    curl.set(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
    curl.set(h, CURLOPT_POSTFIELDS, json.data());
  }
  if (!request.bearer.empty()) {
    const Secret field(fmt::format("Authorization: Bearer {}", request.bearer.expose()));
    list = curl.append(list, std::string(field.expose()).c_str());
  }
  const std::unique_ptr<curl_slist, decltype(curl.free_list)> headers(list, curl.free_list);
  Body body{{}, request.answer_bytes};
  curl.set(h, CURLOPT_URL, address.c_str());
  curl.set(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.set(h, CURLOPT_HTTPHEADER, headers.get());
  curl.set(h, CURLOPT_USERAGENT, "bedstone");
  curl.set(h, CURLOPT_NOSIGNAL, 1L);
  curl.set(h, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl.set(h, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl.set(h, CURLOPT_WRITEFUNCTION, &take);
  curl.set(h, CURLOPT_WRITEDATA, &body);
  curl.set(h, CURLOPT_NOPROGRESS, 0L);
  curl.set(h, CURLOPT_XFERINFOFUNCTION, &interrupted);
  curl.set(h, CURLOPT_XFERINFODATA, const_cast<CancelToken*>(cancel));
  const CURLcode result = curl.perform(h);
  if (result == CURLE_ABORTED_BY_CALLBACK)
    return fail(Error(ErrorCode::kInterrupted, "interrupted while waiting for an answer"));
  if (result == CURLE_WRITE_ERROR)
    return fail(not_sent(address, fmt::format("the answer is longer than {} bytes", body.most)));
  if (result != CURLE_OK) return fail(not_sent(address, curl.error_text(result)).may_retry());
  HttpAnswer answer;
  answer.body = std::move(body.text);
  curl.info(h, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_off_t seconds = 0;
  if (curl.info(h, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
    answer.retry_after = std::chrono::seconds(seconds);
  return answer;
}

Result<HttpAnswer> Http::post(const Secret& url, std::string_view json, const CancelToken* cancel) {
  auto answer = send({url.clone(), Secret(std::string(json)), Secret(), 0}, cancel);
  if (!answer && answer.error().retryable) {
    answer.error().hint =
        "check the address below health.alerts, and that this machine may reach it";
  }
  return answer;
}

}  // namespace bedstone::health
