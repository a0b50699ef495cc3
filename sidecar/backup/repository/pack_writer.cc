#include "sidecar/backup/repository/pack_writer.h"

#include <algorithm>
#include <utility>

#include "sidecar/backup/repository/pack_reader.h"

namespace shopkeeper::backup {

PackWriter::PackWriter(Repository& repository, const Clock& clock, Random& random,
                       PackWriterOptions options)
    : repository_(repository), random_(random), options_(options), indexWriter_(repository, clock) {
  for (unsigned i = 0; i < std::max(1u, options_.connections); ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { store(stop); });
  }
}

PackWriter::~PackWriter() {
  for (auto& thread : threads_) thread.request_stop();
}

bool PackWriter::claim(BlobType type, const Id& id) {
  if (repository_.index().has(type, id)) return false;
  const std::lock_guard lock(claiming_);
  return claimed_[static_cast<std::size_t>(type)].insert(id).second;
}

Status PackWriter::put(BlobType type, const Id& id, std::span<const std::byte> content,
                       BlobSealer& sealer) {
  if (!claim(type, id)) return ok();
  return add(type, id, sealer.seal(content), content.size());
}

PackWriter::Builder PackWriter::newBuilder(BlobType type) {
  if (type == BlobType::Data && !spare_.empty()) {
    Builder builder = std::move(spare_.back());
    spare_.pop_back();
    return builder;
  }
  return std::make_unique<PackBuilder>(type, options_.packBytes);
}

Status PackWriter::add(BlobType type, const Id& id, const BlobSealer::Sealed& sealed,
                       std::size_t content) {
  std::unique_lock lock(mutex_);
  const std::size_t which = type == BlobType::Tree ? 2 : random_.next() >> 63;
  while (!failure_ && open_[which] && !open_[which]->fits(sealed.bytes.size())) {
    handOver(open_[which], lock);
  }
  if (failure_) return *failure_;
  if (!open_[which]) open_[which] = newBuilder(type);
  open_[which]->add(id, sealed.bytes, sealed.uncompressed);
  ++(type == BlobType::Data ? counts_.dataBlobs : counts_.treeBlobs);
  counts_.contentBytes += content;
  counts_.storedBytes += sealed.bytes.size();
  return ok();
}

void PackWriter::handOver(Builder& pack, std::unique_lock<std::mutex>& lock) {
  if (handed_.size() + storing_ < std::max(1u, options_.connections)) {
    handed_.push_back(std::move(pack));
    changed_.notify_all();
  } else {
    changed_.wait(lock);
  }
}

void PackWriter::store(const std::stop_token& stop) {
  Cipher cipher(repository_.key());
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !handed_.empty(); }) && !stop.stop_requested()) {
    Builder pack = std::move(handed_.back());
    handed_.pop_back();
    ++storing_;
    lock.unlock();
    auto stored = storePack(*pack, cipher);
    pack->reset();
    lock.lock();
    --storing_;
    if (!stored && !failure_) failure_ = stored.error();
    if (pack->type() == BlobType::Data) spare_.push_back(std::move(pack));
    changed_.notify_all();
  }
}

Status PackWriter::storePack(PackBuilder& pack, Cipher& cipher) {
  pack.finish(cipher);
  auto id = repository_.files().save(FileKind::Pack, pack.bytes());
  if (!id) return id.error();
  return indexWriter_.add({*id, pack.entries()});
}

Status PackWriter::adoptStrayPacks() {
  auto packs = repository_.files().list(FileKind::Pack);
  if (!packs) return packs.error();
  BlobIndex& index = repository_.index();
  bool any = false;
  BlobOpener opener(repository_.key());
  for (const auto& pack : *packs) {
    if (index.hasPack(pack.id)) continue;
    auto entries = readPackTable(repository_.files(), pack, opener.cipher());
    // A damaged stray is no concern of a backup: nothing refers to it. `check` names it.
    if (!entries && entries.error().retryable()) return entries.error();
    if (!entries) continue;
    IndexedPack listed{pack.id, std::move(*entries)};
    index.add(listed);
    any = true;
    if (auto added = indexWriter_.add(std::move(listed)); !added) return added;
  }
  if (any) index.sort();
  return ok();
}

Status PackWriter::finish() {
  std::unique_lock lock(mutex_);
  for (auto& pack : open_) {
    while (!failure_ && pack) handOver(pack, lock);
  }
  changed_.wait(lock, [&] { return failure_ || (handed_.empty() && storing_ == 0); });
  if (failure_) return *failure_;
  lock.unlock();
  return indexWriter_.flush();
}

PackWriter::Counts PackWriter::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace shopkeeper::backup
