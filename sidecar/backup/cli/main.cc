// shopkeeper-backup: backs up and restores, in repositories of restic's format. The sidecar starts
// it as a child, so that memory, CPU and crashes of backups stay away from the data plane.
#include <malloc.h>
#include <signal.h>

#include <iostream>

#include "common/stop.h"
#include "sidecar/backup/cli/arguments.h"
#include "sidecar/backup/cli/key_commands.h"
#include "sidecar/backup/cli/output.h"
#include "sidecar/backup/shipping/commands.h"

namespace shopkeeper::backup {
namespace {

ExitCode backUp(const RunContext& context, const Arguments& arguments, Output& output) {
  auto report = runBackup(context, arguments.backup);
  if (!report) return output.error(report.error());
  output.backup(*report);
  return kDone;
}

ExitCode restore(const RunContext& context, const Arguments& arguments, Output& output) {
  auto report = runRestore(context, arguments.restore);
  if (!report) return output.error(report.error());
  output.restore(*report);
  return kDone;
}

ExitCode snapshots(Repository& repository, const Arguments& arguments, Output& output) {
  auto all = listSnapshots(repository);
  if (!all) return output.error(all.error());
  std::erase_if(*all, [&](const StoredSnapshot& stored) {
    return !fits(stored.snapshot, arguments.restore.filter);
  });
  output.snapshots(*all);
  return kDone;
}

ExitCode check(const RunContext& context, const Arguments& arguments, Output& output) {
  auto report = runCheck(context, arguments.check);
  return report ? output.check(*report) : output.error(report.error());
}

ExitCode keys(const CLI::App& key, const RunContext& context, const Arguments& arguments,
              Output& output) {
  Repository& repository = context.repository;
  if (key.got_subcommand("add")) {
    return addKey(repository, arguments.newPasswordFile, context.clock, output);
  }
  if (key.got_subcommand("passwd")) {
    return replaceKey(repository, arguments.newPasswordFile, context.clock, output);
  }
  if (key.got_subcommand("remove")) {
    return removeKey(repository, arguments.keyId, context.clock, output);
  }
  return listKeys(repository, output);
}

// A shipper tries again by itself, and looks after the log's length in between.
constexpr std::chrono::seconds kShipperPatience{5};

ExitCode init(ObjectStore& store, const std::string& password, Output& output) {
  auto made = Repository::create({store, ""}, password, systemClock());
  if (!made) return output.error(made.error());
  output.repository("created", **made);
  return kDone;
}

Result<std::unique_ptr<Repository>> open(ObjectStore& store, const std::string& password,
                                         const std::string& expectedId) {
  std::optional<Id> expected;
  if (!expectedId.empty()) {
    expected = parseId(expectedId);
    if (!expected) return Error(ErrorCode::InvalidArgument, "--repository-id is no id");
  }
  return Repository::open({store, ""}, password, expected);
}

ExitCode perform(const CLI::App& app, Arguments& arguments, ShippingArguments& shipping,
                 Output& output, const std::stop_token& stop) {
  if (auto right = arguments.interpret(); !right) return output.error(right.error());
  arguments.location.create = app.got_subcommand("init");
  if (app.got_subcommand("ship")) arguments.location.patience = kShipperPatience;
  auto password = readSecret(arguments.passwordFile);
  if (!password) return output.error(password.error());
  auto store = openLocation(arguments.location, systemClock(), systemRandom(), stop);
  if (!store) return output.noRepository(store.error());
  if (app.got_subcommand("init")) return init(**store, *password, output);
  auto repository = open(**store, *password, arguments.expectedId);
  if (!repository) return output.noRepository(repository.error());

  const auto shipped = performShipping(app, shipping,
                                       {*store, (*repository)->key(), systemClock(), systemRandom(),
                                        stop, arguments.json, std::cout});
  if (shipped) return *shipped ? kDone : output.error(shipped->error());
  const RunContext context{**repository, systemClock(), systemRandom(), stop, output.progress()};
  if (app.got_subcommand("backup")) return backUp(context, arguments, output);
  if (app.got_subcommand("restore")) return restore(context, arguments, output);
  if (app.got_subcommand("snapshots")) return snapshots(**repository, arguments, output);
  if (app.got_subcommand("check")) return check(context, arguments, output);
  return keys(*app.get_subcommand("key"), context, arguments, output);
}

int run(int argc, char** argv) {
  CLI::App app("Backs up and restores, in repositories of restic's format, version 2.",
               "shopkeeper-backup");
  Arguments arguments;
  define(app, arguments);
  ShippingArguments shipping;
  defineShipping(app, shipping);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUsage;
  }
  // Who reads our progress may leave: the run goes on.
  ::signal(SIGPIPE, SIG_IGN);
  Output output(arguments.json);
  StopOnSignal stop;
  return perform(app, arguments, shipping, output, stop.token());
}

}  // namespace
}  // namespace shopkeeper::backup

int main(int argc, char** argv) {
  // Chunks and packs have memory of their own; what is left is small and comes from one arena.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
  return shopkeeper::backup::run(argc, argv);
}
