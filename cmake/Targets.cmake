# shopkeeper_library(NAME SOURCES ... DEPS ...): a static library with the project's options.
function(shopkeeper_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC shopkeeper_options ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
endfunction()

# shopkeeper_program(NAME SOURCES ... DEPS ...): one executable in build/bin.
function(shopkeeper_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE shopkeeper_options ${ARG_DEPS})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# shopkeeper_test(NAME LABEL unit|integration SOURCES ... DEPS ...): a GoogleTest program, each
# case a ctest test; with WHOLE the program is one ctest test, for cases that share a costly
# fixture. Integration tests start servers, so they run one at a time.
function(shopkeeper_test name)
  cmake_parse_arguments(ARG "WHOLE" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE shopkeeper_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  set(serial OFF)
  if(ARG_LABEL STREQUAL integration)
    set(serial ON)
  endif()
  if(ARG_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
      RUN_SERIAL ${serial} ENVIRONMENT "SHOPKEEPER_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL ${serial}
    ENVIRONMENT "SHOPKEEPER_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()
