// Asio's operations in tasks: `co_await timer.async_wait(resultIn(error))`.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/system/error_code.hpp>
#include <tuple>

#include "sidecar/proxy/task.h"

namespace shopkeeper::sidecar {

// A completion token: the operation's error goes into `error`, its value is what co_await gives.
struct ResultIn {
  boost::system::error_code& error;
};
inline ResultIn resultIn(boost::system::error_code& error) { return {error}; }

namespace detail {

// Wakes the coroutine that waits, once. Where the operation is dropped instead (its io_context
// ends) the whole task goes, from the outermost coroutine inwards.
class Wake {
 public:
  explicit Wake(PromiseBase& waiting) : waiting_(&waiting) {}
  Wake(Wake&& other) noexcept : waiting_(std::exchange(other.waiting_, nullptr)) {}
  Wake& operator=(Wake&&) = delete;
  ~Wake() {
    if (waiting_ == nullptr) return;
    PromiseBase* outermost = waiting_;
    while (outermost->caller != nullptr) outermost = outermost->caller;
    outermost->frame.destroy();
  }
  void operator()() { std::exchange(waiting_, nullptr)->frame.resume(); }

 private:
  PromiseBase* waiting_;
};

template <class Initiation, class Arguments, class... Value>
class Operation {
  using Values = std::tuple<Value...>;
  static_assert(sizeof...(Value) <= 1);

 public:
  Operation(Initiation initiation, ResultIn token, Arguments arguments)
      : initiation_(std::move(initiation)), token_(token), arguments_(std::move(arguments)) {}

  bool await_ready() const noexcept { return false; }
  // Asio never completes an operation inside its initiation.
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiting) noexcept {
    std::apply(
        [&](auto&&... argument) {
          std::move(initiation_)(Handler{Wake(waiting.promise()), this}, std::move(argument)...);
        },
        std::move(arguments_));
  }
  auto await_resume() {
    if constexpr (sizeof...(Value) == 1) return std::get<0>(std::move(*values_));
  }

 private:
  struct Handler {
    void operator()(const boost::system::error_code& error, Value... value) {
      operation->token_.error = error;
      operation->values_.emplace(std::move(value)...);
      wake();
    }
    Wake wake;
    Operation* operation;
  };

  Initiation initiation_;
  ResultIn token_;
  Arguments arguments_;
  std::optional<Values> values_;
};

}  // namespace detail
}  // namespace shopkeeper::sidecar

template <class... Value>
class boost::asio::async_result<shopkeeper::sidecar::ResultIn,
                                void(boost::system::error_code, Value...)> {
 public:
  template <class Initiation, class... Arguments>
  static auto initiate(Initiation initiation, shopkeeper::sidecar::ResultIn token,
                       Arguments... arguments) {
    using Together = std::tuple<Arguments...>;
    return shopkeeper::sidecar::detail::Operation<Initiation, Together, Value...>(
        std::move(initiation), token, Together(std::move(arguments)...));
  }
};
