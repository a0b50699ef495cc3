#include "services/catalog/snapshot_file.h"

#include <nlohmann/json.hpp>

#include "services/catalog/bytes.h"
#include "services/catalog/gzip_file.h"
#include "services/catalog/lines.h"

namespace shopkeeper::catalog {
namespace {

using nlohmann::json;

// Wider than the importer's limits: the records passed those before they came here.
constexpr std::size_t kMaxLine = 16u << 20;
constexpr std::uint64_t kMaxBytes = 64ull << 30;

std::string lineOf(const json& record) {
  return record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Error corrupt(const std::string& path, const std::string& why) {
  return Error(ErrorCode::Corrupt, "the copy \"" + path + "\" is damaged: " + why);
}

Result<json> readRecord(LineReader& lines) {
  std::string_view text;
  const auto got = lines.next(text);
  if (!got) return got.error();
  if (!*got) return Error(ErrorCode::Corrupt, "it ends too early");
  auto record = json::parse(text, nullptr, false);
  if (!record.is_object() || !record.contains("kind") || !record["kind"].is_string()) {
    return Error(ErrorCode::Corrupt, "line " + std::to_string(lines.number()) + " is no record");
  }
  return record;
}

// The first line's promise, kept by the lines that follow.
struct Header {
  std::string version;
  std::uint64_t products = 0, answers = 0;
};

Result<Header> readHeader(LineReader& lines) {
  const auto record = readRecord(lines);
  if (!record) return record.error();
  Header header;
  try {
    if (record->at("kind") != "snapshot") throw std::invalid_argument("kind");
    record->at("version").get_to(header.version);
    record->at("products").get_to(header.products);
    record->at("answers").get_to(header.answers);
  } catch (const std::exception&) {
    return Error(ErrorCode::Corrupt, "its first line is not a snapshot's");
  }
  return header;
}

Status readRecords(LineReader& lines, Snapshot& snapshot) {
  while (true) {
    const auto record = readRecord(lines);
    if (!record) return record.error();
    const std::string kind = (*record)["kind"];
    if (kind == "end") break;
    if (kind == "product") {
      auto product = parseProduct(*record);
      if (!product) return product.error();
      snapshot.products.push_back(std::move(*product));
    } else {
      auto answer = parseAnswer(*record);
      if (!answer) return answer.error();
      snapshot.answers.push_back(std::move(*answer));
    }
  }
  // Reading on to the very end is what makes gzip check its sums.
  std::string_view rest;
  const auto more = lines.next(rest);
  if (!more) return more.error();
  if (*more) return Error(ErrorCode::Corrupt, "something follows its last line");
  return ok();
}

}  // namespace

Status saveSnapshot(const Snapshot& snapshot, const std::string& path) {
  auto file = GzipFile::create(path);
  if (!file) return file.error();
  const json header = {{"kind", "snapshot"},
                       {"version", snapshot.version},
                       {"products", snapshot.products.size()},
                       {"answers", snapshot.answers.size()}};
  Status written = (*file)->write(lineOf(header));
  for (const Product& product : snapshot.products) {
    if (written) written = (*file)->write(lineOf(toJson(product)));
  }
  for (const Answer& answer : snapshot.answers) {
    if (written) written = (*file)->write(lineOf(toJson(answer)));
  }
  if (written) written = (*file)->write(lineOf({{"kind", "end"}}));
  return written ? (*file)->commit() : written;
}

Result<std::shared_ptr<const Snapshot>> loadSnapshot(const std::string& path) {
  auto file = openFile(path);
  if (!file) return file.error();
  const auto source = inflated(std::move(*file), kMaxBytes);
  LineReader lines(*source, kMaxLine);
  const auto header = readHeader(lines);
  if (!header) return corrupt(path, header.error().message());
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = header->version;
  if (const Status read = readRecords(lines, *snapshot); !read) {
    return corrupt(path, read.error().message());
  }
  if (snapshot->products.size() != header->products ||
      snapshot->answers.size() != header->answers) {
    return corrupt(path, "it holds another number of records than it says");
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace shopkeeper::catalog
