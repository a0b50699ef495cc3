#include "sidecar/backup/repository/index.h"
#include "sidecar/backup/repository/json_reader.h"
#include "sidecar/backup/repository/json_writer.h"

namespace shopkeeper::backup {
namespace {

// False where a value is not what it should be.
bool readEntry(JsonReader& json, PackEntry& entry) {
  bool named = false, typed = false;
  json.beginObject();
  for (std::string_view key; json.nextKey(key);) {
    if (key == "id") {
      const auto id = parseId(json.string());
      if (id) entry.id = *id;
      named = id.has_value();
    } else if (key == "type") {
      const auto type = json.string();
      entry.type = type == "tree" ? BlobType::Tree : BlobType::Data;
      typed = type == "tree" || type == "data";
    } else if (key == "offset" || key == "length" || key == "uncompressed_length") {
      auto& field = key == "offset"   ? entry.offset
                    : key == "length" ? entry.length
                                      : entry.uncompressed;
      const std::uint64_t value = json.number();
      if (value > UINT32_MAX) return false;
      field = static_cast<std::uint32_t>(value);
    } else {
      json.skip();
    }
  }
  return named && typed && entry.length >= kSealBytes && !json.failed();
}

bool readPack(JsonReader& json, IndexedPack& pack) {
  bool named = false;
  json.beginObject();
  for (std::string_view key; json.nextKey(key);) {
    if (key == "id") {
      const auto id = parseId(json.string());
      if (id) pack.id = *id;
      named = id.has_value();
    } else if (key == "blobs" && !json.null()) {
      json.beginArray();
      while (json.nextElement()) {
        if (!readEntry(json, pack.entries.emplace_back())) return false;
      }
    } else {
      json.skip();
    }
  }
  return named && !json.failed();
}

}  // namespace

std::string toJson(std::span<const IndexedPack> packs) {
  JsonWriter json;
  json.raw("{\"packs\":[");
  for (const IndexedPack& pack : packs) {
    json.id(&pack == packs.data() ? "{\"id\":" : ",{\"id\":", pack.id);
    json.raw(",\"blobs\":[");
    for (const PackEntry& entry : pack.entries) {
      json.id(&entry == pack.entries.data() ? "{\"id\":" : ",{\"id\":", entry.id);
      json.text(",\"type\":", toString(entry.type));
      json.number(",\"offset\":", entry.offset);
      json.number(",\"length\":", entry.length);
      json.some(",\"uncompressed_length\":", entry.uncompressed);
      json.raw("}");
    }
    json.raw("]}");
  }
  json.raw("]}\n");
  return json.take();
}

Result<std::vector<IndexedPack>> parseIndex(std::string_view text) {
  const Error corrupt(ErrorCode::Corrupt, "the index is not what it should be");
  std::vector<IndexedPack> packs;
  JsonReader json(text);
  json.beginObject();
  for (std::string_view key; json.nextKey(key);) {
    if (key != "packs") {
      json.skip();
      continue;
    }
    if (json.null()) continue;
    json.beginArray();
    while (json.nextElement()) {
      if (!readPack(json, packs.emplace_back())) return corrupt;
    }
  }
  if (!json.atEnd()) return corrupt;
  return packs;
}

}  // namespace shopkeeper::backup
