// Watches that are cut, stalled, too old, or lose their server.
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "operator/kube/informer.h"
#include "operator/kube/rest_client.h"
#include "tests/integration/kube/api_server.h"
#include "tests/integration/kube/cutting_proxy.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::CuttingProxy;
using testing::eventually;
using testing::makeObject;
using testing::must;

class WatchTest : public testing::ApiServerTest {
 protected:
  void SetUp() override {
    ApiServerTest::SetUp();
    if (IsSkipped()) return;
    proxy_ = std::make_unique<CuttingProxy>(server_->port());
    proxied_ = server_->client(&watchMetrics_, proxy_->port());
    InformerOptions options;
    options.ns = ns_;
    informer_ = std::make_unique<Informer>(
        maps_, options,
        Informer::Deps{*proxied_, systemClock(), systemRandom(), realPause(), &watchMetrics_});
    informer_->addHandler([this](const InformerEvent& event) {
      std::lock_guard lock(mutex_);
      heard_.push_back(event.key().name +
                       (event.type() == InformerEvent::Type::Deleted ? "-" : "+"));
    });
  }
  void startInformer() {
    informer_->start();
    ASSERT_TRUE(informer_->waitForSync(60s, {}));
  }
  void put(const std::string& name, const std::string& value) {
    ApplyOptions options;
    options.fieldManager = "test";
    const auto applied =
        client_->apply(maps_, makeObject(maps_, {ns_, name}, {{"data", {{"v", value}}}}), options);
    ASSERT_TRUE(applied) << applied.error().message();
  }
  std::string stored(const std::string& name) {
    const auto object = informer_->store().get({ns_, name});
    return object ? object->json()["data"]["v"].get<std::string>() : "absent";
  }
  bool settles(const std::string& name, const std::string& value) {
    return eventually([&] { return stored(name) == value; });
  }
  int lists() const {
    const std::string text = watchMetrics_.expose();
    const std::string line = "rest_client_requests_total{code=\"200\",host=\"127.0.0.1:" +
                             std::to_string(proxy_->port()) + "\",method=\"GET\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + line.size()));
  }
  std::string heard() {
    std::lock_guard lock(mutex_);
    std::string all;
    for (const std::string& one : heard_) all += one + " ";
    return all;
  }

  const Resource& maps_ = resources::configMaps();
  Metrics watchMetrics_;
  std::mutex mutex_;
  std::vector<std::string> heard_;
  std::unique_ptr<CuttingProxy> proxy_;
  std::unique_ptr<Client> proxied_;
  std::unique_ptr<Informer> informer_;
};

TEST_F(WatchTest, FollowsEveryChange) {
  put("before", "1");
  startInformer();
  EXPECT_EQ(stored("before"), "1");
  put("after", "1");
  EXPECT_TRUE(settles("after", "1"));
  put("after", "2");
  EXPECT_TRUE(settles("after", "2"));
  ASSERT_TRUE(client_->remove(maps_, {ns_, "before"}));
  EXPECT_TRUE(settles("before", "absent"));
  EXPECT_EQ(heard(), "before+ after+ after+ before- ");
  EXPECT_FALSE(
      informer_->store().get({ns_, "after"})->json()["metadata"].contains("managedFields"));
}

