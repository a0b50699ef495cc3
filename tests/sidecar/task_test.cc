#include "sidecar/proxy/task.h"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <stdexcept>

#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {
namespace {

namespace asio = boost::asio;

Task<int> three() { co_return 3; }

Task<int> threeLater(asio::steady_timer& timer) {
  boost::system::error_code error;
  timer.expires_after(std::chrono::milliseconds(1));
  co_await timer.async_wait(resultIn(error));
  co_return 3;
}

Task<void> add(asio::steady_timer& timer, int& sum) {
  const int now = co_await three();
  const int later = co_await threeLater(timer);
  sum = now + later;
}

TEST(Task, GivesItsValueAtOnceOrLater) {
  asio::io_context io;
  asio::steady_timer timer(io);
  int sum = 0;
  spawn(io, add(timer, sum));
  EXPECT_EQ(sum, 0) << "not before the loop runs";
  io.run();
  EXPECT_EQ(sum, 6);
}

Task<void> sumUp(int times, long& sum) {
  for (int i = 0; i < times; ++i) sum += co_await three();
}

TEST(Task, ManyThatEndAtOnceDoNotFillTheStack) {
  asio::io_context io;
  long sum = 0;
  spawn(io, sumUp(1'000'000, sum));
  io.run();
  EXPECT_EQ(sum, 3'000'000);
}

Task<int> failing(asio::steady_timer& timer) {
  co_await threeLater(timer);
  throw std::runtime_error("too hot");
}

Task<void> catching(asio::steady_timer& timer, std::string& what) {
  try {
    co_await failing(timer);
  } catch (const std::runtime_error& error) {
    what = error.what();
  }
}

TEST(Task, AnExceptionReachesTheCaller) {
  asio::io_context io;
  asio::steady_timer timer(io);
  std::string what;
  spawn(io, catching(timer, what));
  io.run();
  EXPECT_EQ(what, "too hot");
}

Task<void> failingAlone(asio::steady_timer& timer) { co_await failing(timer); }

TEST(Task, AnExceptionOutOfTheOutermostEndsOnlyThatTask) {
  asio::io_context io;
  asio::steady_timer timer(io), other(io);
  int sum = 0;
  spawn(io, failingAlone(timer));
  spawn(io, add(other, sum));
  io.run();
  EXPECT_EQ(sum, 6);
}

Task<void> waiting(std::shared_ptr<asio::steady_timer> timer) {
  boost::system::error_code error;
  timer->expires_after(std::chrono::hours(1));
  co_await timer->async_wait(resultIn(error));
  ADD_FAILURE() << "went on after its loop had ended";
}

Task<void> callingWaiting(std::shared_ptr<asio::steady_timer> timer) { co_await waiting(timer); }

TEST(Task, EndsWithItsLoopAndLetsGoOfWhatItHeld) {
  std::weak_ptr<asio::steady_timer> begun, never;
  {
    asio::io_context io;
    auto first = std::make_shared<asio::steady_timer>(io);
    begun = first;
    spawn(io, callingWaiting(std::move(first)));
    io.poll();
    auto second = std::make_shared<asio::steady_timer>(io);
    never = second;
    spawn(io, callingWaiting(std::move(second)));
    EXPECT_FALSE(begun.expired());
    EXPECT_FALSE(never.expired());
  }
  EXPECT_TRUE(begun.expired());
  EXPECT_TRUE(never.expired());
}

}  // namespace
}  // namespace shopkeeper::sidecar
