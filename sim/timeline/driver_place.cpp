#include "sim/timeline/driver_place.h"

#include <algorithm>
#include <string_view>

namespace muster {
namespace {

DriverPlace::Kind kind_of(const Conf& conf) {
  const std::string master = conf.text("spark.master", "");
  const std::string mode = conf.text("spark.submit.deployMode", "client");
  // spark-submit of Spark 1.x has the mode in the master; local-cluster has executors of its own.
  if (master == "local" || master.starts_with("local[")) return DriverPlace::Kind::Local;
  if (master == "yarn-cluster" || master == "yarn-standalone") return DriverPlace::Kind::Master;
  if (mode != "cluster") return DriverPlace::Kind::Client;
  if (master.starts_with("yarn")) return DriverPlace::Kind::Master;
  if (master.starts_with("k8s://")) return DriverPlace::Kind::Pod;
  return DriverPlace::Kind::Cluster;
}

std::string logged_host(const Timeline& timeline) {
  std::string host = timeline.conf.text("spark.driver.host", "");
  const auto own = std::ranges::find_if(timeline.executors, &ExecutorSpan::is_driver);
  if (host.empty() && own != timeline.executors.end()) host = own->host;
  return host;
}

}  // namespace

DriverPlace driver_place(const Timeline& timeline, const Milestones& milestones) {
  DriverPlace out{.kind = kind_of(timeline.conf),
                  .host = milestones.driver_place,
                  .pod = {},
                  .simulated = milestones.submitted.happened()};
  if (out.kind == DriverPlace::Kind::Client && !out.host.empty())
    out.kind = DriverPlace::Kind::Cluster;
  if (out.kind == DriverPlace::Kind::Pod && !out.simulated)
    out.pod = timeline.conf.text("spark.kubernetes.driver.pod.name", "");
  if (out.host.empty()) out.host = logged_host(timeline);
  return out;
}

std::string words_of(const DriverPlace& place) {
  const bool in_cluster =
      place.kind != DriverPlace::Kind::Local && place.kind != DriverPlace::Kind::Client;
  if (in_cluster && place.simulated && place.host.empty()) return "not placed yet (cluster mode)";
  const std::string on = place.host.empty() ? std::string() : " on " + place.host;
  switch (place.kind) {
    case DriverPlace::Kind::Local:
      return "in one JVM with the executor" + on;
    case DriverPlace::Kind::Client:
      if (!on.empty()) return on.substr(1) + " (client mode)";
      return place.simulated ? "outside the cluster (client mode)"
                             : "where spark-submit was called (client mode)";
    case DriverPlace::Kind::Master:
      return "in the ApplicationMaster" + on;
    case DriverPlace::Kind::Pod:
      // In a log spark.driver.host is the service in front of the pod, not its node.
      if (place.simulated) return "in the driver pod" + on;
      return "in the driver pod" + (place.pod.empty() ? std::string() : " " + place.pod) +
             (place.host.empty() ? std::string() : ", reached as " + place.host);
    case DriverPlace::Kind::Cluster:
      break;
  }
  return on.empty() ? "in the cluster (cluster mode)" : on.substr(1) + " (cluster mode)";
}

}  // namespace muster
