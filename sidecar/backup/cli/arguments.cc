#include "sidecar/backup/cli/arguments.h"

namespace shopkeeper::backup {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  shopkeeper-backup -r /backup/guide -p password init\n"
    "  shopkeeper-backup -r /backup/guide -p password backup /data --tag hourly --exclude '*.tmp'\n"
    "  shopkeeper-backup -r s3:https://s3.example/bucket/guide -p password --json backup /data\n"
    "  shopkeeper-backup -r /backup/guide -p password snapshots --host knowledge-0\n"
    "  shopkeeper-backup -r /backup/guide -p password restore --from /data --target /data.new\n"
    "  shopkeeper-backup -r /backup/guide -p password check --read-data-subset 1/7\n"
    "  shopkeeper-backup -r /backup/guide -p password key passwd --new-password-file new\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 check found damage, 4 wrong password,\n"
    "  5 no such repository, 6 try again later (locked, unreachable), 7 cancelled.\n"
    "S3 keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION.\n";

void defineFilter(CLI::App& command, Arguments& arguments) {
  command.add_option("--host", arguments.host, "Only snapshots of this host");
  command.add_option("--tag", arguments.tags, "Only snapshots with this tag; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--at", arguments.at, "Only snapshots not later than this (RFC 3339)");
}

void defineBackup(CLI::App& app, Arguments& arguments) {
  auto* const backup = app.add_subcommand("backup", "Save files as a snapshot");
  BackupOptions& options = arguments.backup;
  backup->add_option("paths", options.paths, "Absolute paths")->required();
  backup->add_option("--tag", arguments.tags, "A tag of the snapshot; may be repeated")
      ->allow_extra_args(false);
  backup->add_option("--host", arguments.host, "Instead of this machine's name");
  backup->add_option("--time", arguments.time,
                     "The instant the files stand for (RFC 3339), not now");
  backup
      ->add_option("--exclude", options.excludes,
                   "A name, or a path from /, with * ? [ ] as in shells; may be repeated")
      ->allow_extra_args(false);
  backup
      ->add_option("--parent", options.parent,
                   "auto: files as in the last snapshot of this host and these paths are not read; "
                   "none: all are; or a snapshot")
      ->capture_default_str();
  backup->add_option("--chunker", arguments.chunker, "rabin finds what the official program stored")
      ->check(CLI::IsMember({"rabin", "fastcdc"}))
      ->capture_default_str();
  backup->add_flag("--allow-empty", options.allowEmpty, "Also where there is not a single file");
  backup->add_option("--workers", options.workers, "Threads")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  backup->add_option("--compression", options.compression, "Level of zstd")
      ->check(CLI::Range(1, 19))
      ->capture_default_str();
  backup->add_option("--pack-size", arguments.packMiB, "MiB a file of the repository has")
      ->check(CLI::Range(4, 128))
      ->capture_default_str();
  backup->add_option("--connections", options.packs.connections, "Packs stored at a time")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
}

void defineRestore(CLI::App& app, Arguments& arguments) {
  auto* const restore = app.add_subcommand(
      "restore", "Bring a snapshot's files back: beside the target, which one rename replaces");
  RestoreOptions& options = arguments.restore;
  restore->add_option("snapshot", options.snapshot, "An id, its beginning, or latest")
      ->capture_default_str();
  restore->add_option("--target", options.target, "What is made: it must not be there, or be empty")
      ->required();
  restore
      ->add_option("--from", options.from,
                   "The directory or file of the snapshot that becomes the target")
      ->capture_default_str();
  restore->add_flag("--replace", arguments.replace,
                    "Take the place of what is at the target, which is kept beside it");
  restore->add_flag("--allow-empty", options.allowEmpty, "Also where there is not a single file");
  restore->add_option("--threads", options.threads, "Packs read at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  defineFilter(*restore, arguments);
}

void defineCheck(CLI::App& app, Arguments& arguments) {
  auto* const check = app.add_subcommand("check", "Look for what is damaged or missing");
  auto* const all = check->add_flag("--read-data", arguments.check.readData, "Read every byte");
  check
      ->add_option("--read-data-subset", arguments.subset,
                   "Read a part of the packs: 1/7 to 7/7 are all of them; 2.5% draws lots")
      ->excludes(all);
}

void defineKey(CLI::App& app, Arguments& arguments) {
  auto* const key = app.add_subcommand("key", "Passwords of the repository");
  key->require_subcommand(1);
  key->add_subcommand("list", "List them; * is the one in use");
  for (auto* const command : {key->add_subcommand("add", "Add one"),
                              key->add_subcommand("passwd", "Replace the one in use")}) {
    command->add_option("--new-password-file", arguments.newPasswordFile, "Its first line is it")
        ->required();
  }
  key->add_subcommand("remove", "Remove one that is not in use")
      ->add_option("id", arguments.keyId, "As listed, or the beginning of its id")
      ->required();
}

Status readTime(const std::string& text, const char* option, std::optional<Timestamp>& into) {
  if (text.empty()) return ok();
  into = parseTime(text);
  if (into) return ok();
  return Error(ErrorCode::InvalidArgument, std::string(option) + ": \"" + text +
                                               "\" is not such a time as 2026-11-25T10:00:00Z");
}

}  // namespace

void define(CLI::App& app, Arguments& arguments) {
  app.add_option("-r,--repository", arguments.location.repository,
                 "A directory, or s3:https://host/bucket[/prefix]")
      ->envname("SHOPKEEPER_BACKUP_REPOSITORY")
      ->required();
  app.add_option("-p,--password-file", arguments.passwordFile, "Its first line is the password")
      ->envname("SHOPKEEPER_BACKUP_PASSWORD_FILE")
      ->required();
  app.add_option("--repository-id", arguments.expectedId,
                 "Refuse any other repository than this one");
  app.add_flag("--json", arguments.json, "Say everything as lines of JSON");
  app.add_option("--access-key-file", arguments.location.accessKeyFile, "For S3");
  app.add_option("--secret-key-file", arguments.location.secretKeyFile, "For S3");
  app.add_option("--limit-upload", arguments.uploadKiB, "KiB/s, 0: no limit");
  app.add_option("--limit-download", arguments.downloadKiB, "KiB/s, 0: no limit");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  app.add_subcommand("init", "Make a repository; never over one that is there");
  defineBackup(app, arguments);
  defineRestore(app, arguments);
  defineFilter(*app.add_subcommand("snapshots", "List the snapshots"), arguments);
  defineCheck(app, arguments);
  defineKey(app, arguments);
}

Status Arguments::interpret() {
  location.limits = {std::uint64_t{uploadKiB} * 1024, std::uint64_t{downloadKiB} * 1024};
  backup.host = host;
  backup.tags = tags;
  backup.chunker = chunker == "rabin" ? Chunker::Rabin : Chunker::FastCdc;
  backup.packs.packBytes = std::size_t{packMiB} << 20;
  if (auto read = readTime(time, "--time", backup.time); !read) return read;
  restore.filter = {host, {}, tags, std::nullopt};
  if (auto read = readTime(at, "--at", restore.filter.at); !read) return read;
  if (replace) restore.existing = ExistingTarget::Replace;
  if (!subset.empty()) {
    auto parsed = PackSubset::parse(subset);
    if (!parsed) return parsed.error().within("--read-data-subset");
    check.subset = *parsed;
    check.readData = true;
  }
  return ok();
}

}  // namespace shopkeeper::backup
