#include "services/knowledge/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace shopkeeper::knowledge {
namespace {

Error errorOf(sqlite3* handle, int code) {
  const char* file = handle == nullptr ? nullptr : sqlite3_db_filename(handle, "main");
  const std::string database = "database \"" + std::string(file == nullptr ? "" : file) + "\" ";
  const std::string reason =
      handle == nullptr ? sqlite3_errstr(code) : std::string(sqlite3_errmsg(handle));
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return Error(ErrorCode::Unavailable,
                   database + "cannot grow: the disk is full; nothing was changed");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(ErrorCode::Unavailable,
                   database + "is locked by another process; nothing was changed");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return Error(ErrorCode::PermissionDenied,
                   database + "cannot be opened for writing (" + reason +
                       "): check the owner and the rights of its directory");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(ErrorCode::Corrupt, database + "is damaged (" + reason + ")");
    case SQLITE_IOERR:
      return Error(ErrorCode::Unavailable, database + "cannot be read or written: " + reason);
    default:
      return Error(ErrorCode::Internal, database + "refused a statement: " + reason);
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), cached_(other.cached_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (!cached_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return errorOf(sqlite3_db_handle(statement_), code);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Status Statement::bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, index, value);
  return code == SQLITE_OK ? ok() : errorOf(sqlite3_db_handle(statement_), code);
}

Status Statement::bind(int index, std::string_view value) {
  const int code = sqlite3_bind_text64(statement_, index, value.data() ? value.data() : "",
                                       value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return code == SQLITE_OK ? ok() : errorOf(sqlite3_db_handle(statement_), code);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode,
                                                 std::chrono::milliseconds busyTimeout) {
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    const Error error = errorOf(handle, code);
    sqlite3_close(handle);
    return error;
  }
  sqlite3_busy_timeout(handle, static_cast<int>(busyTimeout.count()));
  return std::unique_ptr<Database>(new Database(handle, path));
}

Database::~Database() {
  for (const auto& [sql, statement] : cache_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<Statement> Database::prepare(const std::string& sql) {
  const auto found = cache_.find(sql);
  if (found != cache_.end() && sqlite3_stmt_busy(found->second) == 0) {
    return Statement(found->second, true);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return errorOf(handle_, code);
  // A statement that is already running (a nested loop) gets a second copy, not cached.
  const bool cached = found == cache_.end();
  if (cached) cache_.emplace(sql, statement);
  return Statement(statement, cached);
}

Result<std::int64_t> Database::finish(Statement& statement) {
  while (true) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return sqlite3_changes64(handle_);
  }
}

Status Database::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? ok() : errorOf(handle_, sqlite3_extended_errcode(handle_));
}

bool Database::inTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

}  // namespace shopkeeper::knowledge
