// Runs and reading that are asked to stop: nothing, without a problem, and soon; a stop that nobody
// asks for changes nothing.
#include <gtest/gtest.h>

#include <stop_token>
#include <string>

#include "sim/base/problems.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/trace/read_log.h"
#include "tests/report_timelines.h"
#include "tests/shell.h"

namespace muster {
namespace {

Scenario scenario_of(int tasks) {
  Problems problems;
  auto scenario = parse_scenario(R"({
    "cluster": {"executors": [{"count": 20, "cores": 4}]},
    "workload": {"jobs": [{"stages": [{"tasks": )" +
                                     std::to_string(tasks) +
                                     R"(, "duration": {"median": "1s", "sigma": 0.5}}]}]}
  })",
                                 "test.json", problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return scenario.value_or(Scenario());
}

TEST(Stop, EndsARunWithoutAResultAndWithoutAProblem) {
  constexpr int kTasks = 2'000'000;
  std::stop_source source;
  std::size_t reached = 0;
  RunOptions options;
  options.stop = source.get_token();
  options.progress = [&](Time, std::size_t attempts) {
    reached = attempts;
    source.request_stop();
  };
  Problems problems;
  EXPECT_FALSE(run(scenario_of(kTasks), problems, options));
  EXPECT_TRUE(problems.empty()) << problems.text();
  EXPECT_GT(reached, 0U);
  EXPECT_LT(reached, std::size_t{kTasks} / 10);  // it was not told again: it was over
}

TEST(Stop, ThatIsNotAskedForChangesNothing) {
  const Scenario scenario = scenario_of(20'000);
  Problems problems;
  const std::stop_source source;
  RunOptions options;
  options.stop = source.get_token();
  const auto plain = run(scenario, problems), with = run(scenario, problems, options);
  ASSERT_TRUE(plain && with) << problems.text();
  EXPECT_EQ(plain->timeline, with->timeline);
}

// The next megabyte after it was asked is the last that is read.
TEST(Stop, EndsReadingSoonAndWithoutAProblem) {
  constexpr std::size_t kMegabytes = 8;
  const ScratchFolder folder;
  const std::string log = folder.path("log");
  std::string line = R"({"Event":"SparkListenerLogStart","Spark Version":"3.5.0"})";
  line += std::string(1023 - line.size(), ' ') + "\n";
  std::string text;
  for (std::size_t i = 0; i < kMegabytes * 1024; ++i) text += line;
  write_text_file(log, text);
  std::stop_source source;
  Problems problems;
  std::size_t told = 0;
  const auto at_first = [&](std::uint64_t, std::uint64_t) {
    ++told;
    source.request_stop();
  };
  EXPECT_FALSE(read_log(log, problems, at_first, source.get_token()));
  EXPECT_EQ(told, 1U);
  told = 0;
  const auto count = [&](std::uint64_t, std::uint64_t) { ++told; };
  EXPECT_TRUE(read_log(log, problems, count));
  EXPECT_GE(told, kMegabytes);
  EXPECT_FALSE(read_log(log, problems, {}, source.get_token()));
  EXPECT_TRUE(problems.empty()) << problems.text();
}

}  // namespace
}  // namespace muster
