// Elections on a clock that the test moves, against a lease kept in memory.
#include "operator/kube/leader.h"

#include <gtest/gtest.h>

#include "operator/kube/fenced_client.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using testing::ManualClock;
using testing::MemoryClient;

const ObjectKey kLease{"system", "operator"};

// One replica: its own elector and gate, the same API server and clock.
struct Replica {
  Replica(const std::string& identity, Client& client, ManualClock& clock)
      : pause(clock),
        gate(clock),
        elector(options(identity),
                {[this](std::uint64_t epoch) { log += "start" + std::to_string(epoch) + " "; },
                 [this] { log += gate.isOpen() ? "stop-open " : "stop "; },
                 [this](const std::string& leader) { seen = leader; }},
                {client, clock, random, pause, gate, &metrics}) {}

  static LeaseOptions options(const std::string& identity) {
    LeaseOptions o;
    o.ns = kLease.ns;
    o.name = kLease.name;
    o.identity = identity;
    return o;
  }
  Duration attempt() { return elector.attempt({}); }

  testing::CountingRandom random;
  testing::ManualPause pause;
  Metrics metrics;
  LeaderGate gate;
  std::string log;
  std::string seen;
  LeaderElector elector;
};

class LeaderTest : public ::testing::Test {
 protected:
  LeaseRecord record() { return readLease(*api_.get(resources::leases(), kLease, Call{})); }

  ManualClock clock_;
  MemoryClient api_;
  Replica a_{"a", api_, clock_};
  Replica b_{"b", api_, clock_};
};

TEST_F(LeaderTest, FirstComesFirst) {
  EXPECT_FALSE(a_.gate.isOpen());
  EXPECT_EQ(a_.attempt(), 2s);
  EXPECT_TRUE(a_.elector.leading());
  EXPECT_EQ(a_.gate.epoch(), 1u);
  EXPECT_GE(b_.attempt(), 2s);
  EXPECT_FALSE(b_.elector.leading());
  EXPECT_EQ(b_.seen, "a");
  EXPECT_EQ(record().holder, "a");
  EXPECT_EQ(record().durationSeconds, 15);
  EXPECT_NE(a_.metrics.expose().find("leader_election_master_status{name=\"operator\"} 1"),
            std::string::npos);
  EXPECT_NE(b_.metrics.expose().find("leader_election_master_status{name=\"operator\"} 0"),
            std::string::npos);
}

