// An open-loop load: requests leave on schedule, whatever becomes of the ones before, and each
// question must come back in its answer. Latency counts from the instant a request was due.
//
// Prints one line of JSON per request that was not answered well in time, then a summary:
//   {"at":<unix ms>,"kind":"lost|late|wrong","ms":..,"status":..,"why":".."}
//   {"sent":..,"lost":..,"late":..,"wrong":..,"p50_ms":..,"p99_ms":..}
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;
using boost::system::error_code;

struct Options {
  std::string target = "127.0.0.1:9000";
  std::string host = "search";
  double rate = 100;
  double seconds = 10;
  double timeout = 10;
  double late = 1;
  bool post = false;
  bool fresh = false;
};

constexpr auto token = [](error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
};

class Load {
 public:
  Load(asio::io_context& io, const Options& options) : io_(io), options_(options) {
    const auto colon = options.target.rfind(':');
    tcp::resolver resolver(io);
    peer_ = *resolver.resolve(options.target.substr(0, colon), options.target.substr(colon + 1))
                 .begin();
  }

  asio::awaitable<void> run() {
    asio::steady_timer timer(io_);
    const auto begun = Steady::now();
    for (std::uint64_t n = 0;; ++n) {
      const auto offset = std::chrono::duration<double>(static_cast<double>(n) / options_.rate);
      if (offset.count() >= options_.seconds) break;
      const auto due = begun + std::chrono::duration_cast<Steady::duration>(offset);
      timer.expires_at(due);
      error_code ignored;
      co_await timer.async_wait(token(ignored));
      ++sent_;
      asio::co_spawn(io_, one(n, due), asio::detached);
    }
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    const auto quantile = [&](double q) {
      if (latencies_.empty()) return 0.0;
      const auto at = static_cast<std::size_t>(q * static_cast<double>(latencies_.size()));
      return latencies_[std::min(at, latencies_.size() - 1)];
    };
    std::cout << nlohmann::json{{"sent", sent_},           {"lost", lost_},
                                {"late", late_},           {"wrong", wrong_},
                                {"p50_ms", quantile(0.5)}, {"p99_ms", quantile(0.99)}}
              << std::endl;
  }

 private:
  using Stream = std::unique_ptr<beast::tcp_stream>;

  asio::awaitable<void> one(std::uint64_t number, Steady::time_point due) {
    const std::string question = "n" + std::to_string(number);
    bhttp::request<bhttp::empty_body> request(options_.post ? bhttp::verb::post : bhttp::verb::get,
                                              "/v1/answer?q=" + question, 11);
    request.set(bhttp::field::host, options_.host);
    if (options_.post) request.set(bhttp::field::content_length, "0");
    bhttp::response<bhttp::string_body> answer;
    error_code error;
    Stream stream;
    request.keep_alive(!options_.fresh);
    if (!idle_.empty()) {
      stream = std::move(idle_.back());
      idle_.pop_back();
      co_await ask(*stream, request, answer, due, error);
      // A kept connection that the server had closed: every client dials again.
      if (error == bhttp::error::end_of_stream || error == asio::error::broken_pipe) stream.reset();
    }
    if (stream == nullptr) {
      stream = std::make_unique<beast::tcp_stream>(io_);
      error = {};
      stream->expires_at(due + seconds(options_.timeout));
      co_await stream->async_connect(peer_, token(error));
      if (!error) co_await ask(*stream, request, answer, due, error);
    }
    account(question, due, error, answer);
    if (!error && answer.keep_alive()) {
      stream->expires_never();
      idle_.push_back(std::move(stream));
    }
  }

  asio::awaitable<void> ask(beast::tcp_stream& stream, bhttp::request<bhttp::empty_body>& request,
                            bhttp::response<bhttp::string_body>& answer, Steady::time_point due,
                            error_code& error) {
    stream.expires_at(due + seconds(options_.timeout));
    co_await bhttp::async_write(stream, request, token(error));
    if (error) co_return;
    beast::flat_buffer buffer;
    answer = {};
    co_await bhttp::async_read(stream, buffer, answer, token(error));
  }

  void account(const std::string& question, Steady::time_point due, const error_code& error,
               const bhttp::response<bhttp::string_body>& answer) {
    const double ms = std::chrono::duration<double, std::milli>(Steady::now() - due).count();
    latencies_.push_back(ms);
    const unsigned status = error ? 0 : answer.result_int();
    const bool right = answer.body().find("\"q\":\"" + question + "\"") != std::string::npos;
    const char* kind = status != 200              ? "lost"
                       : !right                   ? "wrong"
                       : ms > options_.late * 1e3 ? "late"
                                                  : nullptr;
    if (kind == nullptr) return;
    lost_ += kind[1] == 'o';
    wrong_ += kind[0] == 'w';
    late_ += kind[1] == 'a';
    const auto wall = std::chrono::system_clock::now() -
                      std::chrono::duration_cast<std::chrono::system_clock::duration>(
                          std::chrono::duration<double, std::milli>(ms));
    std::cout << nlohmann::json{{"at", std::chrono::duration_cast<std::chrono::milliseconds>(
                                           wall.time_since_epoch())
                                           .count()},
                                {"kind", kind},
                                {"ms", ms},
                                {"status", status},
                                {"why", error ? error.message()
                                              : std::string(answer["X-Shopkeeper-Error"])}}
              << "\n";
  }

  static Steady::duration seconds(double value) {
    return std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(value));
  }

  asio::io_context& io_;
  const Options& options_;
  tcp::endpoint peer_;
  std::vector<Stream> idle_;
  std::vector<double> latencies_;
  std::uint64_t sent_ = 0, lost_ = 0, late_ = 0, wrong_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Open-loop load that checks every answer.", "bench_load");
  app.footer("example: bench_load --target 127.0.0.1:9000 --host search --rate 100 --seconds 20");
  app.add_option("--target", options.target, "ADDRESS:PORT")->capture_default_str();
  app.add_option("--host", options.host, "Host header")->capture_default_str();
  app.add_option("--rate", options.rate, "requests a second")->capture_default_str();
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  app.add_option("--timeout", options.timeout, "seconds until a request counts as lost")
      ->capture_default_str();
  app.add_flag("--post", options.post, "POST instead of GET: nothing may be sent twice");
  app.add_flag("--fresh", options.fresh, "a connection of its own for each request");
  CLI11_PARSE(app, argc, argv);
  asio::io_context io(1);
  Load load(io, options);
  asio::co_spawn(io, load.run(), asio::detached);
  io.run();
  load.print();
  return 0;
}
