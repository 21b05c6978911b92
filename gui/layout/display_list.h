// A picture as plain shapes, in the order in which they are painted. The same list becomes SVG, a
// PNG and what the window shows. Pixels, y downwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gui/layout/colour.h"

namespace muster::gui {

struct Shape {
  enum class Kind : std::uint8_t {
    Fill,   // rectangle
    Frame,  // its border, one pixel wide, inside
    Line,   // from (x0, y0) to (x1, y1), `size` wide
    Text,   // starts at x0 with its top at y0; `size` high; must end before x1
  };
  Kind kind = Kind::Fill;
  bool bold = false;
  Colour colour;
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  float size = 0;
  std::uint32_t text = 0;  // of Text: row of DisplayList::texts
};

struct DisplayList {
  float width = 0, height = 0;
  std::vector<Shape> shapes;
  std::vector<std::string> texts;  // UTF-8, as they are: whoever writes them out escapes them

  void clear();
  void fill(float x0, float y0, float x1, float y1, Colour colour);
  void frame(float x0, float y0, float x1, float y1, Colour colour);
  void line(float x0, float y0, float x1, float y1, Colour colour, float width = 1);
  // What is wider than `room` is cut, with an ellipsis; nothing is drawn where not even two letters
  // fit. Gives the width.
  float text(float x, float y, std::string_view words, float size, Colour colour, float room = 1e9F,
             bool bold = false);
};

// Width of a line in pixels: by the advances of DejaVu Sans, which is wider than most.
float text_width(std::string_view words, float size);
// Cut to `room` pixels, between characters; empty where there is no room.
std::string clipped(std::string_view words, float size, float room);

}  // namespace muster::gui
