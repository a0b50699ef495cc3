#include "sidecar/backup/cli/key_commands.h"

#include <utility>
#include <vector>

#include "sidecar/backup/cli/location.h"
#include "sidecar/backup/repository/lock.h"

namespace shopkeeper::backup {
namespace {

Result<Id> findKey(Repository& repository, const std::string& which) {
  auto files = repository.files().list(FileKind::Key);
  if (!files) return files.error();
  std::vector<Id> found;
  for (const auto& file : *files) {
    if (!which.empty() && toHex(file.id).starts_with(which)) found.push_back(file.id);
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) return Error(ErrorCode::NotFound, "there is no key \"" + which + "\"");
  return Error(ErrorCode::InvalidArgument, "more than one key begins with \"" + which + "\"");
}

Result<Id> add(Repository& repository, const std::string& passwordFile, const Clock& clock) {
  auto password = readSecret(passwordFile);
  if (!password) return password.error();
  return repository.addPassword(*password, clock);
}

Status remove(Repository& repository, const std::string& which) {
  auto id = findKey(repository, which);
  if (!id) return id.error();
  if (*id == repository.keyId()) {
    return Error(ErrorCode::InvalidArgument,
                 "key " + toHex(*id) +
                     " is in use: open the repository with another password to "
                     "remove it, or replace it with key passwd");
  }
  // Whoever held the lock before us may have removed ours; then the other is the last one.
  auto own = repository.files().load(FileKind::Key, repository.keyId());
  if (!own) return own.error();
  return repository.files().remove(FileKind::Key, *id);
}

}  // namespace

ExitCode listKeys(Repository& repository, Output& output) {
  auto files = repository.files().list(FileKind::Key);
  if (!files) return output.error(files.error());
  std::vector<std::pair<Id, KeyFile>> keys;
  for (const auto& file : *files) {
    auto bytes = repository.files().load(FileKind::Key, file.id);
    auto key = bytes ? parseKeyFile({reinterpret_cast<const char*>(bytes->data()), bytes->size()})
                     : Result<KeyFile>(bytes.error());
    if (!key) return output.error(key.error());
    keys.emplace_back(file.id, std::move(*key));
  }
  output.keys(keys, repository.keyId());
  return kDone;
}

ExitCode addKey(Repository& repository, const std::string& newPasswordFile, const Clock& clock,
                Output& output) {
  auto lock = RepositoryLock::acquire(repository, false, clock);
  if (!lock) return output.error(lock.error());
  auto added = add(repository, newPasswordFile, clock);
  return added ? listKeys(repository, output) : output.error(added.error());
}

ExitCode replaceKey(Repository& repository, const std::string& newPasswordFile, const Clock& clock,
                    Output& output) {
  auto lock = RepositoryLock::acquire(repository, true, clock);
  if (!lock) return output.error(lock.error());
  auto added = add(repository, newPasswordFile, clock);
  if (!added) return output.error(added.error());
  auto removed = repository.files().remove(FileKind::Key, repository.keyId());
  return removed ? listKeys(repository, output) : output.error(removed.error());
}

ExitCode removeKey(Repository& repository, const std::string& which, const Clock& clock,
                   Output& output) {
  auto lock = RepositoryLock::acquire(repository, true, clock);
  if (!lock) return output.error(lock.error());
  auto removed = remove(repository, which);
  return removed ? listKeys(repository, output) : output.error(removed.error());
}

}  // namespace shopkeeper::backup
