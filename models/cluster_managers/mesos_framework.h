// One application as the Mesos master sees it: what it takes of offers, and which it has refused.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/view.h"
#include "sim/workload/conf.h"

namespace muster {

// What is still free of a machine in this round, and what an offer holds.
struct MesosShare {
  std::int32_t cores = 0;
  std::int64_t memory = 0;  // bytes
};

// What Spark's settings say. The overhead is spark.mesos.executor.memoryOverhead, else a tenth,
// 384 MiB at least.
struct MesosWish {
  explicit MesosWish(const Conf& conf);

  std::int64_t cores_max = 0;    // spark.cores.max
  std::int32_t cores = 0;        // spark.executor.cores; 0: all that are offered
  std::int32_t extra_cores = 0;  // that executors pretend to have
  Bytes heap;                    // spark.executor.memory
  Bytes container;               // with the overhead
  bool dynamic = false;          // the number of executors is limited by the application's target
  Duration refuse_full;          // rejectOfferDurationForReachedMaxCores
  std::int32_t driver_cores = 1;
  Bytes driver_container;
};

class MesosFramework {
 public:
  MesosFramework(ApplicationId id, const Conf& conf) : id_(id), wish_(conf) {}

  ApplicationId id() const { return id_; }
  const MesosWish& wish() const { return wish_; }
  MesosShare held() const { return held_; }
  std::uint32_t executors() const { return executors_; }

  // Looks at what it has now. True: it has just come, has lost an executor or wants more; then it
  // has revived offers, and forgets what it refused.
  bool look(const View& view);
  // Cores of the executor that it would start on such an offer; 0: none.
  std::int32_t would_take(const MesosShare& offer) const;
  // It starts an executor with so many cores.
  void take(std::int32_t cores);
  // How many more executors it waits for, as far as it says.
  std::uint32_t missing() const;

  // It gets no offer of so much, or less, of the node until then (RefusedOfferFilter).
  void refuse(std::uint32_t node, const MesosShare& offer, Time until);
  Time refused_until(std::uint32_t node, const MesosShare& offer) const;
  bool is_full() const { return held_.cores >= wish_.cores_max; }

 private:
  ApplicationId id_;
  MesosWish wish_;
  MesosShare held_;
  std::uint32_t executors_ = 0, limit_ = 0;
  bool known_ = false;
  struct Refusal {
    MesosShare offer;
    Time until;
  };
  std::vector<Refusal> refused_;  // by row of View::nodes
};

}  // namespace muster
