// The one place that knows libmicrohttpd.
#include "server/daemon.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "server/events.hpp"
#include "server/listen.hpp"
#include "server/microhttpd.hpp"
#include "server/workers.hpp"

namespace bedstone::server {
namespace {

constexpr Milliseconds kSweepInterval{250};
/// The library's own, for what the deadlines do not know: readers of events that take nothing.
constexpr unsigned int kStallSeconds = 120;
constexpr std::size_t kStreamBlock = 4096;
constexpr unsigned int kThreads = 2;
constexpr std::size_t kLastingMost = 8;
/// So many times the limit is read of a body without a length before the connection just ends.
constexpr std::size_t kDroppedMost = 8;

class Listening;

/// One request on its way.
struct Exchange {
  Listening* owner = nullptr;
  Client* client = nullptr;
  Request request;
  std::string raw_target;
  std::optional<Error> refusal;
  std::size_t received = 0;  ///< Of the body.
  enum class State { kNew, kBody, kWork, kAnswered } state = State::kNew;
  Response response;
  std::shared_ptr<EventStream> stream;
};

class Listening final : public Daemon {
 public:
  Listening(const Clock& clock, Log& log, DaemonOptions options, Answerer answerer, MicroHttpd mhd)
      : clock_(clock),
        log_(log),
        options_(std::move(options)),
        answerer_(std::move(answerer)),
        mhd_(mhd),
        connections_(clock, options_.limits) {}
  ~Listening() override;

  Status open();
  std::int64_t port() const override { return port_; }
  const Connections& connections() const override { return connections_; }
  void drain() override;

 private:
  Status start(int socket);
  void sweep();

  // What the library calls.
  static MHD_Result accept(void* self, const sockaddr* address, socklen_t length);
  static void connected(void* self, MHD_Connection* connection, void** client,
                        MHD_ConnectionNotificationCode what);
  static void* begun(void* self, const char* uri, MHD_Connection* connection);
  static MHD_Result called(void* self, MHD_Connection* connection, const char* url,
                           const char* method, const char* version, const char* data,
                           std::size_t* size, void** exchange);
  static void completed(void* self, MHD_Connection* connection, void** exchange,
                        MHD_RequestTerminationCode why);
  static std::size_t keep_escapes(void* self, MHD_Connection* connection, char* text);
  static void logged(void* self, const char* format, va_list arguments);
  static ssize_t read_stream(void* holder, std::uint64_t position, char* to, std::size_t limit);

  MHD_Result take_headers(MHD_Connection* connection, Exchange& exchange, const char* method,
                          const char* version);
  MHD_Result take_body(MHD_Connection* connection, Exchange& exchange, const char* data,
                       std::size_t* size);
  MHD_Result work(MHD_Connection* connection, Exchange& exchange);
  MHD_Result reply(MHD_Connection* connection, Exchange& exchange);
  MHD_Response* make(MHD_Connection* connection, Exchange& exchange);
  void add_fields(MHD_Response* made, const Response& response) const;
  MHD_Response* lasting(MHD_Connection* connection, Exchange& exchange);
  Client* client_of(MHD_Connection* connection) const;
  Error too_large() const;

  const Clock& clock_;
  Log& log_;
  const DaemonOptions options_;
  const Answerer answerer_;
  const MicroHttpd mhd_;
  Connections connections_;
  std::unique_ptr<Workers> workers_;
  MHD_Daemon* daemon_ = nullptr;
  std::int64_t port_ = 0;
  std::atomic<bool> draining_{false};
  std::string last_words_;  ///< Of the library, while it starts.
  std::atomic<bool> started_{false};
  CancelToken over_;
  std::thread sweeper_;

