// Where files are cut into chunks: at places their content chooses, so that an insertion moves the
// cuts with it and what follows is found to be stored already.
#pragma once

#include <cstddef>
#include <memory>

#include "sidecar/backup/repository/polynomial.h"

namespace shopkeeper::backup {

struct ChunkLimits {
  std::size_t minimum = std::size_t{512} << 10;  // bytes; at least 128
  std::size_t maximum = std::size_t{8} << 20;
  int averageBits = 20;  // a cut at one in 2^20 places
};

// Pure: where a chunk ends depends on its own bytes only. Thread-safe.
class Cutter {
 public:
  virtual ~Cutter() = default;

  // The length of the chunk that begins at `chunk`, of which `size` bytes are there and the first
  // `looked` hold no end; 0 where the end is not among them. At the end of a file what is left is a
  // chunk.
  virtual std::size_t find(const std::byte* chunk, std::size_t looked, std::size_t size) const = 0;

  // No end comes earlier: files up to this size are one chunk.
  virtual std::size_t minimum() const = 0;
  virtual std::size_t maximum() const = 0;
};

// Cuts where restic's own chunker does, so that both find each other's chunks.
std::unique_ptr<Cutter> rabinCutter(Polynomial polynomial, ChunkLimits limits = {});

// Several times as fast; finds nothing that the official program cut, nor the other way round.
std::unique_ptr<Cutter> fastCdcCutter(Polynomial polynomial, ChunkLimits limits = {});

}  // namespace shopkeeper::backup
