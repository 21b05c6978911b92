// What a reader wants to know about a thing in the picture, in plain lines: tooltip and inspector.
#pragma once

#include <string>
#include <vector>

#include "gui/layout/view.h"

namespace muster::gui {

// Whether the run that the thing is of still has it: a what-if may have fewer tasks.
bool exists(Scenes scenes, const Thing& thing);

// The first line names it; empty for nothing. Texts of logs come as they are.
std::vector<std::string> describe(Scenes scenes, const Thing& thing);

// Of a piece of time: what ran in it, how busy cores were, what the driver waited for.
std::vector<std::string> describe_range(const Scene& scene, std::int64_t from, std::int64_t to);

// How many tasks of a stage took how long: equal steps from the shortest to the longest.
struct Histogram {
  std::int64_t least = 0, step = 1;  // microseconds
  std::vector<std::uint32_t> counts;
};
Histogram histogram(const Scene& scene, std::uint32_t stage, std::size_t steps);

// The next thing after `last` whose name has `words` in it (a task's id, a stage's name, an
// executor, a host, where the driver ran), around from the end to the beginning. None: nothing has.
Thing find(Scenes scenes, const std::string& words, const Thing& last);

// Where it is: the time it covers and its row's height in the picture, to bring it into sight.
View shown(Scenes scenes, View view, Size size, const Thing& thing);

}  // namespace muster::gui
