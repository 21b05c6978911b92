// From Spark's task id to the row of the attempt. Ids count up from 0 or, in a log that starts
// late, from some larger number, so a window of consecutive ids is a plain array; ids far from it
// (edited logs) go to a map, and memory stays in proportion to the tasks.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/base/ids.h"

namespace muster {

class TaskRows {
 public:
  AttemptId find(std::int64_t task_id) const;  // none() when the id is new
  void set(std::int64_t task_id, AttemptId row);

 private:
  static constexpr std::int64_t kBelow = 1 << 14;  // room for ids before the first one seen
  bool in_window(std::int64_t task_id) const;

  std::int64_t first_ = -1;  // id of window_[0]; -1: nothing seen
  std::int64_t stored_ = 0;
  std::vector<AttemptId> window_;
  std::map<std::int64_t, AttemptId> others_;
};

}  // namespace muster
