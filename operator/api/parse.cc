#include "operator/api/parse.h"

#include <algorithm>
#include <charconv>

#include "operator/api/field_reader.h"
#include "operator/api/traffic.h"
#include "operator/api/validate.h"

namespace shopkeeper::api {
namespace {

using nlohmann::json;

void readResources(const Reader& parent, Resources& out) {
  const auto resources = parent.child("resources");
  resources.read("requests", out.requests);
  resources.read("limits", out.limits);
}

void readProbe(const Reader& probe, ServiceProbe& out) {
  probe.read("path", out.path);
  const bool visible = std::all_of(out.path.begin(), out.path.end(),
                                   [](char c) { return c > ' ' && c < 127 && c != '#'; });
  if (!out.path.starts_with('/') || out.path.size() > 256 || !visible) {
    probe.fail(
        "path",
        "must be a path that begins with \"/\" and has no spaces, such as \"/readyz\", of at "
        "most 256 characters");
  }
  probe.read("expect", out.expect);
  if (out.expect.size() > 256) probe.fail("expect", "must have at most 256 bytes");
  readDuration(probe, "interval", out.intervalMs, "100ms", "60s");
}

void readComponent(const Reader& reader, ComponentSpec& out) {
  reader.read("replicas", out.replicas, 0, 50);
  reader.read("image", out.image);
  readResources(reader, out.resources);
  reader.read("nodeSelector", out.nodeSelector);
  reader.forEach("tolerations", [&](const Reader& item) {
    Toleration toleration;
    item.read("key", toleration.key);
    item.read("operator", toleration.op);
    item.read("value", toleration.value);
    item.read("effect", toleration.effect);
    item.read("tolerationSeconds", toleration.seconds);
    out.tolerations.push_back(std::move(toleration));
  });
  readProbe(reader.child("probe"), out.probe);
}

void readPeers(const Reader& parent, const char* name, std::vector<NetworkPeer>& out) {
  parent.forEach(name, [&](const Reader& item) {
    NetworkPeer peer;
    item.read("cidr", peer.cidr);
    item.read("namespaceLabels", peer.namespaceLabels);
    item.read("podLabels", peer.podLabels);
    out.push_back(std::move(peer));
  });
}

void readSqlite(const Reader& sqlite, SqliteStore& out) {
  sqlite.read("ephemeral", out.ephemeral);
  if (out.ephemeral && (sqlite.has("storage") || sqlite.has("storageClass"))) {
    sqlite.fail("ephemeral",
                "contradicts storage and storageClass: an ephemeral store has no volume; remove "
                "one of them");
  }
  sqlite.read("storage", out.storage);
  sqlite.read("storageClass", out.storageClass);
  std::string whenDeleted = "Retain";
  sqlite.read("whenDeleted", whenDeleted);
  if (whenDeleted != "Retain" && whenDeleted != "Delete") {
    sqlite.fail("whenDeleted", "must be Retain or Delete");
  }
  out.deleteWithGuide = whenDeleted == "Delete";
}

void readSpec(const Reader& spec, GuideSpec& out) {
  spec.read("version", out.version);
  spec.read("paused", out.paused);

  const auto image = spec.child("image");
  image.read("registry", out.imageRegistry);
  image.read("pullPolicy", out.pullPolicy);
  image.forEach("pullSecrets", [&](const Reader& item) {
    std::string name;
    item.read("name", name);
    if (name.empty()) item.fail("name", "must name a Secret");
    out.pullSecrets.push_back(std::move(name));
  });

  const auto catalog = spec.child("catalog");
  catalog.read("configMap", out.catalog.configMap);
  catalog.read("pvc", out.catalog.pvc);
  catalog.read("url", out.catalog.url);
  catalog.read("refreshSchedule", out.catalog.refreshSchedule);
  const int places =
      !out.catalog.configMap.empty() + !out.catalog.pvc.empty() + !out.catalog.url.empty();
  if (spec.has("catalog") && places != 1) {
    spec.fail("catalog", "must name exactly one of configMap, pvc and url");
  }

  const auto components = spec.child("components");
  for (const auto component : kComponents) {
    const auto reader = components.child(std::string(toString(component)).c_str());
    readComponent(reader, out.of(component));
    if (canHaveStandby(component)) {
      reader.child("standby").read("replicas", out.of(component).standbyReplicas, 0, 50);
    }
  }
  out.of(Component::Knowledge).replicas = 1;  // its store has one writer

  const auto service = components.child("ui").child("service");
  service.read("type", out.uiService.type);
  service.read("port", out.uiService.port, 1, 65'535);
  service.read("nodePort", out.uiService.nodePort, 1, 65'535);
  service.read("annotations", out.uiService.annotations);

  readSqlite(components.child("knowledge").child("store").child("sqlite"), out.sqlite);

  readTraffic(spec.child("traffic"), out.traffic);
  const auto mtls = spec.child("traffic").child("mtls");
  std::string mode = "Off";
  mtls.read("mode", mode);
  if (mode == "Permissive") {
    out.mesh = MeshMode::Permissive;
  } else if (mode == "Strict") {
    out.mesh = MeshMode::Strict;
  } else if (mode != "Off") {
    mtls.fail("mode", "must be Off, Permissive or Strict");
  }

  const auto sidecar = spec.child("sidecar");
  sidecar.read("image", out.sidecarImage);
  readResources(sidecar, out.sidecarResources);

  const auto policy = spec.child("networkPolicy");
  policy.read("enabled", out.networkPolicy);
  readPeers(policy, "uiFrom", out.uiFrom);
  readPeers(policy, "metricsFrom", out.metricsFrom);
}

}  // namespace

Result<std::chrono::milliseconds> parseDuration(std::string_view text) {
  long long number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (problem == std::errc() && number > 0 && number < 1'000'000) {
    if (unit == "ms") return std::chrono::milliseconds(number);
    if (unit == "s") return std::chrono::milliseconds(number * 1'000);
    if (unit == "m") return std::chrono::milliseconds(number * 60'000);
  }
  return Error(ErrorCode::InvalidArgument,
               "\"" + std::string(text) + "\" is no duration such as \"2s\" or \"500ms\"");
}

ShoppingGuide parseGuideMetadata(const json& object) {
  ShoppingGuide guide;
  std::string ignored;
  const Reader metadata = Reader(object, "", &ignored).child("metadata");
  metadata.read("name", guide.name);
  metadata.read("namespace", guide.ns);
  metadata.read("uid", guide.uid);
  std::optional<std::int64_t> generation;
  metadata.read("generation", generation);
  guide.generation = generation.value_or(0);
  guide.deleting = metadata.has("deletionTimestamp");
  return guide;
}

Result<ShoppingGuide> parseGuide(const json& object) {
  if (!object.is_object() || !object.contains("spec")) {
    return Error(ErrorCode::InvalidArgument, "spec is missing: it needs at least spec.version");
  }
  auto guide = parseGuideMetadata(object);
  std::string error;
  readSpec(Reader(object.at("spec"), "spec", &error), guide.spec);
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, error);
  if (auto valid = validate(guide); !valid) return valid.error();
  return guide;
}

}  // namespace shopkeeper::api
