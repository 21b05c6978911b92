// The HTML page in a real browser: its self-test zooms, drags, points, sorts and prints, and says
// what went wrong (sim/report/page/selftest.js). Skipped where there is no Chromium.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/shell.h"

namespace muster {
namespace {

using Json = nlohmann::json;

std::string browser(const Shell& shell) {
  const ShellResult found =
      shell.run("command -v chromium || command -v chromium-browser || command -v google-chrome");
  return found.out.substr(0, found.out.find('\n'));
}

std::string unescaped(std::string text) {
  const std::pair<const char*, const char*> kNames[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [name, character] : kNames)
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1))
      text.replace(at, std::string(name).size(), character);
  return text;
}

// What the self-test of the page that the command writes as $OUT/page.html found; null: no browser.
Json tried(const Shell& shell, const std::string& command, const std::string& size) {
  const std::string program = browser(shell);
  if (program.empty()) return nullptr;
  const ShellResult written = shell.run(command + " -q -o $OUT/page.html");
  EXPECT_EQ(written.exit_code, 0) << written.err;
  const ShellResult dump = shell.run(
      "HOME=$OUT timeout 120 " + program +
      " --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir=$OUT/profile"
      " --window-size=" + size + " --dump-dom \"file://$OUT/page.html#selftest\"");
  constexpr std::string_view kOpen = "<pre id=\"selftest\">";
  const std::size_t from = dump.out.rfind(kOpen);
  if (from == dump.out.npos) {
    ADD_FAILURE() << "the page shows no self-test\n" << dump.err;
    return Json::object();
  }
  const std::size_t text = from + kOpen.size();
  return Json::parse(unescaped(dump.out.substr(text, dump.out.find("</pre>", text) - text)));
}

void check(const Json& page, const std::vector<std::size_t>& tasks) {
  EXPECT_EQ(page["faults"], Json::array());
  EXPECT_EQ(page["tasks"], Json(tasks));
  EXPECT_EQ(page["markup"], 0);
  EXPECT_EQ(page["wider"], false);
  EXPECT_GT(page["zoomed"], 1.2);
  EXPECT_EQ(page["zoomKeepsPlace"], true);
  EXPECT_GT(page["pannedMs"], 0);
  EXPECT_EQ(page["fits"], true);
  EXPECT_GT(page["inked"], 0.05);
  EXPECT_GT(page["paperHeight"], 100);
  EXPECT_GT(page["stageRows"], 0);
  EXPECT_EQ(page["sorted"], 1);
}

TEST(ReportPage, ALogBesideItsReplay) {
  const Shell shell;
  const Json page =
      tried(shell, "muster report tests/recordings/h1-kill-exec-map-r1/eventlog.zst", "1400,1000");
  if (page.is_null()) GTEST_SKIP() << "no Chromium: the page is not tried";
  check(page, {72, 72});
  const Json tips = {"stage 37.0, task 0 of 32", "stage 37.0, task 0 of 32"};
  EXPECT_EQ(page["tips"], tips);
  const Json sections = {"timeline", "failed",    "time",  "stages", "jobs",    "executors",
                         "placement", "sizes",    "why",   "settings"};
  EXPECT_EQ(page["sections"], sections);
  // Map tasks that had succeeded are there because their output went with its executor.
  EXPECT_FALSE(page["outcomes"].empty());
  EXPECT_THAT(page["outcomes"], testing::Not(testing::Contains(Json("Success"))));
}

TEST(ReportPage, AScenarioOnAPhoneWithANameThatIsAScript) {
  const Shell shell;
  const std::string name = "<script>alert(1)</script><img src=x onerror=alert(2)>";
  shell.run("sed 's|\"word count\"|\"" + name + "\"|' scenarios/hello.json >$OUT/evil.json");
  const Json page = tried(shell, "muster report $OUT/evil.json", "500,900");
  if (page.is_null()) GTEST_SKIP() << "no Chromium: the page is not tried";
  check(page, {10});
}

// The other application on the cluster is drawn below the first, where it ran.
TEST(ReportPage, TwoApplications) {
  const Shell shell;
  const Json page = tried(shell, "muster report scenarios/two_applications.json", "1400,1000");
  if (page.is_null()) GTEST_SKIP() << "no Chromium: the page is not tried";
  check(page, {120});
  EXPECT_EQ(page["drawn"], Json({"simulated", "question"}));
  const Json tips = {"stage 0.0, task 0 of 120", "stage 0.0, task 0 of 24"};
  EXPECT_EQ(page["tips"], tips);
}

TEST(ReportPage, ASlowExecutorIsSaidOnTop) {
  const Shell shell;
  const Json page = tried(shell, "muster report scenarios/slow_node.json", "500,900");
  if (page.is_null()) GTEST_SKIP() << "no Chromium: the page is not tried";
  check(page, {96});
  EXPECT_EQ(page["boxes"][0], "Slow executors and long tasks");
}

// What to do about a log that does not tell everything stands on top.
TEST(ReportPage, LogsThatEndTooEarly) {
  const Shell shell;
  shell.run("muster run -q scenarios/hello.json --event-log $OUT/whole");
  shell.run("head -8 $OUT/whole >$OUT/empty && sed '/ApplicationEnd/d' $OUT/whole >$OUT/cut");
  const Json empty = tried(shell, "muster report $OUT/empty", "1000,900");
  if (empty.is_null()) GTEST_SKIP() << "no Chromium: the page is not tried";
  EXPECT_EQ(empty["faults"], Json::array());
  EXPECT_EQ(empty["tasks"], Json::array({0}));
  EXPECT_EQ(empty["boxes"][0], "No task was launched");
  EXPECT_EQ(empty["boxes"][1], "The log has no end of the application");
  const Json cut = tried(shell, "muster report $OUT/cut", "1000,900");
  check(cut, {10, 10});
  EXPECT_EQ(cut["boxes"][0], "real: The log has no end of the application");
}

}  // namespace
}  // namespace muster
