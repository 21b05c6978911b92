// Dear ImGui through OpenGL without a display (EGL on Mesa's surfaceless platform): what a graphics
// driver makes of the same frames. For tests; a build without EGL has none.
#pragma once

#include <memory>

#include "gui/window/canvas.h"

namespace muster::gui {

class Surfaceless {
 public:
  // Null: no EGL in this build, or no driver that does without a display.
  static std::unique_ptr<Surfaceless> open(int width, int height, double scale, bool plain_font);
  ~Surfaceless();
  Surfaceless(const Surfaceless&) = delete;
  Surfaceless& operator=(const Surfaceless&) = delete;

  const Fonts& fonts() const;
  Image frame(const std::function<void()>& content, Colour background, const Hand& hand = {});

 private:
  struct Parts;
  explicit Surfaceless(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace muster::gui
