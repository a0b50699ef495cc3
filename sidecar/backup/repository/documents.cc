#include "sidecar/backup/repository/documents.h"

#include <functional>
#include <utility>

#include "sidecar/backup/repository/json_reader.h"
#include "sidecar/backup/repository/json_writer.h"

namespace shopkeeper::backup {
namespace {

// Reads one object; each member by `read`, which returns false where its value is wrong.
template <class Read>
Status readObject(std::string_view text, const char* what, Read read) {
  JsonReader json(text);
  bool good = json.beginObject();
  for (std::string_view key; good && json.nextKey(key);) good = read(json, key);
  if (good && json.atEnd()) return ok();
  return Error(ErrorCode::Corrupt, std::string("not a ") + what);
}

template <class T>
bool assign(T& field, std::optional<T> value) {
  if (!value) return false;
  field = std::move(*value);
  return true;
}

bool skip(JsonReader& json) {
  json.skip();
  return true;
}

bool text(JsonReader& json, std::string& into) {
  into = json.string();
  return true;
}

template <class T>
bool number(JsonReader& json, T& into) {
  into = static_cast<T>(json.number());
  return true;
}

bool texts(JsonReader& json, std::vector<std::string>& into) {
  if (json.null()) return true;
  json.beginArray();
  while (json.nextElement()) into.emplace_back(json.string());
  return true;
}

bool optionalId(JsonReader& json, std::optional<Id>& into) {
  if (json.null()) return true;
  into = parseId(json.string());
  return into.has_value();
}

}  // namespace

std::string toJson(const RepositoryConfig& config) {
  JsonWriter json;
  json.number("{\"version\":", config.version);
  json.id(",\"id\":", config.id);
  json.text(",\"chunker_polynomial\":", toHex(config.polynomial));
  json.raw("}");
  return json.take();
}

Result<RepositoryConfig> parseConfig(std::string_view json) {
  RepositoryConfig config;
  auto read = readObject(json, "configuration", [&](JsonReader& in, std::string_view key) {
    if (key == "version") return number(in, config.version);
    if (key == "id") return assign(config.id, parseId(in.string()));
    if (key == "chunker_polynomial") return assign(config.polynomial, parsePolynomial(in.string()));
    return skip(in);
  });
  if (!read) return read.error();
  return config;
}

std::string toJson(const KeyFile& key) {
  JsonWriter json;
  json.time("{\"created\":", key.created);
  json.text(",\"username\":", key.username);
  json.text(",\"hostname\":", key.hostname);
  json.text(",\"kdf\":", key.kdf);
  json.number(",\"N\":", key.n);
  json.number(",\"r\":", key.r);
  json.number(",\"p\":", key.p);
  json.text(",\"salt\":", toBase64(key.salt));
  json.text(",\"data\":", toBase64(key.data));
  json.raw("}");
  return json.take();
}

Result<KeyFile> parseKeyFile(std::string_view json) {
  KeyFile file;
  auto read = readObject(json, "key file", [&](JsonReader& in, std::string_view key) {
    if (key == "created") return assign(file.created, parseTime(in.string()));
    if (key == "username") return text(in, file.username);
    if (key == "hostname") return text(in, file.hostname);
    if (key == "kdf") return text(in, file.kdf);
    if (key == "N") return number(in, file.n);
    if (key == "r") return number(in, file.r);
    if (key == "p") return number(in, file.p);
    if (key == "salt") return assign(file.salt, fromBase64(in.string()));
    if (key == "data") return assign(file.data, fromBase64(in.string()));
    return skip(in);
  });
  if (!read) return read.error();
  return file;
}

std::string toJson(const Snapshot& snapshot) {
  JsonWriter json;
  json.time("{\"time\":", snapshot.time);
  if (snapshot.parent) json.id(",\"parent\":", *snapshot.parent);
  json.id(",\"tree\":", snapshot.tree);
  json.texts(",\"paths\":", snapshot.paths);
  json.someText(",\"hostname\":", snapshot.hostname);
  json.someText(",\"username\":", snapshot.username);
  json.some(",\"uid\":", snapshot.uid);
  json.some(",\"gid\":", snapshot.gid);
  if (!snapshot.excludes.empty()) json.texts(",\"excludes\":", snapshot.excludes);
  if (!snapshot.tags.empty()) json.texts(",\"tags\":", snapshot.tags);
  if (snapshot.original) json.id(",\"original\":", *snapshot.original);
  json.someText(",\"program_version\":", snapshot.program);
  json.raw("}");
  return json.take();
}

Result<Snapshot> parseSnapshot(std::string_view json) {
  Snapshot snapshot;
  bool hasTree = false;
  auto read = readObject(json, "snapshot", [&](JsonReader& in, std::string_view key) {
    if (key == "time") return assign(snapshot.time, parseTime(in.string()));
    if (key == "parent") return optionalId(in, snapshot.parent);
    if (key == "tree") return hasTree = assign(snapshot.tree, parseId(in.string()));
    if (key == "paths") return texts(in, snapshot.paths);
    if (key == "hostname") return text(in, snapshot.hostname);
    if (key == "username") return text(in, snapshot.username);
    if (key == "uid") return number(in, snapshot.uid);
    if (key == "gid") return number(in, snapshot.gid);
    if (key == "excludes") return texts(in, snapshot.excludes);
    if (key == "tags") return texts(in, snapshot.tags);
    if (key == "original") return optionalId(in, snapshot.original);
    if (key == "program_version") return text(in, snapshot.program);
    return skip(in);
  });
  if (!read) return read.error();
  if (!hasTree) return Error(ErrorCode::Corrupt, "a snapshot without a tree");
  return snapshot;
}

std::string toJson(const LockFile& lock) {
  JsonWriter json;
  json.time("{\"time\":", lock.time);
  json.boolean(",\"exclusive\":", lock.exclusive);
  json.text(",\"hostname\":", lock.hostname);
  json.text(",\"username\":", lock.username);
  json.number(",\"pid\":", lock.pid);
  json.some(",\"uid\":", lock.uid);
  json.some(",\"gid\":", lock.gid);
  json.raw("}");
  return json.take();
}

Result<LockFile> parseLock(std::string_view json) {
  LockFile lock;
  auto read = readObject(json, "lock", [&](JsonReader& in, std::string_view key) {
    if (key == "time") return assign(lock.time, parseTime(in.string()));
    if (key == "exclusive") return lock.exclusive = in.boolean(), true;
    if (key == "hostname") return text(in, lock.hostname);
    if (key == "username") return text(in, lock.username);
    if (key == "pid") return number(in, lock.pid);
    if (key == "uid") return number(in, lock.uid);
    if (key == "gid") return number(in, lock.gid);
    return skip(in);
  });
  if (!read) return read.error();
  return lock;
}

}  // namespace shopkeeper::backup
