// The tables behind spark_keys.h, for its own .cpp and test.
#pragma once

#include <span>
#include <string_view>

#include "sim/scenario/spark_keys.h"

namespace muster {

std::span<const SparkKey> core_keys();
std::span<const SparkKey> sql_keys();
std::span<const SparkKey> cluster_keys();

// Words separated by white space: "@prefix" begins the names that follow it.
std::string_view other_spark_names();

}  // namespace muster
