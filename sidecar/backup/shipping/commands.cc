#include "sidecar/backup/shipping/commands.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "sidecar/backup/shipping/replayer.h"
#include "sidecar/backup/shipping/retention.h"
#include "sidecar/backup/shipping/shipping_loop.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

using nlohmann::json;

constexpr const char* kPrefix = "shipping/";

void line(const ShippingContext& context, const json& about, const std::string& sentence) {
  context.out << (context.json ? about.dump() : sentence) << std::endl;
}

Result<WallTime> instant(const std::string& text, const char* option) {
  WallTime time;
  if (parseRfc3339(text, time)) return time;
  return Error(ErrorCode::InvalidArgument, std::string(option) + " \"" + text +
                                               "\" is not a time like 2026-11-26T01:00:00.000Z");
}

// Says how far the shipper is: every interval to programs, when something changes to people.
class Progress {
 public:
  Progress(const Shipper& shipper, const ShippingContext& context)
      : shipper_(shipper), context_(context) {}

  void tell(const std::string& trouble) {
    const ShippingState state = shipper_.state();
    const std::string said = state.stream + (state.restorable ? " restorable" : "") + trouble;
    if (!context_.json && said == said_) return;
    said_ = said;
    json about = {{"type", "shipping"},
                  {"stream", state.stream},
                  {"restorable", state.restorable},
                  {"objects", state.objects},
                  {"bytes", state.bytes},
                  {"logBytes", state.logBytes},
                  {"streamsBroken", state.streamsBroken}};
    std::string lag = "nothing is shipped yet";
    if (state.shippedUpTo) {
      const auto age = std::chrono::duration<double>(context_.clock.wallNow() - *state.shippedUpTo);
      about["shippedUpTo"] = toRfc3339(*state.shippedUpTo);
      about["lagSeconds"] = std::max(0.0, age.count());
      lag = "shipped up to " + toRfc3339(*state.shippedUpTo);
    }
    if (!trouble.empty()) about["trouble"] = trouble;
    line(context_, about,
         "stream " + state.stream + ": " + lag +
             (state.restorable ? "" : "; a copy to restore from is not complete") +
             (trouble.empty() ? "" : "; " + trouble));
  }

 private:
  const Shipper& shipper_;
  const ShippingContext& context_;
  std::string said_;
};

}  // namespace

void defineShipping(CLI::App& app, ShippingArguments& arguments) {
  CLI::App* ship = app.add_subcommand(
      "ship",
      "Ships a SQLite database's changes, until it is told to end (SIGTERM).\n"
      "Example: shopkeeper-backup -r /backup -p password --json ship /data/knowledge.db");
  ship->add_option("database", arguments.database, "Its file; it must have a write-ahead log")
      ->required();
  ship->add_option("--interval", arguments.intervalSeconds, "Seconds between shipments")
      ->check(CLI::Range(0.05, 3600.0))
      ->capture_default_str();
  CLI::App* replay = app.add_subcommand(
      "replay",
      "Restores a database from its shipped changes, as of any instant, and checks it.\n"
      "Example: shopkeeper-backup -r /backup -p password replay knowledge.db --target /restored "
      "--at 2026-11-26T01:00:00.000Z");
  replay->add_option("database", arguments.database, "The file name it had")->required();
  replay->add_option("--at", arguments.at, "An instant (RFC 3339), or \"newest\"")
      ->default_val("newest");
  replay->add_option("--target", arguments.target, "Directory to restore into; nothing is replaced")
      ->required();
  CLI::App* trim = app.add_subcommand(
      "trim",
      "Removes shipped changes that restores to an instant and later ones do not need.\n"
      "Example: shopkeeper-backup -r /backup -p password trim knowledge.db --before "
      "2026-11-19T00:00:00Z");
  trim->add_option("database", arguments.database, "The file name it had")->required();
  trim->add_option("--before", arguments.before, "The oldest instant that must stay restorable")
      ->required();
}

std::optional<Status> performShipping(const CLI::App& app, const ShippingArguments& arguments,
                                      const ShippingContext& context) {
  if (app.got_subcommand("ship")) return ship(arguments, context);
  if (app.got_subcommand("replay")) return replayInto(arguments, context);
  if (app.got_subcommand("trim")) return trimBefore(arguments, context);
  return std::nullopt;
}

Status ship(const ShippingArguments& arguments, const ShippingContext& context) {
  Shipper shipper(arguments.database, context.store, kPrefix, context.key, {}, context.clock,
                  context.random);
  ShippingTimes times;
  times.interval = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(arguments.intervalSeconds));
  times.sampling = std::min(times.sampling, times.interval);
  Progress progress(shipper, context);
  return runShipping(shipper, times, context.stop,
                     [&](const std::string& trouble) { progress.tell(trouble); });
}

Status replayInto(const ShippingArguments& arguments, const ShippingContext& context) {
  ReplayOrder order{kPrefix, arguments.database, WallTime::max(), ""};
  if (arguments.at != "newest") {
    const auto at = instant(arguments.at, "--at");
    if (!at) return at.error();
    order.at = *at;
  }
  if (arguments.database.find('/') != std::string::npos) {
    return Error(ErrorCode::InvalidArgument, "\"" + arguments.database +
                                                 "\" is a path: the database goes by the name of "
                                                 "its file");
  }
  if (::mkdir(arguments.target.c_str(), 0700) != 0 && errno != EEXIST) {
    return fileError("make the directory " + arguments.target, errno);
  }
  order.target = arguments.target + "/" + arguments.database;
  const auto replayed = replay(*context.store, context.key, order);
  if (!replayed) return replayed.error();
  const std::string asOf = toRfc3339(replayed->asOf);
  line(context,
       {{"type", "replay"},
        {"path", order.target},
        {"stream", replayed->stream},
        {"asOf", asOf},
        {"objects", replayed->objects}},
       order.target + ": as of " + asOf + ", checked, from " + std::to_string(replayed->objects) +
           " objects");
  return ok();
}

Status trimBefore(const ShippingArguments& arguments, const ShippingContext& context) {
  const auto oldest = instant(arguments.before, "--before");
  if (!oldest) return oldest.error();
  const auto trimmed = trim(*context.store, context.key, {kPrefix, arguments.database, *oldest});
  if (!trimmed) return trimmed.error();
  line(context, {{"type", "trim"}, {"removed", trimmed->removed}, {"kept", trimmed->kept}},
       std::to_string(trimmed->removed) + " objects removed, " + std::to_string(trimmed->kept) +
           " kept");
  return ok();
}

}  // namespace shopkeeper::backup
