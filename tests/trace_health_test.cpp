// One small log per doubt: each note of the health report, what it counts and where it points.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "sim/trace/read_log.h"

namespace muster {
namespace {

// Lines of a log as Spark 3.5 writes them, with the numbers that a test wants.
std::string line(const std::string& name, const std::string& fields) {
  return "{\"Event\":\"SparkListener" + name + "\"" + (fields.empty() ? "" : "," + fields) + "}\n";
}

std::string field(const std::string& name, const std::string& value) {
  return "\"" + name + "\":" + value;
}

std::string head() {
  return line("LogStart", R"("Spark Version":"3.5.7")") +
         line("EnvironmentUpdate",
              R"("JVM Information":{"Java Version":"17"},"Spark Properties":{"spark.a":"b"})") +
         line("ApplicationStart",
              R"("App Name":"n","App ID":"app-1","Timestamp":1000000,"User":"u")");
}

std::string executor(const std::string& id, int cores = 4, long at = 1'001'000) {
  return line("ExecutorAdded", field("Timestamp", std::to_string(at)) + "," +
                                   field("Executor ID", "\"" + id + "\"") +
                                   R"(,"Executor Info":{"Host":"h","Total Cores":)" +
                                   std::to_string(cores) + "}");
}

std::string job(int id, int stage, int tasks) {
  return line("JobStart", field("Job ID", std::to_string(id)) +
                              R"(,"Submission Time":1002000,"Stage Infos":[{"Stage ID":)" +
                              std::to_string(stage) +
                              R"(,"Stage Attempt ID":0,"Stage Name":"s","Number of Tasks":)" +
                              std::to_string(tasks) + R"(,"RDD Info":[],"Parent IDs":[]}],)" +
                              R"("Stage IDs":[)" + std::to_string(stage) + R"(],"Properties":{})");
}

std::string stage(const char* event, int id, int tasks, const std::string& more) {
  return line(event, R"("Stage Info":{"Stage ID":)" + std::to_string(id) +
                         R"(,"Stage Attempt ID":0,"Stage Name":"s","Number of Tasks":)" +
                         std::to_string(tasks) + R"(,"RDD Info":[],"Parent IDs":[])" + more + "}");
}

std::string submitted(int id, int tasks) {
  return stage("StageSubmitted", id, tasks, R"(,"Submission Time":1002100)");
}

std::string completed(int id, int tasks) {
  return stage("StageCompleted", id, tasks,
               R"(,"Submission Time":1002100,"Completion Time":1009000)");
}

struct Task {
  int id = 0;
  int stage = 0;
  long launch = 1'003'000;
  long finish = 1'004'000;
  std::string executor = "1";
  std::string reason = R"({"Reason":"Success"})";
  std::string metrics =
      R"({"Executor Run Time":900,"Executor CPU Time":800000000,"Result Size":1})";
};

std::string info(const Task& t, bool ended) {
  return R"("Task Info":{"Task ID":)" + std::to_string(t.id) + R"(,"Index":)" +
         std::to_string(t.id) + R"(,"Attempt":0,"Partition ID":)" + std::to_string(t.id) +
         R"(,"Launch Time":)" + std::to_string(t.launch) + R"(,"Executor ID":")" + t.executor +
         R"(","Host":"h","Locality":"ANY","Speculative":false,"Getting Result Time":0,)" +
         R"("Finish Time":)" + std::to_string(ended ? t.finish : 0) +
         R"(,"Failed":false,"Killed":false,"Accumulables":[]})";
}

std::string start(const Task& t) {
  return line("TaskStart", field("Stage ID", std::to_string(t.stage)) +
                               R"(,"Stage Attempt ID":0,)" + info(t, false));
}

std::string end(const Task& t) {
  return line("TaskEnd",
              field("Stage ID", std::to_string(t.stage)) +
                  R"(,"Stage Attempt ID":0,"Task Type":"ResultTask","Task End Reason":)" +
                  t.reason + "," + info(t, true) +
                  (t.metrics.empty() ? "" : ",\"Task Metrics\":" + t.metrics));
}

