// Apache Mesos in its coarse-grained mode. The master offers what is free on an agent to one
// application at a time, the one with the smallest dominant share; the application takes as many
// executors as spark.cores.max lets it, one on each offer in turn, and refuses the rest for a
// while (MesosCoarseGrainedSchedulerBackend, Spark 3.5). Not modelled: constraints, roles, GPUs,
// ports, locality, agents excluded after two failures, the fine-grained mode.
#pragma once

#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> mesos_parameters();
// Keeps nothing of the scenario but copies.
std::unique_ptr<ClusterManager> make_mesos(const Scenario& scenario);
// Spark 4.0 and later have no Mesos.
ModelFaults mesos_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
