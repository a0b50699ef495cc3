#include "tests/sidecar/backup/runs/file_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sidecar/backup/repository/sha256.h"
#include "tests/sidecar/backup/repository/test_data.h"

namespace shopkeeper::backup::testing {
namespace {

namespace fs = std::filesystem;

void setTime(const std::string& path, std::int64_t seconds, long nanos) {
  const struct timespec times[2] = {{seconds, nanos}, {seconds, nanos}};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
    throw std::runtime_error("utimensat " + path);
  }
}

}  // namespace

std::string randomText(std::uint64_t seed, std::size_t size) {
  const Bytes bytes = randomBytes(seed, (size + 7) / 8 * 8);
  return std::string(reinterpret_cast<const char*>(bytes.data()), size);
}

void writeFile(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

std::string readFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void makeOddTree(const std::string& root) {
  for (const char* directory : {"", "/a", "/a/b", "/a/b/c", "/many", "/empty directory"}) {
    fs::create_directories(root + directory);
  }
  writeFile(root + "/empty", "");
  writeFile(root + "/one", "1");
  for (const std::size_t size : {524287u, 524288u, 524289u, 262144u, 262145u}) {
    writeFile(root + "/size " + std::to_string(size), randomText(size, size));
  }
  writeFile(root + "/large", randomText(1, 9 << 20));
  writeFile(root + "/zeros", std::string(3 << 20, '\0'));
  writeFile(root + "/holes", "begin");
  if (::truncate((root + "/holes").c_str(), 5000000) != 0) throw std::runtime_error("truncate");
  std::ofstream(root + "/holes", std::ios::app) << "end";
  for (const char* name : {"\"quoted\"", "back\\slash", "new\nline", "tab\t", "bad \xff\xfe", "<&>",
                           "ünïcode 日本語 😀", " blanks ", "it's", "\x01\x7f", "..."}) {
    writeFile(root + "/a/b/" + name, name);
  }
  for (int i = 0; i < 300; ++i) {
    writeFile(root + "/many/" + std::to_string(i),
              randomText(1000 + static_cast<std::uint64_t>(i), 100));
  }
  fs::create_symlink("../one", root + "/a/link");
  fs::create_symlink("bad \xff target", root + "/a/dangling");
  fs::create_hard_link(root + "/one", root + "/a/b/c/hard");
  if (::mkfifo((root + "/a/fifo").c_str(), 0640) != 0) throw std::runtime_error("mkfifo");
  ::chmod((root + "/many/1").c_str(), 04755);
  ::chmod((root + "/many/2").c_str(), 0400);
  ::chmod((root + "/empty directory").c_str(), 01777);
  setTime(root + "/many/3", -3600, 123456789);
  setTime(root + "/many/4", 4102444800, 999999999);
  setTime(root + "/a/link", 1000000000, 1);
  setTime(root + "/a/b", 1000000000, 2);
}

std::map<std::string, std::string> describeTree(const std::string& root) {
  std::map<std::string, std::string> entries;
  std::map<ino_t, std::string> linked;
  std::map<std::string, struct stat> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    ::lstat(entry.path().c_str(), &found[entry.path().string().substr(root.size())]);
  }
  for (const auto& [name, status] : found) {
    const std::string path = root + name;
    std::string text = std::to_string(status.st_mode) + " " +
                       std::to_string(status.st_mtim.tv_sec) + "." +
                       std::to_string(status.st_mtim.tv_nsec);
    if (S_ISREG(status.st_mode)) {
      const std::string content = readFile(path);
      text += " " + std::to_string(content.size()) + " " + toHex(sha256(asBytes(content)));
      if (status.st_nlink > 1)
        text += " = " + linked.try_emplace(status.st_ino, name).first->second;
    }
    if (S_ISLNK(status.st_mode)) text += " -> " + fs::read_symlink(path).string();
    entries[name] = text;
  }
  return entries;
}

std::vector<std::string> differences(const std::string& path, const std::string& other) {
  const auto left = describeTree(path), right = describeTree(other);
  std::vector<std::string> all;
  for (const auto& [name, text] : left) {
    const auto at = right.find(name);
    const std::string there = at == right.end() ? "missing" : at->second;
    if (there != text) all.push_back(name + ": " + text + " | " + there);
  }
  for (const auto& [name, text] : right) {
    if (!left.contains(name)) all.push_back(name + ": missing | " + text);
  }
  return all;
}

}  // namespace shopkeeper::backup::testing
