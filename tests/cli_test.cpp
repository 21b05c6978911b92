// The program from outside: exit codes, streams, files, terminals. What it prints in full is in
// tests/golden.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/shell.h"

namespace muster {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kHello = "scenarios/hello.json";
constexpr const char* kLog = "tests/recordings/a1-equal64-r1/eventlog.zst";

// Its only executor leaves for good with half of the tasks undone.
constexpr const char* kDoomed = R"({
  "name": "doomed",
  "cluster": {"executors": [{"cores": 1, "removed_at": "3s"}]},
  "workload": {"jobs": [{"name": "j", "stages": [{"tasks": 8, "duration": "1s"}]}]}
})";

class CliTest : public testing::Test {
 protected:
  ShellResult run(const std::string& arguments) const { return shell_.run("muster " + arguments); }
  json run_json(const std::string& arguments) const {
    const ShellResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    json out = json::parse(result.out, nullptr, false);
    EXPECT_FALSE(out.is_discarded()) << result.out;
    return out;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shell_.folder()))
      out.push_back(entry.path().filename().string());
    return out;
  }

  Shell shell_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

TEST_F(CliTest, HelpNamesEveryVerbAndEachHasItsOwn) {
  const ShellResult help = run("--help");
  EXPECT_EQ(help.exit_code, 0);
  for (const std::string verb :
       {"replay", "run", "check", "import", "compare", "validate", "models", "schema", "version"}) {
    EXPECT_THAT(help.out, HasSubstr("\n  " + verb + " "));
    const ShellResult own = run(verb + " --help");
    EXPECT_EQ(own.exit_code, 0) << verb;
    EXPECT_THAT(own.out, HasSubstr("Examples:\n  muster " + verb)) << verb;
    EXPECT_EQ(own.out, run("help " + verb).out);
    for (const std::string& line : lines_of(own.out)) EXPECT_LE(columns(line), 100u) << line;
  }
}

TEST_F(CliTest, VersionIsThatOfTheBuild) {
  const std::string build = text_of_file(std::string(MUSTER_SOURCE_DIR) + "/CMakeLists.txt");
  std::string version = run("--version").out;
  EXPECT_EQ(version, run("version").out);
  ASSERT_TRUE(version.starts_with("muster ") && version.ends_with("\n"));
  version = version.substr(7, version.size() - 8);
  EXPECT_THAT(build, HasSubstr("project(muster VERSION " + version + " "));
}

TEST_F(CliTest, WrongArgumentsAreAllNamedWithTheNearestRightOne) {
  const ShellResult verb = run("replai x");
  EXPECT_EQ(verb.exit_code, 2);
  EXPECT_THAT(verb.err, HasSubstr("did you mean `replay`?"));
  const ShellResult options = run("run " + std::string(kHello) + " --jsn --expalin more");
  EXPECT_EQ(options.exit_code, 2);
  EXPECT_THAT(options.out, IsEmpty());
  EXPECT_THAT(options.err, HasSubstr("`--jsn`: did you mean `--json`?"));
  EXPECT_THAT(options.err, HasSubstr("`--expalin`: did you mean `--explain`?"));
  EXPECT_THAT(options.err, HasSubstr("`more`"));
  for (const char* arguments : {"", "run", "replay", "check", "validate", "run a --until soon",
                                "run a --seed x", "run a --submit b", "compare a", "nonsense"})
    EXPECT_EQ(run(arguments).exit_code, 2) << arguments;
}

TEST_F(CliTest, ExitCodeOneMeansTheApplicationFailedOrNeverEnds) {
  write_text_file(shell_.path("doomed.json"), kDoomed);
  const ShellResult result = run("run $OUT/doomed.json --event-log $OUT/log");
  EXPECT_EQ(result.exit_code, 1) << result.out;
  EXPECT_THAT(result.out, HasSubstr("WAITS FOR EVER 5 tasks"));
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(files(), testing::Contains("log"));
  EXPECT_EQ(run("run -q $OUT/doomed.json").exit_code, 1);
}

