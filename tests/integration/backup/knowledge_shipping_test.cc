// The knowledge service's own store, shipped while the service writes: group commits, imports with
// their checkpoints, a crash.
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "common/http/client.h"
#include "tests/integration/backup/shipping_fixture.h"
#include "tests/services/knowledge/fixture.h"
#include "tests/services/knowledge/process.h"

namespace shopkeeper::backup::testing {
namespace {

using knowledge::testing::Process;
using knowledge::testing::productLines;
using nlohmann::json;

class KnowledgeShippingTest : public ShippingTest {
 protected:
  std::unique_ptr<Process> serve(const std::string& data) {
    return std::make_unique<Process>(
        GUIDE_KNOWLEDGE, std::vector<std::string>{"--data", data, "--listen", "127.0.0.1:0"},
        directory_.path() + "/log");
  }
  static std::unique_ptr<http::HttpClient> clientOf(Process& process) {
    return http::makeCpprestClient("http://127.0.0.1:" + std::to_string(process.port())).value();
  }
  static json call(http::HttpClient& client, const std::string& method, const std::string& target,
                   const std::string& body, int expected) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    http::CallOptions options;
    options.timeout = std::chrono::seconds(60);
    const auto response = client.send(request, options);
    if (!response || response->status != expected) return nullptr;
    return json::parse(response->body, nullptr, false);
  }
};

TEST_F(KnowledgeShippingTest, EveryAcknowledgedEventAndImportIsRestored) {
  auto service = serve(directory_.path());
  auto client = clientOf(*service);
  const auto shipper = this->shipper();
  AtWork work(*shipper);
  ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));

  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::vector<std::jthread> writers;
  std::atomic<int> count{0};
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer](const std::stop_token& stop) {
      for (int i = 0; !stop.stop_requested(); ++i) {
        const std::string id = std::to_string(writer) + "-" + std::to_string(i);
        const json event = {{"id", id}, {"type", "view"}, {"user", "u"}, {"product", "p"}};
        const json events = {{"events", {event}}};
        if (call(*client, "POST", "/v1/events", events.dump(), 202).is_null()) return;
        const std::lock_guard lock(mutex);
        acknowledged.insert(id);
        ++count;
      }
    });
  }
  // Each import moves the log into the database and begins it anew (wal_checkpoint(TRUNCATE)).
  json version;
  for (int import = 0; import < 4; ++import) {
    const int before = count;
    ASSERT_FALSE(call(*client, "POST", "/admin/v1/catalog",
                      productLines(3'000, "edition " + std::to_string(import)), 200)
                     .is_null());
    version = call(*client, "GET", "/v1/catalog", "", 200)["version"];
    ASSERT_TRUE(eventually([&] { return count > before + 30; }));
  }
  service->stop(SIGKILL);
  writers.clear();
  const WallTime end = systemClock().wallNow();
  ASSERT_TRUE(eventually([&] { return shipper->state().shippedUpTo.value_or(WallTime()) > end; }));
  EXPECT_EQ(shipper->state().streamsBroken, 0U);

  const std::string data = directory_.path() + "/restored";
  std::filesystem::create_directory(data);
  const auto replayed =
      replay(*store_, key_, {"shipping/", "knowledge.db", WallTime::max(), data + "/knowledge.db"});
  ASSERT_TRUE(replayed) << replayed.error().message();
  service = serve(data);
  client = clientOf(*service);
  EXPECT_EQ(call(*client, "GET", "/v1/catalog", "", 200)["version"], version);
  std::set<std::string> found;
  for (json after = 0; !after.is_null();) {
    const json page = call(*client, "GET", "/v1/events?limit=5000&after=" + after.dump(), "", 200);
    for (const json& event : page["items"]) found.insert(event["id"].get<std::string>());
    after = page["next"];
  }
  for (const auto& id : acknowledged) ASSERT_TRUE(found.contains(id)) << id;
}

}  // namespace
}  // namespace shopkeeper::backup::testing
