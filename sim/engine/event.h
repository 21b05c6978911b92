// Facts: what can happen in the simulated world. Named after Spark's listener events where Spark
// has one. The variant is closed: adding a fact makes the compiler list every place that must know
// it. Within one instant facts happen in the order of this list, then in that of their scheduling.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/base/ids.h"

namespace muster::event {

// spark-submit has been called.
struct ApplicationSubmitted {
  ApplicationId application;
};
// The cluster manager knows of the application: its wish for executors counts.
struct ApplicationRegistered {
  ApplicationId application;
};
// SparkContext's constructor looks whether enough executors are registered
// (TaskSchedulerImpl.waitBackendReady, every 100 ms).
struct ContextCheck {
  ApplicationId application;
};
// A thread of the driver program goes on with its next step.
struct StepDue {
  std::uint32_t thread;  // row over all applications
};
// Failed stages are submitted again (ResubmitFailedStages in DAGScheduler).
struct StagesResubmitted {
  ApplicationId application;
};
struct NodeReady {
  std::uint32_t node;
};
// Its notice is over, or it broke: it is gone with all that was on it.
struct NodeGone {
  std::uint32_t node;
};
// The executor is registered with the driver (SparkListenerExecutorAdded); it gets no offer yet.
struct ExecutorAdded {
  ExecutorId executor;
};
// The executor object is built and its cores are free (LaunchedExecutor in CoarseGrainedScheduler-
// Backend): the moment of its first offer.
struct ExecutorUsable {
  ExecutorId executor;
};
// The executor process is gone, with whatever ran on it.
struct ExecutorRemoved {
  ExecutorId executor;
};
// The process of an executor ends that its driver did not hear any more: its node is free.
struct ExecutorExited {
  ExecutorId executor;
};
// The executor gets no new tasks from now on and leaves when its last one has ended.
struct ExecutorDraining {
  ExecutorId executor;
};
// The next phase of a running attempt begins.
struct PhaseDone {
  FlightId flight;
};
// The driver has received the final status of an attempt: its cores are free.
struct StatusUpdate {
  FlightId flight;
};
// The driver has handled the attempt's result (SparkListenerTaskEnd).
struct TaskEnd {
  FlightId flight;
};
// A stage attempt fails as a whole, for a reason outside its own tasks.
struct StageAborted {
  TaskSetId task_set;
};
struct StageCompleted {
  StageId stage;
};
struct JobEnd {
  JobId job;
};
// The driver program calls an action (SparkListenerJobStart).
struct JobStart {
  JobId job;
};
struct StageSubmitted {
  StageId stage;
};
// The task set is built and its binary broadcast: its tasks can be offered.
struct TaskSetReady {
  TaskSetId task_set;
};
// A policy asked to be called now.
struct Wake {
  std::uint32_t waker;  // row over all policies
};
// The driver program starts (SparkListenerApplicationStart).
struct ApplicationStart {
  ApplicationId application;
};
struct ApplicationEnd {
  ApplicationId application;
};

}  // namespace muster::event

namespace muster {

using Event =
    std::variant<event::ApplicationSubmitted, event::ApplicationStart, event::ApplicationRegistered,
                 event::NodeReady, event::ExecutorAdded, event::ExecutorUsable, event::PhaseDone,
                 event::StatusUpdate, event::TaskEnd, event::NodeGone, event::ExecutorRemoved,
                 event::ExecutorExited, event::ExecutorDraining, event::StageAborted,
                 event::StageCompleted, event::JobEnd, event::ContextCheck, event::StepDue,
                 event::JobStart, event::StagesResubmitted, event::StageSubmitted,
                 event::TaskSetReady, event::Wake, event::ApplicationEnd>;
// The place of a fact in the list: the order within an instant, and what the queue keeps of it
// beside the row that it is about.
template <class Fact, std::size_t I = 0>
constexpr std::uint8_t kind_of() {
  if constexpr (std::is_same_v<Fact, std::variant_alternative_t<I, Event>>)
    return static_cast<std::uint8_t>(I);
  else
    return kind_of<Fact, I + 1>();
}

// Every fact is about one row of one table.
template <class Fact>
std::uint32_t row_of(Fact fact) {
  static_assert(sizeof(Fact) == sizeof(std::uint32_t) && std::is_trivially_copyable_v<Fact>);
  return std::bit_cast<std::uint32_t>(fact);
}

// Calls handle(fact) with the fact of this kind about this row; returns what it returns.
template <class Handle, std::size_t... I>
bool visit_fact(std::uint32_t kind, std::uint32_t row, Handle&& handle,
                std::index_sequence<I...>) {
  bool result = false;
  static_cast<void>(
      ((kind == I &&
        (result = handle(std::bit_cast<std::variant_alternative_t<I, Event>>(row)), true)) ||
       ...));
  return result;
}
template <class Handle>
bool visit_fact(std::uint32_t kind, std::uint32_t row, Handle&& handle) {
  return visit_fact(kind, row, handle, std::make_index_sequence<std::variant_size_v<Event>>());
}

}  // namespace muster
