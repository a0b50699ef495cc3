// Memory for chunks: set aside at its greatest size, taken from the system as far as it is used.
#pragma once

#include <cstddef>
#include <span>

namespace shopkeeper::backup {

// Not thread-safe.
class LargeBuffer {
 public:
  explicit LargeBuffer(std::size_t capacity = 0);
  ~LargeBuffer();
  LargeBuffer(LargeBuffer&& other) noexcept;
  LargeBuffer& operator=(LargeBuffer&& other) noexcept;

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }
  std::span<std::byte> first(std::size_t size) { return {data_, size}; }
  // Room for at least that many bytes; what was there is lost where it has to grow.
  void atLeast(std::size_t capacity);
  // Gives back what lies beyond the first two MiB, of which `used` bytes were written to.
  void trim(std::size_t used);

 private:
  std::byte* data_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace shopkeeper::backup