TEST_F(LeaderTest, RenewalKeepsTheLeaseForever) {
  a_.attempt();
  b_.attempt();
  for (int i = 0; i < 100; ++i) {
    clock_.advance(2s);
    a_.attempt();
    b_.attempt();
  }
  EXPECT_TRUE(a_.elector.leading());
  EXPECT_EQ(a_.log, "start1 ");
  EXPECT_EQ(b_.log, "");
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(LeaderTest, SilentLeaderIsReplacedAfterItsLeaseByTheOthersClock) {
  a_.attempt();
  b_.attempt();
  clock_.advance(14s);
  b_.attempt();
  EXPECT_FALSE(b_.elector.leading());
  EXPECT_FALSE(a_.gate.isOpen());  // closed by itself after 10 s, 5 s before anyone else may lead
  clock_.advance(1s);
  b_.attempt();
  EXPECT_TRUE(b_.elector.leading());
  EXPECT_EQ(record().transitions, 1);
  EXPECT_EQ(b_.gate.epoch(), 2u);
  EXPECT_EQ(a_.log, "start1 ");  // its thread did not run yet
  a_.attempt();
  EXPECT_EQ(a_.log, "start1 stop ");
  EXPECT_EQ(a_.seen, "b");
}

TEST_F(LeaderTest, OtherMachinesClocksProveNothing) {
  // A lease whose times lie in the past was still renewed just now as far as we know.
  LeaseRecord old{"other", 15, "2001-01-01T00:00:00.000000Z", "2001-01-01T00:00:00.000000Z", 3};
  ASSERT_TRUE(
      api_.create(resources::leases(), writeLease({}, Replica::options("other"), old), Call{}, ""));
  a_.attempt();
  EXPECT_FALSE(a_.elector.leading());
  clock_.advance(15s);
  a_.attempt();
  EXPECT_TRUE(a_.elector.leading());
  EXPECT_EQ(record().transitions, 4);
}

TEST_F(LeaderTest, UnreachableServerEndsLeadershipBeforeTheLease) {
  a_.attempt();
  api_.interfere = [](const std::string&, const Call&) -> Status {
    return Error(ErrorCode::Unavailable, "connection refused");
  };
  for (Duration passed{}; passed < 9s;) {
    const Duration wait = a_.attempt();
    clock_.advance(wait);
    passed += wait;
    EXPECT_EQ(a_.elector.leading(), passed < 10s);
  }
  clock_.advance(1s);
  EXPECT_FALSE(a_.gate.isOpen());
  a_.attempt();
  EXPECT_EQ(a_.log, "start1 stop ");
  // The process lives on and stands again.
  api_.interfere = nullptr;
  a_.attempt();
  EXPECT_TRUE(a_.elector.leading());
}

TEST_F(LeaderTest, RequestsOfALeaderEndBeforeItsGateCloses) {
  a_.attempt();
  clock_.advance(8s);
  std::chrono::milliseconds allowed{};
  api_.interfere = [&](const std::string&, const Call& call) -> Status {
    allowed = call.timeout;
    return Error(ErrorCode::Timeout, "slow");
  };
  a_.attempt();
  EXPECT_EQ(allowed, 2s);
  api_.interfere = nullptr;  // the elector calls it once more when it ends
}

TEST_F(LeaderTest, StopReleasesTheLease) {
  a_.attempt();
  b_.attempt();
  a_.elector.stop();
  EXPECT_EQ(a_.log, "start1 stop ");
  EXPECT_EQ(record().holder, "");
  b_.attempt();
  EXPECT_TRUE(b_.elector.leading());  // without waiting for the lease to end
}

TEST_F(LeaderTest, LostAnswerOfARenewalDoesNotCostTheLease) {
  a_.attempt();
  // The write arrives, its answer does not.
  bool lose = true;
  api_.interfere = [&](const std::string& verb, const Call&) -> Status {
    if (verb != "replace" || !std::exchange(lose, false)) return ok();
    Object lease = *api_.get(resources::leases(), kLease, Call{});
    LeaseRecord written = readLease(lease);
    written.renewTime = "2026-01-01T00:00:00.000000Z";
    EXPECT_TRUE(api_.replace(resources::leases(), writeLease(lease, Replica::options("a"), written),
                             Call{}, ""));
    return Error(ErrorCode::Timeout, "no answer");
  };
  clock_.advance(2s);
  a_.attempt();
  clock_.advance(2s);
  a_.attempt();  // Conflict, a look, and it is still ours
  EXPECT_TRUE(a_.elector.leading());
  EXPECT_EQ(a_.log, "start1 ");
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(LeaderTest, TwoAtOnceMakeOneLeader) {
  // b reads the free lease, then a takes it, then b writes.
  bool once = true;
  api_.interfere = [&](const std::string& verb, const Call&) -> Status {
    if (verb == "create" && std::exchange(once, false)) a_.attempt();
    return ok();
  };
  b_.attempt();
  EXPECT_TRUE(a_.elector.leading());
  EXPECT_FALSE(b_.elector.leading());
}

TEST_F(LeaderTest, FencedClientWritesOnlyBehindAnOpenGate) {
  const auto client = fence(api_, a_.gate);
  const Object map = testing::makeObject(resources::configMaps(), {"shop", "m"});
  const auto refused = client->create(resources::configMaps(), map);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Unavailable);
  a_.attempt();
  std::chrono::milliseconds timeout{};
  api_.interfere = [&](const std::string&, const Call& call) -> Status {
    EXPECT_EQ(call.gate, &a_.gate);
    timeout = call.timeout;
    return ok();
  };
  clock_.advance(9s);
  Call patient;
  patient.timeout = 60s;
  EXPECT_TRUE(client->create(resources::configMaps(), map, patient));
  EXPECT_EQ(timeout, 6s);  // what is left of the lease
  api_.interfere = nullptr;
  clock_.advance(1s);
  const int before = api_.writes();
  EXPECT_FALSE(client->create(resources::configMaps(), map));
  EXPECT_FALSE(client->replace(resources::configMaps(), map));
  EXPECT_FALSE(client->apply(resources::configMaps(), map, {"x"}));
  EXPECT_FALSE(client->patch(resources::configMaps(), map.key(), PatchType::Merge, {}));
  EXPECT_FALSE(client->remove(resources::configMaps(), map.key()));
  EXPECT_EQ(api_.writes(), before);
  EXPECT_TRUE(client->get(resources::configMaps(), map.key()));  // reading goes on
}

TEST(LeaseOptions, DurationsMustFitTogether) {
  LeaseOptions good = Replica::options("a");
  EXPECT_TRUE(LeaderElector::validate(good));
  LeaseOptions bad = good;
  bad.renewDeadline = bad.leaseDuration;
  EXPECT_FALSE(LeaderElector::validate(bad));
  bad = good;
  bad.retryPeriod = 9s;
  EXPECT_FALSE(LeaderElector::validate(bad));
  bad = good;
  bad.identity.clear();
  EXPECT_FALSE(LeaderElector::validate(bad));
  bad = good;
  bad.retryPeriod = 0s;
  EXPECT_FALSE(LeaderElector::validate(bad));
}

}  // namespace
}  // namespace shopkeeper::kube
