// Instance fleets of EMR: so many units of capacity on demand and so many on spot, of whichever of
// the listed types is cheapest for a unit (EMR management guide, instance fleets: lowest-price).
#pragma once

#include <string>
#include <string_view>

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"

namespace muster {

// For an hour of a machine; zero: not known. The scenario's own prices win over the built-in ones,
// which have none for spot: those move.
Money price_of(const ClusterSpec& cluster, std::string_view instance, bool spot);

// The scenario with machines of a type sized by it (size_by_type()) and two groups of nodes in
// place of each fleet: NAME on demand and NAME-spot. EMR rounds up to whole machines, so that a
// fleet may have more units than asked for. On spot a type without a known price is taken only
// where none has one: the first of the list.
Scenario with_fleets(const Scenario& scenario);

}  // namespace muster
