// Recordings of real Spark runs, read whole. The expected numbers were taken from the logs by
// another program (Python's json), not by this reader.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/read_log.h"

namespace muster {
namespace {

LogRead recording(const std::string& name) {
  Problems problems;
  std::optional<LogRead> log =
      read_log(MUSTER_SOURCE_DIR "/tests/recordings/" + name + "/eventlog.zst", problems);
  EXPECT_TRUE(log.has_value()) << problems.text();
  return log ? std::move(*log) : LogRead{};
}

std::int64_t sum(const Timeline& timeline, Amount amount) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < timeline.attempts.size(); ++i)
    total += timeline.attempts.amount(i, amount);
  return total;
}

std::int64_t busy_ms(const Timeline& timeline) {
  const AttemptTable& a = timeline.attempts;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += (a.finish[i] - a.launch[i]).in_millis();
  return total;
}

template <class Value>
std::int64_t count(const std::vector<Value>& column, Value value) {
  return std::count(column.begin(), column.end(), value);
}

const ExecutorSpan& executor(const Timeline& timeline, const std::string& id) {
  for (const ExecutorSpan& e : timeline.executors)
    if (e.id == id) return e;
  ADD_FAILURE() << "no executor " << id;
  return timeline.executors.front();
}

}  // namespace

TEST(TraceReader, EqualTasksOnStandalone) {
  const LogRead log = recording("a1-equal64-r1");
  const Timeline& t = log.timeline;
  EXPECT_EQ(t.application.id, "app-20261123035317-0001");
  EXPECT_EQ(t.application.name, "S1a-r1");
  EXPECT_EQ(t.application.user, "root");
  EXPECT_EQ(t.application.spark_version, "3.5.7");
  EXPECT_EQ(t.application.start, Time::millis(1795405994074));
  EXPECT_EQ(t.application.end, Time::millis(1795406107717));
  EXPECT_EQ(t.wall(), Duration::millis(113643));
  EXPECT_EQ(t.application.exit_code, -1);
  EXPECT_EQ(t.conf.text("spark.cores.max", ""), "16");
  EXPECT_EQ(log.health.counts.lines, 433u);
  EXPECT_EQ(log.health.codec, "zstd");

  ASSERT_EQ(t.executors.size(), 5u);
  EXPECT_TRUE(t.executors[0].is_driver());
  EXPECT_FALSE(t.executors[0].added.happened());
  EXPECT_EQ(t.executors[0].max_memory, 455501414);
  EXPECT_EQ(t.executors[1].id, "2");
  const ExecutorSpan& third = executor(t, "3");
  EXPECT_EQ(third.host, "127.0.0.12");
  EXPECT_EQ(third.cores, 4);
  EXPECT_EQ(third.added, Time::millis(1795406005308));
  EXPECT_EQ(third.block_manager_added, Time::millis(1795406005398));
  EXPECT_EQ(third.port, 43517);
  EXPECT_EQ(third.max_memory, 122644070);
  EXPECT_FALSE(third.removed.happened());

  ASSERT_EQ(t.jobs.size(), 3u);
  EXPECT_EQ(t.jobs[1].id, 2);
  EXPECT_EQ(t.jobs[1].submitted, Time::millis(1795406022061));
  EXPECT_EQ(t.jobs[1].completed, Time::millis(1795406026744));
  EXPECT_EQ(t.jobs[1].outcome, JobOutcome::Succeeded);
  EXPECT_EQ(t.jobs[1].stage_ids, std::vector<std::int64_t>{3});

  ASSERT_EQ(t.stages.size(), 3u);
  EXPECT_EQ(t.stages[0].tasks, 64);
  EXPECT_FALSE(t.stages[0].shuffle_map);
  ASSERT_EQ(t.attempts.size(), 192u);
  EXPECT_EQ(count(t.attempts.locality, Locality::ProcessLocal), 192);
  EXPECT_EQ(count(t.attempts.outcome, Outcome::Success), 192);
  EXPECT_EQ(busy_ms(t), 212374);
  EXPECT_EQ(sum(t, Amount::ExecutorRunTime), 193286);
  EXPECT_EQ(sum(t, Amount::ExecutorCpuTime), 150962915);
  EXPECT_EQ(sum(t, Amount::ResultSize), 205707);
  EXPECT_TRUE(log.health.notes.empty()) << log.health.text();
}

