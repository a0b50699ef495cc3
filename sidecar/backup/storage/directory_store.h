// Objects as files of a directory: a volume, a disk, a mounted share.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "common/random.h"
#include "sidecar/backup/storage/object_store.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {

// A put writes to `.tmp/` in the directory, fsyncs, renames, and fsyncs the directories that
// changed, so that a crash leaves the object whole or absent. Directories are 0700, files 0600.
//
// The directory is held open: nothing is ever written below a mount point whose volume is gone, and
// a directory that was deleted is an error until the store is opened anew.
class DirectoryStore final : public ObjectStore {
 public:
  // NotFound where there is no such directory: an unmounted volume must not become a new, empty
  // repository. Takes away what writers that died more than a day ago left in `.tmp/`.
  static Result<std::unique_ptr<DirectoryStore>> open(const std::string& path,
                                                      Random& random = systemRandom());

  using ObjectStore::get;
  Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) override;
  Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::vector<StoredObject>> list(const std::string& prefix) override;
  Result<std::uint64_t> size(const std::string& key) override;
  Status remove(const std::string& key) override;
  std::string describe() const override { return "directory " + path_; }

 private:
  DirectoryStore(std::string path, Descriptor root, Random& random)
      : path_(std::move(path)), root_(std::move(root)), random_(random) {}

  std::string fullPath(const std::string& key) const { return path_ + "/" + key; }
  Status makeDirectory(const std::string& key);
  Status makeDirectories(const std::string& key);
  Status syncDirectory(const std::string& key);
  Status publish(const std::string& temporary, const std::string& key, PutMode mode);
  Error failed(const std::string& doing, const std::string& key, int why) const;
  bool vanished() const;
  Status walk(const std::string& directory, std::string_view prefix,
              std::vector<StoredObject>& found);
  void sweepTemporaries();

  const std::string path_;
  const Descriptor root_;
  Random& random_;
  std::mutex making_;  // nobody uses a directory that another thread has not made durable yet
};

}  // namespace shopkeeper::backup
