// The informer on a scripted API: what its store holds and what its handlers hear.
#include "operator/kube/informer.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "operator/kube/health.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using testing::makeObject;

Object pod(const std::string& name, const std::string& version, const std::string& uid = "u") {
  return makeObject(
      resources::pods(), {"shop", name},
      {{"metadata",
        {{"resourceVersion", version},
         {"uid", uid + name},
         {"managedFields", {{{"manager", "kubelet"}}}},
         {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", "{}"}}}}}});
}

// Plays lists and watches in the order given; when they are used up the watch stays open until the
// stop.
class ScriptedClient final : public Client {
 public:
  using Watch = std::pair<std::vector<WatchEvent>, Status>;
  std::deque<Result<Page>> lists;
  std::deque<Watch> watches;
  std::vector<std::string> log;

  Result<Page> listPage(const Resource&, const ListOptions&, const std::string& token,
                        const Call&) override {
    log.push_back("list" + token);
    if (lists.empty()) return Error(ErrorCode::Unavailable, "script is over");
    auto next = std::move(lists.front());
    lists.pop_front();
    return next;
  }
  Status watch(const Resource&, const WatchOptions& options, const Call& call,
               const WatchSink& sink) override {
    log.push_back("watch@" + options.resourceVersion);
    if (watches.empty()) {
      {
        std::lock_guard lock(mutex_);
        idle_ = true;
        changed_.notify_all();
      }
      std::unique_lock lock(mutex_);
      changed_.wait(lock, call.stop, [] { return false; });
      return Error(ErrorCode::Cancelled, "stopped");
    }
    Watch next = std::move(watches.front());
    watches.pop_front();
    for (WatchEvent& event : next.first) sink(std::move(event));
    return next.second;
  }
  // The script was played to its end.
  bool waitUntilIdle() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [this] { return idle_; });
  }

  Result<Object> get(const Resource&, const ObjectKey&, const Call&) override { return none(); }
  Result<Object> create(const Resource&, const Object&, const Call&, const std::string&) override {
    return none();
  }
  Result<Object> replace(const Resource&, const Object&, const Call&, const std::string&) override {
    return none();
  }
  Result<Object> apply(const Resource&, const Object&, const ApplyOptions&, const Call&,
                       const std::string&) override {
    return none();
  }
  Result<Object> patch(const Resource&, const ObjectKey&, PatchType, const nlohmann::json&,
                       const Call&, const std::string&) override {
    return none();
  }
  Status remove(const Resource&, const ObjectKey&, const DeleteOptions&, const Call&) override {
    return none();
  }
  Result<Object> read(const std::string&, const Call&) override { return none(); }

 private:
  static Error none() { return {ErrorCode::Internal, "not part of the script"}; }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool idle_ = false;
};

class InformerTest : public ::testing::Test {
 protected:
  // Plays the script to its end and returns what handlers heard.
  std::string play(InformerOptions options = {}) {
    informer_ =
        std::make_unique<Informer>(resources::pods(), std::move(options),
                                   Informer::Deps{api_, clock_, random_, pause_, &metrics_});
    informer_->addHandler([this](const InformerEvent& event) {
      constexpr const char* kSigns[] = {"+", "~", "-"};
      heard_ += std::string(event.initial() ? "i" : "") + kSigns[static_cast<int>(event.type())] +
                event.key().name + event.object().resourceVersion() + " ";
    });
    informer_->start();
    EXPECT_TRUE(api_.waitUntilIdle());
    informer_->stop();
    return heard_;
  }
  static Page page(std::vector<Object> items, std::string version, std::string next = "") {
    return {std::move(items), std::move(version), std::move(next)};
  }
  static WatchEvent event(WatchEventType type, Object object) { return {type, std::move(object)}; }
  static WatchEvent bookmark(const std::string& version) {
    return {WatchEventType::Bookmark,
            Object(nlohmann::json{{"metadata", {{"resourceVersion", version}}}})};
  }

  testing::ManualClock clock_;
  testing::ManualPause pause_{clock_};
  testing::CountingRandom random_;
  Metrics metrics_;
  ScriptedClient api_;
  std::string heard_;
  std::unique_ptr<Informer> informer_;
};

TEST_F(InformerTest, ListsThenFollows) {
  api_.lists.push_back(page({pod("a", "1")}, "", "2"));
  api_.lists.push_back(page({pod("b", "3")}, "10"));
  api_.watches.push_back({{event(WatchEventType::Added, pod("c", "11")),
                           event(WatchEventType::Modified, pod("a", "12")), bookmark("20"),
                           event(WatchEventType::Deleted, pod("b", "21"))},
                          ok()});
  EXPECT_EQ(play(), "i+a1 i+b3 +c11 ~a12 -b3 ");
  EXPECT_EQ(api_.log, (std::vector<std::string>{"list", "list2", "watch@10", "watch@21"}));
  EXPECT_TRUE(informer_->hasSynced());
  EXPECT_EQ(informer_->store().size(), 2u);
  EXPECT_TRUE(pause_.waits().empty());
}

TEST_F(InformerTest, ResumesAtTheLastBookmarkAfterACut) {
  api_.lists.push_back(page({}, "10"));
  api_.watches.push_back({{bookmark("55")}, Error(ErrorCode::Unavailable, "reset")});
  play();
  EXPECT_EQ(api_.log, (std::vector<std::string>{"list", "watch@10", "watch@55"}));
  ASSERT_EQ(pause_.waits().size(), 1u);
  EXPECT_GE(pause_.waits()[0], 800ms);
}

TEST_F(InformerTest, RelistAfterGoneReportsOnlyWhatChanged) {
  api_.lists.push_back(page({pod("same", "1"), pod("newer", "2"), pod("vanished", "3")}, "10"));
  api_.watches.push_back({{}, Error(ErrorCode::Gone, "too old")});
  api_.lists.push_back(page({pod("same", "1"), pod("newer", "12")}, "20"));
  EXPECT_EQ(play(), "i+same1 i+newer2 i+vanished3 i~newer12 i-vanished3 ");
  EXPECT_EQ(informer_->store().size(), 2u);
}

TEST_F(InformerTest, StoreKeepsItsContentWhileARelistFails) {
  api_.lists.push_back(page({pod("a", "1")}, "10"));
  api_.watches.push_back({{}, Error(ErrorCode::Gone, "too old")});
  api_.lists.push_back(Error(ErrorCode::Unavailable, "down"));
  api_.lists.push_back(page({pod("b", "2")}, "", "next"));  // half a list ...
  api_.lists.push_back(Error(ErrorCode::Gone, "token expired"));
  api_.lists.push_back(page({pod("a", "1")}, "30"));
  EXPECT_EQ(play(), "i+a1 ");  // ... is never seen
  EXPECT_EQ(pause_.waits().size(), 3u);
}

TEST_F(InformerTest, ObjectMadeAnewIsADeletionAndAnAddition) {
  api_.lists.push_back(page({pod("a", "1", "old")}, "10"));
  api_.watches.push_back({{}, Error(ErrorCode::Gone, "too old")});
  api_.lists.push_back(page({pod("a", "15", "new")}, "20"));
  EXPECT_EQ(play(), "i+a1 i-a1 i+a15 ");
}

TEST_F(InformerTest, WatchThatEndsAtOnceBacksOff) {
  api_.lists.push_back(page({}, "10"));
  for (int i = 0; i < 3; ++i) api_.watches.push_back({{}, ok()});
  play();
  EXPECT_EQ(pause_.waits().size(), 3u);
}

TEST_F(InformerTest, TransformsSlimObjectsBeforeTheyAreStored) {
  api_.lists.push_back(page({pod("a", "1")}, "10"));
  InformerOptions options;
  options.transforms.push_back([](nlohmann::json& document) { document.erase("kind"); });
  play(options);
  const Object stored = *informer_->store().get({"shop", "a"});
  EXPECT_FALSE(stored.json()["metadata"].contains("managedFields"));
  EXPECT_FALSE(stored.json()["metadata"].contains("annotations"));
  EXPECT_FALSE(stored.json().contains("kind"));
}

TEST_F(InformerTest, HealthTellsFirstListAndRepeatedFailures) {
  Informer idle(resources::pods(), {}, {api_, clock_, random_, pause_, nullptr});
  HealthChecks checks;
  checks.addInformer(idle);
  EXPECT_FALSE(checks.verdict());
  EXPECT_NE(checks.verbose().find("[-]informer/pods failed: the first list of pods is under way"),
            std::string::npos)
      << checks.verbose();

  api_.lists.push_back(page({}, "10"));
  for (int i = 0; i < 3; ++i) {
    api_.watches.push_back({{}, Error(ErrorCode::PermissionDenied, "pods is forbidden")});
  }
  play();
  const Status health = informer_->health();
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().code(), ErrorCode::PermissionDenied);
}

TEST_F(InformerTest, OneFailingHandlerCostsTheOthersNothing) {
  api_.lists.push_back(page({pod("a", "1"), pod("b", "2")}, "10"));
  Informer informer(resources::pods(), {}, {api_, clock_, random_, pause_, nullptr});
  int heard = 0;
  informer.addHandler([](const InformerEvent&) { throw std::runtime_error("bug"); });
  informer.addHandler([&](const InformerEvent&) { ++heard; });
  informer.start();
  EXPECT_TRUE(informer.waitForSync(30s, {}));
  informer.stop();
  EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace shopkeeper::kube