TEST(TraceReader, OneAttemptInEveryColumn) {
  const Timeline t = recording("a1-equal64-r1").timeline;
  const AttemptTable& a = t.attempts;
  const auto found = std::find(a.task_id.begin(), a.task_id.end(), 74);
  ASSERT_NE(found, a.task_id.end());
  const std::size_t i = static_cast<std::size_t>(found - a.task_id.begin());
  EXPECT_EQ(t.stages[a.stage[i].index()].id, 2);
  EXPECT_EQ(a.index[i], 10u);
  EXPECT_EQ(a.partition[i], 10u);
  EXPECT_EQ(a.number[i], 0u);
  EXPECT_EQ(t.executors[a.executor[i].index()].id, "3");
  EXPECT_EQ(a.locality[i], Locality::ProcessLocal);
  EXPECT_EQ(a.speculative[i], 0u);
  EXPECT_EQ(a.has_metrics[i], 1u);
  EXPECT_EQ(a.launch[i], Time::millis(1795406016290));
  EXPECT_EQ(a.finish[i], Time::millis(1795406017491));
  EXPECT_FALSE(a.getting_result[i].happened());
}

TEST(TraceReader, ShufflesWithTheirParents) {
  const Timeline t = recording("c1-shuffle2-r1").timeline;
  EXPECT_EQ(t.jobs.size(), 3u);
  ASSERT_EQ(t.stages.size(), 6u);
  std::int64_t maps = 0;
  for (const StageSpan& stage : t.stages) {
    maps += stage.shuffle_map;
    EXPECT_EQ(stage.parents.empty(), stage.shuffle_map) << stage.id;
    ASSERT_FALSE(stage.rdds.empty());
    EXPECT_FALSE(stage.rdds[0].name.empty());
    EXPECT_GT(stage.rdds[0].partitions, 0);
    EXPECT_FALSE(stage.details.empty());
  }
  EXPECT_EQ(maps, 3);
  EXPECT_EQ(sum(t, Amount::ShuffleBytesWritten),
            sum(t, Amount::ShuffleLocalBytesRead) + sum(t, Amount::ShuffleRemoteBytesRead));
}

TEST(TraceReader, KilledExecutorAndItsLostOutput) {
  const LogRead log = recording("h1-kill-exec-map-r1");
  const Timeline& t = log.timeline;
  ASSERT_EQ(t.executors.size(), 6u);  // driver, four, and the replacement
  const ExecutorSpan& killed = executor(t, "1");
  EXPECT_EQ(killed.removed, Time::millis(1795405554468));
  EXPECT_EQ(killed.removed_reason, "Command exited with code 137");
  EXPECT_EQ(killed.block_manager_removed, Time::millis(1795405554474));
  EXPECT_EQ(executor(t, "4").added, Time::millis(1795405557195));

  EXPECT_EQ(t.attempts.size(), 72u);
  EXPECT_EQ(count(t.attempts.outcome, Outcome::Success), 68);
  EXPECT_EQ(count(t.attempts.outcome, Outcome::ExecutorLostFailure), 4);
  EXPECT_EQ(count(t.attempts.outcome, Outcome::Resubmitted), 0);  // these four stay successes
  EXPECT_EQ(count(t.attempts.locality, Locality::NodeLocal), 32);
  EXPECT_EQ(busy_ms(t), 78084);
  EXPECT_EQ(sum(t, Amount::ShuffleRemoteBytesRead), 40874);
  EXPECT_EQ(sum(t, Amount::ShuffleRecordsWritten), 1728);
  EXPECT_EQ(sum(t, Amount::ShuffleRemoteRequestsDuration), 1378);

  ASSERT_EQ(t.failures.size(), 8u);
  std::map<std::string, int> reasons;
  for (const AttemptFailure& failure : t.failures) ++reasons[failure.reason];
  EXPECT_EQ(reasons["Resubmitted"], 4);
  EXPECT_EQ(reasons["Command exited with code 137"], 4);
  EXPECT_TRUE(std::is_sorted(t.failures.begin(), t.failures.end(),
                             [](const auto& x, const auto& y) { return x.attempt < y.attempt; }));

  EXPECT_EQ(log.health.counts.resubmitted, 4);
  EXPECT_EQ(log.health.counts.tasks_failed, 4);
  ASSERT_NE(log.health.find("lost_executors"), nullptr);
  EXPECT_EQ(log.health.find("lost_executors")->line, 82u);
  EXPECT_TRUE(log.health.trustworthy());
}

