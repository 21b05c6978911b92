// Inside the HTML writer: the page's own style sheet and scripts (sim/report/page/), compiled in by
// cmake/embed_page.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace muster::html {

struct PageFile {
  std::string_view name;    // "timeline.js"
  std::string_view text;    // exactly what stands between the tags
  std::string_view sha256;  // of the text, in hex
};

// In the order in which they must be loaded.
const std::vector<PageFile>& page_files();

}  // namespace muster::html
