// Whole scenarios, run as the command runs them.
#pragma once

#include <gtest/gtest.h>

#include "sim/run/run.h"

namespace muster {

// The result of a scenario that has to run; an empty one, and a failure, where it does not.
inline Result result_of(const Scenario& scenario) {
  Problems problems;
  auto result = run(scenario, problems, {.explain = true, .progress = {}, .stop = {}});
  EXPECT_TRUE(result) << problems.text();
  return result ? *result : Result();
}

}  // namespace muster
