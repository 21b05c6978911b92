// Summaries for people: what comes first, what is cut, and that lines fit the terminal.
#include "sim/report/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/report/run_words.h"
#include "sim/report/table.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

Result result_of(Timeline timeline) {
  Result result;
  result.totals = totals_of(timeline);
  result.timeline = std::move(timeline);
  return result;
}

std::string run_text(const Result& result, const PrintOptions& options) {
  std::ostringstream out;
  print_run(out, result, explain(result.timeline), options);
  return out.str();
}

std::string replay_text(const Timeline& real, const Result& simulated,
                        const PrintOptions& options) {
  std::ostringstream out;
  print_replay(out, {"the end is cut off"}, real, simulated, compare(real, simulated.timeline),
               explain(real), explain(simulated.timeline), options);
  return out.str();
}

void expect_fits(const std::string& text, std::size_t width) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), width) << line;
    EXPECT_EQ(line, line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

TEST(Print, SmallRun) {
  TimelineMaker make;
  make.executor("0", "a", 2, 1000).job(0, 2000, 5500, {0}).stage(0, 2100, 5200, 2);
  make.task(0, 0, 0, 2500, 5000).task(0, 1, 0, 2500, 4000).end(7000);
  EXPECT_EQ(
      run_text(result_of(make.timeline), PrintOptions()),
      R"(made by hand · app-20231114221320-0001 · Spark 3.5.7 · spark://master:7077 · client mode
  scheduler FIFO · executors 1 x 2 cores, 1.0 GiB each · driver 1.0 GiB · dynamic allocation off ·
  adaptive execution on · speculation off · locality wait 3.00 s · shuffle partitions 200

wall time 7.00 s
  1 job, 1 stage run, 2 tasks
  cores busy 33.3 % of 12.0 s core time

What the wall time went to
  critical path            time  of wall
  before the first job   2.00 s   28.6 %
  submitting the stage   100 ms    1.4 %
  preparing the stage    400 ms    5.7 %
  running the last task  2.50 s   35.7 %
  ending the stage       200 ms    2.9 %
  ending the job         300 ms    4.3 %
  after the last job     1.50 s   21.4 %

  longest waits on it        at    took  where
  before the first job      0 s  2.00 s
  preparing the stage    2.10 s  400 ms  stage 0.0
  running the last task  2.50 s  2.50 s  stage 0.0, task 0 of 2, executor 0 on a
  ending the job         5.20 s  300 ms  job 0
  after the last job     5.50 s  1.50 s

What the cores did
  cores                                   core time   share
  running tasks                              4.00 s  33.3 %
  idle, driver: after the last job           3.00 s  25.0 %
  idle, driver: before the first job         2.00 s  16.7 %
  idle, driver: ending stages and jobs       1.20 s  10.0 %
  idle, waiting for a stage's last tasks     1.00 s   8.3 %
  idle, driver: preparing a stage            800 ms   6.7 %

Stages (1 run)
  stage  what                  tasks    took  of wall  task p50     p95     max  skew
    0.0  count at Job.scala:0      2  3.10 s   44.3 %    1.50 s  2.50 s  2.50 s  1.7x

Jobs (1)
  job  what                   start    took
    0  count at Job.scala:0  2.00 s  3.50 s

Executors
  1, registered at 1.00 s, 2 cores
)");
}

TEST(Print, FailureComesFirst) {
  Result result = result_of(rich_timeline());
  result.succeeded = false;
  result.failure = "Job aborted due to stage failure: Task 0 failed 4 times\nDriver stacktrace:";
  const std::string text = run_text(result, PrintOptions());
  EXPECT_TRUE(text.starts_with("FAILED Job aborted due to stage failure: Task 0 failed 4 times\n"));
  EXPECT_EQ(text.find("stacktrace"), text.npos);
  const std::string replay = replay_text(rich_timeline(), result, PrintOptions());
  EXPECT_TRUE(replay.starts_with("FAILED job 1 failed: Job aborted due to stage failure:\n"));
  EXPECT_LT(replay.find("SIMULATION FAILED"), replay.find("log: the end is cut off"));
  EXPECT_LT(replay.find("log: the end is cut off"), replay.find("wall time real"));
}

TEST(Print, LinesFitTheTerminal) {
  for (const std::size_t width : {80, 100, 120}) {
    PrintOptions options;
    options.width = width;
    for (const Timeline& timeline : {rich_timeline(), random_timeline(4, 40)}) {
      expect_fits(run_text(result_of(timeline), options), width);
      expect_fits(replay_text(timeline, result_of(random_timeline(5, 30)), options), width);
    }
  }
}

TEST(Print, NothingFromALogReachesTheTerminalRaw) {
  const std::string text = run_text(result_of(rich_timeline()), PrintOptions());
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(Print, LongTablesAreCut) {
  PrintOptions options;
  options.max_rows = 10;
  const std::string cut = run_text(result_of(random_timeline(4, 47)), options);
  EXPECT_NE(cut.find("Jobs (47)"), cut.npos);
  EXPECT_NE(cut.find("… and 37 more (--all)"), cut.npos);
  options.max_rows = 0;
  EXPECT_EQ(run_text(result_of(random_timeline(4, 47)), options).find("--all"), cut.npos);
}

TEST(Print, ReplayOfItselfShowsNoError) {
  const Timeline timeline = random_timeline(4, 5);
  const std::string text = replay_text(timeline, result_of(timeline), PrintOptions());
  EXPECT_NE(text.find("error 0.0 %"), text.npos);
  EXPECT_EQ(text.find("note: only in"), text.npos);
}

TEST(Print, ComparisonUsesTheGivenNames) {
  PrintOptions options;
  options.left = "4 executors", options.right = "8 executors", options.difference = "change";
  const Result left = result_of(random_timeline(4, 5)), right = result_of(random_timeline(5, 5));
  std::ostringstream out;
  print_comparison(out, left, right, compare(left.timeline, right.timeline),
                   explain(left.timeline), explain(right.timeline), options);
  EXPECT_NE(out.str().find("wall time 4 executors "), std::string::npos);
  EXPECT_NE(out.str().find(", change "), std::string::npos);
  EXPECT_EQ(out.str().find("real"), std::string::npos);
}

TEST(RunWords, CountExecutorsAtOnceAndInAll) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0, 2000).executor("1", "a", 2, 2500).executor("2", "b", 4, 0);
  make.end(7000);
  const Result result = result_of(make.timeline);
  EXPECT_EQ(executors_text(result.totals), "2 executors at once (3 in all)");
  EXPECT_NE(run_text(result, PrintOptions()).find(
                "executors 1 x 2 cores at once (2 in all), 1 x 4 cores, 1.0 GiB each"),
            std::string::npos);
  EXPECT_EQ(executors_text({}), "no executors");
}