TEST(TraceReader, SpeculativeCopyThatWon) {
  const LogRead log = recording("i1-spec-copy-wins-r1");
  const AttemptTable& a = log.timeline.attempts;
  EXPECT_EQ(a.size(), 66u);
  EXPECT_EQ(count(a.outcome, Outcome::TaskKilled), 2);
  EXPECT_EQ(count(a.speculative, std::uint8_t{1}), 2);
  EXPECT_EQ(log.health.counts.tasks_speculative, 2);
  ASSERT_EQ(log.timeline.failures.size(), 2u);
  EXPECT_EQ(log.timeline.failures[0].reason, "another attempt succeeded");
}

TEST(TraceReader, PoolsOfSpark4) {
  const Timeline t = recording("k4-v4-fair124-r1").timeline;
  EXPECT_EQ(t.application.spark_version, "4.1.4");
  EXPECT_EQ(t.application.exit_code, 0);
  ASSERT_EQ(t.jobs.size(), 9u);
  EXPECT_EQ(t.jobs[0].pool, "w1");
  EXPECT_EQ(t.jobs[1].pool, "w2");
  EXPECT_EQ(t.jobs[2].pool, "w4");
  EXPECT_EQ(t.jobs[2].submitted, Time::millis(1795406466145));
  EXPECT_EQ(t.jobs[0].completed, Time::millis(1795406472055));
  EXPECT_EQ(t.attempts.size(), 504u);
  EXPECT_EQ(busy_ms(t), 276511);
}

TEST(TraceReader, LocalModeRunsItsTasksInTheDriver) {
  const Timeline t = recording("local2-py-r1").timeline;
  ASSERT_EQ(t.executors.size(), 1u);
  EXPECT_TRUE(t.executors[0].is_driver());
  EXPECT_EQ(t.executors[0].cores, 2);
  EXPECT_EQ(t.executors[0].added, Time::millis(1795407441252));
  EXPECT_EQ(t.executors[0].max_memory, 455501414);

  ASSERT_EQ(t.jobs.size(), 15u);
  EXPECT_EQ(t.jobs[0].sql_execution, 0);
  EXPECT_EQ(t.jobs[1].sql_execution, -1);
  EXPECT_EQ(t.jobs[14].sql_execution, 5);
  EXPECT_EQ(t.jobs[6].stage_ids, (std::vector<std::int64_t>{9, 8}));
  // 24 stages were announced, 15 ran, the others were skipped.
  EXPECT_EQ(t.stages.size(), 24u);
  std::int64_t skipped = 0;
  for (const StageSpan& stage : t.stages) skipped += !stage.submitted.happened();
  EXPECT_EQ(skipped, 9);

  ASSERT_EQ(t.sql_executions.size(), 6u);
  EXPECT_EQ(t.sql_executions[2].root_id, 2);
  EXPECT_EQ(t.sql_executions[2].start, Time::millis(1795407451501));
  EXPECT_TRUE(t.sql_executions[2].end.happened());
  EXPECT_FALSE(t.sql_executions[2].plan.empty());
  EXPECT_EQ(sum(t, Amount::InputBytesRead), 1386664);
  EXPECT_EQ(sum(t, Amount::InputRecordsRead), 13442);
  EXPECT_EQ(sum(t, Amount::ShuffleWriteTime), 14932071);
}

