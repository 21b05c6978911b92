// The window's content by the graphics driver, without a display (EGL surfaceless): much the same
// picture as our own rasteriser draws. A program of its own, because drivers are unloaded before
// the sanitizer looks for leaks, and keep what they have until then.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "gui/window/app.h"
#include "gui/window/canvas.h"
#include "gui/window/image.h"
#include "gui/window/surfaceless.h"

extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace muster::gui {
namespace {

TEST(GuiSurfaceless, AGraphicsDriverDrawsTheSame) {
  const auto screen = Surfaceless::open(1600, 950, 1, true);
  if (!screen) GTEST_SKIP() << "no EGL that does without a display";
  App app({.theme = Theme::Dark}, 1, [] {});
  const std::string folder = MUSTER_SOURCE_DIR "/tests/recordings/c1-shuffle2-r1";
  app.open({{folder + "/eventlog.zst", true}});
  Image image;
  const auto draw = [&](const Hand& hand) {
    image = screen->frame([&] { app.frame(screen->fonts()); }, paint_of(Theme::Dark).paper, hand);
  };
  for (int i = 0; i < 500 && (i < 3 || app.session().busy()); ++i) {
    draw({});
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const View before = app.view();
  for (const float wheel : {0.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 0.0F})
    draw({.x = 600, .y = 500, .wheel = wheel});
  EXPECT_NEAR(static_cast<double>(app.view().to - app.view().from),
              0.32768 * static_cast<double>(before.to - before.from), 50);
  draw({});
  draw({});
  Offscreen own(1600, 950, 1, true);
  const auto frame = [&] {
    return own.frame([&] { app.frame(own.fonts()); }, paint_of(Theme::Dark).paper);
  };
  frame();
  const Image ours = frame();
  std::size_t same = 0;
  const auto near = [](int a, int b) { return std::abs(a - b) <= 8; };
  for (std::size_t i = 0; i < ours.pixels.size(); ++i) {
    const Colour a = ours.pixels[i], b = image.pixels[i];
    same += near(a.r, b.r) && near(a.g, b.g) && near(a.b, b.b);
  }
  EXPECT_GT(static_cast<double>(same) / static_cast<double>(ours.pixels.size()), 0.99);
}

}  // namespace
}  // namespace muster::gui
