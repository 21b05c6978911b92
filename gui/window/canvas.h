// Dear ImGui as a canvas: fonts, and a display list as ImGui draws it.
#pragma once

#include <functional>
#include <string>

#include "gui/layout/display_list.h"
#include "gui/window/image.h"

struct ImDrawList;
struct ImFont;
struct ImGuiContext;

namespace muster::gui {

struct Fonts {
  ImFont* text = nullptr;   // 12 pixels, times the scale
  ImFont* small = nullptr;  // 11 pixels
  ImFont* bold = nullptr;
};

// Of Dear ImGui, "1.86": pictures are equal byte for byte within one.
const char* imgui_version();

// As Dear ImGui packs a colour (ImU32).
unsigned packed(Colour colour);

// Loads DejaVu Sans where it is found (or $MUSTER_FONT, a .ttf file), else ImGui's own font; the
// atlas must not have been built. `plain`: ImGui's own in any case, which is the same everywhere.
Fonts load_fonts(double scale, bool plain);

// Onto a list of ImGui's, moved by (x, y).
void paint(const DisplayList& list, const Fonts& fonts, ImDrawList& onto, float x = 0, float y = 0);

// What the hand does, for one frame.
struct Hand {
  float x = -1, y = -1;  // of the pointer
  float wheel = 0;
  bool down = false;  // the left button
  bool shift = false;
};

// An ImGui without window and graphics card.
class Offscreen {
 public:
  Offscreen(int width, int height, double scale, bool plain_font);
  ~Offscreen();
  Offscreen(const Offscreen&) = delete;
  Offscreen& operator=(const Offscreen&) = delete;

  const Fonts& fonts() const { return fonts_; }
  void activate();  // ImGui's calls are about this one from now on
  // One frame: `content` calls ImGui.
  Image frame(const std::function<void()>& content, Colour background, const Hand& hand = {});

 private:
  ImGuiContext* context_;
  Fonts fonts_;
};

// The picture as pixels.
Image to_image(const DisplayList& list, double scale, bool plain_font);

}  // namespace muster::gui
