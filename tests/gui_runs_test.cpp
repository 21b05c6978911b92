// Runs come into the window and leave it, results too; tabs have keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/shell.h"
#include "tests/window.h"

namespace muster::gui {
namespace {

using testing::HasSubstr;

TEST(GuiRuns, ARunIsClosedAndTheNextOneIsTurned) {
  Window window({scenario("hello.json"), scenario("skewed_stage.json")});
  Session& session = window.app().session();
  ASSERT_EQ(session.runs().size(), 2U);
  EXPECT_EQ(session.turned(), &session.runs()[1]);
  window.press(Command::Close);  // the last one
  window.wait();
  ASSERT_EQ(session.runs().size(), 1U);
  EXPECT_EQ(session.scenes().size(), 1U);
  EXPECT_EQ(session.scenario(), session.runs()[0].scenario);
  ASSERT_TRUE(session.set_executors(session.knob().given + 1));
  window.press(Command::Close);  // while it is simulated
  window.wait();
  EXPECT_TRUE(session.runs().empty());
  EXPECT_TRUE(session.scenes().empty());
  EXPECT_FALSE(session.scenario());
  EXPECT_FALSE(session.what_if());
  EXPECT_FALSE(session.close(0));
}

TEST(GuiRuns, AResultOpensWithoutKnobs) {
  const Shell shell;
  ASSERT_EQ(shell.run("muster run scenarios/two_applications.json --json >$OUT/r.json").exit_code,
            0);
  Window window({{shell.path("r.json"), false}});
  EXPECT_THAT(window.app().state(), HasSubstr("ready=1 scenes=2"));
  EXPECT_FALSE(window.app().session().scenario());
  window.press(Command::Tab2);
  window.frame();
  EXPECT_THAT(window.app().state(), HasSubstr("tab=2"));
}

TEST(GuiRuns, TabsHaveKeys) {
  Window window({scenario("hello.json")});
  EXPECT_THAT(window.app().state(), HasSubstr("tab=1"));
  for (const auto& [command, tab] : {std::pair(Command::Tab5, "tab=5"), {Command::Tab4, "tab=4"},
                                     {Command::Tab2, "tab=2"}, {Command::Tab1, "tab=1"}}) {
    window.press(command);
    window.frame();
    EXPECT_THAT(window.app().state(), HasSubstr(tab));
  }
  window.press(Command::Tab3);  // nothing to compare
  window.frame();
  EXPECT_THAT(window.app().state(), HasSubstr("tab=1"));
}

}  // namespace
}  // namespace muster::gui
