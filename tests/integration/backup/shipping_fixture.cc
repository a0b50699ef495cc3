#include "tests/integration/backup/shipping_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace shopkeeper::backup::testing {

bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Writer::Writer(const std::string& database, const Plan& plan)
    : output_(database + ".rows-" + std::to_string(::rand())) {
  const std::vector<std::string> words = {SQLITE_WRITER_BINARY,
                                          database,
                                          std::to_string(plan.rows),
                                          std::to_string(plan.pauseUs),
                                          std::to_string(plan.rowBytes),
                                          std::to_string(plan.checkpointEvery),
                                          std::to_string(plan.autoCheckpoint)};
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(output_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  ::dup2(out, 1);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Writer::~Writer() { kill(); }

void Writer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Writer::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  EXPECT_EQ(status, 0);
}

void Writer::waitForRows(long count) {
  ASSERT_TRUE(eventually([&] { return static_cast<long>(rows().size()) >= count; }));
}

std::vector<Writer::Row> Writer::rows() const {
  std::vector<Row> rows;
  std::ifstream file(output_);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    Row row{};
    if (std::sscanf(line.c_str(), "%lld %lld %lld", &row.n, &row.begunNs, &row.committedNs) == 3) {
      rows.push_back(row);
    }
  }
  return rows;
}

RestoredRows ShippingTest::restore(WallTime at) {
  RestoredRows restored;
  const std::string target = directory_.path() + "/restored-" + std::to_string(++restores_) + ".db";
  auto replayed = replay(*store_, key_, {"shipping/", "knowledge.db", at, target});
  if (!replayed) {
    restored.status = replayed.error();
    return restored;
  }
  restored.replayed = *replayed;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(target.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  const int code = sqlite3_exec(
      database, "SELECT n, begun FROM rows ORDER BY n",
      [](void* into, int, char** values, char**) {
        static_cast<RestoredRows*>(into)->rows.emplace_back(std::atoll(values[0]),
                                                            std::atoll(values[1]));
        return 0;
      },
      &restored, nullptr);
  EXPECT_EQ(code, SQLITE_OK) << sqlite3_errmsg(database);
  // Where sqlite_writer wrote it: amounts only move, twice a row.
  const int sums = sqlite3_exec(
      database, "SELECT sum(amount), sum(changes) - 2 * (SELECT count(*) FROM rows) FROM accounts",
      [](void*, int, char** values, char**) {
        EXPECT_STREQ(values[0], "0");
        EXPECT_STREQ(values[1], "0");
        return 0;
      },
      nullptr, nullptr);
  EXPECT_TRUE(sums == SQLITE_OK || sums == SQLITE_ERROR);  // no such table
  sqlite3_close(database);
  return restored;
}

void ShippingTest::settle(Shipper& shipper) {
  for (int i = 0; i < 10'000; ++i) {
    const auto more = shipper.tick();
    ASSERT_TRUE(more) << more.error().message();
    if (!*more && shipper.state().restorable) return;
  }
  FAIL() << "there is always more to do";
}

void ShippingTest::expectExactly(const RestoredRows& restored,
                                 const std::vector<Writer::Row>& written, WallTime surely,
                                 WallTime at) {
  ASSERT_TRUE(restored.status) << restored.status.error().message();
  const auto ns = [](WallTime time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  };
  // Rows are numbered without gaps, so what is restored must be a beginning of what was written.
  for (std::size_t i = 0; i < restored.rows.size(); ++i) {
    ASSERT_EQ(restored.rows[i].first, static_cast<long long>(i + 1));
    if (i < written.size()) {
      ASSERT_EQ(restored.rows[i].second, written[i].begunNs);
    }
    // A mark's time has milliseconds, and what it marks is read a moment after it.
    if (at != WallTime::max()) {
      EXPECT_LT(restored.rows[i].second, ns(at) + 5'000'000) << i;
    }
  }
  std::size_t due = 0;
  while (due < written.size() && written[due].committedNs <= ns(surely)) ++due;
  EXPECT_GE(restored.rows.size(), due);
}

void ShippingTest::sql(const std::string& statement) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &connection), SQLITE_OK);
  sqlite3_busy_timeout(connection, 10'000);
  const int code = sqlite3_exec(connection, statement.c_str(), nullptr, nullptr, nullptr);
  EXPECT_EQ(code, SQLITE_OK) << statement << ": " << sqlite3_errmsg(connection);
  sqlite3_close(connection);
}

}  // namespace shopkeeper::backup::testing
