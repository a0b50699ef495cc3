#include "services/ui/server/assets.h"

#include <openssl/sha.h>
#include <zlib.h>

#include "common/http/router.h"

namespace shopkeeper::ui {
namespace {

std::string typeOf(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".json")) return "application/json; charset=utf-8";
  return "application/octet-stream";
}

bool acceptsGzip(const http::Request& request) {
  const auto accepted = request.headers.get("Accept-Encoding");
  return accepted && accepted->find("gzip") != std::string_view::npos &&
         accepted->find("gzip;q=0") == std::string_view::npos;
}

bool isDigest(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;  // the largest window, with a gzip header
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return "";
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string shortDigest(std::string_view text) {
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (int i = 0; i < 8; ++i) {
    hex += digits[hash[i] >> 4];
    hex += digits[hash[i] & 15];
  }
  return hex;
}

Assets::Assets(std::span<const EmbeddedFile> files) {
  std::string all;
  for (const EmbeddedFile& embedded : files) {
    const auto slash = embedded.path.rfind('/');
    const std::string name(slash == std::string_view::npos ? embedded.path
                                                           : embedded.path.substr(slash + 1));
    File file;
    file.body = std::string(embedded.content);
    file.compressed = gzip(file.body);
    if (file.compressed.size() >= file.body.size()) file.compressed.clear();
    file.type = typeOf(name);
    file.tag = "\"" + shortDigest(file.body) + "\"";
    all += name + file.tag;
    files_.emplace(name, std::move(file));
  }
  digest_ = shortDigest(all);
  base_ = "/assets/" + digest_ + "/";
}

http::Response Assets::serve(const http::Request& request, const std::string& digest,
                             const std::string& name) const {
  const auto at = files_.find(name);
  if (at == files_.end() || !isDigest(digest)) {
    return http::errorResponse(Error(ErrorCode::NotFound, "there is no such file"));
  }
  const File& file = at->second;
  http::Response response;
  response.headers.set("Content-Type", file.type);
  response.headers.set("ETag", file.tag);
  response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("Cache-Control",
                       digest == digest_ ? "public, max-age=31536000, immutable" : "no-cache");
  const auto known = request.headers.get("If-None-Match");
  if (known && known->find(file.tag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  if (!file.compressed.empty() && acceptsGzip(request)) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = file.compressed;
  } else {
    response.body = file.body;
  }
  return response;
}

}  // namespace shopkeeper::ui
