// Memory of coroutine frames and buffers.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace shopkeeper::sidecar {

// Keeps what was given back for who wants as much next, a list a size: what each request takes and
// gives back is large, and the heap is slow at what is above 1 KiB. At most 64 of a size stay. One
// a thread; memory goes back to the thread that gives it.
class MemoryPool {
 public:
  static MemoryPool& ofThread() {
    static thread_local MemoryPool pool;
    return pool;
  }
  ~MemoryPool() {
    for (List& list : lists_) {
      while (list.first != nullptr) ::operator delete(pop(list));
    }
  }

  void* take(std::size_t size) {
    const std::size_t index = indexOf(size);
    if (index >= kSizes) return ::operator new(size);
    List& list = lists_[index];
    if (list.first == nullptr) return ::operator new((index + 1) * kStep);
    return pop(list);
  }
  void give(void* memory, std::size_t size) noexcept {
    const std::size_t index = indexOf(size);
    if (index >= kSizes || lists_[index].count >= kMost) return ::operator delete(memory);
    List& list = lists_[index];
    list.first = new (memory) Free{list.first};
    ++list.count;
  }

 private:
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kMost = 64;
#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t kSizes = 0;  // use after free must not be hidden
#else
  static constexpr std::size_t kSizes = 128;  // larger ones come from the heap
#endif
  struct Free {
    Free* next;
  };
  struct List {
    Free* first = nullptr;
    std::size_t count = 0;
  };

  static std::size_t indexOf(std::size_t size) { return (size - 1) / kStep; }
  static void* pop(List& list) {
    Free* const taken = list.first;
    list.first = taken->next;
    --list.count;
    return taken;
  }

  std::array<List, kSizes> lists_{};
};

}  // namespace shopkeeper::sidecar
