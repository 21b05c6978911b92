#include "gui/window/image.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image_write.h>

namespace muster::gui {
namespace {

constexpr std::int64_t kSub = 16;  // parts of a pixel

struct Box {
  int x0, y0, x1, y1;
};

Colour colour_of(ImU32 packed) {
  return {static_cast<std::uint8_t>(packed >> IM_COL32_R_SHIFT),
          static_cast<std::uint8_t>(packed >> IM_COL32_G_SHIFT),
          static_cast<std::uint8_t>(packed >> IM_COL32_B_SHIFT),
          static_cast<std::uint8_t>(packed >> IM_COL32_A_SHIFT)};
}

void blend(Colour& under, Colour over, int coverage) {
  const int share = (over.a * coverage + 127) / 255;
  if (share <= 0) return;
  Colour opaque = over;
  opaque.a = 255;
  under = mixed(under, opaque, share);
}

std::int64_t fixed(float v) { return std::llround(static_cast<double>(v) * kSub); }
int pixel_from(float v) { return static_cast<int>(std::lround(v)); }

class Canvas {
 public:
  Canvas(Image& image, const Texture& texture) : image_(image), texture_(texture) {}

  void clip(const Box& box) { clip_ = box; }

  // Two triangles of ImGui that are a rectangle: what nearly everything is.
  bool rectangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c,
                 const ImDrawVert& d) {
    const bool square = a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == d.pos.y &&
                        d.pos.x == a.pos.x && a.col == b.col && b.col == c.col && c.col == d.col;
    if (!square) return false;
    const Colour colour = colour_of(a.col);
    const Box whole{pixel_from(a.pos.x), pixel_from(a.pos.y), pixel_from(c.pos.x),
                    pixel_from(c.pos.y)};
    const Box box{std::max(whole.x0, clip_.x0), std::max(whole.y0, clip_.y0),
                  std::min(whole.x1, clip_.x1), std::min(whole.y1, clip_.y1)};
    const bool plain = a.uv.x == c.uv.x && a.uv.y == c.uv.y;
    const float wide = c.pos.x - a.pos.x, high = c.pos.y - a.pos.y;
    for (int y = box.y0; y < box.y1; ++y) {
      const float v = a.uv.y + (c.uv.y - a.uv.y) * (static_cast<float>(y - whole.y0) + 0.5F) / high;
      for (int x = box.x0; x < box.x1; ++x) {
        int coverage = 255;
        if (!plain) {
          const float u =
              a.uv.x + (c.uv.x - a.uv.x) * (static_cast<float>(x - whole.x0) + 0.5F) / wide;
          coverage = texel(u, v);
        }
        blend(pixel(x, y), colour, coverage);
      }
    }
    return true;
  }

