// What is wrong with the use of a model beyond the values of single parameters.
#pragma once

#include <string>
#include <vector>

namespace muster {

struct ModelFault {
  std::string parameter;  // that it is about; empty: the model as a whole
  std::string what;       // a sentence without a full stop
  std::string path = {};  // in the scenario, where it is about something else than the model
};
using ModelFaults = std::vector<ModelFault>;

}  // namespace muster
