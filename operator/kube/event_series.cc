#include "operator/kube/event_series.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/kube/work_queue_metrics.h"

namespace shopkeeper::kube {
namespace {

using nlohmann::json;

// Limits of events.k8s.io/v1.
constexpr std::size_t kMaxNote = 1024;
constexpr std::size_t kMaxLabel = 128;
// Room for ".<16 hex digits>" within 253.
constexpr std::size_t kMaxNamePrefix = 230;

// Cut at a limit without breaking a UTF-8 sequence.
std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

const char* name(EventType type) { return type == EventType::Normal ? "Normal" : "Warning"; }

std::string objectId(const Object& object) {
  const std::string uid = object.uid();
  return uid.empty() ? object.kind() + "/" + object.key().toString() : uid;
}

}  // namespace

bool EventSeries::spend(const std::string& bucketId, MonotonicTime now) {
  auto [at, fresh] =
      buckets_.try_emplace(bucketId, Bucket{static_cast<double>(options_.burst), now});
  Bucket& bucket = at->second;
  bucket.tokens =
      std::min(static_cast<double>(options_.burst),
               bucket.tokens + seconds(now - bucket.filledAt) / seconds(options_.refill));
  bucket.filledAt = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void EventSeries::forgetOld(MonotonicTime now) {
  while (!order_.empty() && (order_.size() > options_.maxSeries ||
                             now - order_.front().lastSeen >= options_.seriesLife)) {
    series_.erase(order_.front().id);
    order_.pop_front();
  }
  if (buckets_.size() <= options_.maxSeries) return;
  // A full bucket holds no memory; where that frees nothing, all start anew.
  std::erase_if(buckets_, [&](const auto& entry) {
    return now - entry.second.filledAt >= options_.refill * options_.burst;
  });
  if (buckets_.size() > options_.maxSeries) buckets_.clear();
}

EventSeries::Verdict EventSeries::note(const EventOccurrence& occurrence, MonotonicTime now,
                                       EventWrite& out) {
  forgetOld(now);
  const std::string about =
      objectId(occurrence.regarding) + '\n' + name(occurrence.type) + '\n' + occurrence.reason;
  const std::string id = about + '\n' + occurrence.action + '\n' + occurrence.note;
  if (const auto known = series_.find(id); known != series_.end()) {
    Series& series = *known->second;
    ++series.count;
    series.lastSeen = now;
    order_.splice(order_.end(), order_, known->second);
    // The second tells people that it is a series; from then on at intervals.
    if (series.count > 2 && now - series.lastWritten < options_.seriesInterval) {
      return Verdict::Merged;
    }
    series.lastWritten = now;
    out = {series.key, makeEvent(occurrence, series.key), series.count, occurrence.at};
    return Verdict::Write;
  }
  if (!spend(about, now)) return Verdict::Suppressed;
  const std::string ns =
      occurrence.regarding.ns().empty() ? options_.clusterWideNs : occurrence.regarding.ns();
  const ObjectKey key{
      ns, cut(occurrence.regarding.name(), kMaxNamePrefix) + "." + randomHex(random_, 8)};
  order_.push_back({id, key, 1, now, now});
  series_[id] = std::prev(order_.end());
  forgetOld(now);
  out = {key, makeEvent(occurrence, key), 1, occurrence.at};
  return Verdict::Write;
}

Object EventSeries::makeEvent(const EventOccurrence& occurrence, const ObjectKey& key) const {
  const Object& about = occurrence.regarding;
  json regarding = {{"apiVersion", about.apiVersion()},
                    {"kind", about.kind()},
                    {"name", about.name()},
                    {"uid", about.uid()},
                    {"resourceVersion", about.resourceVersion()}};
  if (!about.ns().empty()) regarding["namespace"] = about.ns();
  return Object(json{{"apiVersion", resources::events().apiVersion()},
                     {"kind", resources::events().kind},
                     {"metadata", {{"name", key.name}, {"namespace", key.ns}}},
                     {"eventTime", toRfc3339Micros(occurrence.at)},
                     {"reportingController", cut(options_.controller, kMaxLabel)},
                     {"reportingInstance", cut(options_.instance, kMaxLabel)},
                     {"type", name(occurrence.type)},
                     {"reason", cut(occurrence.reason, kMaxLabel)},
                     {"action", cut(occurrence.action, kMaxLabel)},
                     {"note", cut(occurrence.note, kMaxNote)},
                     {"regarding", std::move(regarding)}});
}

json seriesPatch(const EventWrite& write) {
  return {{"series", {{"count", write.count}, {"lastObservedTime", toRfc3339Micros(write.at)}}}};
}

}  // namespace shopkeeper::kube
