// The line above a run: what it is, how long it took, on what.
#pragma once

#include <string>
#include <vector>

#include "gui/layout/scene.h"

namespace muster::gui {

// "1 min 25 s, 96 tasks on 4 executors at once (7 in all), cores 87.7 % busy, driver ...".
std::string heading_words(const Scene& scene);

// How it is set: beside the title where there is room, else on lines of its own below.
struct Heading {
  bool beside = true;
  std::vector<std::string> lines;
};
// For `width` pixels. At most three lines: what is longer is cut there, and whole in the tooltip.
Heading heading_of(const Scene& scene, float width, float scale);

}  // namespace muster::gui
