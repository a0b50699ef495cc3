// What the program is told on its command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "sidecar/backup/check_run.h"
#include "sidecar/backup/cli/location.h"
#include "sidecar/backup/restore_run.h"

namespace shopkeeper::backup {

struct Arguments {
  LocationOptions location;
  std::string passwordFile, newPasswordFile, expectedId, keyId;
  bool json = false;
  BackupOptions backup;
  RestoreOptions restore;
  CheckOptions check;
  // Of backup: what the snapshot says. Of restore and snapshots: which snapshots are meant.
  std::string host, time, at;
  std::vector<std::string> tags;
  std::string chunker = "rabin", subset;
  bool replace = false;
  unsigned uploadKiB = 0, downloadKiB = 0, packMiB = 16;

  // From text to what the runs take; InvalidArgument says which option is wrong.
  Status interpret();
};

// `arguments` must outlive the app.
void define(CLI::App& app, Arguments& arguments);

}  // namespace shopkeeper::backup
