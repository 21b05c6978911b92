// What one executor takes of a machine, and how many there is room for, where YARN or Kubernetes
// decides: told from the scenario alone, before anything runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// Of a machine: thousandths of a core (0: cores are not counted) and bytes.
struct Share {
  std::int64_t millis = 0;
  std::int64_t memory = 0;
};

struct Capacity {
  Share executor;
  // The driver in cluster mode, YARN's application master in client mode. No memory: it is
  // elsewhere.
  Share driver;
  std::string driver_is;  // "driver", "application master"
  Share largest;          // of what executors may use of one machine; of each the most
  bool driver_fits = true;
  bool executor_fits = true;  // some machine that carries nothing else could hold one
  // Executors beside the driver; with an autoscaler, on as many machines as there may ever be.
  std::int64_t room = 0;
  // YARN: the queue that lets it have no more; empty: the machines do.
  std::string queue;
  // Cores of an executor and of all the machines for them, where its vcores are not counted.
  std::int64_t uncounted_cores = 0, machine_cores = 0;
  // What Spark's submission or YARN answers; empty: it is taken.
  std::string refusal;
};

// The first application as models are asked about it before anything runs: its settings, version
// and master, no work.
Application application_asked(const Scenario& scenario);

// Of the first application. `scenario` is completed(). Nothing for other managers.
std::optional<Capacity> capacity_of(const Scenario& scenario);

}  // namespace muster
