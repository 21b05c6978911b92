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

TEST(GuiDisplayTest, ARecordingIsOpenedZoomedMovedAndTurned) {
  const Shell shell;
  for (const char* program : {"Xvfb", "xdotool"})
    if (!there(shell, program)) GTEST_SKIP() << program << " is missing";
  if (shell.run("muster gui no/such/file").err.find("no window") != std::string::npos)
    GTEST_SKIP() << "this build has no window";
  write_text_file(shell.path("number"), "");
  const ShellResult result = shell.run(script(
      "tests/recordings/a1-equal64-r1/eventlog.zst",
      "await 'scenes=2.*busy=0'\n"
      "xdotool mousemove 700 520; sleep 0.3; xdotool click 4; sleep 0.5; echo ZOOMED\n"
      "tail -n 1 $OUT/state\n"
      "xdotool mousedown 1 mousemove 760 520; sleep 0.2; xdotool mousemove 800 520 mouseup 1\n"
      "sleep 0.5; tail -n 1 $OUT/state\n"
      "xdotool mousemove 600 300; await 'hover=[a-z]*:0'\n"
      "xdotool click 1; await 'selected=[a-z]*:0'\n"
      "xdotool key c; await colour=locality\n"
      "xdotool key f; await 'from=0 '\n"
      "xdotool key bracketright; await 'executors=5.*undo=1.*busy=0'\n"
      "xdotool key bracketright; await 'executors=6.*undo=2.*busy=0'\n"
      "xdotool key ctrl+z; await 'executors=5.*undo=1.*busy=0'\n"));
  const std::string& out = result.out;
  if (std::getenv("MUSTER_PICTURES")) std::printf("%s", out.c_str());
  EXPECT_THAT(out, HasSubstr("ready=1 scenes=2"));
  EXPECT_THAT(out, HasSubstr("colour=locality"));
  EXPECT_THAT(out, testing::Not(HasSubstr("waited in vain")));
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
