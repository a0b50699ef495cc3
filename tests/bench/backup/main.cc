// shopkeeper-backup beside restic and borg on the same trees: CPU, wall, memory, stored bytes of a
// first, an unchanged and a changed run and of a restore.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/bench/backup/data.h"
#include "tests/bench/backup/measured.h"
#include "tests/bench/backup/tools.h"

namespace {

using namespace shopkeeper::bench;
namespace fs = std::filesystem;

struct Options {
  std::string directory;
  std::uint64_t randomMiB = 1024, smallFiles = 50000, databaseMiB = 1024;
  unsigned rounds = 3;
};

struct Tree {
  std::string name;
  std::function<void(const std::string&)> make, change;
};

// Medians over the rounds, by "tool/tree/run".
class Figures {
 public:
  void add(const std::string& what, const Measured& measured, double storedMiB) {
    auto& rounds = rounds_[what];
    rounds.push_back({measured.cpu, measured.wall, measured.peakMiB, storedMiB});
  }
  nlohmann::ordered_json medians() const {
    nlohmann::ordered_json all;
    for (const auto& [what, rounds] : rounds_) {
      static constexpr const char* kNames[] = {"cpuSeconds", "wallSeconds", "peakMiB", "storedMiB"};
      for (std::size_t i = 0; i < 4; ++i) {
        std::vector<double> values;
        for (const auto& round : rounds) values.push_back(round[i]);
        std::sort(values.begin(), values.end());
        all[what][kNames[i]] = values[values.size() / 2];
      }
    }
    return all;
  }
  double cpu(const std::string& what) const {
    const auto all = medians();
    return all.contains(what) ? all[what]["cpuSeconds"].get<double>() : -1;
  }