  /// What was made of bodies that many get; the pointers keep others from having their addresses.
  struct Lasting {
    std::shared_ptr<const std::string> body;
    std::shared_ptr<const HeaderFields> common;
    MHD_Response* made;
  };
  void forget_lasting();
  std::mutex lasting_mutex_;
  std::vector<Lasting> lasting_;
};

/// What a response's reader needs; the library deletes it with the response.
struct StreamHolder {
  const MicroHttpd* mhd = nullptr;
  MHD_Connection* connection = nullptr;
  std::shared_ptr<EventStream> stream;
};

Listening::~Listening() {
  draining_ = true;
  over_.request();
  if (sweeper_.joinable()) sweeper_.join();
  // Everybody who still waits for an answer gets one: the library cannot stop before.
  workers_.reset();
  if (daemon_ != nullptr) mhd_.MHD_stop_daemon(daemon_);
  forget_lasting();
}

Status Listening::open() {
  BEDSTONE_ASSIGN(const int socket, listen_on(options_.host, options_.port));
  port_ = port_of(socket);
  workers_ = std::make_unique<Workers>(options_.limits.workers, options_.limits.waiting);
  if (Status started = start(socket); !started) {
    ::close(socket);
    return started;
  }
  started_ = true;
  sweeper_ = std::thread([this] { sweep(); });
  return {};
}

Status Listening::start(int socket) {
  const bool tls = !options_.certificate.empty();
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  if (tls) flags |= MHD_USE_TLS;
  const auto number = [](std::size_t value) { return static_cast<intptr_t>(value); };
  std::vector<MHD_OptionItem> items{
      {MHD_OPTION_LISTEN_SOCKET, socket, nullptr},
      {MHD_OPTION_THREAD_POOL_SIZE, kThreads, nullptr},
      {MHD_OPTION_CONNECTION_LIMIT, number(options_.limits.connections), nullptr},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, number(options_.limits.header_bytes), nullptr},
      {MHD_OPTION_CONNECTION_TIMEOUT, kStallSeconds, nullptr},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
      {MHD_OPTION_NOTIFY_COMPLETED, reinterpret_cast<intptr_t>(&completed), this},
      {MHD_OPTION_NOTIFY_CONNECTION, reinterpret_cast<intptr_t>(&connected), this},
      {MHD_OPTION_URI_LOG_CALLBACK, reinterpret_cast<intptr_t>(&begun), this},
      {MHD_OPTION_UNESCAPE_CALLBACK, reinterpret_cast<intptr_t>(&keep_escapes), this}};
  // The library's signature for texts.
  const auto text = [](const char* value) { return const_cast<char*>(value); };
  if (tls) {
    items.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, text(options_.certificate.c_str())});
    items.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, text(options_.key.c_str())});
    items.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0,
                     text("NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE")});
  }
  items.push_back({MHD_OPTION_END, 0, nullptr});
  daemon_ =
      mhd_.MHD_start_daemon(flags, 0, &accept, this, &called, this, MHD_OPTION_EXTERNAL_LOGGER,
                            &logged, this, MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
  if (daemon_ != nullptr) return {};
  if (tls) {
    return fail(Error(ErrorCode::kTlsUnusable, "the TLS certificate or its key cannot be used")
                    .because(last_words_)
                    .advise("`openssl x509 -in FILE -noout -subject -dates` shows a certificate"));
  }
  return fail(Error(ErrorCode::kAddressUnusable, "the server cannot start").because(last_words_));
}

void Listening::sweep() {
  while (clock_.sleep(kSweepInterval, &over_))
    connections_.sweep();
}

void Listening::drain() {
  draining_ = true;
  const MHD_socket socket = mhd_.MHD_quiesce_daemon(daemon_);
  if (socket != MHD_INVALID_SOCKET) ::close(socket);
  const MonotonicTime end = clock_.monotonic() + options_.limits.stop_time;
  while (connections_.busy() > 0 && clock_.monotonic() < end)
    clock_.sleep(Milliseconds(20), nullptr);
}

MHD_Result Listening::accept(void* self, const sockaddr* address, socklen_t /*length*/) {
  auto& me = *static_cast<Listening*>(self);
  const std::string text = address_text(address);
  const bool full = me.connections_.is_full(text) && !me.answerer_.is_trusted(text);
  return full ? MHD_NO : MHD_YES;
}

void Listening::connected(void* self, MHD_Connection* connection, void** client,
                          MHD_ConnectionNotificationCode what) {
  auto& me = *static_cast<Listening*>(self);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (*client != nullptr) me.connections_.close(static_cast<Client*>(*client));
    *client = nullptr;
    return;
  }
  const auto* address =
      me.mhd_.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const auto* descriptor =
      me.mhd_.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (address == nullptr || descriptor == nullptr) return;
  std::string text = address_text(address->client_addr);
  const bool limited = !me.answerer_.is_trusted(text);
  *client = me.connections_.open(descriptor->connect_fd, std::move(text), limited);
}

Client* Listening::client_of(MHD_Connection* connection) const {
  const auto* info = mhd_.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Client*>(info->socket_context);
}

void* Listening::begun(void* self, const char* uri, MHD_Connection* connection) {
  auto& me = *static_cast<Listening*>(self);
  auto exchange = std::make_unique<Exchange>();
  exchange->owner = &me;
  exchange->client = me.client_of(connection);
  exchange->raw_target = uri == nullptr ? "" : uri;
  exchange->request.begun = me.clock_.monotonic();
  me.connections_.enter(exchange->client, Phase::kHeaders);
  return exchange.release();
}

std::size_t Listening::keep_escapes(void* /*self*/, MHD_Connection* /*connection*/, char* text) {
  return std::strlen(text);
}

