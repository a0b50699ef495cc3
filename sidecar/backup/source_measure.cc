#include "sidecar/backup/file_metadata.h"
#include "sidecar/backup/source_walker.h"

namespace shopkeeper::backup {
namespace {

void measureInto(const std::string& path, const ExcludeRules& excludes, ExpectedTotals& totals,
                 const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  const auto status = statusOf(path.empty() ? "/" : path);
  if (!status) return;
  if (S_ISREG(status->st_mode)) {
    ++totals.files;
    totals.bytes += static_cast<std::uint64_t>(status->st_size);
  }
  if (!S_ISDIR(status->st_mode)) return;
  const auto names = listDirectory(path.empty() ? "/" : path);
  if (!names) return;
  for (const std::string& name : *names) {
    const std::string child = path + "/" + name;
    if (!excludes.exclude(child, name)) measureInto(child, excludes, totals, stop);
  }
}

void measureInto(const SourceSelection& selection, const std::string& path,
                 const ExcludeRules& excludes, ExpectedTotals& totals,
                 const std::stop_token& stop) {
  if (selection.whole) return measureInto(path, excludes, totals, stop);
  for (const auto& [name, child] : selection.children) {
    measureInto(child, path + "/" + name, excludes, totals, stop);
  }
}

}  // namespace

ExpectedTotals measure(const SourceSelection& selection, const ExcludeRules& excludes,
                       const std::stop_token& stop) {
  ExpectedTotals totals;
  measureInto(selection, "", excludes, totals, stop);
  return totals;
}

}  // namespace shopkeeper::backup
