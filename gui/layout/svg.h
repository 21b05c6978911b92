#pragma once

#include <string>
#include <string_view>

#include "gui/layout/display_list.h"

namespace muster::gui {

// The picture as an SVG of its own: no script, no fonts or files from elsewhere. Texts of logs are
// escaped. The same list gives the same bytes. `title`: what screen readers say.
std::string to_svg(const DisplayList& list, std::string_view title);

}  // namespace muster::gui