void Listening::logged(void* self, const char* format, va_list arguments) {
  auto& me = *static_cast<Listening*>(self);
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string line(text.data());
  while (!line.empty() && (line.back() == '\n' || line.back() == '.'))
    line.pop_back();
  if (!me.started_)
    me.last_words_ = line;
  else
    me.log_.debug(line);
}

void Listening::completed(void* self, MHD_Connection* /*connection*/, void** held,
                          MHD_RequestTerminationCode /*why*/) {
  auto& me = *static_cast<Listening*>(self);
  const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*held));
  *held = nullptr;
  if (!exchange) return;
  if (exchange->stream) exchange->stream->detach();
  me.connections_.enter(exchange->client, Phase::kIdle);
}

MHD_Result Listening::called(void* self, MHD_Connection* connection, const char* /*url*/,
                             const char* method, const char* version, const char* data,
                             std::size_t* size, void** held) {
  auto& me = *static_cast<Listening*>(self);
  if (*held == nullptr) return MHD_NO;
  auto& exchange = *static_cast<Exchange*>(*held);
  switch (exchange.state) {
    case Exchange::State::kNew:
      return me.take_headers(connection, exchange, method, version);
    case Exchange::State::kBody:
      return me.take_body(connection, exchange, data, size);
    case Exchange::State::kWork:
      return me.reply(connection, exchange);
    case Exchange::State::kAnswered:
      break;
  }
  return MHD_YES;
}

Error Listening::too_large() const {
  return Error(ErrorCode::kRequestTooLarge,
               fmt::format("the body is larger than {} KiB", options_.limits.body_bytes / 1024))
      .advise("large amounts of data go by `bedstone seed` or `bedstone config import`");
}

MHD_Result Listening::take_headers(MHD_Connection* connection, Exchange& exchange,
                                   const char* method, const char* version) {
  Request& request = exchange.request;
  request.method = method_of(method);
  request.peer = exchange.client == nullptr ? "?" : exchange.client->address;
  request.address = request.peer;
  request.secure = !options_.certificate.empty();
  const auto add = [](void* headers, MHD_ValueKind /*kind*/, const char* name, const char* value) {
    static_cast<Headers*>(headers)->add(name, value == nullptr ? "" : value);
    return MHD_YES;
  };
  mhd_.MHD_get_connection_values(connection, MHD_HEADER_KIND, add, &request.headers);
  auto target = parse_target(exchange.raw_target);
  const Status framing = check_framing(request.headers, version);
  const auto length = request.headers.get("Content-Length");
  const bool large = length && length->size() <= 18 &&
                     std::stoull("0" + std::string(*length)) > options_.limits.body_bytes;
  if (target) request.target = *std::move(target);
  if (!framing)
    exchange.refusal = framing.error();
  else if (!target)
    exchange.refusal = target.error();
  else if (large)
    exchange.refusal = too_large();
  if (exchange.refusal) {
    exchange.response = error_response(*exchange.refusal);
    // What follows on this connection cannot be told from the body.
    exchange.response.close = true;
    return reply(connection, exchange);
  }
  exchange.state = Exchange::State::kBody;
  connections_.enter(exchange.client, Phase::kBody);
  return MHD_YES;
}

MHD_Result Listening::take_body(MHD_Connection* connection, Exchange& exchange, const char* data,
                                std::size_t* size) {
  if (*size == 0 && exchange.received > options_.limits.body_bytes) {
    exchange.response = error_response(too_large());
    exchange.response.close = true;
    return reply(connection, exchange);
  }
  if (*size == 0) return work(connection, exchange);
  std::string& body = exchange.request.body;
  exchange.received += *size;
  // In the middle of a body the library takes no answer: what is too much is read and dropped, as
  // long as there is an end in sight.
  if (exchange.received > kDroppedMost * options_.limits.body_bytes) {
    exchange.response = error_response(too_large());
    answerer_.finish(exchange.request, exchange.response);
    return MHD_NO;
  }
  if (exchange.received > options_.limits.body_bytes)
    body = std::string();
  else
    body.append(data, *size);
  *size = 0;
  return MHD_YES;
}

MHD_Result Listening::work(MHD_Connection* connection, Exchange& exchange) {
  connections_.enter(exchange.client, Phase::kWork);
  if (auto answer = answerer_.quick(exchange.request)) {
    exchange.response = *std::move(answer);
    return reply(connection, exchange);
  }
  exchange.state = Exchange::State::kWork;
  mhd_.MHD_suspend_connection(connection);
  const bool taken = !draining_ && workers_->submit([this, connection, &exchange] {
    exchange.response = answerer_.answer(exchange.request);
    mhd_.MHD_resume_connection(connection);
  });
  if (!taken) {
    exchange.response = error_response(
        Error(ErrorCode::kServerBusy, draining_ ? "the server is stopping" : "the server is busy")
            .advise("try again in a second")
            .may_retry());
    exchange.response.headers.emplace_back("Retry-After", "1");
    mhd_.MHD_resume_connection(connection);
  }
  return MHD_YES;
}