  // Edge functions on a grid of sixteenths of a pixel; colours and coverage between the corners.
  void triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c) {
    const std::int64_t ax = fixed(a.pos.x), ay = fixed(a.pos.y), bx = fixed(b.pos.x),
                       by = fixed(b.pos.y), cx = fixed(c.pos.x), cy = fixed(c.pos.y);
    const std::int64_t area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area == 0) return;
    const int x0 = std::max<int>(clip_.x0, static_cast<int>(std::min({ax, bx, cx}) / kSub) - 1);
    const int x1 = std::min<int>(clip_.x1, static_cast<int>(std::max({ax, bx, cx}) / kSub) + 2);
    const int y0 = std::max<int>(clip_.y0, static_cast<int>(std::min({ay, by, cy}) / kSub) - 1);
    const int y1 = std::min<int>(clip_.y1, static_cast<int>(std::max({ay, by, cy}) / kSub) + 2);
    const auto edge = [](std::int64_t px, std::int64_t py, std::int64_t qx, std::int64_t qy,
                         std::int64_t x,
                         std::int64_t y) { return (qx - px) * (y - py) - (qy - py) * (x - px); };
    const auto owns = [&](std::int64_t px, std::int64_t py, std::int64_t qx, std::int64_t qy) {
      const bool turned = area < 0;  // top and left edges own their pixels
      const std::int64_t dx = turned ? px - qx : qx - px, dy = turned ? py - qy : qy - py;
      return dy < 0 || (dy == 0 && dx > 0);
    };
    const bool own_a = owns(bx, by, cx, cy), own_b = owns(cx, cy, ax, ay),
               own_c = owns(ax, ay, bx, by);
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        const std::int64_t px = x * kSub + kSub / 2, py = y * kSub + kSub / 2;
        std::int64_t wa = edge(bx, by, cx, cy, px, py), wb = edge(cx, cy, ax, ay, px, py),
                     wc = edge(ax, ay, bx, by, px, py), whole = area;
        if (area < 0) wa = -wa, wb = -wb, wc = -wc, whole = -whole;
        const bool inside = (wa > 0 || (wa == 0 && own_a)) && (wb > 0 || (wb == 0 && own_b)) &&
                            (wc > 0 || (wc == 0 && own_c));
        if (inside) shade(x, y, a, b, c, wa, wb, wc, whole);
      }
    }
  }

 private:
  Colour& pixel(int x, int y) {
    return image_.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) +
                         static_cast<std::size_t>(x)];
  }
  int texel(float u, float v) const {
    const int x =
        std::clamp(static_cast<int>(u * static_cast<float>(texture_.width)), 0, texture_.width - 1);
    const int y = std::clamp(static_cast<int>(v * static_cast<float>(texture_.height)), 0,
                             texture_.height - 1);
    return texture_.texels[y * texture_.width + x];
  }
  void shade(int x, int y, const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c,
             std::int64_t wa, std::int64_t wb, std::int64_t wc, std::int64_t whole) {
    const Colour ca = colour_of(a.col), cb = colour_of(b.col), cc = colour_of(c.col);
    const auto between = [&](int p, int q, int r) {
      return static_cast<std::uint8_t>((p * wa + q * wb + r * wc + whole / 2) / whole);
    };
    const Colour colour{between(ca.r, cb.r, cc.r), between(ca.g, cb.g, cc.g),
                        between(ca.b, cb.b, cc.b), between(ca.a, cb.a, cc.a)};
    const auto part = [&](std::int64_t w) {
      return static_cast<float>(w) / static_cast<float>(whole);
    };
    const float u = a.uv.x * part(wa) + b.uv.x * part(wb) + c.uv.x * part(wc);
    const float v = a.uv.y * part(wa) + b.uv.y * part(wb) + c.uv.y * part(wc);
    blend(pixel(x, y), colour, texel(u, v));
  }

  Image& image_;
  const Texture& texture_;
  Box clip_{0, 0, 0, 0};
};

void paint(Canvas& canvas, const ImDrawList& list, const ImDrawCmd& command) {
  const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
  const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
  const ImDrawIdx* end = index + command.ElemCount;
  while (index + 3 <= end) {
    const bool quad = index + 6 <= end && index[0] == index[3] && index[2] == index[4];
    if (quad && canvas.rectangle(vertices[index[0]], vertices[index[1]], vertices[index[2]],
                                 vertices[index[5]])) {
      index += 6;
      continue;
    }
    canvas.triangle(vertices[index[0]], vertices[index[1]], vertices[index[2]]);
    index += 3;
  }
}

}  // namespace

Image rasterise(const ImDrawData& data, const Texture& texture, Colour background) {
  Image image;
  image.width = static_cast<int>(data.DisplaySize.x);
  image.height = static_cast<int>(data.DisplaySize.y);
  image.pixels.assign(
      static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height), background);
  Canvas canvas(image, texture);
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback) continue;
      canvas.clip({std::max(0, static_cast<int>(command.ClipRect.x)),
                   std::max(0, static_cast<int>(command.ClipRect.y)),
                   std::min(image.width, static_cast<int>(command.ClipRect.z)),
                   std::min(image.height, static_cast<int>(command.ClipRect.w))});
      paint(canvas, list, command);
    }
  }
  return image;
}

std::string to_png(const Image& image) {
  std::string out;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                          static_cast<std::size_t>(size));
  };
  // Three channels: the picture is opaque.
  std::vector<std::uint8_t> bytes;
  bytes.reserve(image.pixels.size() * 3);
  for (const Colour& c : image.pixels) bytes.insert(bytes.end(), {c.r, c.g, c.b});
  stbi_write_png_to_func(append, &out, image.width, image.height, 3, bytes.data(), image.width * 3);
  return out;
}

}  // namespace muster::gui
