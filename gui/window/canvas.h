// Dear ImGui as a canvas: fonts, and a display list as ImGui draws it.
#pragma once

#include <functional>
#include <string>

#include "gui/layout/display_list.h"
#include "gui/window/image.h"

struct ImDrawList;
struct ImFont;

namespace muster::gui {

struct Fonts {
  ImFont* text = nullptr;   // 12 pixels, times the scale
  ImFont* small = nullptr;  // 11 pixels
  ImFont* bold = nullptr;
};

// Loads DejaVu Sans where it is found (or $MUSTER_FONT, a .ttf file), else ImGui's own font; the
// atlas must not have been built. `plain`: ImGui's own in any case, which is the same everywhere.
Fonts load_fonts(double scale, bool plain);

// Onto a list of ImGui's, moved by (x, y).
void paint(const DisplayList& list, const Fonts& fonts, ImDrawList& onto, float x = 0, float y = 0);

// An ImGui without window and graphics card. One at a time in a thread.
class Offscreen {
 public:
  Offscreen(int width, int height, double scale, bool plain_font);
  ~Offscreen();
  Offscreen(const Offscreen&) = delete;
  Offscreen& operator=(const Offscreen&) = delete;

  const Fonts& fonts() const { return fonts_; }
  // One frame: `content` calls ImGui. Input may be set in ImGui's io before.
  Image frame(const std::function<void()>& content, Colour background);

 private:
  Fonts fonts_;
};

// The picture as pixels.
Image to_image(const DisplayList& list, double scale, bool plain_font);

}  // namespace muster::gui
