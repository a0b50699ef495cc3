// What the builders need to know about the operator and the cluster, the same for all guides.
#pragma once

#include <string>

namespace shopkeeper::specs {

struct Platform {
  std::string imageRegistry = "shopkeeper";  // prefix of image names
  std::string sidecarImage;                  // the operator's release; guides may override it
  std::string operatorNs = "shopkeeper-system";
  std::string clusterDomain = "cluster.local";
  int controlPort = 8443;
  std::string caBundle;  // PEM of all authorities that sidecars should trust

  // The Service of the operator is always named so: the chart and the certificate agree on it.
  std::string controlHost() const { return "shopkeeper-operator." + operatorNs + ".svc"; }
};

}  // namespace shopkeeper::specs
