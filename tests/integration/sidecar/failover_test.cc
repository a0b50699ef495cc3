// Instances that die, hang, refuse and lie, behind the egress. Clients must not notice.
#include <mutex>
#include <set>
#include <thread>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FailoverTest : public ProxyTest {
 protected:
  // `clients` threads that keep `total` GETs going; every answer but 200 is counted as failed.
  struct Load {
    std::atomic<int> done{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::string firstFailure;
  };
  void run(Load& load, int clients, int total) {
    for (int i = 0; i < clients; ++i) {
      load.threads.emplace_back([this, &load, clients, total] {
        auto client = std::make_unique<RawClient>(egress());
        for (int n = 0; n < total / clients; ++n) {
          client->send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
          const Answer answer = readAnswer(*client);
          if (answer.status != 200) {
            ++load.failed;
            std::lock_guard lock(load.mutex);
            if (load.firstFailure.empty()) load.firstFailure = answer.head + answer.body;
            client = std::make_unique<RawClient>(egress());
          }
          ++load.done;
        }
      });
    }
  }
  void finish(Load& load) {
    for (std::thread& thread : load.threads) thread.join();
  }
};

TEST_F(FailoverTest, OneOfThreeKilledDuringTwoThousandRequestsLosesNone) {
  Backend a("a"), b("b"), c("c");
  upstream("search", {a.address(), b.address(), c.address()});
  start(1);
  Load load;
  run(load, 8, 2000);
  ASSERT_TRUE(eventually([&] { return load.done > 500; }));
  b.kill();
  const int atKill = b.requests();
  finish(load);
  EXPECT_EQ(load.done, 2000);
  EXPECT_EQ(load.failed, 0) << load.firstFailure;
  EXPECT_EQ(b.requests(), atKill);
  const auto seen = view("search").endpoints[1];
  EXPECT_NE(seen.state, EndpointHealth::State::Healthy);
  EXPECT_GE(seen.ejections, 1u);
}

TEST_F(FailoverTest, AKilledInstanceThatReturnsIsUsedAgain) {
  Backend a("a"), b("b");
  upstream("search", {a.address(), b.address()});
  start(1);
  b.kill();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(egress(), "/", "search").status, 200);
  b.revive();
  const int before = b.requests();
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(get(egress(), "/", "search").status, 200);
    return b.requests() > before + 3;
  }));
  EXPECT_EQ(view("search").endpoints[1].state, EndpointHealth::State::Healthy);
}

TEST_F(FailoverTest, KillingTheInstancesInTurnLosesNothingEither) {
  Backend a("a"), b("b"), c("c");
  upstream("search", {a.address(), b.address(), c.address()});
  start(1);
  Load load;
  run(load, 4, 1600);
  for (Backend* each : {&a, &b, &c}) {
    const int target = load.done + 200;
    ASSERT_TRUE(eventually([&] { return load.done > std::min(target, 1590); }));
    each->kill();
    const int used = load.done + 100;
    ASSERT_TRUE(eventually([&] { return load.done > std::min(used, 1590); }));
    each->revive();
    // The next one may die only when this one is back in use.
    ASSERT_TRUE(eventually([&] {
      bool all = true;
      for (const auto& endpoint : view("search").endpoints) {
        all = all && endpoint.state == EndpointHealth::State::Healthy;
      }
      return all || load.done >= 1600;
    }));
  }
  finish(load);
  EXPECT_EQ(load.failed, 0) << load.firstFailure;
}

TEST_F(FailoverTest, AHangingInstanceCostsPartOfTheTimeNotTheRequest) {
  RawServer hanging([](RawConnection& connection, int) {
    connection.readRequest();
    connection.waitForClose(20'000);
  });
  Backend good("good");
  upstream("search", {"127.0.0.1:" + std::to_string(hanging.port()), good.address()}, seconds(2));
  start(1);
  for (int i = 0; i < 6; ++i) {
    const Answer answer = get(egress(), "/", "search");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.has("X-Backend: good"));
  }
  const auto seen = view("search").endpoints[0];
  EXPECT_GE(seen.counts.failures.at(Outcome::Timeout), 1u);
  EXPECT_LE(seen.counts.requests, 2u) << "then it is left alone";
}

