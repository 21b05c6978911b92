// Which of the two things that Muster opens a file is.
#pragma once

#include <string>
#include <string_view>

namespace muster {

// What a file seems to be, by its first bytes. A scenario begins with a brace or a comment; so does
// a plain log, but with an event in the brace. Folders are logs.
enum class Content { Scenario, Log, Unknown };
Content content_of(std::string_view start);
Content content_of(const std::string& path);

}  // namespace muster