std::string job_end(int id) {
  return line("JobEnd", field("Job ID", std::to_string(id)) +
                            R"(,"Completion Time":1009100,"Job Result":{"Result":"JobSucceeded"})");
}

std::string tail() { return line("ApplicationEnd", R"("Timestamp":1010000)"); }

// A healthy application of one job, one stage and `tasks` tasks.
std::string healthy(int tasks = 3) {
  std::string out = head() + executor("1") + job(0, 0, tasks) + submitted(0, tasks);
  for (int i = 0; i < tasks; ++i) out += start({.id = i});
  for (int i = 0; i < tasks; ++i) out += end({.id = i});
  return out + completed(0, tasks) + job_end(0) + tail();
}

LogRead read(const std::string& text) {
  Problems problems;
  std::optional<LogRead> log = read_log_bytes(text, "log", problems);
  EXPECT_TRUE(log.has_value()) << problems.text();
  return log ? std::move(*log) : LogRead{};
}

std::set<std::string> codes(const LogRead& log) {
  std::set<std::string> out;
  for (const HealthNote& note : log.health.notes) out.insert(note.code);
  return out;
}

using Codes = std::set<std::string>;

const HealthNote& note(const LogRead& log, const char* code) {
  static const HealthNote kNone;
  const HealthNote* found = log.health.find(code);
  EXPECT_NE(found, nullptr) << code << " is not in\n" << log.health.text();
  return found ? *found : kNone;
}

}  // namespace

TEST(TraceHealth, AHealthyLogHasNoNotes) {
  const LogRead log = read(healthy());
  EXPECT_EQ(codes(log), Codes{}) << log.health.text();
  EXPECT_TRUE(log.health.trustworthy());
  EXPECT_EQ(log.timeline.attempts.size(), 3u);
}

TEST(TraceHealth, CutOffWithWhatWasStillRunning) {
  const LogRead log = read(head() + executor("1") + job(0, 7, 5) + submitted(7, 5) +
                           start({.id = 0, .stage = 7}) + start({.id = 1, .stage = 7}) +
                           start({.id = 2, .stage = 7}) + end({.id = 1, .stage = 7}));
  EXPECT_EQ(codes(log),
            (Codes{"cut_off", "tasks_never_ended", "jobs_without_end", "stages_without_end"}));
  EXPECT_EQ(note(log, "tasks_never_ended").count, 2);
  EXPECT_EQ(note(log, "tasks_never_ended").message,
            "2 tasks were started and never ended: stage 7: 2");
  EXPECT_EQ(log.health.counts.tasks_unended, 2);
  EXPECT_EQ(log.timeline.attempts.outcome[0], Outcome::Running);
  EXPECT_TRUE(log.health.trustworthy());
}

TEST(TraceHealth, ALineWithoutItsEnd) {
  const std::string text = healthy();
  const LogRead log = read(text.substr(0, text.size() - 20));
  EXPECT_EQ(codes(log), (Codes{"cut_off", "cut_line"}));
  EXPECT_EQ(log.health.counts.malformed_lines, 1u);
}

TEST(TraceHealth, MalformedLinesAreCountedAndReadingGoesOn) {
  const std::string good = end({.id = 1});
  std::string text = head() + executor("1") + job(0, 0, 2) + submitted(0, 2) + start({.id = 0}) +
                     start({.id = 1}) + "not JSON at all\n" + good.substr(0, good.size() / 2) +
                     "\n" + "{\"Event\":\"SparkListenerJobEnd\",\"Job ID\":0,}}\n" +
                     "{\"Event\":12}\n" + end({.id = 0}) + good + completed(0, 2) + job_end(0) +
                     tail();
  const LogRead log = read(text);
  EXPECT_EQ(codes(log), Codes{"malformed_lines"}) << log.health.text();
  EXPECT_EQ(note(log, "malformed_lines").count, 4);
  EXPECT_EQ(note(log, "malformed_lines").file, "log");
  EXPECT_EQ(note(log, "malformed_lines").line, 9u);
  EXPECT_EQ(log.timeline.attempts.outcome[1], Outcome::Success);
}

