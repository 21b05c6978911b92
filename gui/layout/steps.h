// Step functions of time (running tasks, executors, ...) at every zoom.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace muster::gui {

class Steps {
 public:
  std::string name, unit;

  // Value from each time on; times ascending, of equal ones the last counts.
  void set(const std::vector<std::pair<std::int64_t, double>>& points);
  // From changes at times in any order.
  void sum(std::vector<std::pair<std::int64_t, std::int32_t>> changes);

  bool empty() const { return at_.empty(); }
  double most() const { return most_; }
  // The value at a time: 0 before the first.
  double value(std::int64_t at) const;
  // The largest in [from, to].
  double most(std::int64_t from, std::int64_t to) const;

 private:
  std::size_t find(std::int64_t at) const;  // the first point after it
  void build();

  std::vector<std::int64_t> at_;
  std::vector<std::vector<float>> largest_;  // by point, then of 16 points each, of 256, ...
  double most_ = 0;
};

}  // namespace muster::gui
