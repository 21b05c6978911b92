#include "cli/inputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "gui/entry.h"

namespace muster::cli {

int execute(const GuiCommand& command) {
  Problems problems;
  std::vector<gui::Opened> inputs;
  for (const std::string& path : command.inputs) {
    if (path == "-") problems.add("-", "", "the window opens files, not standard input");
    inputs.push_back({path, content_of(path) != Content::Scenario});
  }
  if (!problems.empty()) return complain(problems);
  gui::WindowOptions options;
  options.theme = command.light ? gui::Theme::Light : gui::Theme::Dark;
  options.scale = command.scale;
  options.state = command.state;
  if (const auto problem = gui::open_window(inputs, options)) {
    problems.add(problem->file, problem->where, problem->what);
    return complain(problems);
  }
  return kDone;
}

}  // namespace muster::cli
