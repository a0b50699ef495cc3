#include "tests/bench/backup/tools.h"

#include "tests/bench/backup/measured.h"

namespace shopkeeper::bench {
namespace {

std::string absent(const std::string& program, const std::string& package) {
  return findProgram(program).empty() ? program + " is not here: apt-get install " + package : "";
}

class Shopkeeper final : public Tool {
 public:
  explicit Shopkeeper(std::string program) : program_(std::move(program)) {}
  std::string name() const override { return "shopkeeper-backup"; }
  std::string missing() const override { return ""; }
  Command init(const std::string& place) const override { return of(place, {"init"}); }
  Command backup(const std::string& place, const std::string& source) const override {
    return of(place, {"backup", source});
  }
  Command restore(const std::string& place, const std::string& source,
                  const std::string& target) const override {
    return of(place, {"restore", "--from", source, "--target", target});
  }

 private:
  Command of(const std::string& place, Command arguments) const {
    arguments.insert(arguments.begin(),
                     {program_, "-r", place + "/repository", "-p", place + "/password"});
    return arguments;
  }
  const std::string program_;
};

class Restic final : public Tool {
 public:
  std::string name() const override { return "restic"; }
  std::string missing() const override { return absent("restic", "restic"); }
  Command init(const std::string& place) const override { return of(place, {"init"}); }
  Command backup(const std::string& place, const std::string& source) const override {
    return of(place, {"backup", source});
  }
  Command restore(const std::string& place, const std::string&,
                  const std::string& target) const override {
    return of(place, {"restore", "latest", "--target", target});
  }

 private:
  // With its cache, as people run it.
  static Command of(const std::string& place, Command arguments) {
    arguments.insert(arguments.begin(), {"restic", "-q", "-r", place + "/repository", "-p",
                                         place + "/password", "--cache-dir", place + "/cache"});
    return arguments;
  }
};

// With zstd level 3, as the others have it.
class Borg final : public Tool {
 public:
  std::string name() const override { return "borg"; }
  std::string missing() const override { return absent("borg", "borgbackup"); }
  Command init(const std::string& place) const override {
    return shell(place, "borg init --encryption=repokey " + place + "/repository");
  }
  Command backup(const std::string& place, const std::string& source) const override {
    return shell(place,
                 "borg create --compression zstd,3 " + place + "/repository::{utcnow} " + source);
  }
  Command restore(const std::string& place, const std::string&,
                  const std::string& target) const override {
    const std::string repository = place + "/repository";
    return shell(place, "mkdir -p " + target + " && cd " + target + " && exec borg extract " +
                            repository + "::$(borg list --last 1 --short " + repository + ")");
  }

 private:
  static Command shell(const std::string& place, const std::string& command) {
    return {"sh", "-c", "export BORG_BASE_DIR=" + place + " BORG_PASSPHRASE=secret; " + command};
  }
};

}  // namespace

std::vector<std::unique_ptr<Tool>> tools(const std::string& ourProgram) {
  std::vector<std::unique_ptr<Tool>> all;
  all.push_back(std::make_unique<Shopkeeper>(ourProgram));
  all.push_back(std::make_unique<Restic>());
  all.push_back(std::make_unique<Borg>());
  return all;
}

}  // namespace shopkeeper::bench
