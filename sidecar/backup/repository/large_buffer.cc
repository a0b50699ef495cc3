#include "sidecar/backup/repository/large_buffer.h"

#include <sys/mman.h>

#include <cstdlib>
#include <utility>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kKept = std::size_t{2} << 20;

}  // namespace

LargeBuffer::LargeBuffer(std::size_t capacity) : capacity_(capacity) {
  if (capacity == 0) return;
  void* const mapped =
      ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) std::abort();  // out of memory
  data_ = static_cast<std::byte*>(mapped);
}

LargeBuffer::~LargeBuffer() {
  if (data_ != nullptr) ::munmap(data_, capacity_);
}

LargeBuffer::LargeBuffer(LargeBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}

LargeBuffer& LargeBuffer::operator=(LargeBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

void LargeBuffer::atLeast(std::size_t capacity) {
  if (capacity > capacity_) *this = LargeBuffer(capacity);
}

void LargeBuffer::trim(std::size_t used) {
  if (used > kKept) ::madvise(data_ + kKept, capacity_ - kKept, MADV_DONTNEED);
}

}  // namespace shopkeeper::backup
