#include "tests/bench/proxy/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/bench/proxy/load.h"

namespace shopkeeper::bench {
namespace {

double median(const std::vector<double>& values) { return quantile(values, 0.5); }

std::vector<double> added(const std::vector<double>& through, const std::vector<double>& direct) {
  std::vector<double> difference;
  for (std::size_t i = 0; i < through.size() && i < direct.size(); ++i) {
    difference.push_back(through[i] - direct[i]);
  }
  return difference;
}

std::string spread(const std::vector<double>& values) {
  if (values.empty()) return "-";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:.1f} ({:.1f} to {:.1f})", median(values), *low, *high);
}

double rounded(double value) { return std::round(value * 10) / 10; }

nlohmann::json roundedAll(const std::vector<double>& values) {
  nlohmann::json all = nlohmann::json::array();
  for (const double value : values) all.push_back(rounded(value));
  return all;
}

}  // namespace

std::string asText(const Table& table) {
  std::string text =
      fmt::format("{:8} {:>20} {:>20} {:>24} {:>26} {:>8} {:>14}\n", "", "CPU us/request",
                  "CPU us, paced", "p50 added us", "p99 added us", "RSS MiB", "100 endpoints");
  for (const auto& [name, figures] : table.of) {
    text += fmt::format(
        "{:8} {:>20} {:>20} {:>24} {:>26} {:>8.1f} {:>14.1f}\n", name, spread(figures.cpu),
        spread(figures.cpuPaced), spread(added(figures.p50, table.direct.p50)),
        spread(added(figures.p99, table.direct.p99)), figures.resident, figures.residentMany);
  }
  text += fmt::format("direct: p50 {} us, p99 {} us. Medians over {} rounds (lowest to highest).\n",
                      spread(table.direct.p50), spread(table.direct.p99), table.direct.p50.size());
  for (const auto& [name, reason] : table.skipped) {
    text += fmt::format("{}: skipped: {}\n", name, reason);
  }
  return text;
}

std::string asJson(const Table& table) {
  nlohmann::json json;
  for (const auto& [name, figures] : table.of) {
    json[name] = {
        {"cpu_us_per_request", rounded(median(figures.cpu))},
        {"cpu_us_per_request_paced", rounded(median(figures.cpuPaced))},
        {"p50_added_us", rounded(median(added(figures.p50, table.direct.p50)))},
        {"p99_added_us", rounded(median(added(figures.p99, table.direct.p99)))},
        {"rss_mb", rounded(figures.resident)},
        {"rss_mb_100_endpoints", rounded(figures.residentMany)},
        {"cpu_us_rounds", roundedAll(figures.cpu)},
    };
  }
  json["direct"] = {{"p50_us", rounded(median(table.direct.p50))},
                    {"p99_us", rounded(median(table.direct.p99))}};
  for (const auto& [name, reason] : table.skipped) json[name] = {{"skipped", reason}};
  return json.dump(2);
}

}  // namespace shopkeeper::bench
