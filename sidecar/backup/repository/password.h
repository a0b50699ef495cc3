// From passwords to the master key and back: key files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/repository/documents.h"

namespace shopkeeper::backup {

// scrypt's cost. 32 MiB and a quarter of a second: OWASP's recommendation for that much memory.
struct PasswordCost {
  std::uint64_t n = 32768, r = 8, p = 3;
};

SealingKey randomKey();

// A new key file for `master`, with a salt of its own.
Result<KeyFile> lockWithPassword(const SealingKey& master, std::string_view password,
                                 PasswordCost cost, Timestamp now);

// Unauthenticated where the password is not this file's; Corrupt where the file asks for something
// unknown or for more than 256 MiB.
Result<SealingKey> unlockWithPassword(const KeyFile& file, std::string_view password);

}  // namespace shopkeeper::backup
