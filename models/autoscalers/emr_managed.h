// EMR managed scaling: looks at YARN's pending containers every few seconds, grows the task group
// before the core group, and takes idle machines back, core ones only down to what HDFS needs.
// spark-semantics 9.1, 9.3.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> emr_managed_parameters();
// The scenario, whose groups with a maximum it keeps, must outlive the result.
std::unique_ptr<Autoscaler> make_emr_managed(const Scenario& scenario);

}  // namespace muster