TEST(TraceHealth, DamageInsideTheAccumulablesIsSeen) {
  std::string task = end({.id = 0});
  const std::string empty = "\"Accumulables\":[]";
  task.replace(task.find(empty), empty.size(),
               R"("Accumulables":[{"ID":1,"Name":"a","Update":1},{"ID":2,"Name":"b","Value":2}])");
  const std::string before = head() + executor("1") + job(0, 0, 1) + submitted(0, 1);
  EXPECT_EQ(codes(read(before + task + tail())).count("malformed_lines"), 0u);
  for (const char* piece : {"{\"ID\":2", "\"b\"", "},{", "}]}"}) {
    std::string damaged = task;
    damaged.erase(damaged.find(piece), 1);
    EXPECT_EQ(codes(read(before + damaged + tail())).count("malformed_lines"), 1u) << piece;
  }
}

TEST(TraceHealth, UnknownEventsAreNeverFatal) {
  const LogRead log = read(healthy() + line("Future", "\"x\":1") + line("Future", "") +
                           "{\"Event\":\"org.other.Thing\",\"a\":[]}\n" + line("BlockUpdated", "") +
                           line("ExecutorMetricsUpdate", ""));
  EXPECT_EQ(codes(log), (Codes{"unknown_events", "events_without_id"})) << log.health.text();
  EXPECT_EQ(note(log, "unknown_events").count, 3);
  ASSERT_EQ(log.health.unknown_events.size(), 2u);
  EXPECT_EQ(log.health.unknown_events[0].first, "SparkListenerFuture");
  EXPECT_EQ(log.health.unknown_events[0].second, 2u);
}

TEST(TraceHealth, TwoApplicationsInOneFile) {
  const LogRead log = read(healthy(3) + healthy(2));
  EXPECT_EQ(codes(log), Codes{"two_applications"}) << log.health.text();
  EXPECT_FALSE(log.health.trustworthy());
  EXPECT_EQ(log.timeline.attempts.size(), 3u);
  EXPECT_EQ(note(log, "two_applications").line, 16u);
}

TEST(TraceHealth, DroppedEvents) {
  std::string text = head() + executor("1") + job(0, 0, 4) + submitted(0, 4) + start({.id = 0}) +
                     end({.id = 0}) + end({.id = 0}) + end({.id = 1}) + start({.id = 2}) +
                     start({.id = 2}) + end({.id = 2}) + completed(0, 4) + job_end(0) + job_end(5) +
                     tail();
  const LogRead log = read(text);
  EXPECT_EQ(codes(log), (Codes{"duplicate_ends", "ends_without_start", "duplicate_starts",
                               "task_counts_differ", "jobs_not_announced"}));
  EXPECT_EQ(log.timeline.attempts.size(), 3u);
  EXPECT_EQ(note(log, "task_counts_differ").message,
            "1 completed stage has fewer successful tasks in the log than announced: stage 0: 1");
}

TEST(TraceHealth, ALostMapOutputIsNoFailure) {
  const std::string text = head() + executor("1") + job(0, 0, 1) + submitted(0, 1) +
                           start({.id = 0}) + end({.id = 0}) +
                           end({.id = 0, .reason = R"({"Reason":"Resubmitted"})", .metrics = ""}) +
                           completed(0, 1) + job_end(0) + tail();
  const LogRead log = read(text);
  EXPECT_EQ(codes(log), Codes{"resubmitted_tasks"}) << log.health.text();
  EXPECT_EQ(log.timeline.attempts.outcome[0], Outcome::Success);
  EXPECT_EQ(log.timeline.attempts.amount(0, Amount::ExecutorRunTime), 900);
  ASSERT_EQ(log.timeline.failures.size(), 1u);
  EXPECT_EQ(log.timeline.failures[0].reason, "Resubmitted");
}

