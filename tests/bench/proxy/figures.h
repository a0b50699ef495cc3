// What was measured, and how it is shown.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace shopkeeper::bench {

// One value a round. Microseconds; latencies through the proxy, from the instant of intent.
struct Figures {
  std::vector<double> cpu;       // a request, in the closed loop
  std::vector<double> cpuPaced;  // a request, in the open loop: two wake-ups each
  std::vector<double> p50;
  std::vector<double> p99;
  double resident = 0;      // MiB, after the last round
  double residentMany = 0;  // MiB, with 100 endpoints, each of which has served
};

struct Table {
  Figures direct;  // without a proxy
  std::map<std::string, Figures> of;
  std::map<std::string, std::string> skipped;  // name and reason
};

// Added latencies are differences to `direct` of the same round; medians over rounds, with the
// lowest and the highest beside them.
std::string asText(const Table& table);
std::string asJson(const Table& table);

}  // namespace shopkeeper::bench
