// YARN's queues: whose turn it is and how much each may take. Capacity scheduler: the queue that
// has used the smallest part of its share comes first, applications in the order of submission.
// Fair scheduler: queues below their minimum share first, then by use over weight; the application
// that has least comes first. Queues are leaves under root; nothing is preempted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct YarnQueue {
  std::string name = "default";
  double capacity = 100;       // per cent of the cluster that it may count on
  double maximum = 100;        // per cent that it can grow to
  double user_limit = 1;       // user-limit-factor: one user's part of `capacity`
  double am_percent = -1;      // of its own; negative: that of the scheduler
  double weight = 1;           // fair
  std::int64_t min_share = 0;  // fair, bytes
  std::string label;           // default-node-label-expression
};

// "etl capacity=60 maximum=100; adhoc capacity=40 user_limit=2 label=CORE". All that is wrong with
// it goes to `faults`, a sentence each; a setting that is wrong counts as not given.
std::vector<YarnQueue> parse_yarn_queues(std::string_view text, std::vector<std::string>& faults);
// What the CapacityScheduler does not start with: capacities that do not add up to 100, one above
// its maximum (ParentQueue.setChildQueues, CSQueueUtils.checkMaxCapacity, Hadoop 3.3).
std::vector<std::string> yarn_capacity_faults(const std::vector<YarnQueue>& queues);

// A full path, root.etl, names the same queue as etl.
std::string_view yarn_queue_name(std::string_view name);

// An application as the queues see it.
struct YarnClaim {
  std::uint32_t application = 0;  // in the order of submission
  std::uint32_t queue = 0;
  std::uint32_t user = 0;
  std::int64_t used = 0;    // bytes, its master included
  std::int64_t master = 0;  // bytes of its master
};

enum class YarnVerdict : std::uint8_t { Fine, QueueFull, UserFull, MastersFull };

class YarnQueues {
 public:
  struct Rules {
    bool fair = false;
    double am_percent = 10;  // maximum-am-resource-percent, maxAMShare
    std::int64_t unit = 1;   // capacity: limits are rounded up to it, the minimum allocation
  };
  YarnQueues(std::vector<YarnQueue> queues, Rules rules);

  const YarnQueue& at(std::uint32_t queue) const { return queues_[queue]; }
  // No such queue: the number of queues.
  std::uint32_t find(std::string_view name) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(queues_.size()); }

  // Counts anew: `cluster` bytes are there, and the applications hold what they claim.
  void count(std::int64_t cluster, const std::vector<YarnClaim>& claims);
  // Sorts the applications by whose turn it is.
  void sort(std::vector<YarnClaim>& claims) const;
  // May the application have so many bytes more?
  YarnVerdict executor(const YarnClaim& claim, std::int64_t bytes) const;
  // And a master? `partition`: bytes of the nodes where masters of its label can be. Capacity: one
  // master for each queue is always allowed. Fair: none is (FSLeafQueue.canRunAppAM [K]).
  YarnVerdict master(const YarnClaim& claim, std::int64_t bytes, std::int64_t partition) const;
  std::int64_t master_limit(std::uint32_t queue, std::int64_t partition) const;

 private:
  std::int64_t share(double per_cent, std::int64_t of) const;
  double turn(std::uint32_t queue) const;
  double fair_share(std::uint32_t queue) const;  // per cent

  std::vector<YarnQueue> queues_;
  Rules rules_;
  std::int64_t cluster_ = 0;
  std::vector<std::int64_t> used_;     // by queue
  std::vector<std::int64_t> masters_;  // by queue
  std::vector<bool> active_;           // by queue: it has applications
  std::vector<YarnClaim> by_user_;     // one for each queue and user
};

}  // namespace muster
