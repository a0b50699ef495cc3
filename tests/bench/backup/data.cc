#include "tests/bench/backup/data.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <vector>

namespace shopkeeper::bench {
namespace {

namespace fs = std::filesystem;
using Generator = std::mt19937_64;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_backup: %s\n", what.c_str());
  std::exit(1);
}

std::string randomBytes(Generator& random, std::size_t size) {
  std::vector<std::uint64_t> words((size + 7) / 8);
  std::generate(words.begin(), words.end(), std::ref(random));
  return {reinterpret_cast<const char*>(words.data()), size};
}

// Words out of a vocabulary with a long tail: compresses about as prose does.
std::string prose(Generator& random, std::size_t size) {
  static const std::vector<std::string> vocabulary = [] {
    Generator letters(1);
    std::vector<std::string> words(8000);
    for (std::string& word : words) {
      for (std::size_t i = 0, n = 2 + letters() % 9; i < n; ++i) {
        word += static_cast<char>('a' + letters() % 26);
      }
    }
    return words;
  }();
  std::string text;
  text.reserve(size + 16);
  while (text.size() < size) {
    const double uniform = static_cast<double>(random() >> 11) / 9007199254740992.0;
    text += vocabulary[static_cast<std::size_t>(uniform * uniform * 8000)] + ' ';
  }
  text.resize(size);
  return text;
}

void write(const std::string& path, const std::string& content, std::ios::openmode mode = {}) {
  std::ofstream out(path, std::ios::binary | mode);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) fail("cannot write " + path);
}

std::string smallFile(const std::string& directory, std::uint64_t number) {
  return directory + "/" + std::to_string(number / 100) + "/" + std::to_string(number);
}

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) fail("cannot open " + path);
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      fail(sqlite3_errmsg(handle_));
    }
  }
  // (id, text)
  void each(const char* sql, std::uint64_t from, std::uint64_t to, std::uint64_t step,
            Generator& random) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) {
      fail(sqlite3_errmsg(handle_));
    }
    run("BEGIN");
    for (std::uint64_t id = from; id < to; id += step) {
      const std::string text = prose(random, 400 + random() % 1200);
      sqlite3_bind_int64(statement, 1, static_cast<sqlite3_int64>(id));
      sqlite3_bind_text(statement, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
      if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_errmsg(handle_));
      sqlite3_reset(statement);
    }
    run("COMMIT");
    sqlite3_finalize(statement);
  }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace

void makeRandom(const std::string& directory, std::uint64_t mebibytes) {
  fs::create_directories(directory);
  Generator random(7);
  for (std::uint64_t i = 0; i < mebibytes; ++i) {
    write(directory + "/random", randomBytes(random, 1 << 20), std::ios::app);
  }
}

void changeRandom(const std::string& directory) {
  const std::string path = directory + "/random";
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  Generator random(8);
  const auto size = fs::file_size(path);
  // One place in every hundred MiB.
  for (std::uint64_t at = 1 << 20; at < size; at += 100 << 20) {
    file.seekp(static_cast<std::streamoff>(at));
    file << randomBytes(random, 4096);
  }
  if (!file.flush()) fail("cannot change " + path);
}

void makeSmallFiles(const std::string& directory, std::uint64_t count) {
  Generator random(9);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % 100 == 0) fs::create_directories(directory + "/" + std::to_string(i / 100));
    const std::size_t size = std::size_t{200} << (random() % 7);
    write(smallFile(directory, i), prose(random, size + random() % size));
  }
}

void changeSmallFiles(const std::string& directory) {
  Generator random(10);
  for (std::uint64_t i = 0; fs::exists(smallFile(directory, i)); i += 100) {
    write(smallFile(directory, i), prose(random, 3000));
  }
}

void makeDatabase(const std::string& directory, std::uint64_t mebibytes) {
  fs::create_directories(directory);
  Database database(directory + "/guide.db");
  database.run(
      "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
      "CREATE TABLE product(id INTEGER PRIMARY KEY, text TEXT)");
  Generator random(11);
  for (std::uint64_t id = 0; fs::file_size(directory + "/guide.db") < mebibytes << 20;
       id += 20000) {
    database.each("INSERT INTO product VALUES(?1, ?2)", id, id + 20000, 1, random);
  }
}

void changeDatabase(const std::string& directory) {
  Database database(directory + "/guide.db");
  database.run("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF");
  Generator random(12);
  // Products that are edited lie together in places: ten neighbours of each thousand.
  for (std::uint64_t id = 0; id < 10 << 20; id += 1000) {
    database.each("UPDATE product SET text=?2 WHERE id=?1", id, id + 10, 1, random);
  }
}

}  // namespace shopkeeper::bench
