// Pictures that are the same byte for byte on both compilers: tests/golden/pictures.csv holds their
// digests; MUSTER_UPDATE=1 writes it: look at the pictures (MUSTER_PICTURES=FOLDER only keeps them
// as .png, in the font that people see), and say in CHANGELOG.md why they look otherwise.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "gui/window/app.h"
#include "gui/window/canvas.h"
#include "gui/window/image.h"
#include "sim/base/fingerprint.h"
#include "tests/shell.h"

namespace muster::gui {
namespace {

const std::string kSource = MUSTER_SOURCE_DIR;
const std::string kFile = kSource + "/tests/golden/pictures.csv";

struct Shot {
  std::string name;
  std::string input;
  int width = 0, height = 0;
  double scale = 1;
  Theme theme = Theme::Dark;
  Command command = Command::None;
};

const std::vector<Shot>& shots() {
  static const std::vector<Shot> all = {
      {"recording", "tests/recordings/c1-shuffle2-r1/eventlog.zst", 1600, 950},
      {"locality", "tests/recordings/e1-wait3s-r1/eventlog.zst", 1600, 950, 1, Theme::Light,
       Command::NextColour},
      {"kubernetes", "scenarios/k8s_wait_100_600.json", 1600, 950, 1, Theme::Light},
      {"partition", "scenarios/network_partition.json", 1280, 800},
      {"small", "scenarios/slow_node.json", 900, 600, 1, Theme::Light},
      {"small-path", "scenarios/slow_node.json", 900, 600, 1, Theme::Dark, Command::Tab4},
      {"small-what-if", "scenarios/hello.json", 900, 600, 1, Theme::Light, Command::Tab2},
      {"large-scale", "scenarios/slow_node.json", 1800, 1200, 2, Theme::Dark},
      {"small-large-scale", "scenarios/hello.json", 900, 600, 2, Theme::Light, Command::Tab2},
  };
  return all;
}

Image taken(const Shot& shot) {
  Offscreen screen(shot.width, shot.height, shot.scale, !std::getenv("MUSTER_PICTURES"));
  App app({.theme = shot.theme}, shot.scale, [] {});
  const auto frame = [&] {
    return screen.frame([&] { app.frame(screen.fonts()); }, paint_of(app.view().theme).paper);
  };
  const auto settle = [&] {
    for (int i = 0; i < 6000; ++i) {
      frame();
      if (i > 3 && !app.session().busy()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_FALSE(app.session().busy()) << shot.name;
    frame();
  };
  app.open({{kSource + "/" + shot.input, !shot.input.ends_with(".json")}});
  settle();
  app.command(shot.command);
  settle();
  frame();
  return frame();
}

std::string digest(const Image& image) {
  Fingerprint out;
  for (const Colour& c : image.pixels)
    out.add(static_cast<std::uint64_t>(c.r) << 16 | static_cast<std::uint64_t>(c.g) << 8 | c.b);
  return out.hex();
}

TEST(GuiPictures, AreThoseInTheFile) {
  std::string actual = "picture,digest\n";
  const char* folder = std::getenv("MUSTER_PICTURES");
  for (const Shot& shot : shots()) {
    const Image image = taken(shot);
    actual += shot.name + "," + digest(image) + "\n";
    if (folder)
      std::ofstream(std::string(folder) + "/" + shot.name + ".png", std::ios::binary)
          << to_png(image);
  }
  if (folder) return;
  // Other versions have other letters and other corners.
  const std::string version = imgui_version();
  if (version != "1.86") GTEST_SKIP() << "this is Dear ImGui " << version;
  const char* update = std::getenv("MUSTER_UPDATE");
  if (update && std::string(update) == "1") return write_text_file(kFile, actual);
  EXPECT_EQ(actual, text_of_file(kFile)) << "If that is right: MUSTER_UPDATE=1.";
}

TEST(GuiPictures, AreTheSameTwice) {
  const Shot& shot = shots().front();
  EXPECT_EQ(taken(shot), taken(shot));
}

}  // namespace
}  // namespace muster::gui
