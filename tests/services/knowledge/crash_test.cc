// guide-knowledge as a real process, killed with SIGKILL while it writes.
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "common/http/client.h"
#include "tests/services/knowledge/fixture.h"
#include "tests/services/knowledge/process.h"

namespace shopkeeper::knowledge {
namespace {

using nlohmann::json;
using shopkeeper::testing::eventually;
using shopkeeper::testing::TemporaryDirectory;
using testing::Process;
using testing::productLines;

class CrashTest : public ::testing::Test {
 protected:
  std::unique_ptr<Process> run(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--data", directory_.path() + "/data"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    if (more.empty() || more[0] != "--listen") {
      arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
    }
    return std::make_unique<Process>(GUIDE_KNOWLEDGE, arguments, directory_.path() + "/log");
  }

  static std::unique_ptr<http::HttpClient> clientOf(Process& process) {
    auto client = http::makeCpprestClient("http://127.0.0.1:" + std::to_string(process.port()));
    if (!client) throw std::runtime_error(client.error().message());
    return std::move(*client);
  }
  // The status, or 0 where there was no answer.
  static int call(http::HttpClient& client, const std::string& method, const std::string& target,
                  const std::string& body, std::string* answer = nullptr) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    http::CallOptions options;
    options.timeout = std::chrono::seconds(60);
    const auto response = client.send(request, options);
    if (!response) return 0;
    if (answer != nullptr) *answer = response->body;
    return response->status;
  }
  static json read(http::HttpClient& client, const std::string& target) {
    std::string body;
    EXPECT_EQ(call(client, "GET", target, "", &body), 200) << target;
    return json::parse(body, nullptr, false);
  }

  TemporaryDirectory directory_;
};

TEST_F(CrashTest, AcknowledgedEventsSurviveBeingKilled) {
  std::set<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    const auto process = run();
    const auto client = clientOf(*process);
    std::atomic<int> count{0};
    std::mutex mutex;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&, writer] {
        for (int i = 0; i < 100'000; ++i) {
          json events = json::array();
          for (int k = 0; k < 3; ++k) {
            events.push_back({{"id", std::to_string(round) + "-" + std::to_string(writer) + "-" +
                                         std::to_string(i) + "-" + std::to_string(k)},
                              {"type", "view"},
                              {"user", "u"},
                              {"product", "p"}});
          }
          const std::string body = json{{"events", events}}.dump();
          if (call(*client, "POST", "/v1/events", body) != 202) return;
          std::lock_guard lock(mutex);
          for (const json& event : events) acknowledged.insert(event["id"].get<std::string>());
          ++count;
        }
      });
    }
    ASSERT_TRUE(eventually([&] { return count > 20 + 15 * round; }));
    EXPECT_EQ(process->stop(SIGKILL), -SIGKILL);
    for (auto& writer : writers) writer.join();
  }

  const auto process = run();
  const auto client = clientOf(*process);
  std::set<std::string> found;
  std::size_t rows = 0;
  for (json after = 0; !after.is_null();) {
    const json page = read(*client, "/v1/events?limit=5000&after=" + after.dump());
    for (const json& event : page["items"]) found.insert(event["id"].get<std::string>());
    rows += page["items"].size();
    after = page["next"];
  }
  EXPECT_EQ(rows, found.size()) << "an event was stored twice";
  for (const auto& id : acknowledged) ASSERT_TRUE(found.contains(id)) << id;
  EXPECT_EQ(read(*client, "/v1/catalog")["events"], rows);
}

