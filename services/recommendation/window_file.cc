#include "services/recommendation/window_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "services/catalog/digest.h"

namespace shopkeeper::recommendation {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::uint64_t kMostBytes = 4ull << 30;
constexpr std::uint64_t kLongestName = 4096;

void putNumber(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void putText(std::string& out, std::string_view text) {
  putNumber(out, text.size());
  out.append(text);
}

class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  bool number(std::uint64_t& out) {
    out = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      out |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool text(std::string& out) {
    std::uint64_t size = 0;
    if (!number(size) || size > kLongestName || size > rest_.size()) return false;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::string sha256(std::string_view bytes) {
  catalog::Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

Error corrupt(const std::string& path, const std::string& why) {
  return Error(ErrorCode::Corrupt, "the events in \"" + path + "\" are damaged: " + why);
}

Status syncPath(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return Error(ErrorCode::Unavailable, "cannot sync \"" + path + "\"");
  return ok();
}

}  // namespace

Status saveWindow(const EventWindow& window, const std::string& path) {
  std::string body;
  for (const Interaction& event : window.events()) {
    putText(body, window.users()[event.user]);
    putText(body, window.sessionName(event.session));
    putText(body, window.products()[event.product]);
    putNumber(body, static_cast<std::uint64_t>(event.type));
    putNumber(body, static_cast<std::uint64_t>(std::max<std::int64_t>(event.at, 0)));
  }
  const json header{{"format", kFormat},     {"seq", window.lastSeq()},
                    {"id", window.lastId()}, {"events", window.events().size()},
                    {"bytes", body.size()},  {"sha256", sha256(body)}};
  std::error_code problem;
  fs::create_directories(fs::path(path).parent_path(), problem);
  const std::string fresh = path + ".new";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << header.dump(-1, ' ', false, json::error_handler_t::replace) << '\n' << body;
    out.close();
    if (!out) return Error(ErrorCode::Unavailable, "cannot write \"" + fresh + "\"");
  }
  if (Status synced = syncPath(fresh); !synced) return synced;
  fs::rename(fresh, path, problem);
  if (problem) {
    return Error(ErrorCode::Unavailable, "cannot replace \"" + path + "\": " + problem.message());
  }
  return ok();
}

Result<EventWindow> loadWindow(const std::string& path, WindowLimits limits) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(ErrorCode::NotFound, "no events in \"" + path + "\"");
  std::string line;
  std::getline(in, line);
  const json header = json::parse(line, nullptr, false);
  std::uint64_t seq = 0, events = 0, bytes = 0;
  std::string id, sum;
  try {
    if (header.at("format") != kFormat) return corrupt(path, "another format");
    header.at("seq").get_to(seq);
    header.at("id").get_to(id);
    header.at("events").get_to(events);
    header.at("bytes").get_to(bytes);
    header.at("sha256").get_to(sum);
  } catch (const json::exception&) {
    return corrupt(path, "its first line is not a header");
  }
  std::error_code problem;
  const std::uint64_t size = fs::file_size(path, problem);
  if (problem || bytes > kMostBytes || size != line.size() + 1 + bytes) {
    return corrupt(path, "its length is not what the header says");
  }
  std::string body(bytes, '\0');
  in.read(body.data(), static_cast<std::streamsize>(bytes));
  if (!in || sha256(body) != sum) return corrupt(path, "its checksum is another");

  EventWindow window(limits);
  Bytes rest(body);
  for (std::uint64_t i = 0; i < events; ++i) {
    catalog::Event event;
    std::uint64_t type = 0, at = 0;
    if (!rest.text(event.user) || !rest.text(event.session) || !rest.text(event.product) ||
        !rest.number(type) || type > 2 || !rest.number(at)) {
      return corrupt(path, "event " + std::to_string(i) + " cannot be read");
    }
    event.type = static_cast<catalog::EventType>(type);
    window.restore(event, static_cast<std::int64_t>(at));
  }
  if (!rest.done()) return corrupt(path, "it goes on after its last event");
  window.setLast(seq, std::move(id));
  return window;
}

}  // namespace shopkeeper::recommendation
