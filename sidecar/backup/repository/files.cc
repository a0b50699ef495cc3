#include "sidecar/backup/repository/files.h"

#include "sidecar/backup/repository/sha256.h"

namespace shopkeeper::backup {
namespace {

constexpr std::string_view kConfig = "config";

std::string_view folder(FileKind kind) {
  switch (kind) {
    case FileKind::Key:
      return "keys/";
    case FileKind::Lock:
      return "locks/";
    case FileKind::Snapshot:
      return "snapshots/";
    case FileKind::Index:
      return "index/";
    case FileKind::Pack:
      return "data/";
    case FileKind::Config:
      break;
  }
  return kConfig;
}

}  // namespace

std::string_view toString(FileKind kind) {
  switch (kind) {
    case FileKind::Key:
      return "key";
    case FileKind::Lock:
      return "lock";
    case FileKind::Snapshot:
      return "snapshot";
    case FileKind::Index:
      return "index";
    case FileKind::Pack:
      return "pack";
    case FileKind::Config:
      break;
  }
  return kConfig;
}

std::string RepositoryFiles::key(FileKind kind, const Id& id) const {
  const std::string name = toHex(id);
  std::string path = prefix_ + std::string(folder(kind));
  if (kind == FileKind::Pack) path += name.substr(0, 2) + "/";
  return path + name;
}

Error RepositoryFiles::named(const Error& error, FileKind kind, const Id& id) const {
  return error.within(std::string(toString(kind)) + " " + toHex(id));
}

Result<Id> RepositoryFiles::save(FileKind kind, std::span<const std::byte> bytes) {
  const Id id = sha256(bytes);
  if (auto saved = save(kind, id, bytes); !saved) return saved.error();
  return id;
}

Status RepositoryFiles::save(FileKind kind, const Id& id, std::span<const std::byte> bytes) {
  // What lies there already has the same content.
  auto saved = store_.put(key(kind, id), bytes, PutMode::Replace);
  if (!saved) return named(saved.error(), kind, id);
  return ok();
}

Result<Bytes> RepositoryFiles::load(FileKind kind, const Id& id) {
  auto bytes = load(kind, id, 0, 0);
  if (bytes && sha256(*bytes) != id) {
    return named(Error(ErrorCode::Corrupt, "its content is not what its name says"), kind, id);
  }
  return bytes;
}

Result<Bytes> RepositoryFiles::load(FileKind kind, const Id& id, std::uint64_t offset,
                                    std::uint64_t length) {
  auto bytes = store_.get(key(kind, id), offset, length);
  if (!bytes) return named(bytes.error(), kind, id);
  return bytes;
}

Result<std::vector<RepositoryFiles::Entry>> RepositoryFiles::list(FileKind kind) {
  const std::string prefix = prefix_ + std::string(folder(kind));
  auto objects = store_.list(prefix);
  if (!objects) {
    return objects.error().within("listing the " + std::string(toString(kind)) + " files");
  }
  std::vector<Entry> entries;
  entries.reserve(objects->size());
  for (const auto& object : *objects) {
    const std::string_view name = std::string_view(object.key).substr(object.key.rfind('/') + 1);
    const auto id = parseId(name);
    if (id && object.key == key(kind, *id)) entries.push_back({*id, object.size});
  }
  return entries;
}

Status RepositoryFiles::remove(FileKind kind, const Id& id) {
  if (auto removed = store_.remove(key(kind, id)); !removed) {
    return named(removed.error(), kind, id);
  }
  return ok();
}

Status RepositoryFiles::createConfig(std::span<const std::byte> bytes) {
  return store_.put(prefix_ + std::string(kConfig), bytes, PutMode::CreateOnly);
}

Result<Bytes> RepositoryFiles::loadConfig() { return store_.get(prefix_ + std::string(kConfig)); }

}  // namespace shopkeeper::backup
