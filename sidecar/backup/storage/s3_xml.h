// The two XML documents that S3 answers with here. Parsed strictly; nothing in them is trusted.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

struct S3Page {
  std::vector<StoredObject> objects;
  std::string nextToken;  // empty: the last page
};

// A page of ListObjectsV2. Unavailable (retryable: a proxy's page, a torn answer) where it is none.
Result<S3Page> parseListing(std::span<const std::byte> xml);

struct S3Fault {
  std::string code;     // "NoSuchKey"
  std::string message;  // for people
};

// The body of an error answer; nothing where it is no such document.
std::optional<S3Fault> parseFault(std::span<const std::byte> xml);

}  // namespace shopkeeper::backup