TEST(TraceHealth, EveryKindOfFailure) {
  struct Case {
    const char* json;
    Outcome outcome;
    const char* reason;
  };
  const Case cases[] = {
      {R"({"Reason":"ExceptionFailure","Class Name":"C","Description":"d","Stack Trace":[]})",
       Outcome::ExceptionFailure, "C"},
      {R"({"Reason":"FetchFailed","Block Manager Address":{"Executor ID":"3","Host":"h","Port":1},)"
       R"("Shuffle ID":4,"Map ID":9,"Map Index":5,"Reduce ID":6,"Message":"m"})",
       Outcome::FetchFailed, "m"},
      {R"({"Reason":"ExecutorLostFailure","Executor ID":"1","Exit Caused By App":false,)"
       R"("Loss Reason":"gone"})",
       Outcome::ExecutorLostFailure, "gone"},
      {R"({"Reason":"TaskKilled","Kill Reason":"another attempt succeeded"})", Outcome::TaskKilled,
       "another attempt succeeded"},
      {R"({"Reason":"TaskCommitDenied","Job ID":1,"Partition ID":2,"Attempt Number":3})",
       Outcome::TaskCommitDenied, "TaskCommitDenied"},
      {R"({"Reason":"TaskResultLost"})", Outcome::TaskResultLost, "TaskResultLost"},
      {R"({"Reason":"SomethingNew"})", Outcome::UnknownReason, "UnknownReason"},
  };
  std::string text = head() + executor("1", 8) + job(0, 0, 7) + submitted(0, 7);
  for (int i = 0; i < 7; ++i) text += start({.id = i}) + end({.id = i, .reason = cases[i].json});
  const LogRead log = read(text + tail());
  ASSERT_EQ(log.timeline.failures.size(), 7u);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(log.timeline.attempts.outcome[i], cases[i].outcome) << i;
    EXPECT_EQ(log.timeline.failures[i].reason, cases[i].reason) << i;
  }
  EXPECT_EQ(log.timeline.failures[0].description, "d");
  EXPECT_EQ(log.timeline.failures[1].shuffle_id, 4);
  EXPECT_EQ(log.timeline.failures[1].map_index, 5);
  EXPECT_EQ(log.timeline.failures[1].fetched_from, "3");
  EXPECT_FALSE(log.timeline.failures[2].exit_caused_by_app);
  EXPECT_EQ(note(log, "failed_tasks").count, 6);
  EXPECT_EQ(note(log, "killed_tasks").count, 1);
}

TEST(TraceHealth, MetricsThatAreNotThere) {
  const std::string text = head() + executor("1") + job(0, 0, 3) + submitted(0, 3) +
                           end({.id = 0, .metrics = ""}) + end({.id = 1, .metrics = "null"}) +
                           end({.id = 2, .metrics = R"({"Executor Run Time":0,"Result Size":0})"}) +
                           tail();
  const LogRead log = read(text);
  EXPECT_EQ(note(log, "ends_without_metrics").count, 2);
  EXPECT_EQ(note(log, "all_zero_metrics").count, 1);
  EXPECT_EQ(log.timeline.attempts.has_metrics[1], 0);
  EXPECT_EQ(log.timeline.attempts.has_metrics[2], 1);
}

