# shopkeeper_embed(TARGET NAMESPACE shopkeeper::ui FILES openapi.json assets/app.js ...)
#
# Compiles files into TARGET, any bytes. Paths are relative to the calling CMakeLists.txt; a changed
# file is embedded again at the next build. For a caller in services/ui:
#
#   #include "services/ui/embedded.h"
#   shopkeeper::ui::embedded::openapi_json       a std::string_view; other characters become '_'
#   shopkeeper::ui::embedded::files()            all of them by path, see common/embedded_file.h
set(SHOPKEEPER_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/EmbedFile.cmake")

function(shopkeeper_embed target)
  cmake_parse_arguments(ARG "" "NAMESPACE" "FILES" ${ARGN})
  file(RELATIVE_PATH here "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(generated "${CMAKE_BINARY_DIR}/generated")
  set(out "${generated}/${here}")
  set(declarations "")
  set(entries "")
  list(LENGTH ARG_FILES count)
  foreach(file IN LISTS ARG_FILES)
    string(MAKE_C_IDENTIFIER "${file}" symbol)
    set(unit "${out}/embedded_${symbol}.cc")
    add_custom_command(OUTPUT "${unit}"
      COMMAND "${CMAKE_COMMAND}" "-DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file}" "-DOUTPUT=${unit}"
              "-DHEADER=${here}/embedded.h" "-DNAMESPACE=${ARG_NAMESPACE}" "-DSYMBOL=${symbol}"
              -P "${SHOPKEEPER_EMBED_SCRIPT}"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${SHOPKEEPER_EMBED_SCRIPT}"
      COMMENT "Embedding ${here}/${file}" VERBATIM)
    target_sources(${target} PRIVATE "${unit}")
    string(APPEND declarations "extern const std::string_view ${symbol};\n")
    string(APPEND entries "      {\"${file}\", ${symbol}},\n")
  endforeach()
  file(GENERATE OUTPUT "${out}/embedded.h" CONTENT "// Made by cmake/Embed.cmake.
#pragma once

#include <span>
#include <string_view>

#include \"common/embedded_file.h\"

namespace ${ARG_NAMESPACE}::embedded {
${declarations}std::span<const EmbeddedFile> files();
}  // namespace ${ARG_NAMESPACE}::embedded
")
  file(GENERATE OUTPUT "${out}/embedded_files.cc" CONTENT "// Made by cmake/Embed.cmake.
#include \"${here}/embedded.h\"

namespace ${ARG_NAMESPACE}::embedded {
std::span<const EmbeddedFile> files() {
  static const EmbeddedFile all[${count}] = {
${entries}  };
  return all;
}
}  // namespace ${ARG_NAMESPACE}::embedded
")
  target_sources(${target} PRIVATE "${out}/embedded_files.cc")
  target_include_directories(${target} PUBLIC "${generated}")
endfunction()
