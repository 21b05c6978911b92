// What must hold for every scenario that comes with the sources, whatever goes wrong in it: if the
// application succeeds, every task of every stage that ran has succeeded, and only once in a stage
// attempt, but for those whose output was lost afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/validate.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenarios() {
  std::vector<std::string> out;
  const fs::path folder = fs::path(MUSTER_SOURCE_DIR) / "scenarios";
  for (const fs::directory_entry& e : fs::directory_iterator(folder))
    if (e.path().extension() == ".json") out.push_back(e.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

class ScenarioLaws : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string path = (fs::path(MUSTER_SOURCE_DIR) / "scenarios" / GetParam()).string();
    Problems problems;
    const auto scenario = read_scenario(path, problems);
    ASSERT_TRUE(scenario) << problems.text();
    validate(*scenario, problems);
    ASSERT_TRUE(problems.empty()) << problems.text();
    auto result = run(*scenario, problems);
    ASSERT_TRUE(result) << problems.text();
    ASSERT_TRUE(result->succeeded) << result->failure;
    result_ = std::move(*result);
  }
  Result result_;
};

TEST_P(ScenarioLaws, EveryTaskSucceedsOnceInItsStageAttempt) {
  const Timeline& timeline = result_.timeline;
  std::set<std::uint32_t> resubmitted;
  for (const AttemptFailure& failure : timeline.failures)
    resubmitted.insert(failure.attempt.index());
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> successes;  // by stage attempt and index
  std::map<std::int64_t, std::set<std::uint32_t>> done;              // partitions, by stage id
  for (std::size_t a = 0; a < timeline.attempts.size(); ++a) {
    if (timeline.attempts.outcome[a] != Outcome::Success) continue;
    const StageId stage = timeline.attempts.stage[a];
    done[timeline.stages[stage.index()].id].insert(timeline.attempts.partition[a]);
    if (!resubmitted.contains(static_cast<std::uint32_t>(a)))
      ++successes[{stage.index(), timeline.attempts.index[a]}];
  }
  for (const auto& [task, count] : successes)
    EXPECT_EQ(count, 1) << "stage row " << task.first << ", task " << task.second;
  for (const StageSpan& stage : timeline.stages) {
    if (!stage.submitted.happened() || stage.attempt > 0) continue;
    EXPECT_EQ(static_cast<std::int64_t>(done[stage.id].size()), stage.tasks) << stage.id;
  }
}

TEST_P(ScenarioLaws, CoresAreNotOverbooked) {
  EXPECT_LE(result_.totals.busy, result_.totals.available);
  Money leases;
  for (const Lease& lease : result_.leases) leases += lease.cost;
  EXPECT_EQ(leases, result_.cost);
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioLaws, ::testing::ValuesIn(scenarios()),
                         [](const auto& each) {
                           std::string name = each.param.substr(0, each.param.find('.'));
                           return name;
                         });

}  // namespace
}  // namespace muster
