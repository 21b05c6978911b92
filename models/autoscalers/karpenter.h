// Karpenter: gathers pending pods for a moment, then orders machines for all of them at once, of
// the groups that cost least for them; empty machines go soon. spark-semantics 8.4.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> karpenter_parameters();
// The scenario, whose groups with a maximum it keeps, must outlive the result.
std::unique_ptr<Autoscaler> make_karpenter(const Scenario& scenario);

}  // namespace muster
