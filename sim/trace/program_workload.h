// A written-out driver program as a workload: its lineage cut into stages at shuffles, job by job,
// by the rules of DAGScheduler (core/.../scheduler/DAGScheduler.scala, 3.5; spark-semantics.md,
// 1.1).
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// The scenario's workload must be a ProgramWorkload whose RDDs come after their parents. Which of
// two sibling parents gets the lower stage id is drawn from the scenario's seed, as Spark's
// identity set makes it a matter of chance.
Application application_from_program(const Scenario& scenario);

}  // namespace muster
