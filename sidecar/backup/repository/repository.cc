#include "sidecar/backup/repository/repository.h"

#include <utility>

namespace shopkeeper::backup {
namespace {

// Documents are megabytes at most; an index file of another writer may be a little more than ours.
constexpr std::size_t kLargestDocument = std::size_t{256} << 20;
constexpr std::byte kCompressed{2};

std::string_view asText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

Bytes sealed(Cipher& cipher, std::span<const std::byte> plain) {
  Bytes bytes(plain.size() + kSealBytes);
  cipher.seal(plain, bytes);
  return bytes;
}

struct Unlocked {
  SealingKey key;
  Id keyId;
};

// Tries the password on every key.
Result<Unlocked> unlock(RepositoryFiles& files, std::string_view password) {
  auto keys = files.list(FileKind::Key);
  if (!keys) return keys.error();
  if (keys->empty()) {
    return Error(ErrorCode::Corrupt, "the repository has no keys: nothing can open it");
  }
  std::optional<Error> unreadable;
  for (const auto& entry : *keys) {
    auto bytes = files.load(FileKind::Key, entry.id);
    auto file = bytes ? parseKeyFile(asText(*bytes)) : Result<KeyFile>(bytes.error());
    auto key = file ? unlockWithPassword(*file, password) : Result<SealingKey>(file.error());
    if (key) return Unlocked{*key, entry.id};
    if (key.error().code() != ErrorCode::Unauthenticated) {
      unreadable = key.error().within("key " + toHex(entry.id));
    }
  }
  if (unreadable) return *unreadable;
  return Error(ErrorCode::Unauthenticated, "wrong password: none of the repository's " +
                                               std::to_string(keys->size()) +
                                               " keys opens with it");
}

Result<RepositoryConfig> readConfig(Bytes bytes, const SealingKey& key) {
  auto opened = Cipher(key).open(bytes);
  if (!opened) return opened.error().within("the repository's configuration");
  auto config = parseConfig(asText(*opened));
  if (!config) return config.error();
  if (config->version != 2) {
    return Error(ErrorCode::InvalidArgument,
                 "the repository has format version " + std::to_string(config->version) +
                     "; only 2 is supported (restic migrate upgrade_repo_v2)");
  }
  if (!fitForChunking(config->polynomial)) {
    return Error(ErrorCode::Corrupt, "the repository's chunking polynomial is reducible");
  }
  return config;
}

}  // namespace

Timestamp timestampOf(WallTime time) {
  const auto since = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return {seconds.count(),
          static_cast<std::uint32_t>(std::chrono::nanoseconds(since - seconds).count())};
}

Repository::Repository(const RepositoryPlace& place, RepositoryConfig config, const SealingKey& key,
                       const Id& keyId)
    : files_(place.store, place.prefix), config_(config), key_(key), keyId_(keyId) {}

Result<std::unique_ptr<Repository>> Repository::create(const RepositoryPlace& place,
                                                       std::string_view password,
                                                       const Clock& clock, PasswordCost cost) {
  RepositoryFiles files(place.store, place.prefix);
  if (auto config = files.loadConfig(); config || config.error().code() != ErrorCode::NotFound) {
    if (!config) return config.error();
    return Error(ErrorCode::AlreadyExists, "there is a repository in " + files.describe());
  }
  for (const FileKind kind : {FileKind::Snapshot, FileKind::Index, FileKind::Pack}) {
    auto left = files.list(kind);
    if (!left) return left.error();
    if (!left->empty()) {
      return Error(ErrorCode::Conflict,
                   files.describe() + " holds the " + std::string(toString(kind)) +
                       " files of a repository without its configuration; it is not made anew",
                   false);
    }
  }
  if (password.empty()) return Error(ErrorCode::InvalidArgument, "the password is empty");

  RepositoryConfig config;
  secureRandom(config.id.bytes);
  config.polynomial = randomPolynomial();
  // The key of a creation that died is used: beside a second one that the same password opens, it
  // would be tried first and not fit the configuration.
  auto unlocked = unlock(files, password);
  const bool used = unlocked.has_value();
  if (!used) {
    const SealingKey key = randomKey();
    auto keyFile = lockWithPassword(key, password, cost, timestampOf(clock.wallNow()));
    if (!keyFile) return keyFile.error();
    auto keyId = files.save(FileKind::Key, asBytes(toJson(*keyFile)));
    if (!keyId) return keyId.error();
    unlocked = Unlocked{key, *keyId};
  }
  Cipher cipher(unlocked->key);
  if (auto made = files.createConfig(sealed(cipher, asBytes(toJson(config)))); !made) {
    // Another was faster: our key is none of its repository's.
    if (!used && made.error().code() == ErrorCode::AlreadyExists) {
      (void)files.remove(FileKind::Key, unlocked->keyId);
    }
    return made.error();
  }
  return std::unique_ptr<Repository>(new Repository(place, config, unlocked->key, unlocked->keyId));
}

Result<std::unique_ptr<Repository>> Repository::open(const RepositoryPlace& place,
                                                     std::string_view password,
                                                     const std::optional<Id>& expected) {
  RepositoryFiles files(place.store, place.prefix);
  auto bytes = files.loadConfig();
  if (!bytes) {
    if (bytes.error().code() != ErrorCode::NotFound) return bytes.error();
    return Error(ErrorCode::NotFound, "there is no repository in " + files.describe());
  }
  auto unlocked = unlock(files, password);
  if (!unlocked) return unlocked.error();
  auto config = readConfig(std::move(*bytes), unlocked->key);
  if (!config) return config.error();
  if (expected && *expected != config->id) {
    return Error(ErrorCode::Conflict,
                 "the repository in " + files.describe() + " is " + toHex(config->id) + ", not " +
                     toHex(*expected) + ", which is expected",
                 false);
  }
  return std::unique_ptr<Repository>(
      new Repository(place, *config, unlocked->key, unlocked->keyId));
}

Result<Id> Repository::saveDocument(FileKind kind, std::string_view json) {
  Bytes plain(1 + ZstdCompressor::bound(json.size()));
  plain[0] = kCompressed;
  plain.resize(1 + ZstdCompressor().compress(asBytes(json), std::span(plain).subspan(1)));
  Cipher cipher(key_);
  return files_.save(kind, sealed(cipher, plain));
}

Result<std::string> Repository::loadDocument(FileKind kind, const Id& id) {
  auto bytes = files_.load(kind, id);
  if (!bytes) return bytes.error();
  const auto named = [&](const Error& error) {
    return error.within(std::string(toString(kind)) + " " + toHex(id));
  };
  auto opened = Cipher(key_).open(*bytes);
  if (!opened) return named(opened.error());
  std::span<const std::byte> plain = *opened;
  if (plain.empty()) return named(Error(ErrorCode::Corrupt, "it is empty"));
  // Programs older than compression wrote the JSON as it is.
  if (plain[0] == std::byte{'{'} || plain[0] == std::byte{'['}) return std::string(asText(plain));
  if (plain[0] != kCompressed) return named(Error(ErrorCode::Corrupt, "its encoding is unknown"));
  auto json = ZstdDecompressor().decompress(plain.subspan(1), kLargestDocument);
  if (!json) return named(json.error());
  return std::string(asText(*json));
}

Result<Id> Repository::addPassword(std::string_view password, const Clock& clock,
                                   PasswordCost cost) {
  if (password.empty()) return Error(ErrorCode::InvalidArgument, "the password is empty");
  auto file = lockWithPassword(key_, password, cost, timestampOf(clock.wallNow()));
  if (!file) return file.error();
  return files_.save(FileKind::Key, asBytes(toJson(*file)));
}

Status Repository::loadIndex() {
  const auto strict = [](const Id&, const Error&) { return false; };
  // Another program may replace index files meanwhile; what replaced one is newer than the list.
  auto loaded = loadIndex(strict);
  for (int i = 0; i < 2 && !loaded && loaded.error().code() == ErrorCode::NotFound; ++i) {
    loaded = loadIndex(strict);
  }
  return loaded;
}

Status Repository::loadIndex(const Tolerate& tolerate) {
  auto files = files_.list(FileKind::Index);
  if (!files) return files.error();
  BlobIndex index;
  for (const auto& file : *files) {
    auto packs = readIndexFile(file.id);
    if (!packs) {
      if (tolerate(file.id, packs.error())) continue;
      return packs.error();
    }
    for (const IndexedPack& pack : *packs) index.add(pack);
  }
  index.sort();
  index_ = std::move(index);
  return ok();
}

Result<std::vector<IndexedPack>> Repository::readIndexFile(const Id& file) {
  auto json = loadDocument(FileKind::Index, file);
  if (!json) return json.error();
  auto packs = parseIndex(*json);
  if (!packs) return packs.error().within("index " + toHex(file));
  return packs;
}

Result<Bytes> Repository::loadBlob(BlobType type, const Id& id) {
  const std::string name = std::string(toString(type)) + " blob " + toHex(id);
  Error last(ErrorCode::NotFound, name + " is in no pack");
  for (const auto& location : index_.find(type, id)) {
    auto sealed = files_.load(FileKind::Pack, index_.packId(location.pack()), location.offset(),
                              location.length());
    if (!sealed) {
      last = sealed.error().within(name);
      continue;
    }
    BlobOpener opener(key_);
    auto content = opener.open(location.entry(), *sealed);
    if (content) return Bytes(content->begin(), content->end());
    last = content.error().within(name + " in pack " + toHex(index_.packId(location.pack())));
  }
  return last;
}

}  // namespace shopkeeper::backup
