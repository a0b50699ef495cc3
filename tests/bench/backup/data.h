// What is backed up: made from seeds, the same at every run.
#pragma once

#include <cstdint>
#include <string>

namespace shopkeeper::bench {

// One file that nothing can compress.
void makeRandom(const std::string& directory, std::uint64_t mebibytes);
void changeRandom(const std::string& directory);

// `count` files of 200 bytes to 16 KiB of text, a hundred in a directory.
void makeSmallFiles(const std::string& directory, std::uint64_t count);
void changeSmallFiles(const std::string& directory);

// A SQLite database of product-like rows; then one row in a hundred written anew.
void makeDatabase(const std::string& directory, std::uint64_t mebibytes);
void changeDatabase(const std::string& directory);

}  // namespace shopkeeper::bench