TEST_F(WatchTest, CutInTheMiddleOfAnEventLosesNothing) {
  startInformer();
  const int before = lists();
  proxy_->cutAfter(60'000);  // somewhere inside the next event
  put("big", std::string(200'000, 'x'));
  put("small", "1");
  ASSERT_TRUE(eventually([&] { return proxy_->hasCut(); }));
  EXPECT_TRUE(settles("big", std::string(200'000, 'x')));
  EXPECT_TRUE(settles("small", "1"));
  EXPECT_EQ(heard(), "big+ small+ ");  // once each
  EXPECT_EQ(lists(), before);          // resumed, not listed again
}

TEST_F(WatchTest, MegabyteEventArrives) {
  startInformer();
  const std::string big(1'000'000, 'y');
  put("big", big);
  EXPECT_TRUE(settles("big", big));
}

TEST_F(WatchTest, GoneAfterCompactionListsAgain) {
  put("kept", "1");
  put("changed", "1");
  put("vanished", "1");
  startInformer();
  const int before = lists();
  proxy_->refuse(true);
  proxy_->cutAll();
  put("changed", "2");
  ASSERT_TRUE(client_->remove(maps_, {ns_, "vanished"}));
  put("added", "1");
  // The API server forgets as well, or it would serve the old version from its own memory.
  server_->compact();
  server_->kill();
  server_->start();
  proxy_->refuse(false);
  EXPECT_TRUE(settles("added", "1"));
  EXPECT_EQ(stored("kept"), "1");
  EXPECT_EQ(stored("changed"), "2");
  EXPECT_EQ(stored("vanished"), "absent");
  EXPECT_GT(lists(), before);
  const std::string text = watchMetrics_.expose();
  EXPECT_NE(text.find("shopkeeper_informer_failures_total{code=\"Gone\""), std::string::npos)
      << text;
  put("later", "1");
  EXPECT_TRUE(settles("later", "1"));
}

TEST_F(WatchTest, OldVersionIsGone) {
  put("m", "1");
  const std::string old = must(client_->get(maps_, {ns_, "m"})).resourceVersion();
  put("m", "2");
  server_->compact();
  server_->kill();
  server_->start();
  WatchOptions options;
  options.ns = ns_;
  options.resourceVersion = old;
  options.timeout = 5s;
  const Status status = client_->watch(maps_, options, {}, [](WatchEvent) { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::Gone) << status.error().message();
}

TEST_F(WatchTest, KilledAndRestartedServerIsFoundAgain) {
  put("m", "1");
  startInformer();
  server_->kill();
  EXPECT_EQ(stored("m"), "1");  // what is known stays known
  EXPECT_TRUE(eventually([&] { return !informer_->health(); }));
  server_->start();
  put("m", "2");
  EXPECT_TRUE(settles("m", "2"));
  EXPECT_TRUE(eventually([&] { return informer_->health().has_value(); }));
}

TEST_F(WatchTest, DeadPeerIsNoticedByItsSilence) {
  put("m", "1");
  WatchOptions options;
  options.ns = ns_;
  options.resourceVersion = must(listAll(*client_, maps_, {ns_, "", "", 500})).resourceVersion;
  options.timeout = 1s;
  bool first = true;
  const auto begun = std::chrono::steady_clock::now();
  std::thread writer([&] { put("m", "2"); });
  const Status status = proxied_->watch(maps_, options, {}, [&](WatchEvent) {
    if (std::exchange(first, false)) proxy_->stall(true);
    return true;
  });
  writer.join();
  ASSERT_FALSE(first);
  ASSERT_FALSE(status) << "the stalled watch ended as if it were complete";
  EXPECT_EQ(status.error().code(), ErrorCode::Timeout) << status.error().message();
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 6s);  // 1 s + 5 s
}

TEST_F(WatchTest, ServersTimeLimitIsAnOrderlyEnd) {
  WatchOptions options;
  options.ns = ns_;
  options.resourceVersion = must(listAll(*client_, maps_, {ns_, "", "", 500})).resourceVersion;
  options.timeout = 1s;
  const Status status = client_->watch(maps_, options, {}, [](WatchEvent) { return true; });
  EXPECT_TRUE(status) << status.error().message();
}

TEST_F(WatchTest, StopEndsAnInformerAtOnce) {
  startInformer();
  const auto begun = std::chrono::steady_clock::now();
  informer_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);  // not the watch's 290
}

// Their connections are closed while the client's threads are at work on them.
TEST_F(WatchTest, WatchesStoppedAtAnyMomentHurtNobody) {
  const std::string version = must(listAll(*client_, maps_, {ns_, "", "", 500})).resourceVersion;
  std::atomic<bool> ending{false};
  std::thread writer([&] {
    for (int i = 0; !ending; ++i) put("busy", std::to_string(i));
  });
  std::vector<std::thread> watchers;
  std::atomic<int> refused{0};
  for (int w = 0; w < 8; ++w) {
    watchers.emplace_back([&, w] {
      for (int i = 0; i < 100; ++i) {
        std::stop_source source;
        std::thread stopper([&] {
          std::this_thread::sleep_for(std::chrono::microseconds((w * 131 + i * 977) % 30'000));
          source.request_stop();
        });
        WatchOptions options;
        options.ns = ns_;
        options.resourceVersion = version;
        options.timeout = 30s;
        Call call;
        call.stop = source.get_token();
        const Status status = client_->watch(maps_, options, call, [](WatchEvent) { return true; });
        stopper.join();
        if (status || status.error().code() != ErrorCode::Cancelled) {
          ++refused;
          std::lock_guard lock(mutex_);
          heard_.push_back(status ? "complete" : status.error().message());
        }
      }
    });
  }
  for (auto& watcher : watchers) watcher.join();
  ending = true;
  writer.join();
  EXPECT_EQ(refused, 0) << heard();
  put("busy", "after");
  EXPECT_EQ(must(client_->get(maps_, {ns_, "busy"})).json()["data"]["v"], "after");
}

}  // namespace
}  // namespace shopkeeper::kube
