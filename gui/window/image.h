// Pixels, and how Dear ImGui's triangles become pixels without a graphics card: the same bytes on
// every machine with the same fonts, for golden images and for `render`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gui/layout/colour.h"

struct ImDrawData;

namespace muster::gui {

struct Image {
  int width = 0, height = 0;
  std::vector<Colour> pixels;  // rows from the top

  Colour at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
  bool operator==(const Image&) const = default;
};

// One byte of coverage for each texel, as ImGui's font atlas has it.
struct Texture {
  const std::uint8_t* texels = nullptr;
  int width = 0, height = 0;
};

Image rasterise(const ImDrawData& data, const Texture& texture, Colour background);

std::string to_png(const Image& image);

}  // namespace muster::gui
