// The catalog for people and for editors.
#pragma once

#include <string>
#include <vector>

#include "models/catalog.h"
#include "sim/scenario/schema.h"

namespace muster {

// What a value may be: "duration, at most 10min", "start or first_job", "whole number, 1 to 100".
std::string parameter_range(const Parameter& parameter);

// "cluster.manager"; of a port that is not chosen in scenarios "(built in)".
std::string port_path(const PortInfo& port);

// The ports with models for json_schema().
std::vector<SchemaPort> schema_ports(const std::vector<PortInfo>& ports);

}  // namespace muster
