#include "common/metrics.h"

#include <gtest/gtest.h>

namespace shopkeeper {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  metrics.counter("jobs_total", "Jobs.", {{"kind", "a"}}).Increment();
  metrics.counter("jobs_total", "Jobs.", {{"kind", "a"}}).Increment();
  metrics.counter("jobs_total", "Jobs.", {{"kind", "b"}}).Increment(0);
  const std::string text = metrics.expose();
  EXPECT_NE(text.find("jobs_total{kind=\"a\"} 2"), std::string::npos) << text;
  EXPECT_NE(text.find("jobs_total{kind=\"b\"} 0"), std::string::npos) << text;
  EXPECT_EQ(text.find("# TYPE jobs_total counter"), text.rfind("# TYPE jobs_total counter"));
}

TEST(Metrics, SaysWhatTheProcessUses) {
  Metrics metrics;
  metrics.expose();
  EXPECT_GT(
      metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.").Value(),
      100'000);
}

}  // namespace
}  // namespace shopkeeper
