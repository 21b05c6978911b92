// How a driver finds out about executors that it does not hear of: HeartbeatReceiver
// (core/.../HeartbeatReceiver.scala, 3.5; spark-semantics.md, 8 and 18.2).
#pragma once

#include <string>

#include "sim/base/units.h"
#include "sim/engine/view.h"

namespace muster {

// From the moment an executor falls silent: it sends a heartbeat every
// spark.executor.heartbeatInterval (10 s), is given up without one for spark.network.timeout
// (120 s), and the driver looks every spark.network.timeoutInterval (60 s). Drawn by executor.
Duration until_given_up(const Conf& conf, const View& view, ExecutorId executor);

// From the moment that nobody answers an executor until it exits by itself, with code 56: after
// spark.executor.heartbeat.maxFailures (60) heartbeats without an answer, each waited for as long
// as an interval (Executor.reportHeartBeat and HEARTBEAT_MAX_FAILURES, 3.5). Drawn by executor.
Duration until_it_exits(const Conf& conf, const View& view, ExecutorId executor);

// What Spark says of it.
std::string heartbeat_text(const Conf& conf);

}  // namespace muster
