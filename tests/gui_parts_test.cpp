// Parts of the window without a frame: inputs in order, paths as they are typed, what is made once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <semaphore>
#include <string>

#include "gui/window/input_queue.h"
#include "gui/window/memo.h"
#include "gui/window/open_path.h"
#include "gui/window/worker.h"
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

// What is shown of a large folder is cut, what Tab completes to is not: it would be a wrong path.
TEST(GuiParts, TabKnowsAllOfALargeFolder) {
  const ScratchFolder folder;
  for (int i = 0; i < 201; ++i)
    write_text_file(folder.path("log-a" + std::to_string(1000 + i)), "");
  write_text_file(folder.path("log-b"), "");
  EXPECT_EQ(completed(folder.path("l")), folder.path("log-"));
  EXPECT_EQ(completed(folder.path("log-b")), folder.path("log-b"));
  EXPECT_EQ(completed(folder.path("none")), "");
}

// A curve's point is of a scenario: it must not come after another one was loaded, be it ready.
TEST(GuiParts, AReplyThatAnEarlierOneCancelsDoesNotRun) {
  std::counting_semaphore<> done(0);
  Worker worker([&] { done.release(); });
  std::string ran;
  const auto reply = [](Worker::Reply r) {
    return [r = std::move(r)](const std::stop_token&) { return r; };
  };
  worker.add(Worker::Kind::Load, reply([&] {
               ran += "load ";
               worker.cancel(Worker::Kind::Curve);
             }));
  done.acquire();
  worker.add(Worker::Kind::Curve, reply([&] { ran += "curve "; }));
  worker.add(Worker::Kind::Explain, reply([&] { ran += "explain "; }));
  done.acquire(), done.acquire();
  worker.poll();
  EXPECT_EQ(ran, "load explain ");
  EXPECT_FALSE(worker.busy());
}

}  // namespace
}  // namespace muster::gui
