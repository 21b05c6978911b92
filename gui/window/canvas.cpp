#include "gui/window/canvas.h"

#include <imgui.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace muster::gui {

const char* imgui_version() { return IMGUI_VERSION; }

unsigned packed(Colour c) { return IM_COL32(c.r, c.g, c.b, c.a); }

namespace {

std::string first_that_is_there(std::initializer_list<std::string> paths) {
  std::error_code error;
  for (const std::string& path : paths)
    if (!path.empty() && std::filesystem::is_regular_file(path, error)) return path;
  return {};
}

std::string font_file(bool bold) {
  const char* chosen = std::getenv("MUSTER_FONT");
  const std::string name = bold ? "DejaVuSans-Bold.ttf" : "DejaVuSans.ttf";
  return first_that_is_there({chosen ? chosen : "", "/usr/share/fonts/truetype/dejavu/" + name,
                              "/usr/share/fonts/dejavu-sans-fonts/" + name,
                              "/usr/share/fonts/TTF/" + name});
}

// Latin, Greek and Cyrillic, and the marks that our texts use.
constexpr std::array<ImWchar, 9> kLetters = {0x20,   0x17f,  0x370,  0x4ff, 0x2010,
                                             0x2026, 0x2190, 0x2193, 0};

}  // namespace

Fonts load_fonts(double scale, bool plain) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const std::string file = plain ? "" : font_file(false);
  const auto add = [&](const std::string& path, double pixels) {
    const auto size = static_cast<float>(std::round(pixels * scale));
    ImFontConfig config;
    config.OversampleH = 1, config.OversampleV = 1, config.PixelSnapH = true;
    config.SizePixels = std::round(size * 13 / 12);
    if (!path.empty())
      return atlas.AddFontFromFileTTF(path.c_str(), std::round(size * 1.17F), &config,
                                      kLetters.data());
    return atlas.AddFontDefault(&config);
  };
  Fonts out;
  out.text = add(file, 12);
  out.small = add(file, 11);
  out.bold = add(plain ? "" : font_file(true), 12);
  atlas.Flags |= ImFontAtlasFlags_NoBakedLines;
  return out;
}

void paint(const DisplayList& list, const Fonts& fonts, ImDrawList& onto, float x, float y) {
  for (const Shape& s : list.shapes) {
    const ImVec2 from(x + s.x0, y + s.y0), to(x + s.x1, y + s.y1);
    const ImU32 colour = packed(s.colour);
    switch (s.kind) {
      case Shape::Kind::Fill:
        onto.AddRectFilled(from, to, colour);
        break;
      case Shape::Kind::Frame:
        onto.AddRectFilled(from, ImVec2(to.x, from.y + 1), colour);
        onto.AddRectFilled(ImVec2(from.x, to.y - 1), to, colour);
        onto.AddRectFilled(from, ImVec2(from.x + 1, to.y), colour);
        onto.AddRectFilled(ImVec2(to.x - 1, from.y), to, colour);
        break;
      case Shape::Kind::Line:
        onto.AddLine(from, to, colour, s.size);
        break;
      case Shape::Kind::Text: {
        ImFont* font = s.bold                                       ? fonts.bold
                       : s.size < 11.5F * fonts.text->FontSize / 14 ? fonts.small
                                                                    : fonts.text;
        const std::string& words = list.texts[s.text];
        const ImVec2 at(std::floor(from.x), std::floor(from.y - s.size * 0.08F));
        // Another font may be wider than the room was computed for.
        const ImVec4 room(at.x, at.y, std::ceil(to.x) + 2, at.y + 2 * font->FontSize);
        onto.AddText(font, font->FontSize, at, colour, words.data(), words.data() + words.size(), 0,
                     &room);
        break;
      }
    }
  }
}

Offscreen::Offscreen(int width, int height, double scale, bool plain_font)
    : context_(ImGui::CreateContext()) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.DisplaySize = ImVec2(static_cast<float>(width), static_cast<float>(height));
  io.DeltaTime = 1.0F / 60;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  ImGui::GetStyle().AntiAliasedLinesUseTex = false;
  fonts_ = load_fonts(scale, plain_font);
}

void Offscreen::activate() { ImGui::SetCurrentContext(context_); }

Offscreen::~Offscreen() { ImGui::DestroyContext(context_); }

Image Offscreen::frame(const std::function<void()>& content, Colour background, const Hand& hand) {
  activate();
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = ImVec2(hand.x, hand.y);
  io.MouseWheel = hand.wheel;
  io.MouseDown[0] = hand.down;
  io.KeyShift = hand.shift;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  Texture texture;
  unsigned char* texels = nullptr;
  atlas.GetTexDataAsAlpha8(&texels, &texture.width, &texture.height);
  texture.texels = texels;
  ImGui::NewFrame();
  content();
  ImGui::Render();
  return rasterise(*ImGui::GetDrawData(), texture, background);
}

Image to_image(const DisplayList& list, double scale, bool plain_font) {
  Offscreen screen(static_cast<int>(list.width), static_cast<int>(list.height), scale, plain_font);
  return screen.frame([&] { paint(list, screen.fonts(), *ImGui::GetBackgroundDrawList()); },
                      Colour());
}

}  // namespace muster::gui