TEST(TraceReader, YarnAndItsRackLocalTasks) {
  const Timeline t = recording("yarn-client-py-r1").timeline;
  EXPECT_EQ(t.application.id, "application_1795403014758_0003");
  EXPECT_EQ(t.executors.size(), 3u);
  EXPECT_EQ(count(t.attempts.locality, Locality::RackLocal), 7);
  EXPECT_EQ(busy_ms(t), 15001);
  EXPECT_EQ(sum(t, Amount::ExecutorCpuTime), 4544843663);
}

TEST(TraceReader, CachedBlocksComeAsEventsOfTheirOwn) {
  const LogRead log = recording("m1-rdd-MEMORY_ONLY-r1");
  const Timeline& t = log.timeline;
  EXPECT_EQ(t.attempts.size(), 872u);
  EXPECT_EQ(t.jobs[1].description, "rdd MEMORY_ONLY 100MB pass1");
  EXPECT_EQ(t.unpersists.size(), 12u);
  EXPECT_EQ(t.block_updates.size(), 209u);  // of 285 events; the others are broadcasts
  for (const BlockUpdate& update : t.block_updates) {
    EXPECT_FALSE(update.attempt.valid());
    ASSERT_TRUE(update.executor.valid());
    EXPECT_EQ(t.executors[update.executor.index()].id, "0");
  }
  EXPECT_TRUE(t.block_updates[0].level.persisted());
  EXPECT_GT(t.block_updates[0].memory_bytes, 0);
}

TEST(TraceReader, ReadingTwiceGivesTheSame) {
  for (const char* name : {"a1-equal64-r1", "h1-kill-exec-map-r1", "local2-py-r1"}) {
    const LogRead once = recording(name), twice = recording(name);
    EXPECT_TRUE(once.timeline == twice.timeline) << name;
    EXPECT_EQ(once.health.text(), twice.health.text());
    EXPECT_EQ(once.timeline.schedule_fingerprint(), twice.timeline.schedule_fingerprint());
  }
}

TEST(TraceReader, RefusesWhatIsNoLog) {
  Problems problems;
  EXPECT_FALSE(read_log(MUSTER_SOURCE_DIR "/no-such-file", problems));
  EXPECT_FALSE(read_log(MUSTER_SOURCE_DIR "/tests/recordings/a1-equal64-r1/case.json", problems));
  EXPECT_FALSE(read_log(MUSTER_SOURCE_DIR "/sim/trace", problems));
  // A folder with several logs: which one?
  EXPECT_FALSE(read_log(MUSTER_SOURCE_DIR "/tests/recordings", problems));
  EXPECT_EQ(problems.list().size(), 4u) << problems.text();
  EXPECT_NE(problems.text().find("one was expected"), std::string::npos) << problems.text();
  EXPECT_FALSE(read_log_bytes("", "empty", problems));
}

TEST(TraceReader, AFolderWithOneLogIsThatLog) {
  Problems problems;
  const auto log = read_log(MUSTER_SOURCE_DIR "/tests/recordings/a1-equal64-r1", problems);
  ASSERT_TRUE(log) << problems.text();
  EXPECT_EQ(log->timeline.application.id, "app-20261123035317-0001");
}

TEST(TraceReader, TellsItsProgress) {
  Problems problems;
  std::uint64_t last = 0, total = 0;
  const auto log =
      read_log(MUSTER_SOURCE_DIR "/tests/recordings/m1-rdd-MEMORY_ONLY-r1/eventlog.zst", problems,
               [&](std::uint64_t done, std::uint64_t of) {
                 EXPECT_GE(done, last);
                 last = done, total = of;
               });
  ASSERT_TRUE(log);
  EXPECT_GT(last, 0u);
  EXPECT_EQ(total, log->health.counts.file_bytes);
  EXPECT_LE(last, total);
}

}  // namespace muster