 private:
  std::map<std::string, std::vector<std::array<double, 4>>> rounds_;
};

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    const fs::path parent =
        options.directory.empty() ? fs::temp_directory_path() : fs::path(options.directory);
    fs::create_directories(parent);
    std::string pattern = (parent / "bench-backup-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      std::fprintf(stderr, "bench_backup: cannot make a directory in %s\n", parent.c_str());
      std::exit(1);
    }
    directory_ = pattern;
  }
  ~Bench() { fs::remove_all(directory_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  bool run(const Tree& tree, const std::vector<std::unique_ptr<Tool>>& tools) {
    const std::string source = directory_ + "/" + tree.name;
    for (unsigned round = 0; round < options_.rounds; ++round) {
      tree.make(source);
      for (const auto& tool : tools) {
        const std::string place = directory_ + "/" + tool->name();
        fs::create_directories(place);
        std::ofstream(place + "/password") << "secret\n";
        if (!measure(tool->init(place), log()).done) return failed(*tool, "init");
        if (!backup(*tool, place, source, tree.name + "/first")) return false;
        if (!backup(*tool, place, source, tree.name + "/unchanged")) return false;
      }
      tree.change(source);
      for (const auto& tool : tools) {
        const std::string place = directory_ + "/" + tool->name();
        if (!backup(*tool, place, source, tree.name + "/changed")) return false;
        if (!restore(*tool, place, source, tree.name + "/restore")) return false;
        fs::remove_all(place);
      }
      fs::remove_all(source);
    }
    return true;
  }

  const Figures& figures() const { return figures_; }

 private:
  std::string log() const { return directory_ + "/log"; }

  bool failed(const Tool& tool, const std::string& what) const {
    std::ifstream in(log());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::fprintf(stderr, "bench_backup: %s failed at %s:\n%s", tool.name().c_str(), what.c_str(),
                 text.c_str());
    return false;
  }

  bool backup(const Tool& tool, const std::string& place, const std::string& source,
              const std::string& what) {
    ::sync();  // what others wrote is not to be waited for by this one
    const double before = sizeMiB(place + "/repository");
    const Measured measured = measure(tool.backup(place, source), log());
    if (!measured.done) return failed(tool, what);
    return note(tool, what, measured, sizeMiB(place + "/repository") - before);
  }

  bool restore(const Tool& tool, const std::string& place, const std::string& source,
               const std::string& what) {
    ::sync();
    const std::string target = directory_ + "/target";
    const Measured measured = measure(tool.restore(place, source, target), log());
    if (!measured.done) return failed(tool, what);
    const double restored = sizeMiB(target);
    fs::remove_all(target);
    if (restored != sizeMiB(source)) return failed(tool, what + " (not all of the bytes)");
    return note(tool, what, measured, 0);
  }

  bool note(const Tool& tool, const std::string& what, const Measured& measured, double stored) {
    std::printf("%-18s %-20s %7.2f CPU-s %7.2f s %5.0f MiB resident %8.1f MiB stored\n",
                tool.name().c_str(), what.c_str(), measured.cpu, measured.wall, measured.peakMiB,
                stored);
    std::fflush(stdout);
    figures_.add(tool.name() + "/" + what, measured, stored);
    return true;
  }

  const Options options_;
  std::string directory_;
  Figures figures_;
};

// Beside the aims of the project, where restic is here to compare with.
nlohmann::ordered_json aims(const Figures& figures, const Options& options) {
  nlohmann::ordered_json all;
  const auto medians = figures.medians();
  const std::string ours = "shopkeeper-backup/";
  if (options.randomMiB > 0) {
    all["first run, CPU-s/GiB of random data (at most 6)"] =
        figures.cpu(ours + "random/first") * 1024 / static_cast<double>(options.randomMiB);
  }
  double peak = 0;
  for (const auto& [what, values] : medians.items()) {
    if (!what.starts_with(ours)) continue;
    peak = std::max(peak, values["peakMiB"].get<double>());
    const std::string run = what.substr(ours.size());
    const double theirs = figures.cpu("restic/" + run);
    if (theirs > 0) all[run + ", CPU as a share of restic's"] = figures.cpu(what) / theirs;
  }
  all["peak resident, MiB (at most 100)"] = peak;
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Compares backup programs; figures go to build/bench/backup.json.\n"
      "example: tools/bench backup --random-mib 128 --small-files 5000 --database-mib 128");
  app.add_option("--directory", options.directory, "For data and repositories; removed afterwards");
  app.add_option("--random-mib", options.randomMiB, "0: not at all")->capture_default_str();
  app.add_option("--small-files", options.smallFiles, "0: none")->capture_default_str();
  app.add_option("--database-mib", options.databaseMiB, "0: not at all")->capture_default_str();
  app.add_option("--rounds", options.rounds, "The median counts")
      ->check(CLI::Range(1, 99))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::vector<std::unique_ptr<Tool>> present;
  const auto beside = fs::read_symlink("/proc/self/exe").parent_path() / "shopkeeper-backup";
  for (auto& tool : tools(beside)) {
    const std::string missing = tool->missing();
    if (missing.empty()) {
      present.push_back(std::move(tool));
    } else {
      std::printf("%s: skipped: %s\n", tool->name().c_str(), missing.c_str());
    }
  }
  nlohmann::ordered_json out;
  {
    Bench bench(options);
    std::vector<Tree> trees;
    if (options.randomMiB > 0) {
      const auto size = options.randomMiB;
      trees.push_back({"random", [=](const auto& at) { makeRandom(at, size); }, changeRandom});
    }
    if (options.smallFiles > 0) {
      const auto count = options.smallFiles;
      trees.push_back(
          {"small", [=](const auto& at) { makeSmallFiles(at, count); }, changeSmallFiles});
    }
    if (options.databaseMiB > 0) {
      const auto size = options.databaseMiB;
      trees.push_back(
          {"database", [=](const auto& at) { makeDatabase(at, size); }, changeDatabase});
    }
    for (const Tree& tree : trees) {
      if (!bench.run(tree, present)) return 1;
    }
    out["aims"] = aims(bench.figures(), options);
    out["medians"] = bench.figures().medians();
  }
  fs::create_directories("build/bench");
  std::ofstream("build/bench/backup.json") << out.dump(2) << "\n";
  std::printf("%s\nbuild/bench/backup.json\n", out["aims"].dump(2).c_str());
  return 0;
}