ssize_t Listening::read_stream(void* held, std::uint64_t /*position*/, char* to,
                               std::size_t limit) {
  const auto& holder = *static_cast<StreamHolder*>(held);
  std::size_t taken = 0;
  const auto sleep = [&] { holder.mhd->MHD_suspend_connection(holder.connection); };
  switch (holder.stream->take(to, limit, taken, sleep)) {
    case EventStream::Taken::kText:
      return static_cast<ssize_t>(taken);
    case EventStream::Taken::kNothing:
      return 0;
    case EventStream::Taken::kEnd:
      break;
  }
  return MHD_CONTENT_READER_END_OF_STREAM;
}

MHD_Response* Listening::make(MHD_Connection* connection, Exchange& exchange) {
  Response& response = exchange.response;
  if (response.stream) {
    exchange.stream = response.stream;
    exchange.stream->on_wake([this, connection] { mhd_.MHD_resume_connection(connection); });
    auto holder = std::make_unique<StreamHolder>(StreamHolder{&mhd_, connection, response.stream});
    return mhd_.MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, kStreamBlock, &read_stream, holder.release(),
        [](void* held) { delete static_cast<StreamHolder*>(held); });
  }
  using Body = std::shared_ptr<const std::string>;
  auto body =
      std::make_unique<Body>(response.body ? response.body : std::make_shared<const std::string>());
  const std::string& text = **body;
  return mhd_.MHD_create_response_from_buffer_with_free_callback_cls(
      text.size(), const_cast<char*>(text.data()),
      [](void* held) { delete static_cast<Body*>(held); }, body.release());
}

MHD_Result Listening::reply(MHD_Connection* connection, Exchange& exchange) {
  Response& response = exchange.response;
  answerer_.finish(exchange.request, response);
  exchange.state = Exchange::State::kAnswered;
  connections_.enter(exchange.client, response.stream ? Phase::kStream : Phase::kAnswer);
  const bool last = response.close || draining_;
  const bool keeps = response.lasting && response.headers.empty() && !last;
  const auto queue = [&](MHD_Response* made) {
    return mhd_.MHD_queue_response(connection, static_cast<unsigned int>(response.status), made);
  };
  if (keeps) {
    const std::lock_guard lock(lasting_mutex_);
    MHD_Response* const made = lasting(connection, exchange);
    return made == nullptr ? MHD_NO : queue(made);
  }
  MHD_Response* const made = make(connection, exchange);
  if (made == nullptr) return MHD_NO;
  add_fields(made, response);
  if (last) mhd_.MHD_add_response_header(made, "Connection", "close");
  const MHD_Result queued = queue(made);
  mhd_.MHD_destroy_response(made);
  return queued;
}

void Listening::add_fields(MHD_Response* made, const Response& response) const {
  const bool has_type = response.stream || (response.body && !response.body->empty());
  if (has_type) mhd_.MHD_add_response_header(made, "Content-Type", response.type.c_str());
  if (response.common) {
    for (const auto& [name, value] : *response.common)
      mhd_.MHD_add_response_header(made, name.c_str(), value.c_str());
  }
  for (const auto& [name, value] : response.headers)
    mhd_.MHD_add_response_header(made, name.c_str(), value.c_str());
}

/// With the lock. It belongs to the list.
MHD_Response* Listening::lasting(MHD_Connection* connection, Exchange& exchange) {
  const Response& response = exchange.response;
  for (const Lasting& one : lasting_) {
    if (one.body == response.body && one.common == response.common) return one.made;
  }
  MHD_Response* const made = make(connection, exchange);
  if (made == nullptr) return nullptr;
  add_fields(made, response);
  if (lasting_.size() >= kLastingMost) forget_lasting();
  lasting_.push_back({response.body, response.common, made});
  return made;
}

/// Those that are on their way stay until they have arrived.
void Listening::forget_lasting() {
  for (const Lasting& one : lasting_)
    mhd_.MHD_destroy_response(one.made);
  lasting_.clear();
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::start(const Clock& clock, Log& log, DaemonOptions options,
                                              Answerer answerer) {
  BEDSTONE_ASSIGN(const MicroHttpd mhd, MicroHttpd::load());
  auto daemon =
      std::make_unique<Listening>(clock, log, std::move(options), std::move(answerer), mhd);
  BEDSTONE_TRY(daemon->open());
  return daemon;
}

}  // namespace bedstone::server
