// Leaders that are killed and stopped: real processes, a real API server.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "operator/kube/fenced_client.h"
#include "operator/kube/leader.h"
#include "tests/integration/kube/api_server.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::must;

// One leader_child, ended with the object. Lines are read by a thread of its own.
class Child {
 public:
  Child(const std::string& kubeconfig, const std::string& ns, const std::string& identity) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(LEADER_CHILD, LEADER_CHILD, kubeconfig.c_str(), ns.c_str(), "lease", "counter",
              identity.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    reader_ = std::thread([this, fd = ends[0]] {
      FILE* lines = ::fdopen(fd, "r");
      char line[4096];
      while (std::fgets(line, sizeof line, lines) != nullptr) {
        const std::string text(line);
        if (text.starts_with("leading")) ++led;
        if (text.starts_with("write")) ++writes;
        if (text.starts_with("refused")) ++refused;
      }
      std::fclose(lines);
    });
  }
  ~Child() { kill(); }
  void signal(int number) const { ::kill(pid_, number); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    reader_.join();
    pid_ = 0;
  }

  std::atomic<int> led{0};
  std::atomic<int> writes{0};
  std::atomic<int> refused{0};

 private:
  pid_t pid_ = 0;
  std::thread reader_;
};

class LeaderProcessTest : public testing::ApiServerTest {
 protected:
  void SetUp() override {
    ApiServerTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(client_->create(resources::configMaps(),
                                testing::makeObject(resources::configMaps(), counter())));
    LeaseOptions options;
    options.ns = ns_;
    options.name = "lease";
    options.identity = "parent";
    options.leaseDuration = 4s;
    options.renewDeadline = 3s;
    options.retryPeriod = 300ms;
    elector_ = std::make_unique<LeaderElector>(
        options, LeaderCallbacks{},
        LeaderElector::Deps{*client_, bootClock(), systemRandom(), realPause(), gate_});
  }
  ObjectKey counter() const { return {ns_, "counter"}; }
  Object read() { return must(client_->get(resources::configMaps(), counter())); }
  void waitUntilWriting(Child& child) {
    ASSERT_TRUE(eventually([&] { return child.led > 0 && child.writes > 20; }));
  }

  LeaderGate gate_{bootClock()};
  std::unique_ptr<LeaderElector> elector_;
};

TEST_F(LeaderProcessTest, PausedPastItsLeaseItWritesNothingAfterwards) {
  Child child(server_->kubeconfig(), ns_, "child");
  waitUntilWriting(child);
  elector_->start();
  child.signal(SIGSTOP);
  ASSERT_TRUE(eventually([&] { return elector_->leading(); }));
  const int written = child.writes;
  child.signal(SIGCONT);
  ASSERT_TRUE(eventually([&] { return child.refused > 0; }));
  // The pause may have hit between the gate's last look and the socket: that one request cannot be
  // called back (operator/kube/fenced_client.h, Caveats). Not one more.
  const std::string settled = read().resourceVersion();
  EXPECT_LE(child.writes, written + 1) << "writes went out after the lease was lost";
  // It is awake and has tried again and again.
  ASSERT_TRUE(eventually([&] { return child.refused > 200; }));
  EXPECT_EQ(read().resourceVersion(), settled) << "a write went out after the first refusal";
  EXPECT_LE(child.writes, written + 1);
  EXPECT_TRUE(elector_->leading());
  elector_->stop();
}

// Several times, so that the pause falls at different points of its write loop.
TEST_F(LeaderProcessTest, PausedAtAnyPointItWritesNothingAfterwards) {
  for (int round = 0; round < 3; ++round) {
    Child child(server_->kubeconfig(), ns_, "child-" + std::to_string(round));
    waitUntilWriting(child);
    ::usleep(static_cast<useconds_t>(round * 1'700));
    child.signal(SIGSTOP);
    elector_->start();
    ASSERT_TRUE(eventually([&] { return elector_->leading(); }));
    const int written = child.writes;
    child.signal(SIGCONT);
    ASSERT_TRUE(eventually([&] { return child.refused > 0; }));
    const std::string settled = read().resourceVersion();
    ASSERT_TRUE(eventually([&] { return child.refused > 100; }));
    EXPECT_LE(child.writes, written + 1) << "round " << round;
    EXPECT_EQ(read().resourceVersion(), settled) << "round " << round;
    child.kill();
    elector_->stop();
  }
}

TEST_F(LeaderProcessTest, KilledLeaderIsReplacedAfterItsLease) {
  Child child(server_->kubeconfig(), ns_, "child");
  waitUntilWriting(child);
  elector_->start();
  child.kill();
  const auto killed = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return elector_->leading(); }));
  const auto gap = std::chrono::steady_clock::now() - killed;
  RecordProperty("gap_ms", static_cast<int>(gap / 1ms));
  std::printf("leader killed: the next led after %d ms (lease 4000 ms)\n",
              static_cast<int>(gap / 1ms));
  const auto fenced = fence(*client_, gate_);
  EXPECT_TRUE(fenced->patch(resources::configMaps(), counter(), PatchType::Merge,
                            {{"data", {{"by", "parent"}}}}));
  const Object lease = must(client_->get(resources::leases(), {ns_, "lease"}));
  EXPECT_EQ(readLease(lease).holder, "parent");
  EXPECT_EQ(readLease(lease).transitions, 1);
  elector_->stop();
}

TEST_F(LeaderProcessTest, StoppedLeaderHandsOverAtOnce) {
  LeaseOptions options;
  options.ns = ns_;
  options.name = "lease";
  options.identity = "first";
  options.retryPeriod = 200ms;  // with the default 15 s lease
  LeaderGate gate(bootClock());
  LeaderElector first(options, {}, {*client_, bootClock(), systemRandom(), realPause(), gate});
  first.start();
  ASSERT_TRUE(eventually([&] { return first.leading(); }));
  elector_->start();
  ASSERT_TRUE(eventually([&] { return elector_->leader() == "first"; }));
  first.stop();
  EXPECT_FALSE(gate.isOpen());
  EXPECT_TRUE(eventually([&] { return elector_->leading(); }, 10s));  // the lease would take 15 s
  elector_->stop();
}

TEST_F(LeaderProcessTest, LeaderSurvivesARestartOfTheApiServer) {
  elector_->start();
  ASSERT_TRUE(eventually([&] { return elector_->leading(); }));
  server_->kill();
  EXPECT_TRUE(eventually([&] { return !elector_->leading(); }));  // no proof, no writes
  server_->start();
  EXPECT_TRUE(eventually([&] { return elector_->leading(); }));
  elector_->stop();
}

}  // namespace
}  // namespace shopkeeper::kube
