// Coroutines of the data plane. Lighter than Asio's awaitable: frames are pooled, a call that ends
// without waiting costs little more than a function, and an operation has no frame of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>  // before Asio: g++ 12

#include "sidecar/proxy/memory_pool.h"

namespace shopkeeper::sidecar {

namespace detail {

struct PromiseBase {
  static void* operator new(std::size_t size) { return MemoryPool::ofThread().take(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    MemoryPool::ofThread().give(memory, size);
  }

  std::coroutine_handle<> frame;  // its own
  PromiseBase* caller = nullptr;
  bool starting = false;  // the caller waits in await_suspend() to see whether it ends at once
  std::exception_ptr failure;
};

// The caller goes on where the task ended later; where it ended at once, it never stopped.
struct Ending {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
    const PromiseBase& promise = ended.promise();
    if (!promise.starting) promise.caller->frame.resume();  // may destroy the frame that ended
  }
  void await_resume() const noexcept {}
};

template <class T>
struct Promise : PromiseBase {
  void return_value(T made) { value.emplace(std::move(made)); }
  T take() { return std::move(*value); }
  std::optional<T> value;
};
template <>
struct Promise<void> : PromiseBase {
  void return_void() {}
  void take() {}
};

}  // namespace detail

// Begins when it is awaited, once. Owns the frame: destroying a task that waits ends it there, as a
// throw would. Lives on one thread.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::Promise<T> {
    Task get_return_object() {
      auto handle = std::coroutine_handle<promise_type>::from_promise(*this);
      this->frame = handle;
      return Task(handle);
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    detail::Ending final_suspend() noexcept { return {}; }
    void unhandled_exception() { this->failure = std::current_exception(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  template <class Caller>
  bool await_suspend(std::coroutine_handle<Caller> caller) {
    promise_type& promise = handle_.promise();
    promise.caller = &caller.promise();
    promise.starting = true;
    handle_.resume();
    promise.starting = false;
    return !handle_.done();
  }
  T await_resume() {
    promise_type& promise = handle_.promise();
    if (promise.failure) std::rethrow_exception(promise.failure);
    return promise.take();
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

// Runs the task on `io`, not at once. An exception out of it is logged. Where `io` ends before the
// task does, the task is destroyed.
void spawn(boost::asio::io_context& io, Task<void> task);

}  // namespace shopkeeper::sidecar
