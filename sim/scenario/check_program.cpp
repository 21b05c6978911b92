// The RDDs of a program, and whether its steps name what there is.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/scenario/checker.h"

namespace muster {
namespace {

constexpr std::int64_t kMostPartitions = 100'000'000;

class ProgramChecker {
 public:
  ProgramChecker(const Checker& checker, const ProgramWorkload& program)
      : checker_(checker), program_(program) {}

  void check() {
    for (std::size_t r = 0; r < program_.rdds.size(); ++r)
      check_rdd(program_.rdds[r], "/workload/rdds/" + std::to_string(r));
    check_steps(program_.before, "/workload/before");
    for (std::size_t r = 0; r < program_.rounds.size(); ++r)
      for (std::size_t t = 0; t < program_.rounds[r].threads.size(); ++t)
        check_steps(program_.rounds[r].threads[t].steps,
                    "/workload/rounds/" + std::to_string(r) + "/threads/" + std::to_string(t) +
                        "/steps");
    check_steps(program_.after, "/workload/after");
  }

 private:
  // RDDs come after their parents, so cycles cannot be written down.
  void check_rdd(const RddSpec& rdd, const std::string& path) {
    std::int64_t partitions = rdd.partitions;
    if (rdd.op == "map" || rdd.op == "union") partitions = 0;
    for (std::size_t p = 0; p < rdd.parents.size(); ++p) {
      const std::size_t parent = row_of(rdd.parents[p]);
      if (parent == ids_.size())
        unknown(rdd.parents[p], path + "/parents/" + std::to_string(p), "no RDD above this one");
      else if (rdd.op == "map" || rdd.op == "union")
        partitions += partitions_[parent];
    }
    check_parents(rdd, path);
    // DAGScheduler.checkBarrierStageWithDynamicAllocation, 2.4.
    if (rdd.barrier && allocates_dynamically(checker_.scenario, checker_.scenario.conf))
      checker_.add(path + "/barrier",
                   "Spark says: [SPARK-24942]: Barrier execution mode does not support dynamic "
                   "resource allocation for now. You can disable dynamic resource allocation by "
                   "setting Spark conf \"spark.dynamicAllocation.enabled\" to \"false\".");
    if (partitions > kMostPartitions)
      checker_.add(path, "has more than " + std::to_string(kMostPartitions) + " partitions");
    const auto* listed = std::get_if<ListedDurations>(&rdd.work);
    if (listed && static_cast<std::int64_t>(listed->values.size()) != partitions)
      checker_.add(path + "/work", "has " + std::to_string(listed->values.size()) +
                                       " durations for " + std::to_string(partitions) +
                                       " partitions");
    if (rdd.failing_partition && partitions > 0 && *rdd.failing_partition >= partitions)
      checker_.add(path + "/failing_partition",
                   "is " + std::to_string(*rdd.failing_partition) + ", and the last partition is " +
                       std::to_string(partitions - 1));
    if (row_of(rdd.id) != ids_.size())
      checker_.add(path + "/id", "another RDD is called `" + rdd.id + "` as well");
    ids_.push_back(rdd.id);
    partitions_.push_back(partitions);
  }

  void check_parents(const RddSpec& rdd, const std::string& path) const {
    const std::size_t count = rdd.parents.size();
    const bool one = rdd.op == "map" || rdd.op == "shuffle";
    if (rdd.op == "source" && count > 0) checker_.add(path + "/parents", "a source has none");
    if (one && count != 1)
      checker_.add(path + "/parents", "a " + rdd.op + " has one, got " + std::to_string(count));
    if ((rdd.op == "join" || rdd.op == "union") && count < 2)
      checker_.add(path + "/parents",
                   "a " + rdd.op + " has two or more, got " + std::to_string(count));
  }

  void check_steps(const std::vector<StepSpec>& steps, const std::string& path) const {
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const StepSpec& step = steps[s];
      const std::string where = path + "/" + std::to_string(s);
      const int kinds = int{!step.job.empty()} + int{step.gap.has_value()} +
                        int{step.wait_executors > 0} + int{!step.unpersist.empty()};
      if (kinds != 1)
        checker_.add(where, "expected one of `job`, `gap`, `wait_executors` and `unpersist`");
      if (!step.job.empty() && row_of(step.job) == ids_.size())
        unknown(step.job, where + "/job", "no RDD");
      if (!step.unpersist.empty() && row_of(step.unpersist) == ids_.size())
        unknown(step.unpersist, where + "/unpersist", "no RDD");
    }
  }

  std::size_t row_of(const std::string& id) const {
    std::size_t row = 0;
    while (row < ids_.size() && ids_[row] != id) ++row;
    return row;
  }
  void unknown(const std::string& id, const std::string& path, const char* what) const {
    const std::vector<std::string_view> names(ids_.begin(), ids_.end());
    checker_.add(path, std::string(what) + " is called `" + id + "`" + did_you_mean(id, names));
  }

  const Checker& checker_;
  const ProgramWorkload& program_;
  std::vector<std::string> ids_;
  std::vector<std::int64_t> partitions_;
};

}  // namespace

void check_program(const Checker& checker, const ProgramWorkload& program) {
  ProgramChecker(checker, program).check();
}

}  // namespace muster
