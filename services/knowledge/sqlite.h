// A thin RAII layer over SQLite: connections, cached prepared statements, typed binds and columns.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace shopkeeper::knowledge {

// One execution of a prepared statement. Belongs to the Database it came from and must not outlive
// it; its end gives the statement back to the cache.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // True on a row, false at the end.
  Result<bool> step();

  std::int64_t integer(int column) const;
  double real(int column) const;
  // Good until the next step().
  std::string_view text(int column) const;

 private:
  friend class Database;
  Statement(sqlite3_stmt* statement, bool cached) : statement_(statement), cached_(cached) {}
  Status bind(int index, std::int64_t value);
  Status bind(int index, std::string_view value);

  sqlite3_stmt* statement_;
  bool cached_;
};

// One connection; one thread at a time. Foreign errors become ours: a full disk, a lock held by
// another process and a damaged file each have their own code and sentence.
class Database {
 public:
  enum class Mode { ReadOnly, ReadWrite };  // ReadWrite creates the file

  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode,
                                                std::chrono::milliseconds busyTimeout);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Binds ?1, ?2, ... in order: whole numbers and texts.
  template <class... Args>
  Result<Statement> query(const std::string& sql, const Args&... args) {
    auto statement = prepare(sql);
    if (!statement) return statement;
    Status bound = ok();
    int index = 0;
    ((bound = bound ? bindOne(*statement, ++index, args) : bound), ...);
    if (!bound) return bound.error();
    return statement;
  }

  // Runs to the end; returns how many rows were changed.
  template <class... Args>
  Result<std::int64_t> run(const std::string& sql, const Args&... args) {
    auto statement = query(sql, args...);
    if (!statement) return statement.error();
    return finish(*statement);
  }

  // The first column of the first row, where there is one.
  template <class... Args>
  Result<std::optional<std::int64_t>> integer(const std::string& sql, const Args&... args) {
    auto statement = query(sql, args...);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? std::optional(statement->integer(0)) : std::nullopt;
  }
  template <class... Args>
  Result<std::optional<std::string>> text(const std::string& sql, const Args&... args) {
    auto statement = query(sql, args...);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? std::optional(std::string(statement->text(0))) : std::nullopt;
  }

  // Several statements without parameters, not cached.
  Status script(const std::string& sql);

  bool inTransaction() const;
  const std::string& path() const { return path_; }

 private:
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  template <class Arg>
  static Status bindOne(Statement& statement, int index, const Arg& arg) {
    if constexpr (std::is_integral_v<Arg>) {
      return statement.bind(index, static_cast<std::int64_t>(arg));
    } else {
      return statement.bind(index, std::string_view(arg));
    }
  }
  Result<Statement> prepare(const std::string& sql);
  Result<std::int64_t> finish(Statement& statement);

  sqlite3* const handle_;
  const std::string path_;
  std::unordered_map<std::string, sqlite3_stmt*> cache_;
};

}  // namespace shopkeeper::knowledge
