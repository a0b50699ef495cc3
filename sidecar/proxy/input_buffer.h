// Bytes read from a socket and not yet consumed, contiguous, of bounded size.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "sidecar/proxy/memory_pool.h"

namespace shopkeeper::sidecar {

// Holds no memory while empty and released, so that idle connections cost little.
// Not thread-safe.
class InputBuffer {
 public:
  // `maxBytes`: the largest it grows to.
  explicit InputBuffer(std::size_t maxBytes) : maxBytes_(maxBytes) {}

  std::string_view data() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  // Full as far as it may grow: what is in it must be consumed first.
  bool full() const { return end_ - begin_ >= maxBytes_; }

  // Room for reading into, at least one byte unless full. Invalidates data().
  struct Room {
    char* data;
    std::size_t size;
  };
  Room room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == capacity_ && begin_ > 0) compact();
    if (end_ == capacity_ && capacity_ < maxBytes_) grow();
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void releaseIfEmpty() {
    if (!empty()) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  struct GiveBack {
    std::size_t size;
    void operator()(char* bytes) const { MemoryPool::ofThread().give(bytes, size); }
  };
  using Bytes = std::unique_ptr<char[], GiveBack>;
  static constexpr std::size_t kFirst = 8u << 10;

  void compact() {
    std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  void grow() {
    const std::size_t wanted = capacity_ == 0 ? kFirst : capacity_ * 2;
    const std::size_t next = wanted < maxBytes_ ? wanted : maxBytes_;
    Bytes bytes(static_cast<char*>(MemoryPool::ofThread().take(next)), GiveBack{next});
    if (end_ > begin_) std::memcpy(bytes.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    bytes_ = std::move(bytes);
    capacity_ = next;
  }

  const std::size_t maxBytes_;
  Bytes bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace shopkeeper::sidecar
