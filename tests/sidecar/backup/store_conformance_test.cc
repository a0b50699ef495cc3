#include "tests/sidecar/backup/store_conformance.h"

#include "sidecar/backup/storage/directory_store.h"
#include "tests/services/temporary_directory.h"
#include "tests/testing/memory_store.h"

namespace shopkeeper::backup::testing {
namespace {

// Keeps its directory as long as somebody uses it.
StoreUnderTest inOwnDirectory() {
  auto directory = std::make_shared<shopkeeper::testing::TemporaryDirectory>();
  auto store = DirectoryStore::open(directory->path());
  if (!store) return {nullptr, store.error().message()};
  return {{store->release(), [directory](ObjectStore* owned) { delete owned; }}, ""};
}

INSTANTIATE_TEST_SUITE_P(Local, StoreConformance,
                         ::testing::Values(StoreFactory{"directory", inOwnDirectory},
                                           StoreFactory{"memory",
                                                        [] {
                                                          return StoreUnderTest{
                                                              std::make_shared<MemoryStore>(), ""};
                                                        }}),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace shopkeeper::backup::testing