TEST(TraceHealth, ExecutorsThatWereNeverAnnounced) {
  std::string text = head() + job(0, 0, 4) + submitted(0, 4);
  for (int i = 0; i < 3; ++i) text += start({.id = i, .launch = 1'003'000 + i, .executor = "x"});
  for (int i = 0; i < 3; ++i) text += end({.id = i, .launch = 1'003'000 + i, .executor = "x"});
  text += start({.id = 3, .launch = 1'005'000, .finish = 1'006'000, .executor = "x"}) +
          end({.id = 3, .launch = 1'005'000, .finish = 1'006'000, .executor = "x"});
  const LogRead log = read(text + completed(0, 4) + job_end(0) + tail());
  EXPECT_EQ(codes(log), Codes{"executors_not_announced"}) << log.health.text();
  ASSERT_EQ(log.timeline.executors.size(), 1u);
  EXPECT_EQ(log.timeline.executors[0].cores, 3);
  EXPECT_EQ(log.timeline.executors[0].added, Time::millis(1'003'000));
  EXPECT_EQ(log.timeline.executors[0].host, "h");
}

TEST(TraceHealth, ExecutorsWithTooFewCores) {
  EXPECT_EQ(codes(read(head() + executor("1", 2) + job(0, 0, 3) + submitted(0, 3) +
                       start({.id = 0}) + start({.id = 1}) + start({.id = 2}) + end({.id = 0}) +
                       end({.id = 1}) + end({.id = 2}) + completed(0, 3) + job_end(0) + tail())),
            Codes{"executors_oversubscribed"});
}

TEST(TraceHealth, AnExecutorThatComesBackIsANewRow) {
  const std::string removed =
      line("ExecutorRemoved", R"("Timestamp":1002000,"Executor ID":"1","Removed Reason":"lost")");
  const LogRead log = read(head() + executor("1") + removed + executor("1", 8, 1'003'000) +
                           executor("1", 8, 1'003'001) + tail());
  EXPECT_EQ(codes(log), (Codes{"lost_executors", "duplicate_events", "no_tasks"}));
  ASSERT_EQ(log.timeline.executors.size(), 2u);
  EXPECT_EQ(log.timeline.executors[0].removed_reason, "lost");
  EXPECT_EQ(log.timeline.executors[1].cores, 8);
  EXPECT_FALSE(log.timeline.executors[1].removed.happened());
}

