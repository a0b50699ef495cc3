#include "services/search/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/log.h"
#include "services/catalog/digest.h"
#include "services/search/builder.h"
#include "services/search/schema.h"

namespace shopkeeper::search {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kManifest = "current.json";
constexpr std::string_view kPrefix = "index-";
constexpr std::string_view kSuffix = ".xapian";
constexpr std::string_view kScratch = "building";

struct Fingerprint {
  std::uint64_t bytes = 0;
  std::string sha256;
};

Result<Fingerprint> fingerprint(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(ErrorCode::Corrupt, path + " cannot be read");
  catalog::Sha256 hash;
  Fingerprint out;
  std::string buffer(1u << 20, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    hash.add(std::string_view(buffer).substr(0, got));
    out.bytes += got;
  }
  if (in.bad()) return Error(ErrorCode::Corrupt, path + " cannot be read to its end");
  out.sha256 = hash.hex();
  return out;
}

// The number in "index-7.xapian"; 0 where the name is no index's.
std::uint64_t numberIn(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return 0;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
  return problem == std::errc() && end == name.data() + name.size() ? number : 0;
}

Status syncPath(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return Error(ErrorCode::Unavailable, "cannot sync " + path);
  return ok();
}

}  // namespace

std::string IndexStore::path(const std::string& name) const {
  return (fs::path(options_.directory) / name).string();
}

Status IndexStore::load() {
  std::lock_guard writing(writing_);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(options_.directory, ignored)) {
    number_ = std::max(number_, numberIn(entry.path().filename().string()));
  }
  std::ifstream in(path(std::string(kManifest)));
  if (!in) return Error(ErrorCode::NotFound, "no index in " + options_.directory);
  const json manifest = json::parse(in, nullptr, false);
  std::string name, sha256;
  std::uint64_t bytes = 0;
  try {
    manifest.at("file").get_to(name);
    manifest.at("sha256").get_to(sha256);
    manifest.at("bytes").get_to(bytes);
    if (manifest.at("format") != kIndexFormat) {
      return Error(ErrorCode::Corrupt, "the index on disk has format " +
                                           manifest.at("format").dump() + ", this program reads " +
                                           std::to_string(kIndexFormat));
    }
  } catch (const json::exception&) {
    return Error(ErrorCode::Corrupt, path(std::string(kManifest)) + " is damaged");
  }
  if (numberIn(name) == 0) {
    return Error(ErrorCode::Corrupt, path(std::string(kManifest)) + " names no index file");
  }
  const Result<Fingerprint> found = fingerprint(path(name));
  if (!found) return found.error();
  if (found->bytes != bytes || found->sha256 != sha256) {
    return Error(ErrorCode::Corrupt,
                 path(name) + " is not what was written: " + std::to_string(found->bytes) + " of " +
                     std::to_string(bytes) + " bytes, another checksum");
  }
  Result<std::shared_ptr<Index>> index = Index::open(path(name), options_.handles);
  if (!index) return index.error();
  removeLeftovers(name);
  swap(std::move(*index));
  return ok();
}

Status IndexStore::publish(const catalog::Snapshot& snapshot) {
  std::lock_guard writing(writing_);
  std::error_code problem;
  fs::create_directories(options_.directory, problem);
  if (problem) {
    return Error(ErrorCode::Unavailable,
                 "cannot create " + options_.directory + ": " + problem.message());
  }
  const std::string name = std::string(kPrefix) + std::to_string(++number_) + std::string(kSuffix);
  const std::string scratch = path(std::string(kScratch));
  fs::remove_all(scratch, problem);
  if (Status built = buildIndex(snapshot, options_.weights, scratch, path(name)); !built) {
    return built;
  }
  Result<std::shared_ptr<Index>> index = Index::open(path(name), options_.handles);
  Status named = index ? writeManifest(snapshot.version, name) : Status(index.error());
  if (!named) {
    fs::remove(path(name), problem);
    return named;
  }
  swap(std::move(*index));
  return ok();
}

Status IndexStore::writeManifest(const std::string& version, const std::string& name) const {
  const Result<Fingerprint> made = fingerprint(path(name));
  if (!made) return made.error();
  const std::string target = path(std::string(kManifest)), fresh = target + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << json{{"format", kIndexFormat},
                {"version", version},
                {"file", name},
                {"bytes", made->bytes},
                {"sha256", made->sha256}}
               .dump(-1, ' ', false, json::error_handler_t::replace)
        << '\n';
    out.close();
    if (!out) return Error(ErrorCode::Unavailable, "cannot write " + fresh);
  }
  if (Status synced = syncPath(fresh); !synced) return synced;
  std::error_code problem;
  fs::rename(fresh, target, problem);
  if (problem) {
    return Error(ErrorCode::Unavailable, "cannot replace " + target + ": " + problem.message());
  }
  return syncPath(options_.directory);
}

void IndexStore::swap(std::shared_ptr<Index> index) {
  std::lock_guard lock(mutex_);
  current_.swap(index);
  if (index) index->retire();
}

void IndexStore::removeLeftovers(const std::string& keep) const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(options_.directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name == keep || name == kManifest) continue;
    if (numberIn(name) == 0 && name != kScratch) continue;
    log::info("removing what an earlier run left", {{"file.name", name}});
    fs::remove_all(entry.path(), ignored);
  }
}

std::shared_ptr<const Index> IndexStore::current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace shopkeeper::search
