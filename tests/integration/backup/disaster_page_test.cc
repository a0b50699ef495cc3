// Does exactly what docs/disaster.md says: its blocks are run as they stand.
#include <sqlite3.h>

#include <cstdlib>
#include <sstream>

#include "tests/integration/backup/program_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

// The lines between "```sh" and "```", block by block.
std::vector<std::string> blocksOf(const std::string& page) {
  std::vector<std::string> blocks;
  bool within = false;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line == "```sh") {
      within = true;
      blocks.emplace_back();
    } else if (line == "```") {
      within = false;
    } else if (within) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

class DisasterPage : public ProgramTest {};

TEST_F(DisasterPage, RestoresWithTheOfficialProgramAlone) {
  SKIP_WITHOUT_RESTIC();
  if (findProgram("sqlite3").empty()) GTEST_SKIP() << "apt-get install sqlite3";
  const char* const root = std::getenv("SHOPKEEPER_SOURCE_DIR");
  ASSERT_NE(root, nullptr) << "run by ctest";
  auto blocks = blocksOf(readFile(std::string(root) + "/docs/disaster.md"));
  ASSERT_GE(blocks.size(), 6u);

  makeRepository();
  fs::create_directories(source);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((source + "/knowledge.db").c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE t(x); INSERT INTO t VALUES('canary')", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  writeFile(source + "/other", "content");
  ASSERT_EQ(ours({"backup", source}).exit, 0);
  // A backup that was killed, which the page has an answer to.
  const Finished killed =
      ours({"backup", source, "--parent", "none"},
           {{"LD_PRELOAD", builtBeside("libio_fault.so")}, {"IO_FAULT_KILL", "12"}});
  ASSERT_NE(killed.signal, 0) << killed.err;

  // The first block says where things are: that is the reader's, and this test's, own.
  std::string script = "set -euo pipefail\nexport RESTIC_REPOSITORY=" + repository +
                       "\nexport RESTIC_PASSWORD_FILE=" + password + "\nexport TARGET=" + target +
                       "\nexport RESTIC_CACHE_DIR=" + directory.path() + "/cache\n";
  for (std::size_t i = 1; i < blocks.size(); ++i) script += blocks[i];
  const Finished done = run({"bash", "-c", script});
  ASSERT_EQ(done.exit, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("no errors were found"));
  EXPECT_THAT(done.out, HasSubstr("/knowledge.db is well"));
  EXPECT_THAT(differences(source, target + source), ::testing::IsEmpty());
}

}  // namespace
}  // namespace shopkeeper::backup::testing
