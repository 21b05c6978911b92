// The window's content off-screen, driven by a scripted hand. For tests of builds that have it.
#pragma once

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gui/window/app.h"
#include "gui/window/canvas.h"
#include "gui/window/image.h"

namespace muster::gui {

inline const std::string kSource = MUSTER_SOURCE_DIR;

// What people look at has the font that they see; what is compared the one that is everywhere.
inline bool plain_font() { return !std::getenv("MUSTER_PICTURES"); }

// A window of 1600 x 950 without a display.
class Window {
 public:
  explicit Window(const std::vector<Opened>& inputs, double scale = 1, Theme theme = Theme::Dark)
      : screen_(1600, 950, scale, plain_font()), app_({.theme = theme}, scale, [] {}) {
    app_.open(inputs);
    wait();
  }
  App& app() { return app_; }
  Image frame(const Hand& hand = {}) {
    return screen_.frame([&] { app_.frame(screen_.fonts()); }, paint_of(app_.view().theme).paper,
                         hand);
  }
  // Until the worker rests.
  void wait() {
    for (int i = 0; i < 3000; ++i) {
      frame();
      if (!app_.session().busy()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    frame();
  }
  // Until something holds that the worker brings about.
  template <class Holds>
  void until(Holds holds) {
    for (int i = 0; i < 3000 && !holds(); ++i) {
      frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void press(Command command) {
    app_.command(command);
    frame();
  }
  void click(float x, float y) {
    frame({.x = x, .y = y});
    frame({.x = x, .y = y, .down = true});
    frame({.x = x, .y = y});
    frame({.x = x, .y = y});
  }
  // For people: MUSTER_PICTURES=FOLDER keeps what was seen.
  void keep(const std::string& name, const Hand& hand = {}) {
    const char* folder = std::getenv("MUSTER_PICTURES");
    if (!folder) return;
    frame(hand);
    std::ofstream(std::string(folder) + "/" + name + ".png", std::ios::binary)
        << to_png(frame(hand));
  }

 private:
  Offscreen screen_;
  App app_;
};

inline Opened recording(const char* name) {
  return {kSource + "/tests/recordings/" + name + "/eventlog.zst", true};
}
inline Opened scenario(const char* name) { return {kSource + "/scenarios/" + name, false}; }

}  // namespace muster::gui
