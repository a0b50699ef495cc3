// An HTTP proxy on loopback that does wrong with the next requests what it is told to.
#pragma once

#include <deque>
#include <mutex>
#include <string>

#include "tests/testing/raw_server.h"

namespace shopkeeper::backup::testing {

enum class Wrong {
  Nothing,
  SlowDown,       // 503 with S3's code, nothing done
  InternalError,  // 500 without a body, nothing done
  Reset,          // nothing done, the connection reset
  LostAnswer,     // done, then the connection reset
  TornAnswer,     // done, half of the answer, then the connection ends
  Stall,          // done, half of the answer, then silence until the client leaves
  HotelPage,      // 200 with a web page
  DamagedUpload,  // a byte of the body changed on its way
};

class FaultyProxy {
 public:
  explicit FaultyProxy(int upstreamPort);

  int port() const { return server_.port(); }
  // Of the requests to come; those after them pass.
  void next(std::deque<Wrong> wrongs);
  // All of them, until told otherwise.
  void always(Wrong wrong);
  int requests() const { return requests_; }

 private:
  Wrong take();
  void serve(shopkeeper::testing::RawConnection& client);

  const int upstreamPort_;
  std::mutex mutex_;
  std::deque<Wrong> wrongs_;
  Wrong always_ = Wrong::Nothing;
  std::atomic<int> requests_{0};
  shopkeeper::testing::RawServer server_;  // last: its threads use the rest
};

}  // namespace shopkeeper::backup::testing
