// A file compiled into the program by cmake/Embed.cmake. Lives for the whole process.
#pragma once

#include <string_view>

namespace shopkeeper {

struct EmbeddedFile {
  std::string_view path;  // as named in CMakeLists.txt
  std::string_view content;
};

}  // namespace shopkeeper
