// Every scenario and every recording that comes with the sources gives the very same result on each
// compiler, in debug and in release, the second time as the first, on one thread as on eight.
// tests/golden/fingerprints.csv holds the digests; MUSTER_UPDATE=1 writes it: read the diff, and
// say in CHANGELOG.md under "Results change" why.

#include "sim/base/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/event_log.h"
#include "sim/report/json.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/validate.h"
#include "tests/shell.h"
#include "tests/transcript.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = MUSTER_SOURCE_DIR;
const fs::path kFile = kSource / "tests/golden/fingerprints.csv";

// Paths from the project's folder, sorted.
std::vector<std::string> inputs() {
  std::vector<std::string> out;
  std::error_code error;
  for (const fs::directory_entry& e : fs::directory_iterator(kSource / "scenarios", error))
    if (e.path().extension() == ".json") out.push_back(fs::relative(e.path(), kSource).string());
  for (const fs::directory_entry& e :
       fs::recursive_directory_iterator(kSource / "tests/recordings", error)) {
    const std::string name = e.path().filename().string();
    if (name.starts_with("eventlog") && e.path().extension() == ".zst")
      out.push_back(fs::relative(e.path(), kSource).string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<Result> replay_log(const std::string& path, Problems& problems) {
  const auto read = read_log(path, problems);
  if (!read) return std::nullopt;
  Scenario scenario;
  scenario.workload = LogWorkload{.event_log = path, .pinned = false};
  return replay(read->timeline, scenario, problems);
}

std::optional<Result> run_scenario(const std::string& path, Problems& problems) {
  const auto scenario = read_scenario(path, problems);
  if (!scenario) return std::nullopt;
  validate(*scenario, problems);
  return problems.empty() ? run(*scenario, problems) : std::nullopt;
}

Result result_of(const std::string& input) {
  Problems problems;
  const std::string path = (kSource / input).string();
  std::optional<Result> result =
      input.ends_with(".json") ? run_scenario(path, problems) : replay_log(path, problems);
  EXPECT_TRUE(result) << problems.text();
  // A new version is no new result.
  if (result) result->provenance.muster_version.clear();
  return result ? std::move(*result) : Result();
}

std::string hex(std::uint64_t value) {
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15U];
  return out;
}

std::string fingerprint_line(const std::string& input) {
  const Result result = result_of(input);
  Fingerprint text;
  text.add(to_json(result));
  return input + "," + hex(result.timeline.schedule_fingerprint()) + "," + text.hex() + "\n";
}

TEST(FingerprintTest, ResultsAreThoseInTheFile) {
  std::string actual = "input,schedule,result\n";
  for (const std::string& input : inputs()) actual += fingerprint_line(input);
  const std::string expected = text_of_file(kFile.string());
  if (actual == expected) return;
  const char* update = std::getenv("MUSTER_UPDATE");
  if (update && std::string_view(update) == "1")
    write_text_file(kFile.string(), actual);
  else
    ADD_FAILURE() << difference(expected, actual) << "If that is right: MUSTER_UPDATE=1.";
}

TEST(FingerprintTest, SecondRunGivesTheSameBytes) {
  const Shell shell;
  const std::string path = shell.path("log");
  const auto bytes_of = [&](const Result& result) {
    EXPECT_FALSE(write_event_log(path, result.timeline));
    return to_json(result) + text_of_file(path);
  };
  for (const std::string& input : inputs()) {
    const std::string first = bytes_of(result_of(input));
    EXPECT_EQ(first, bytes_of(result_of(input))) << input;
  }
}

TEST(FingerprintTest, NumberOfThreadsDoesNotMatter) {
  const Shell shell;
  const auto json_with = [&](const char* threads) {
    return shell.run("muster validate tests/recordings --json --threads " + std::string(threads));
  };
  const ShellResult one = json_with("1"), eight = json_with("8");
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out, eight.out);
}

}  // namespace
}  // namespace muster