TEST(TraceHealth, ClockJumps) {
  const LogRead log =
      read(head() + executor("1", 4, 1'001'000 + 80'374'295'000) + job(0, 0, 1) + submitted(0, 1) +
           end({.id = 0}) + completed(0, 1) + job_end(0) + tail());
  EXPECT_EQ(note(log, "clock_jumps").count, 2);
  EXPECT_EQ(note(log, "clock_jumps").line, 4u);
  EXPECT_NE(note(log, "clock_jumps").message.find("80374296 s"), std::string::npos)
      << note(log, "clock_jumps").message;
}

TEST(TraceHealth, NothingAboutTheApplication) {
  const LogRead log = read(executor("1") + job(0, 0, 1) + submitted(0, 1) + end({.id = 0}) +
                           completed(0, 1) + job_end(0));
  EXPECT_EQ(codes(log), (Codes{"missing_application_start", "cut_off", "missing_environment",
                               "missing_version", "ends_without_start"}));
  EXPECT_EQ(log.timeline.application.start, Time::millis(1'001'000));
  EXPECT_FALSE(log.health.trustworthy());
  std::set<std::string> missing;
  for (const MissingInput& m : log.health.missing) missing.insert(m.input);
  EXPECT_TRUE(missing.contains("configuration"));
  EXPECT_TRUE(missing.contains("application_start"));
  EXPECT_TRUE(missing.contains("executor_memory"));
}

TEST(TraceHealth, NoIdAndNoSubmissionTime) {
  const std::string start_event =
      line("ApplicationStart", R"("App Name":"n","Timestamp":1000000,"User":"u")");
  const LogRead log =
      read(start_event + executor("1") + job(0, 0, 1) + stage("StageSubmitted", 0, 1, "") +
           start({.id = 0}) + end({.id = 0}) + tail());
  EXPECT_TRUE(log.health.find("missing_application_id"));
  EXPECT_EQ(note(log, "stages_without_submission").count, 1);
  EXPECT_EQ(log.timeline.stages[0].submitted, Time::millis(1'003'000));
}

TEST(TraceHealth, TasksOfStagesThatNobodyAnnounced) {
  const LogRead log = read(head() + executor("1") + start({.id = 0, .stage = 9}) +
                           end({.id = 0, .stage = 9}) + tail());
  EXPECT_EQ(codes(log), Codes{"stages_not_announced"}) << log.health.text();
  EXPECT_EQ(log.timeline.stages[0].tasks, 1);
}

TEST(TraceHealth, ImpossibleTimes) {
  const LogRead log = read(head() + executor("1") + job(0, 0, 3) + submitted(0, 3) +
                           end({.id = 0, .finish = 1'002'000}) + end({.id = 1, .finish = 0}) +
                           end({.id = 2, .finish = 9'223'372'036'854'775'807}) + tail());
  EXPECT_EQ(note(log, "impossible_spans").count, 1);
  EXPECT_EQ(note(log, "ends_without_time").count, 2);
}

TEST(TraceHealth, BytesThatAreNoUtf8) {
  std::string text = healthy();
  text.replace(text.find("\"App Name\":\"n\""), 14, "\"App Name\":\"M\xfcller\"");
  const LogRead log = read(text);
  EXPECT_EQ(codes(log), Codes{"bad_encoding"}) << log.health.text();
  EXPECT_EQ(log.timeline.application.name, "M?ller");
}

TEST(TraceHealth, WindowsLineEndsAndEmptyLines) {
  std::string text;
  for (const char c : healthy()) text += c == '\n' ? "\r\n\r\n" : std::string(1, c);
  const LogRead log = read(text);
  EXPECT_EQ(codes(log), Codes{}) << log.health.text();
  EXPECT_EQ(log.timeline.attempts.size(), 3u);
}

TEST(TraceHealth, FieldsInAnyOrderAndWithBlanks) {
  const std::string odd =
      R"({ "Task Info" : {"Finish Time": 1004000, "Launch Time": 1003000, "Task ID": 0, )"
      R"("Executor ID": "1"}, "Stage ID": 0.0, "Event": "SparkListenerTaskEnd", )"
      R"("Task Metrics": {"Result Size": "12", "Executor Run Time": 9e2}} )"
      "\n";
  const LogRead log = read(head() + executor("1") + job(0, 0, 1) + submitted(0, 1) + odd + tail());
  EXPECT_EQ(log.health.counts.malformed_lines, 0u) << log.health.text();
  ASSERT_EQ(log.timeline.attempts.size(), 1u);
  EXPECT_EQ(log.timeline.attempts.outcome[0], Outcome::Success);
  EXPECT_EQ(log.timeline.attempts.amount(0, Amount::ExecutorRunTime), 900);
  EXPECT_EQ(log.timeline.attempts.amount(0, Amount::ResultSize), 12);
}

TEST(TraceHealth, MissingInputsByVersion) {
  const std::string old_end =
      end({.id = 0,
           .metrics = R"({"Host Name":"h","Executor Run Time":9,"Result Size":1,)"
                      R"("Input Metrics":{"Data Read Method":"Hadoop","Bytes Read":5}})"});
  const LogRead log = read(line("LogStart", R"("Spark Version":"1.3.1")") + executor("1") +
                           job(0, 0, 1) + submitted(0, 1) + old_end + tail());
  std::set<std::string> missing;
  for (const MissingInput& m : log.health.missing) missing.insert(m.input);
  EXPECT_TRUE(missing.contains("cpu_time"));
  EXPECT_TRUE(missing.contains("peak_execution_memory"));
  EXPECT_FALSE(missing.contains("jobs"));
  EXPECT_EQ(log.timeline.attempts.read_method[0], ReadMethod::Hadoop);
}

}  // namespace muster
