// Prometheus metrics of one process: a registry, and its text exposition.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

namespace shopkeeper {

// Thread-safe. Families and series live as long as the registry; references stay valid.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();

  prometheus::Counter& counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  prometheus::Histogram& histogram(const std::string& name, const std::string& help,
                                   const prometheus::Histogram::BucketBoundaries& buckets,
                                   const Labels& labels = {});

  // Text format 0.0.4, with process_resident_memory_bytes and process_cpu_seconds_total fresh.
  std::string expose() const;

  // For collectors that are merged only when scraped.
  prometheus::Registry& registry() { return *registry_; }

  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Gauge& residentMemory_;
  prometheus::Gauge& cpuSeconds_;
};

// Seconds, 1 ms to 10 s: request latencies.
const prometheus::Histogram::BucketBoundaries& latencyBuckets();

// Resident set size of this process in bytes, from /proc/self/statm; 0 where it cannot be read.
std::uint64_t residentBytes();

}  // namespace shopkeeper
