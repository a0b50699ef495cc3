// Trees of files: made, and described so that two can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::backup::testing {

// The same bytes for the same seed.
std::string randomText(std::uint64_t seed, std::size_t size);

void writeFile(const std::string& path, std::string_view content);
std::string readFile(const std::string& path);

// Some of everything: empty and large files, holes, odd names, links of both kinds, modes, times,
// a FIFO.
void makeOddTree(const std::string& path);

// Each entry by its path: type, mode, size, modification time, content, link target, what it is
// linked to.
std::map<std::string, std::string> describeTree(const std::string& path);

// A line for each entry that is not the same in both trees.
std::vector<std::string> differences(const std::string& path, const std::string& other);

}  // namespace shopkeeper::backup::testing
