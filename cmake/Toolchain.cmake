set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(SHOPKEEPER_TESTS "Build the tests" ON)
option(SHOPKEEPER_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(SHOPKEEPER_BENCH "Build the benchmarks" OFF)
set(SHOPKEEPER_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(shopkeeper_options INTERFACE)
target_include_directories(shopkeeper_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(shopkeeper_options INTERFACE
  -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -fno-omit-frame-pointer -fstack-protector-strong)
# Boost.Asio's own coroutine and concept probes are noisy under newer compilers.
target_compile_definitions(shopkeeper_options INTERFACE BOOST_ASIO_NO_DEPRECATED
  BOOST_BEAST_USE_STD_STRING_VIEW SPDLOG_FMT_EXTERNAL)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Boost 1.74 looks for the coroutines of clang's old technical specification only.
  target_compile_definitions(shopkeeper_options INTERFACE BOOST_ASIO_HAS_CO_AWAIT
    BOOST_ASIO_HAS_STD_COROUTINE)
endif()

if(SHOPKEEPER_SANITIZE)
  add_compile_options("-fsanitize=${SHOPKEEPER_SANITIZE}" -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${SHOPKEEPER_SANITIZE}")
endif()