TEST_F(CrashTest, AnImportThatIsKilledIsThereWholeOrNotAtAll) {
  const std::string old = productLines(4'000, "old"), fresh = productLines(6'000, "new");
  int sawOld = 0, sawNew = 0;
  for (int round = 0; round < 14; ++round) {
    const auto process = run();
    const auto client = clientOf(*process);
    ASSERT_EQ(call(*client, "POST", "/admin/v1/catalog", old), 200);
    const std::string oldVersion = read(*client, "/v1/catalog")["version"];
    std::atomic<int> answered{0};
    std::thread importer(
        [&] { answered = call(*client, "POST", "/admin/v1/catalog", fresh) == 200 ? 1 : 0; });
    // From right at its beginning to after its end, wherever this machine puts that.
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 40));
    process->stop(SIGKILL);
    importer.join();

    const auto again = run();
    const auto reader = clientOf(*again);
    const json state = read(*reader, "/v1/catalog");
    const bool isOld = state["version"] == oldVersion;
    isOld ? ++sawOld : ++sawNew;
    if (answered == 1) {
      EXPECT_FALSE(isOld) << "acknowledged, then lost";
    }
    std::size_t products = 0;
    for (json after = ""; !after.is_null();) {
      const json page = read(*reader, "/v1/products?limit=1000&after=" + after.get<std::string>());
      EXPECT_EQ(page["version"], state["version"]);
      for (const json& item : page["items"]) {
        ASSERT_EQ(item["title"], isOld ? "old" : "new") << "round " << round;
      }
      products += page["items"].size();
      after = page["next"];
    }
    EXPECT_EQ(products, isOld ? 4'000u : 6'000u);
    EXPECT_EQ(state["products"], products);
  }
  std::cout << "killed imports: " << sawOld << " old, " << sawNew << " new\n";
}

TEST_F(CrashTest, StopsInAnOrderlyWay) {
  const auto process = run();
  ASSERT_NE(process->port(), 0) << process->output();
  EXPECT_EQ(process->stop(SIGTERM), 0);
  EXPECT_NE(process->output().find("\"message\":\"stopped\""), std::string::npos);
}

TEST_F(CrashTest, IsReadyOnlyWithItsDeclaredCatalogue) {
  const std::string file = directory_.path() + "/catalog.jsonl";
  std::ofstream(file) << "{broken\n";
  const auto process = run({"--catalog", file});
  const auto client = clientOf(*process);
  std::string answer;
  ASSERT_TRUE(eventually([&] {
    return call(*client, "GET", "/readyz", "", &answer) == 503 &&
           answer.find("row 1") != std::string::npos;
  })) << answer;
  EXPECT_EQ(call(*client, "GET", "/healthz", ""), 200);
  std::ofstream(file, std::ios::trunc) << productLines(3, "t");
  EXPECT_TRUE(eventually([&] { return call(*client, "GET", "/readyz", "") == 200; }));
  EXPECT_EQ(read(*client, "/v1/catalog")["products"], 3);
  EXPECT_EQ(read(*client, "/openapi.json")["openapi"], "3.1.0");
}

TEST_F(CrashTest, ADamagedStoreEndsTheProgramWithASentence) {
  std::filesystem::create_directories(directory_.path() + "/data");
  std::ofstream(directory_.path() + "/data/knowledge.db") << std::string(9'000, 'x');
  const auto process = run();
  EXPECT_EQ(process->wait(), 1);
  EXPECT_NE(process->output().find("restore it from a backup"), std::string::npos)
      << process->output();
}

TEST_F(CrashTest, WrongFlagsEndTheProgramWithASentence) {
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases = {
      {{"--listen", "nowhere"}, "--listen: listen address \"nowhere\" must be ADDRESS:PORT"},
      {{"--egress", "host"}, "--egress: address \"host\" must be http://HOST:PORT"},
      {{"--log-level", "loud"}, "is not one of debug, info, warn, error"},
      {{"--catalog", "ftp://x/y"}, "--catalog: catalogue address"},
      {{"--catalog-refresh", "never"}, "--catalog-refresh: cron schedule"},
      {{"--catalog-map", "x"}, "--catalog-map: catalogue map is not a JSON object"},
      {{"--keep-events", "0"}, "must be at least 1"},
      {{"--keep-events", "many"}, "--keep-events"},
      {{"--unknown"}, "--unknown"}};
  for (const auto& [flags, says] : cases) {
    const auto process = run(flags);
    EXPECT_EQ(process->wait(), 2) << flags[0];
    EXPECT_NE(process->output().find(says), std::string::npos) << process->output();
  }
}

}  // namespace
}  // namespace shopkeeper::knowledge
