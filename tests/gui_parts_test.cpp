// Parts of the window without a frame: inputs in order, paths as they are typed, what is made once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "gui/window/input_queue.h"
#include "gui/window/memo.h"
#include "gui/window/open_path.h"
#include "tests/report_timelines.h"
#include "tests/shell.h"

namespace muster::gui {
namespace {

TEST(GuiParts, ASlowFrameLosesNoKeyAndNoDrag) {
  using Kind = Input::Kind;
  using Action = Input::Action;
  InputQueue queue;
  const auto frame = [&] {
    std::string seen;
    queue.begin_frame();
    while (const auto input = queue.next())
      seen += "mbkcs"[static_cast<int>(input->kind)];
    return seen;
  };
  queue.add({.kind = Kind::Move, .x = 1});
  queue.add({.kind = Kind::Button, .action = Action::Press});
  queue.add({.kind = Kind::Move, .x = 2});
  queue.add({.kind = Kind::Move, .x = 3});
  queue.add({.kind = Kind::Button, .action = Action::Release});
  EXPECT_EQ(frame(), "mb");  // down where it was
  EXPECT_EQ(frame(), "mm");
  EXPECT_EQ(frame(), "b");  // and up where it went
  for (const Action action : {Action::Press, Action::Repeat, Action::Repeat, Action::Release})
    queue.add({.kind = Kind::Key, .code = 13, .action = action});
  queue.add({.kind = Kind::Scroll, .y = 1});
  EXPECT_EQ(frame(), "kkk");
  EXPECT_EQ(frame(), "ks");
  queue.add({.kind = Kind::Character, .code = 'o'});  // of the key that opened the field
  queue.wait_for_field();
  queue.add({.kind = Kind::Character, .code = 'x'});
  EXPECT_EQ(frame() + frame(), "");
  EXPECT_EQ(frame(), "c");
  EXPECT_TRUE(queue.empty());
}

TEST(GuiParts, WhatIsShownAgainIsNotMadeAgain) {
  Memo<int, std::string> memo;
  int made = 0;
  const auto make = [&] { return "made " + std::to_string(++made); };
  EXPECT_EQ(memo.of(1, make), "made 1");
  EXPECT_EQ(memo.of(1, make), "made 1");
  EXPECT_EQ(memo.of(2, make), "made 2");
  EXPECT_EQ(memo.of(1, make), "made 3");
}

TEST(GuiParts, PathsAreCompleted) {
  const ScratchFolder folder;
  for (const char* name : {"eventlog-1.zst", "eventlog-2.zst", "other", ".hidden"})
    write_text_file(folder.path(name), "");
  std::filesystem::create_directory(folder.path("eventlog_v2_app"));
  std::filesystem::create_directory(folder.path("logs"));
  const auto at = [&](const char* name) { return folder.path(name); };
  EXPECT_THAT(completions(at("e"), 10),
              testing::ElementsAre(at("eventlog-1.zst"), at("eventlog-2.zst"),
                                   at("eventlog_v2_app/")));
  EXPECT_EQ(completions(at(""), 100).size(), 5U);
  EXPECT_EQ(completions(at(""), 2).size(), 2U);
  EXPECT_EQ(common_start(completions(at("eventlog-"), 10)), at("eventlog-"));
  EXPECT_EQ(common_start({}), "");
  EXPECT_THAT(completions(at("none/of/these"), 10), testing::IsEmpty());
  EXPECT_TRUE(is_plain_folder(at("logs/")));
  EXPECT_FALSE(is_plain_folder(at("eventlog_v2_app/")));
  EXPECT_FALSE(opened_at(MUSTER_SOURCE_DIR "/scenarios/hello.json").is_log);
  EXPECT_TRUE(opened_at(at("other")).is_log);
}

}  // namespace
}  // namespace muster::gui