TEST_F(CliTest, EveryProblemOfAFileIsOneLine) {
  write_text_file(
      shell_.path("bad.json"),
      "{\n  \"nam\": \"x\",\n  \"seed\": \"one\",\n  \"cluster\": {\"executers\": []}\n}");
  const ShellResult result = run("run $OUT/bad.json --event-log $OUT/log");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_GE(lines_of(result.err).size(), 3u) << result.err;
  for (const std::string& line : lines_of(result.err))
    EXPECT_TRUE(line.starts_with("muster: " + shell_.path("bad.json") + ": line ")) << line;
  EXPECT_THAT(files(), testing::ElementsAre("bad.json"));
}

TEST_F(CliTest, JsonIsJson) {
  EXPECT_EQ(run_json("run --json " + std::string(kHello))["result"]["succeeded"], true);
  const json replay = run_json("replay --json " + std::string(kLog));
  for (const char* key : {"log", "recorded", "result", "explanation", "comparison"})
    EXPECT_TRUE(replay.contains(key)) << key;
  EXPECT_TRUE(replay["log"]["notes"].is_array());
  const json both = run_json("compare --json " + std::string(kHello) + " " + kLog);
  EXPECT_TRUE(both.contains("left") && both.contains("right") && both.contains("comparison"));
  EXPECT_EQ(run_json("schema")["type"], "object");
}

TEST_F(CliTest, ValidationJsonHasThePromisedShape) {
  const json validation = run_json("validate --json tests/recordings");
  ASSERT_FALSE(validation["cases"].empty());
  for (const json& one : validation["cases"])
    for (const char* key : {"name", "kind", "ok", "error_pct", "real_s", "simulated_s", "why"})
      EXPECT_TRUE(one.contains(key)) << key;
  const json& summary = validation["summary"];
  for (const char* key :
       {"cases", "exact", "failed", "median_abs_error_pct", "mean_abs_error_pct", "worst"})
    EXPECT_TRUE(summary.contains(key)) << key;
  EXPECT_EQ(summary["cases"], validation["cases"].size());
  for (const json& one : summary["worst"]) EXPECT_TRUE(one.contains("error_pct"));
}

TEST_F(CliTest, FailedValidationIsExitCodeOne) {
  write_text_file(shell_.path("broken.zst"), "\x28\xb5\x2f\xfd broken");
  const ShellResult result = run("validate --json $OUT/broken.zst");
  EXPECT_EQ(result.exit_code, 1) << result.err;
  const json validation = json::parse(result.out, nullptr, false);
  ASSERT_FALSE(validation.is_discarded()) << result.out;
  EXPECT_EQ(validation["cases"][0]["ok"], false);
  EXPECT_TRUE(validation["cases"][0]["error_pct"].is_null());
  EXPECT_TRUE(validation["summary"]["median_abs_error_pct"].is_null());
  EXPECT_EQ(run("validate $OUT/nothing").exit_code, 2);
}

TEST_F(CliTest, TablesFitTheColumns) {
  for (const int width : {60, 80, 132}) {
    const std::string set = "COLUMNS=" + std::to_string(width) + " muster ";
    for (const std::string& arguments :
         {"run " + std::string(kHello), "replay --explain " + std::string(kLog),
          std::string("validate tests/recordings")})
      for (const std::string& line : lines_of(shell_.run(set + arguments).out))
        EXPECT_LE(columns(line), static_cast<std::size_t>(width)) << arguments << "\n" << line;
  }
}

TEST_F(CliTest, ColoursAreForTerminalsWithoutNoColor) {
  const std::string escape = "\x1b[";
  EXPECT_THAT(shell_.run("env -u NO_COLOR muster run " + std::string(kHello)).out,
              Not(HasSubstr(escape)));
  if (shell_.run("script -qec true /dev/null").exit_code != 0)
    GTEST_SKIP() << "script(1) gives no terminal here";
  const auto on_terminal = [&](const std::string& set) {
    return shell_.run("script -qec \"env -u COLUMNS " + set + " muster run " + kHello +
                      "\" /dev/null");
  };
  EXPECT_THAT(on_terminal("-u NO_COLOR").out, HasSubstr(escape));
  EXPECT_THAT(on_terminal("NO_COLOR=").out, HasSubstr(escape));
  EXPECT_THAT(on_terminal("NO_COLOR=1").out, Not(HasSubstr(escape)));
  EXPECT_THAT(on_terminal("-u NO_COLOR TERM=dumb").out, Not(HasSubstr(escape)));
}

