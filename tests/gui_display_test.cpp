// The window on a display: a virtual one (Xvfb), a hand that is xdotool, and the lines of state
// that the window prints. Skipped, saying so, where one of the two is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "tests/shell.h"

namespace muster {
namespace {

using testing::HasSubstr;

// Starts a display of its own and the window, does what `hand` says with xdotool, ends both (by
// their own numbers). Prints what the window printed.
std::string script(const std::string& arguments, const std::string& hand) {
  return "exec 3<>$OUT/number\n"
         "Xvfb -displayfd 3 -screen 0 1600x950x24 -nolisten tcp >/dev/null 2>&1 & X=$!\n"
         "trap 'kill $X 2>/dev/null' EXIT\n"
         "for i in $(seq 100); do [ -s $OUT/number ] && break; sleep 0.1; done\n"
         "export DISPLAY=:$(head -1 $OUT/number)\n"
         "muster gui --state " +
         arguments +
         " >$OUT/state 2>$OUT/errors & M=$!\n"
         "await() { for i in $(seq 200); do tail -n 1 $OUT/state | grep -q -- \"$1\" && return; "
         "sleep 0.1; done; echo \"waited in vain for $1\"; }\n" +
         hand + "\nkill $M 2>/dev/null; wait $M 2>/dev/null; cat $OUT/state $OUT/errors\n";
}

bool there(const Shell& shell, const std::string& program) {
  return shell.run("command -v " + program).exit_code == 0;
}

// Why there is nothing to test; empty: there is.
std::string missing(const Shell& shell) {
  for (const char* program : {"Xvfb", "xdotool"})
    if (!there(shell, program)) return std::string(program) + " is missing";
  if (shell.run("muster gui no/such/file").err.find("no window") != std::string::npos)
    return "this build has no window";
  return {};
}

std::string output_of(const Shell& shell, const std::string& arguments, const std::string& hand) {
  write_text_file(shell.path("number"), "");
  const ShellResult result = shell.run(script(arguments, hand));
  if (std::getenv("MUSTER_PICTURES")) std::printf("%s", result.out.c_str());
  EXPECT_THAT(result.out, testing::Not(HasSubstr("waited in vain")));
  return result.out;
}

// The number behind ` name=` in the line that begins with `mark`, which `hand` printed.
double number(const std::string& out, const std::string& mark, const std::string& name) {
  const std::size_t line = out.find("\n" + mark + " ");
  const std::size_t at = line == out.npos ? line : out.find(" " + name + "=", line);
  if (at == out.npos || at > out.find('\n', line + 1)) {
    ADD_FAILURE() << "no " << name << " in the line " << mark;
    return 0;
  }
  return std::strtod(out.c_str() + at + name.size() + 2, nullptr);
}

TEST(GuiDisplayTest, TheWheelZoomsAtThePointerAndADragMoves) {
  const Shell shell;
  if (const std::string why = missing(shell); !why.empty()) GTEST_SKIP() << why;
  // `settled`: until the last line of state stays; a wheel step or a drag may come in pieces.
  const std::string out = "\n" + output_of(
      shell, "tests/recordings/a1-equal64-r1/eventlog.zst",
      "settled() { before=; for i in $(seq 50); do sleep 0.3; now=$(tail -n 1 $OUT/state); "
      "[ \"$now\" = \"$before\" ] && break; before=$now; done; echo \"$1 $now\"; }\n"
      "await 'scenes=2.*busy=0'\n"
      "xdotool mousemove 700 520; settled FIRST\n"
      "xdotool click 4; settled NEAR\n"
      "xdotool mousedown 1 mousemove 740 520 mousemove 800 520 mouseup 1\n"
      "settled MOVED\n"
      "xdotool click 5; settled FAR\n"
      "xdotool key f; settled FITTED\n");
  const auto from = [&](const char* mark) { return number(out, mark, "from"); };
  const auto span = [&](const char* mark) { return number(out, mark, "to") - from(mark); };
  EXPECT_NEAR(span("NEAR"), 0.8 * span("FIRST"), 20);
  EXPECT_GT(from("NEAR"), from("FIRST"));
  EXPECT_LT(from("NEAR") + span("NEAR"), from("FIRST") + span("FIRST"));
  // To the right: an earlier piece of the same length.
  EXPECT_EQ(span("MOVED"), span("NEAR"));
  EXPECT_LT(from("MOVED"), from("NEAR"));
  EXPECT_NEAR(span("FAR"), span("FIRST"), 40);
  EXPECT_EQ(from("FITTED"), from("FIRST"));
  EXPECT_EQ(span("FITTED"), span("FIRST"));
}

TEST(GuiDisplayTest, ARecordingIsOpenedSelectedAndTurned) {
  const Shell shell;
  if (const std::string why = missing(shell); !why.empty()) GTEST_SKIP() << why;
  const std::string out = output_of(
      shell, "tests/recordings/a1-equal64-r1/eventlog.zst",
      "await 'scenes=2.*busy=0'\n"
      "xdotool mousemove 600 300; await 'hover=[a-z]*:0'\n"
      "xdotool click 1; await 'selected=[a-z]*:0'\n"
      "xdotool key Escape; await 'selected=none'\n"
      "xdotool key c; await colour=locality\n"
      "xdotool key f; await 'from=0 '\n"
      "xdotool key bracketright; await 'executors=5.*undo=1.*busy=0'\n"
      "xdotool key bracketright; await 'executors=6.*undo=2.*busy=0'\n"
      "xdotool key ctrl+z; await 'executors=5.*undo=1.*busy=0'\n"
      "xdotool key 4; await tab=4; xdotool key 2; await tab=2; xdotool key 1; await tab=1\n"
      "xdotool key slash; sleep 0.5; xdotool type --delay 30 nowhere; xdotool key Return\n"
      "await 'not_found=.nowhere. '\n"
      "xdotool key Escape; sleep 0.5; xdotool key Escape; sleep 0.5\n"
      "xdotool key ctrl+w; await 'runs=0.*scenes=0'\n");
  EXPECT_THAT(out, HasSubstr("ready=1 scenes=2"));
  EXPECT_THAT(out, HasSubstr("colour=locality"));
}

TEST(GuiDisplayTest, NothingIsDrawnWhileNothingHappens) {
  const Shell shell;
  if (const std::string why = missing(shell); !why.empty()) GTEST_SKIP() << why;
  const std::string out = "\n" + output_of(
      shell, "scenarios/hello.json",
      "await 'scenes=1.*busy=0'; sleep 1\n"
      "xdotool key t; await theme=light; sleep 1; echo \"BEFORE $(tail -n 1 $OUT/state)\"\n"
      "sleep 3\n"
      "xdotool key t; await theme=dark; echo \"AFTER $(tail -n 1 $OUT/state)\"\n");
  // Those of a key that goes down and up, and of the first state after it; at 60 Hz, three seconds
  // would have 180.
  EXPECT_LE(number(out, "AFTER", "frames") - number(out, "BEFORE", "frames"), 12);
}

TEST(GuiDisplayTest, AFileIsOpenedFromInsideItsProgressTicksAndItIsCancelled) {
  const Shell shell;
  if (const std::string why = missing(shell); !why.empty()) GTEST_SKIP() << why;
  write_text_file(shell.path("long.json"), R"({
    "cluster": {"executors": [{"count": 20, "cores": 4}]},
    "workload": {"jobs": [{"stages": [{"tasks": 4000000, "duration": "1s"}]}]}
  })");
  const std::string out = output_of(
      shell, "",
      "await 'runs=0.*busy=0'\n"
      "xdotool key o; sleep 0.5; xdotool type --delay 30 $OUT/long.json; xdotool key Return\n"
      "await 'runs=1.*progress=.simulating: [0-9,]* task attempts'\n"
      "first=$(tail -n 1 $OUT/state | sed 's/.*progress=//; s/ frames.*//')\n"
      "for i in $(seq 100); do sleep 0.1; tail -n 1 $OUT/state | grep -qF -- \"$first\" || break; "
      "done\n"
      "tail -n 1 $OUT/state | grep -qF -- \"$first\" || echo TICKED\n"
      "xdotool key Escape; await 'runs=1 ready=0.*cancelled=1 busy=0'\n"
      "xdotool key q; for i in $(seq 100); do kill -0 $M 2>/dev/null || break; sleep 0.1; done\n"
      "kill -0 $M 2>/dev/null || echo ENDED\n");
  EXPECT_THAT(out, HasSubstr("TICKED"));
  EXPECT_THAT(out, HasSubstr("ENDED"));
}

TEST(GuiDisplayTest, WithoutADisplayThereIsAHint) {
  const Shell shell;
  const ShellResult result = shell.run("env -u DISPLAY -u WAYLAND_DISPLAY muster gui");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, testing::AnyOf(HasSubstr("muster render draws the same timeline"),
                                         HasSubstr("this build has no window")));
}

}  // namespace
}  // namespace muster
