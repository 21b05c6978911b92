// Indices into the flat tables of a run, one type per table. An id is a position, so it is valid
// only together with the table that gave it out; Spark's own numbers (stage 7, task 31) are plain
// integers stored in the rows.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace muster {

template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}
  static constexpr Id none() { return Id(); }

  constexpr std::uint32_t index() const { return index_; }
  constexpr bool valid() const { return index_ != kNone; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  std::uint32_t index_ = kNone;
};

using NodeId = Id<struct NodeTag>;
using ExecutorId = Id<struct ExecutorTag>;
using ApplicationId = Id<struct ApplicationTag>;
using JobId = Id<struct JobTag>;          // row of a job table
using StageId = Id<struct StageTag>;      // row of a stage table
using TaskSetId = Id<struct TaskSetTag>;  // row of the stage attempts submitted so far
using AttemptId = Id<struct AttemptTag>;  // row of the attempt table
using FlightId = Id<struct FlightTag>;    // row of the attempts in flight, used again and again
using RddId = Id<struct RddTag>;          // row of an RDD table
using ResourceId = Id<struct ResourceTag>;

}  // namespace muster