TEST_F(CliTest, WritesEveryOutputThatIsWanted) {
  const std::string outputs =
      " --event-log $OUT/log.zstd --chrome-trace $OUT/trace.json --csv $OUT/tables";
  const ShellResult result = run("run -q " + std::string(kHello) + outputs);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_TRUE(json::accept(text_of_file(shell_.path("trace.json"))));
  EXPECT_THAT(text_of_file(shell_.path("tables/tasks.csv")), HasSubstr("\n"));
  // What was written is what was simulated.
  const json both = run_json("compare --json $OUT/log.zstd " + std::string(kHello));
  EXPECT_EQ(both["left"]["totals"]["wall_s"], both["right"]["totals"]["wall_s"]) << both["left"];
}

TEST_F(CliTest, NothingIsLeftOfOutputsThatCannotBeWritten) {
  write_text_file(shell_.path("file"), "kept");
  for (const std::string output :
       {"--event-log $OUT/none/log", "--event-log $OUT/file/log", "--event-log $OUT",
        "--csv $OUT/file", "--csv $OUT/none/tables", "--event-log /proc/none", "--event-log -",
        "--event-log $OUT/twice --chrome-trace $OUT/twice"}) {
    const ShellResult result = run("run " + std::string(kHello) + " " + output);
    EXPECT_EQ(result.exit_code, 2) << output;
    EXPECT_THAT(result.out, IsEmpty()) << output;
    EXPECT_EQ(lines_of(result.err).size(), 1u) << output << "\n" << result.err;
    EXPECT_THAT(files(), testing::ElementsAre("file")) << output;
  }
  EXPECT_EQ(text_of_file(shell_.path("file")), "kept");
}

TEST_F(CliTest, OutputsNeverReplaceInputs) {
  shell_.run("cp " + std::string(kLog) + " $OUT/log.zst; ln -s log.zst $OUT/link");
  const std::string before = text_of_file(shell_.path("log.zst"));
  for (const char* arguments :
       {"replay $OUT/log.zst --event-log $OUT/log.zst", "replay $OUT/log.zst --event-log $OUT/link",
        "import $OUT/log.zst -o $OUT/../out/log.zst"}) {
    EXPECT_EQ(run(arguments).exit_code, 2) << arguments;
    EXPECT_EQ(text_of_file(shell_.path("log.zst")), before) << arguments;
  }
  shell_.run("printf '{\"workload\": {\"event_log\": \"log.zst\"}}' >$OUT/again.json");
  EXPECT_EQ(run("run $OUT/again.json --event-log $OUT/log.zst").exit_code, 2);
  EXPECT_EQ(run("run $OUT/again.json --event-log $OUT/other.zst").exit_code, 0);
}

TEST_F(CliTest, StandardInputIsAFile) {
  const std::string from_file = run("run " + std::string(kHello)).out;
  EXPECT_EQ(run("run - <" + std::string(kHello)).out, from_file);
  EXPECT_EQ(shell_.run("cat " + std::string(kLog) + " | muster replay -").out,
            run("replay " + std::string(kLog)).out);
  EXPECT_EQ(run("compare - " + std::string(kLog) + " <" + kLog).exit_code, 0);
  EXPECT_EQ(run("compare - " + std::string(kLog) + " <" + kHello).exit_code, 0);
  EXPECT_EQ(run("check - <" + std::string(kHello)).exit_code, 0);
  EXPECT_EQ(run("check - - <" + std::string(kHello)).exit_code, 2);
  EXPECT_EQ(run("compare - - <" + std::string(kLog)).exit_code, 2);
  EXPECT_EQ(run("replay - </dev/null").exit_code, 2);
}