TEST_F(FailoverTest, AHangingInstanceIsTakenOutUnderLoad) {
  std::atomic<bool> stopped{false};
  RawServer stopping([&](RawConnection& connection, int) {
    while (!connection.readRequest().empty()) {
      if (stopped) {
        connection.waitForClose(20'000);
        return;
      }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  Backend a("a"), b("b");
  upstream("search", {"127.0.0.1:" + std::to_string(stopping.port()), a.address(), b.address()},
           seconds(4));
  start(1);
  Load load;
  run(load, 4, 4'000);
  EXPECT_TRUE(eventually([&] { return load.done > 300; }));
  stopped = true;
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(get(egress(), "/", "search").status, 200);
    return view("search").endpoints[0].ejections > 0;
  }));
  finish(load);
  EXPECT_EQ(load.failed, 0) << load.firstFailure;
}

TEST_F(FailoverTest, ThePodThatAnsweredIsNamed) {
  Backend a("a");
  upstream("search", {a.address()});
  start(1);
  EXPECT_TRUE(get(egress(), "/", "search").has("X-Shopkeeper-Upstream: search-0\r\n"));
  EXPECT_TRUE(get(egress(), "/", "search:9000").has("X-Shopkeeper-Upstream: search-0\r\n"));
}

TEST_F(FailoverTest, UnknownUpstreamsAre421AndEmptyOnes503) {
  upstream("search", {});
  start(1);
  EXPECT_EQ(get(egress(), "/", "knowledge").status, 421);
  EXPECT_EQ(get(egress(), "/", "searc").status, 421);
  const Answer none = get(egress(), "/", "search");
  EXPECT_EQ(none.status, 503);
  EXPECT_TRUE(none.has("X-Shopkeeper-Error: no-endpoint"));
}

TEST_F(FailoverTest, AllDeadIs503Quickly) {
  Backend a("a"), b("b");
  upstream("search", {a.address(), b.address()});
  start(1);
  a.kill();
  b.kill();
  const Answer answer = get(egress(), "/", "search");
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("X-Shopkeeper-Error: no-endpoint"));
}

TEST_F(FailoverTest, APeerWhoseServiceIsDownIsPassedOverEvenByAPost) {
  Backend down("down", [](const http::Request&) {
    http::Response response;
    response.status = 503;
    response.headers.set("X-Shopkeeper-Error", "no-endpoint");
    return response;
  });
  Backend good("good");
  upstream("search", {down.address(), good.address()});
  start(1);
  // The choice is random: as many as it takes for the first to be tried twice.
  for (int i = 0; i < 500 && view("search").endpoints[0].ejections == 0; ++i) {
    EXPECT_TRUE(get(egress(), "/", "search", "POST", "body").has("X-Backend: good"));
  }
  EXPECT_EQ(view("search").endpoints[0].ejections, 1u);
}

TEST_F(FailoverTest, AServicesOwn503IsItsAnswerAndIsNotRetried) {
  Backend busy("busy", [](const http::Request&) {
    http::Response response;
    response.status = 503;
    return response;
  });
  Backend good("good");
  upstream("search", {busy.address(), good.address()});
  start(1);
  int unavailable = 0;
  for (int i = 0; i < 6; ++i) unavailable += get(egress(), "/", "search").status == 503;
  EXPECT_GE(unavailable, 1);
  EXPECT_EQ(busy.requests(), unavailable);
  EXPECT_EQ(good.requests(), 6 - unavailable);
}

TEST_F(FailoverTest, APostThatMayHaveBeenServedIsNeverSentTwice) {
  std::atomic<int> received{0};
  RawServer dying([&](RawConnection& connection, int) {
    if (connection.readRequest().empty()) return;
    ++received;
    connection.reset();
  });
  Backend good("good");
  upstream("search", {"127.0.0.1:" + std::to_string(dying.port()), good.address()});
  start(1);
  const Answer answer = get(egress(), "/", "search", "POST", "order");
  EXPECT_EQ(answer.status, 502);
  EXPECT_TRUE(answer.has("X-Shopkeeper-Error: reset"));
  EXPECT_EQ(received, 1);
  EXPECT_EQ(good.requests(), 0);
}

TEST_F(FailoverTest, APutIsSentAgainWithItsWholeBody) {
  RawServer dying([&](RawConnection& connection, int) {
    connection.readRequest();
    connection.reset();
  });
  Backend good("good", [](const http::Request& request) {
    http::Response response;
    response.body = std::to_string(request.body.size());
    return response;
  });
  upstream("search", {"127.0.0.1:" + std::to_string(dying.port()), good.address()});
  start(1);
  EXPECT_EQ(get(egress(), "/", "search", "PUT", std::string(50'000, 'x')).body, "50000");
  EXPECT_EQ(good.requests(), 1);
}

TEST_F(FailoverTest, WithoutABudgetThereIsNoRetry) {
  RawServer dying([&](RawConnection& connection, int) {
    connection.readRequest();
    connection.reset();
  });
  Backend good("good");
  upstream("search", {"127.0.0.1:" + std::to_string(dying.port()), good.address()}, seconds(5), 0);
  start(1);
  EXPECT_EQ(get(egress(), "/", "search").status, 502);
  EXPECT_EQ(view("search").retriesRefused, 1u);
}

TEST_F(FailoverTest, EndpointsMayComeAndGoUnderLoad) {
  Backend a("a"), b("b"), c("c");
  upstream("search", {a.address()});
  start(1);
  Load load;
  run(load, 4, 1200);
  const std::vector<std::vector<std::string>> sets{{a.address(), b.address()},
                                                   {b.address()},
                                                   {b.address(), c.address()},
                                                   {c.address(), a.address()}};
  for (int i = 0; load.done < 1150; ++i) {
    upstream("search", sets[static_cast<std::size_t>(i) % sets.size()]);
    std::this_thread::sleep_for(milliseconds(3));
  }
  finish(load);
  EXPECT_EQ(load.failed, 0) << load.firstFailure;
}

}  // namespace
}  // namespace shopkeeper::sidecar
