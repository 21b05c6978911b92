// What the parts of validate() share.
#pragma once

#include <string>
#include <utility>

#include "sim/base/problems.h"
#include "sim/scenario/master.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

struct Checker {
  const Scenario& scenario;
  Problems& problems;
  const SourceLines* lines;

  void add(const std::string& path, std::string what) const {
    problems.add(scenario.file, lines ? lines->where(path) : path, std::move(what));
  }
};

// version_number(), and 0 for texts with numbers that no version has.
int plausible_version(const std::string& text);
// Settings that Spark refuses when it starts, in its words.
void check_refusals(const Checker& checker, const Conf& conf, const std::string& path);
// GPUs and the like: amounts that Spark refuses, in its words.
void check_resources(const Checker& checker, const Conf& conf, const std::string& path);
// Every field against the limits in the table of fields.
void check_limits(const Checker& checker);
// The jobs, their stages, and who waits for whom; `path` is the workload's.
void check_jobs(const Checker& checker, const JobsWorkload& workload, const std::string& path);
// Its resource profiles, for an application with these settings, and whether stages name them.
void check_profiles(const Checker& checker, const JobsWorkload& workload, const Conf& conf,
                    const std::string& path);
// The kind of cluster that the scenario's manager, cloud or master stands for; Local: none of them
// says.
Master::Kind cluster_kind(const Scenario& scenario);
// Whether dynamic allocation is in effect (Utils.isDynamicAllocationEnabled, 3.5): never with a
// local master; on EMR by default, but for maximizeResourceAllocation.
bool allocates_dynamically(const Scenario& scenario, const Conf& conf);
// The RDDs of a program, and whether its steps name what there is.
void check_program(const Checker& checker, const ProgramWorkload& program);

}  // namespace muster
