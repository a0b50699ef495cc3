// File modes as Go's fs.FileMode numbers them, which is how the restic format stores them.
#pragma once

#include <sys/stat.h>

#include <cstdint>

namespace shopkeeper::backup {

// Bits of fs.FileMode: the nine permissions as in Unix, the rest from the top.
inline constexpr std::uint32_t kGoDirectory = 1u << 31;
inline constexpr std::uint32_t kGoSymlink = 1u << 27;
inline constexpr std::uint32_t kGoDevice = 1u << 26;
inline constexpr std::uint32_t kGoFifo = 1u << 25;
inline constexpr std::uint32_t kGoSocket = 1u << 24;
inline constexpr std::uint32_t kGoSetuid = 1u << 23;
inline constexpr std::uint32_t kGoSetgid = 1u << 22;
inline constexpr std::uint32_t kGoCharDevice = 1u << 21;
inline constexpr std::uint32_t kGoSticky = 1u << 20;

inline std::uint32_t goMode(mode_t mode) {
  std::uint32_t go = mode & 0777;
  if (mode & S_ISUID) go |= kGoSetuid;
  if (mode & S_ISGID) go |= kGoSetgid;
  if (mode & S_ISVTX) go |= kGoSticky;
  if (S_ISDIR(mode)) go |= kGoDirectory;
  if (S_ISLNK(mode)) go |= kGoSymlink;
  if (S_ISBLK(mode)) go |= kGoDevice;
  if (S_ISCHR(mode)) go |= kGoDevice | kGoCharDevice;
  if (S_ISFIFO(mode)) go |= kGoFifo;
  if (S_ISSOCK(mode)) go |= kGoSocket;
  return go;
}

// Permissions, setuid, setgid and sticky, as chmod takes them.
inline mode_t unixPermissions(std::uint32_t go) {
  mode_t mode = go & 0777;
  if (go & kGoSetuid) mode |= S_ISUID;
  if (go & kGoSetgid) mode |= S_ISGID;
  if (go & kGoSticky) mode |= S_ISVTX;
  return mode;
}

}  // namespace shopkeeper::backup
