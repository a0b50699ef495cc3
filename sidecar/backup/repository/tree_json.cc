#include <algorithm>
#include <array>

#include "sidecar/backup/repository/json_reader.h"
#include "sidecar/backup/repository/json_writer.h"
#include "sidecar/backup/repository/tree.h"
#include "sidecar/backup/repository/utf8.h"

namespace shopkeeper::backup {
namespace {

constexpr std::array<std::string_view, 8> kTypes = {"file",    "dir",  "symlink", "dev",
                                                    "chardev", "fifo", "socket",  "irregular"};

// Members in the order of the official program's structure: the same bytes, the same id.
void write(JsonWriter& json, const Node& node) {
  json.text("{\"name\":", quoteName(node.name));
  json.text(",\"type\":", kTypes[static_cast<std::size_t>(node.type)]);
  json.some(",\"mode\":", node.mode);
  json.time(",\"mtime\":", node.modified);
  json.time(",\"atime\":", node.accessed);
  json.time(",\"ctime\":", node.changed);
  json.number(",\"uid\":", node.uid);
  json.number(",\"gid\":", node.gid);
  json.someText(",\"user\":", node.user);
  json.someText(",\"group\":", node.group);
  json.some(",\"inode\":", node.inode);
  json.some(",\"device_id\":", node.deviceId);
  json.some(",\"size\":", node.size);
  json.some(",\"links\":", node.links);
  json.someText(",\"linktarget\":", node.linkTarget);
  if (!validUtf8(node.linkTarget)) {
    json.text(",\"linktarget_raw\":", toBase64(node.linkTarget));
  }
  std::string_view before = ",\"extended_attributes\":[{\"name\":";
  for (const auto& [name, value] : node.attributes) {
    json.text(before, name);
    json.text(",\"value\":", toBase64(value));
    before = "},{\"name\":";
  }
  if (!node.attributes.empty()) json.raw("}]");
  json.some(",\"device\":", node.device);
  json.raw(node.type == NodeType::File ? ",\"content\":[" : ",\"content\":null");
  before = "";
  for (const Id& id : node.content) {
    json.id(before, id);
    before = ",";
  }
  if (node.type == NodeType::File) json.raw("]");
  if (node.subtree) json.id(",\"subtree\":", *node.subtree);
  json.raw("}");
}

class NodeReader {
 public:
  explicit NodeReader(JsonReader& json) : json_(json) {}

  // False where a value is not what it should be; the rest is the reader's failed().
  bool read(Node& node) {
    json_.beginObject();
    for (std::string_view key; good_ && json_.nextKey(key);) member(key, node);
    if (rawTarget_) node.linkTarget = std::move(*rawTarget_);
    return good_ && !json_.failed();
  }

 private:
  void member(std::string_view key, Node& node) {
    if (key == "name") {
      assign(node.name, unquoteName(json_.string()));
    } else if (key == "type") {
      const auto type = std::find(kTypes.begin(), kTypes.end() - 1, json_.string());
      node.type = static_cast<NodeType>(type - kTypes.begin());
    } else if (key == "mode") {
      node.mode = static_cast<std::uint32_t>(json_.number());
    } else if (key == "mtime") {
      assign(node.modified, parseTime(json_.string()));
    } else if (key == "atime") {
      assign(node.accessed, parseTime(json_.string()));
    } else if (key == "ctime") {
      assign(node.changed, parseTime(json_.string()));
    } else if (key == "uid") {
      node.uid = static_cast<std::uint32_t>(json_.number());
    } else if (key == "gid") {
      node.gid = static_cast<std::uint32_t>(json_.number());
    } else if (key == "user") {
      node.user = json_.string();
    } else if (key == "group") {
      node.group = json_.string();
    } else if (key == "inode") {
      node.inode = json_.number();
    } else if (key == "device_id") {
      node.deviceId = json_.number();
    } else if (key == "size") {
      node.size = json_.number();
    } else if (key == "links") {
      node.links = json_.number();
    } else if (key == "device") {
      node.device = json_.number();
    } else {
      rest(key, node);
    }
  }

  void rest(std::string_view key, Node& node) {
    if (key == "linktarget") {
      node.linkTarget = json_.string();
    } else if (key == "linktarget_raw") {
      rawTarget_ = fromBase64(json_.string());
      good_ = rawTarget_.has_value();
    } else if (key == "extended_attributes") {
      attributes(node);
    } else if (key == "content") {
      content(node);
    } else if (key == "subtree") {
      node.subtree = parseId(json_.string());
      good_ = node.subtree.has_value();
    } else {
      json_.skip();
    }
  }

  void content(Node& node) {
    if (json_.null()) return;
    json_.beginArray();
    while (good_ && json_.nextElement()) {
      const auto id = parseId(json_.string());
      good_ = id.has_value();
      if (id) node.content.push_back(*id);
    }
  }

  void attributes(Node& node) {
    if (json_.null()) return;
    json_.beginArray();
    while (good_ && json_.nextElement()) {
      auto& [name, value] = node.attributes.emplace_back();
      json_.beginObject();
      for (std::string_view key; json_.nextKey(key);) {
        if (key == "name") {
          name = json_.string();
        } else if (key == "value" && !json_.null()) {
          assign(value, fromBase64(json_.string()));
        }
      }
    }
  }

  template <class T>
  void assign(T& field, std::optional<T> value) {
    good_ = good_ && value.has_value();
    if (value) field = std::move(*value);
  }

  JsonReader& json_;
  bool good_ = true;
  std::optional<std::string> rawTarget_;
};

bool safeName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

Error corrupt(std::string what) { return Error(ErrorCode::Corrupt, "the listing " + what); }

}  // namespace

std::string toJson(const Tree& tree) {
  JsonWriter json;
  json.reserve(tree.nodes.size() * 400 + 16);
  json.raw("{\"nodes\":[");
  for (const Node& node : tree.nodes) {
    if (&node != tree.nodes.data()) json.raw(",");
    write(json, node);
  }
  json.raw("]}\n");
  return json.take();
}

Result<Tree> parseTree(std::string_view text) {
  Tree tree;
  JsonReader json(text);
  json.beginObject();
  for (std::string_view key; json.nextKey(key);) {
    if (key != "nodes") {
      json.skip();
      continue;
    }
    if (json.null()) continue;
    json.beginArray();
    while (json.nextElement()) {
      Node& node = tree.nodes.emplace_back();
      if (!NodeReader(json).read(node)) return corrupt("has a malformed entry " + node.name);
      if (!safeName(node.name)) return corrupt("has an entry with an unsafe name");
      if (tree.nodes.size() > 1 && tree.nodes[tree.nodes.size() - 2].name >= node.name) {
        return corrupt("is not in order at " + quoteName(node.name));
      }
    }
  }
  if (!json.atEnd()) return corrupt("is not the JSON it should be");
  return tree;
}

}  // namespace shopkeeper::backup