TEST_F(CliTest, ReadersThatGoAwayAreNoError) {
  const std::string hello = "muster run --json " + std::string(kHello);
  for (const std::string& command : {"{ " + hello + "; echo $? >$OUT/code; } | true",
                                     "{ " + hello + "; } >&-; echo $? >$OUT/code"}) {
    EXPECT_THAT(shell_.run(command).err, IsEmpty()) << command;
    EXPECT_EQ(text_of_file(shell_.path("code")), "0\n") << command;
  }
  // An output file must not take the place of a closed standard output.
  EXPECT_EQ(shell_.run(hello + " --chrome-trace $OUT/trace >&-").exit_code, 0);
  EXPECT_TRUE(json::accept(text_of_file(shell_.path("trace"))));
  const ShellResult full = shell_.run(hello + " >/dev/full");
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_THAT(full.err, HasSubstr("standard output cannot be written"));
}

TEST_F(CliTest, UntilCutsTheSimulationOff) {
  const json whole = run_json("run --json " + std::string(kHello));
  const json part = run_json("run --json --until 3s " + std::string(kHello));
  EXPECT_GT(whole["result"]["totals"]["wall_s"], 3.0);
  EXPECT_LE(part["result"]["totals"]["wall_s"], 3.0);
  EXPECT_FALSE(part["result"]["provenance"]["warnings"].empty());
}

TEST_F(CliTest, SeedDecidesAboutDraws) {
  const std::string skewed = "run --json scenarios/skewed_stage.json";
  const std::string one = run(skewed + " --seed 1").out;
  EXPECT_EQ(one, run(skewed + " --seed 1").out);
  EXPECT_NE(json::parse(one)["result"]["stages"],
            run_json(skewed + " --seed 2")["result"]["stages"]);
  EXPECT_EQ(run(skewed).out, run(skewed + " --seed 7").out);  // the scenario's own
}

TEST_F(CliTest, ImportedScenariosRun) {
  ASSERT_EQ(run("import -o $OUT/self.json --self-contained " + std::string(kLog)).exit_code, 0);
  ASSERT_EQ(run("import -o $OUT/refers.json " + std::string(kLog)).exit_code, 0);
  EXPECT_EQ(run("check $OUT/self.json $OUT/refers.json").exit_code, 0)
      << run("check $OUT/self.json $OUT/refers.json").err;
  EXPECT_EQ(run("run -q $OUT/self.json").exit_code, 0);
  const json again = run_json("run --json $OUT/refers.json");
  const json replay = run_json("replay --json " + std::string(kLog));
  EXPECT_EQ(again["result"]["totals"]["wall_s"], replay["result"]["totals"]["wall_s"]);
}

// What names a secret is nobody's business who is sent the page: neither as a setting, nor in the
// scenario's own text.
TEST_F(CliTest, AReportHoldsNoSecrets) {
  write_text_file(shell_.path("secret.json"), R"({
    "name": "s",
    "spark": {"conf": {"spark.hadoop.fs.s3a.secret.key": "hunter2hunter2"}},
    "cluster": {"executors": [{"count": 2, "cores": 2}]},
    "workload": {"jobs": [{"name": "j", "stages": [{"tasks": 4, "duration": "1s"}]}]}
  })");
  EXPECT_EQ(run("report -q $OUT/secret.json -o $OUT/page.html").exit_code, 0);
  const std::string page = text_of_file(shell_.path("page.html"));
  EXPECT_THAT(page, Not(HasSubstr("hunter2")));
  EXPECT_THAT(page, HasSubstr("(left out)"));
}

// A page or a picture of a simulated application that fails is made, and says so by its exit code.
TEST_F(CliTest, PagesAndPicturesOfFailures) {
  write_text_file(shell_.path("doomed.json"), kDoomed);
  EXPECT_EQ(run("report -q $OUT/doomed.json -o $OUT/page.html").exit_code, 1);
  EXPECT_EQ(run("render -q $OUT/doomed.json -o $OUT/picture.svg").exit_code, 1);
  EXPECT_THAT(files(), testing::IsSupersetOf({"page.html", "picture.svg"}));
  EXPECT_EQ(run("render -q $OUT/doomed.json --from 1h -o $OUT/late.svg").exit_code, 2);
  EXPECT_THAT(files(), Not(testing::Contains("late.svg")));
}

}  // namespace
}  // namespace muster
