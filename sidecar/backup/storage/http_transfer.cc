#include "sidecar/backup/storage/http_transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

namespace shopkeeper::backup {
namespace {

constexpr long kStallBytesPerSecond = 4096;
constexpr std::uint64_t kSlowestBytesPerSecond = 16 << 10;
constexpr std::size_t kMaxIdle = 16;
constexpr std::size_t kMaxErrorBytes = 64 << 10;
constexpr std::size_t kMaxHeaders = 100;
// Larger bodies wait for "100 Continue", a second at most, so that a refusal is read and not a
// reset.
constexpr std::size_t kAskFirstBytes = 1 << 20;

long milliseconds(Duration length) {
  return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(length).count());
}

// The state of one exchange, as libcurl's callbacks see it.
struct Exchange {
  CURL* curl;
  std::span<const std::byte> body;
  std::size_t sent = 0;
  std::uint64_t maxAnswerBytes;
  bool once;
  HttpReply reply;
  bool tooLarge = false;

  static std::size_t send(char* into, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t chunk = std::min(size * count, exchange.body.size() - exchange.sent);
    std::memcpy(into, exchange.body.data() + exchange.sent, chunk);
    exchange.sent += chunk;
    return chunk;
  }

  // libcurl begins anew where a kept connection turns out to be dead.
  static int seek(void* self, curl_off_t offset, int origin) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.once || origin != SEEK_SET || offset < 0 ||
        static_cast<std::size_t>(offset) > exchange.body.size()) {
      return CURL_SEEKFUNC_FAIL;
    }
    exchange.sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
  }

  static std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t chunk = size * count;
    Bytes& body = exchange.reply.body;
    long status = 0;
    curl_easy_getinfo(exchange.curl, CURLINFO_RESPONSE_CODE, &status);
    const std::uint64_t limit =
        status < 300 ? exchange.maxAnswerBytes
                     : std::min<std::uint64_t>(exchange.maxAnswerBytes, kMaxErrorBytes);
    if (body.size() + chunk > limit) {
      exchange.tooLarge = status < 300;
      return exchange.tooLarge ? 0 : chunk;  // of an error's page the beginning is enough
    }
    if (body.empty()) {
      curl_off_t length = 0;
      curl_easy_getinfo(exchange.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
      if (length > 0) body.reserve(std::min<std::uint64_t>(limit, length));
    }
    const auto* begin = reinterpret_cast<const std::byte*>(bytes);
    body.insert(body.end(), begin, begin + chunk);
    return chunk;
  }

  static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& reply = static_cast<Exchange*>(self)->reply;
    std::string_view line(bytes, size * count);
    if (line.starts_with("HTTP/")) reply.headers.clear();  // after "100 Continue" comes the answer
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || reply.headers.size() >= kMaxHeaders) return size * count;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) {
      line.remove_suffix(1);
    }
    reply.headers[std::move(name)] = std::string(line);
    return size * count;
  }
};

Error errorOf(CURLcode code, const char* detail, const Exchange& exchange) {
  const std::string why = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  if (exchange.tooLarge) {
    return Error(ErrorCode::TooLarge, "the answer is longer than the " +
                                          std::to_string(exchange.maxAnswerBytes) +
                                          " bytes that were expected");
  }
  long verdict = 0;  // OpenSSL's; libcurl's own code is not always the same for it
  curl_easy_getinfo(exchange.curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
  if (verdict != 0) code = CURLE_PEER_FAILED_VERIFICATION;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Error(ErrorCode::Timeout, why);
    case CURLE_PEER_FAILED_VERIFICATION:
      return Error(ErrorCode::Unauthenticated, "the server's certificate is not trusted: " + why);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(ErrorCode::InvalidArgument, why);
    case CURLE_OUT_OF_MEMORY:
      return Error(ErrorCode::Internal, why);
    default:
      return Error(ErrorCode::Unavailable, why);
  }
}

}  // namespace

class HttpTransfer::Handle {
 public:
  Handle() : curl_(curl_easy_init()) {}
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Result<HttpReply> perform(const HttpCall& call, const TransferRules& rules) {
    if (curl_ == nullptr) return Error(ErrorCode::Internal, "libcurl gives no handle");
    char detail[CURL_ERROR_SIZE] = "";
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
        listOf(call), [](curl_slist* list) { curl_slist_free_all(list); });
    Exchange exchange{curl_,     call.body.value_or(std::span<const std::byte>()),
                      0,         call.maxAnswerBytes,
                      call.once, {},
                      false};
    curl_easy_reset(curl_);  // keeps connections
    setUp(call, rules, exchange);
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_ERRORBUFFER, &detail[0]);
    const CURLcode code = curl_easy_perform(curl_);
    if (code != CURLE_OK) return errorOf(code, detail, exchange);
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    exchange.reply.status = static_cast<int>(status);
    return std::move(exchange.reply);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  static curl_slist* listOf(const HttpCall& call) {
    curl_slist* list = nullptr;
    for (const auto& header : call.headers) list = curl_slist_append(list, header.c_str());
    if (call.body && call.body->size() < kAskFirstBytes) list = curl_slist_append(list, "Expect:");
    return list;
  }

  void setUp(const HttpCall& call, const TransferRules& rules, Exchange& exchange) {
    set(CURLOPT_URL, call.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(rules.connectTimeout));
    set(CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, milliseconds(rules.stallTimeout) / 1000));
    const std::uint64_t bytes = exchange.body.size() + call.maxAnswerBytes;
    set(CURLOPT_TIMEOUT_MS,
        milliseconds(rules.requestTimeout +
                     std::chrono::milliseconds(bytes * 1000 / kSlowestBytesPerSecond)));
    if (!rules.caFile.empty()) set(CURLOPT_CAINFO, rules.caFile.c_str());
    set(CURLOPT_HEADERFUNCTION, &Exchange::header);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_WRITEFUNCTION, &Exchange::receive);
    set(CURLOPT_WRITEDATA, &exchange);
    if (call.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    if (call.body) {
      set(CURLOPT_UPLOAD, 1L);
      set(CURLOPT_READFUNCTION, &Exchange::send);
      set(CURLOPT_READDATA, &exchange);
      set(CURLOPT_SEEKFUNCTION, &Exchange::seek);
      set(CURLOPT_SEEKDATA, &exchange);
      set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
      // Without a body there is nothing to rewind, so only a new connection keeps it from that.
      if (call.once && call.body->empty()) set(CURLOPT_FRESH_CONNECT, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }

  CURL* const curl_;
};

HttpTransfer::HttpTransfer(TransferRules rules) : rules_(std::move(rules)) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(ready);
}

HttpTransfer::~HttpTransfer() = default;

std::unique_ptr<HttpTransfer::Handle> HttpTransfer::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return std::make_unique<Handle>();
}

void HttpTransfer::giveBack(std::unique_ptr<Handle> handle) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(handle));
}

Result<HttpReply> HttpTransfer::perform(const HttpCall& call) {
  auto handle = take();
  auto reply = handle->perform(call, rules_);
  giveBack(std::move(handle));
  return reply;
}

}  // namespace shopkeeper::backup
