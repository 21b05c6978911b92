// Several disturbances at once, each as if it were alone.
#pragma once

#include <memory>
#include <vector>

#include "sim/engine/policy.h"

namespace muster {

std::unique_ptr<Disturbances> make_several(std::vector<std::unique_ptr<Disturbances>> parts);

}  // namespace muster
