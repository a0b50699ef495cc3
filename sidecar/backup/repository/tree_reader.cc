#include "sidecar/backup/repository/tree_reader.h"

#include <algorithm>

namespace shopkeeper::backup {
namespace {

constexpr std::uint64_t kWindow = std::uint64_t{1} << 20;

}  // namespace

Result<Bytes> TreeReader::sealed(const BlobIndex::Location& location) {
  const Id& pack = repository_.index().packId(location.pack());
  const std::uint64_t end = std::uint64_t{location.offset()} + location.length();
  auto window = std::find_if(windows_.begin(), windows_.end(), [&](const Window& w) {
    return w.pack == pack && w.offset <= location.offset() && w.offset + w.bytes.size() >= end;
  });
  if (window == windows_.end()) {
    window = windows_.begin() + static_cast<std::ptrdiff_t>(oldest_++ % windows_.size());
    const std::uint64_t begin =
        std::min<std::uint64_t>(location.offset(), end > kWindow ? end - kWindow : 0);
    auto bytes = repository_.files().load(FileKind::Pack, pack, begin, end - begin);
    if (!bytes) return bytes.error();
    *window = {pack, begin, std::move(*bytes)};
  }
  const auto from =
      window->bytes.begin() + static_cast<std::ptrdiff_t>(location.offset() - window->offset);
  return Bytes(from, from + location.length());
}

Result<Tree> TreeReader::load(const Id& id) {
  Error last(ErrorCode::NotFound, "tree blob " + toHex(id) + " is in no pack");
  for (const auto& location : repository_.index().find(BlobType::Tree, id)) {
    const auto named = [&](const Error& error) {
      return error.within("tree blob " + toHex(id) + " in pack " +
                          toHex(repository_.index().packId(location.pack())));
    };
    auto bytes = sealed(location);
    if (!bytes) {
      last = named(bytes.error());
      continue;
    }
    auto content = opener_.open(location.entry(), *bytes);
    if (!content) {
      last = named(content.error());
      continue;
    }
    auto tree = parseTree({reinterpret_cast<const char*>(content->data()), content->size()});
    if (!tree) return named(tree.error());
    return tree;
  }
  return last;
}

}  // namespace shopkeeper::backup
