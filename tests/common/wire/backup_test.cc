#include "common/wire/backup.h"

#include <gtest/gtest.h>

namespace shopkeeper::wire {
namespace {

BackupTask sampleTask() {
  BackupTask task;
  task.id = "7f3a-knowledge";
  task.kind = BackupTaskKind::Restore;
  task.point = "demo-20261126-0700";
  task.time = "2026-11-26T07:00:00Z";
  task.sourceHost = "demo-knowledge";
  task.at = "newest";
  task.snapshot = "abcd";
  task.tables = {"products", "events"};
  task.force = task.damage = task.prepareOnly = true;
  task.document = R"({"point":"p"})";
  task.group = 2;
  task.groups = 7;
  task.restore = "older";
  return task;
}

BackupTaskState sampleState() {
  BackupTaskState state;
  state.id = "7f3a-knowledge";
  state.phase = BackupTaskPhase::Failed;
  state.step = "storing";
  state.files = 1;
  state.totalFiles = 2;
  state.bytes = 3;
  state.totalBytes = 4;
  state.newBytes = 5;
  state.secondsLeft = 6;
  state.message = "the \"disk\" is full";
  state.retryable = true;
  state.snapshot = "abcd";
  state.asOf = "2026-11-26T07:00:00.5Z";
  state.sha256 = "ef";
  state.storedBytes = 7;
  state.rows = {{"events", 1ull << 60}, {"products", 9}};
  state.seconds = 1.5;
  return state;
}

BackupReport sampleReport() {
  BackupReport report;
  report.guide = "demo";
  report.nameSpace = "shop";
  report.component = "knowledge";
  report.pod = "demo-knowledge-0";
  report.version = "1.4.0";
  report.sequence = 9;
  report.repositoryId = "11";
  report.repositoryTrouble = "no answer";
  report.gate = {"Open", "", "shipping", "2026-11-26T07:00:00Z", 2.25, "7f3a"};
  report.shipping = {true, true, "2026-11-26T07:00:01Z", 0.5, 4096, 1, "slow"};
  report.tasks = {sampleState(), sampleState()};
  report.tasks[1].phase = BackupTaskPhase::Running;
  return report;
}

BackupTask taskOf(BackupTaskKind kind, const std::string& id) {
  BackupTask task;
  task.id = id;
  task.kind = kind;
  return task;
}

TEST(BackupWire, ReportsSurviveTheWire) {
  const auto read = parseBackupReport(toJson(sampleReport()));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, sampleReport());
}

TEST(BackupWire, OrdersSurviveTheWire) {
  BackupOrders orders{true, "11", {sampleTask()}};
  for (const auto kind : {BackupTaskKind::Backup, BackupTaskKind::Seal, BackupTaskKind::Verify,
                          BackupTaskKind::Discard}) {
    orders.tasks.push_back(taskOf(kind, std::string(toString(kind))));
  }
  const auto read = parseBackupOrders(toJson(orders));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, orders);
}

TEST(BackupWire, SingleTasksAndStatesSurvive) {
  const auto task = parseBackupTask(toJson(sampleTask()));
  ASSERT_TRUE(task) << task.error().message();
  EXPECT_EQ(*task, sampleTask());
  const auto state = parseBackupTaskState(toJson(sampleState()));
  ASSERT_TRUE(state) << state.error().message();
  EXPECT_EQ(*state, sampleState());
}

TEST(BackupWire, UnknownFieldsAreIgnoredAndAbsentOnesKeepTheirDefault) {
  const auto orders = parseBackupOrders(R"({"new":1,"tasks":[{"id":"a","kind":"Verify","x":{}}]})");
  ASSERT_TRUE(orders) << orders.error().message();
  EXPECT_EQ(orders->tasks, std::vector{taskOf(BackupTaskKind::Verify, "a")});
  EXPECT_FALSE(orders->initialize);
  const auto report =
      parseBackupReport(R"({"guide":"g","namespace":"n","component":"c","pod":"p"})");
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_TRUE(report->tasks.empty());
}

TEST(BackupWire, MistakesAreNamed) {
  const auto orders = [](const char* text) { return parseBackupOrders(text).error().message(); };
  EXPECT_EQ(orders("[]"), "the backup orders is not a JSON object");
  EXPECT_EQ(orders(R"({"tasks":[{"kind":"Seal"}]})"),
            "backup orders: field \"tasks[0].id\" must be present");
  EXPECT_EQ(orders(R"({"tasks":[{"id":"a","kind":"seal"}]})"),
            "backup orders: field \"tasks[0].kind\" must be one of Backup, Seal, Restore, Verify, "
            "Discard");
  EXPECT_EQ(orders(R"({"tasks":[{"id":"a","kind":"Restore","tables":[1]}]})"),
            "backup orders: field \"tasks[0].tables\" must be a list of strings");
  const auto report = [](const std::string& rest) {
    return parseBackupReport(R"({"guide":"g","namespace":"n","component":"c","pod":"p",)" + rest)
        .error()
        .message();
  };
  EXPECT_EQ(report(R"("gate":7})"), "backup report: field \"gate\" must be an object");
  EXPECT_EQ(report(R"("tasks":[{"id":"a","phase":"Running","rows":{"t":-1}}]})"),
            "backup report: field \"tasks[0].rows.t\" must be a whole number, 0 or more");
  EXPECT_EQ(report(R"("tasks":[{"id":"a","phase":"Running","rows":[1]}]})"),
            "backup report: field \"tasks[0].rows\" must be an object");
}

}  // namespace
}  // namespace shopkeeper::wire
