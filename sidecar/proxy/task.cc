#include "sidecar/proxy/task.h"

#include <boost/asio/post.hpp>

#include "common/log.h"

namespace shopkeeper::sidecar {
namespace {

// The outermost coroutine; its frame goes when it ends.
struct Detached {
  struct promise_type : detail::PromiseBase {
    Detached get_return_object() {
      frame = std::coroutine_handle<promise_type>::from_promise(*this);
      return {};
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Detached run(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& unexpected) {
    // One connection's failure must not take the others with it.
    log::error("connection ended by an error", {{"error.message", unexpected.what()}});
  }
}

}  // namespace

void spawn(boost::asio::io_context& io, Task<void> task) {
  boost::asio::post(io, [task = std::move(task)]() mutable { run(std::move(task)); });
}

}  // namespace shopkeeper::sidecar
