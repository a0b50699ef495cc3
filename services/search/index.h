// One opened, immutable index with a handle per reader.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/result.h"
#include "services/search/columns.h"
#include "services/search/plan.h"

namespace Xapian {
class Database;
}

namespace shopkeeper::search {

// Thread-safe. Shared by those who search in it; when the last one leaves a retired index, its file
// goes. All handles are opened at once, so that a file that vanishes later hurts nobody.
class Index {
 public:
  // Corrupt where Xapian cannot read the file or the format is another one.
  static Result<std::shared_ptr<Index>> open(const std::string& file, unsigned handles);
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  const std::string& version() const { return version_; }
  const std::string& file() const { return file_; }
  const Columns& columns() const { return columns_; }
  const CategoryNames& categoryNames() const { return categoryNames_; }

  // The file is removed together with this object.
  void retire() { retired_ = true; }

  // Exclusive use of one handle; waits for one while all are lent.
  class Lease {
   public:
    explicit Lease(const Index& index);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Xapian::Database& db() const { return *db_; }

   private:
    const Index& index_;
    std::unique_ptr<Xapian::Database> db_;
  };

 private:
  Index() = default;

  std::string file_;
  std::string version_;
  Columns columns_;
  CategoryNames categoryNames_;
  std::atomic<bool> retired_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable returned_;
  mutable std::vector<std::unique_ptr<Xapian::Database>> free_;
};

}  // namespace shopkeeper::search