// As PySpark's failures come: the exception is below the stack, above the JVM's own.
TEST(RunWords, AFailureIsItsFirstLineOrThePythonExceptionBehindIt) {
  EXPECT_EQ(failure_line("Lost task 1.3: java.lang.OutOfMemoryError\n\tat a.B.c(B.scala:1)"),
            "Lost task 1.3: java.lang.OutOfMemoryError");
  EXPECT_EQ(failure_line("Lost task 1.3 (TID 7): PythonException: Traceback (most recent call "
                         "last):\n  File \"a.py\", line 3, in f\n    g()\nValueError: no number\n\n"
                         "\tat org.apache.spark.api.python.X\nDriver stacktrace:\nmore"),
            "Lost task 1.3 (TID 7): PythonException: ValueError: no number");
  EXPECT_EQ(failure_line("Traceback (most recent call last):"),
            "Traceback (most recent call last):");
  EXPECT_EQ(failure_line(""), "");
}

TEST(RunWords, SayWhatASecondRunGives) {
  TimelineMaker slow, fast;
  slow.executor("0", "a", 1, 0).job(0, 1000, 9000, {0}).stage(0, 1000, 9000, 2);
  slow.task(0, 0, 0, 1100, 5000).task(0, 1, 0, 5000, 9000).end(9000);
  fast.executor("0", "a", 1, 0).executor("1", "a", 1, 0).job(0, 1000, 5000, {0});
  fast.stage(0, 1000, 5000, 2).task(0, 0, 0, 1100, 5000).task(0, 1, 1, 1100, 5000).end(5000);
  Result first = result_of(slow.timeline), second = result_of(fast.timeline);
  const Explanation before = explain(first.timeline), now = explain(second.timeline);
  EXPECT_EQ(words_of_pair({"one", first, before}, {"two", second, now}),
            "two against one: 5.00 s instead of 9.00 s (-44.4 %), with 2 executors instead of 1 "
            "executor, core time of executors 10.0 s instead of 9.00 s (+11.1 %). Most of that is "
            "waiting for a core: 3.90 s less.");
  first.cost = Money::micro_dollars(200'000), second.cost = Money::micro_dollars(100'000);
  EXPECT_NE(words_of_pair({"one", first, before}, {"two", second, now})
                .find("cost $0.1000 instead of $0.2000 (-50.0 %)"),
            std::string::npos);
  second.succeeded = false;
  EXPECT_EQ(words_of_pair({"one", first, before}, {"two", second, now}),
            "two fails: its time is no time to compare.");
}

TEST(Print, RecordingReasonsAndCost) {
  std::ostringstream out;
  Timeline cut = rich_timeline();
  cut.application.end = Time::never();
  print_recording(out, {}, cut, explain(cut), PrintOptions());
  EXPECT_NE(out.str().find("UNFINISHED"), std::string::npos);
  Result result = result_of(rich_timeline());
  const Time start = result.timeline.application.start;
  result.reasons = {{start + Duration::millis(1010), "stage 0.0", "no parent is missing"}};
  result.leases = {{.what = "m5.xlarge (core)", .from = start, .to = start + Duration::seconds(60),
                    .cost = Money::micro_dollars(10'667), .machines = 4,
                    .time = Duration::seconds(200), .per_hour = Money::micro_dollars(192'000)}};
  result.cost = Money::micro_dollars(10'667);
  PrintOptions options;
  EXPECT_EQ(run_text(result, options).find("no parent is missing"), std::string::npos);
  options.reasons = true;
  EXPECT_NE(run_text(result, options).find("no parent is missing"), std::string::npos);
  EXPECT_NE(run_text(result, options).find("Cost $0.0107"), std::string::npos);
  EXPECT_EQ(lease_text(result.leases[0]),
            "m5.xlarge (core): 4 machines, 0.056 machine-hours at $0.1920: $0.0107");
}

}  // namespace
}  // namespace muster
