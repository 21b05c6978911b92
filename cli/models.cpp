#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "models/describe.h"
#include "sim/report/table.h"

namespace muster::cli {
namespace {

std::string shown(std::string_view text, std::string_view instead) {
  return std::string(text.empty() ? instead : text);
}

// A model and, below it, its parameters.
std::string model_text(const ModelInfo& model, std::size_t name_width, const Terminal& look) {
  const std::string name = fmt::format("  {:<{}}  ", model.name, name_width);
  std::string out = name + wrapped(model.doc, look.width, name.size(), name.size()) + "\n";
  std::size_t names = 0, defaults = 0;
  for (const Parameter& p : model.parameters) {
    names = std::max(names, p.name.size());
    defaults = std::max(defaults, shown(p.fallback, "-").size());
  }
  for (const Parameter& p : model.parameters) {
    const std::string start =
        fmt::format("      {:<{}}  {:<{}}  ", p.name, names, shown(p.fallback, "-"), defaults);
    const std::string text = fmt::format("{} ({})", p.doc, parameter_range(p));
    out += start + wrapped(text, look.width, start.size(), start.size()) + "\n";
  }
  return out;
}

std::string port_text(const PortInfo& port, const Terminal& look) {
  std::string out = painted(port_path(port), Colour::Bold, look.colour);
  out += fmt::format(": {}\n", port.doc);
  std::size_t width = 0;
  for (const ModelInfo& model : port.models) width = std::max(width, model.name.size());
  for (const ModelInfo& model : port.models) out += model_text(model, width, look);
  return out;
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string port_markdown(const PortInfo& port) {
  std::string out = fmt::format("## {}\n\n{}.\n", port_path(port), cell(port.doc));
  for (const ModelInfo& model : port.models) {
    out += fmt::format("\n### {}\n\n{}.\n", model.name, cell(model.doc));
    if (model.parameters.empty()) continue;
    out += "\n| parameter | default | range | meaning | source |\n|---|---|---|---|---|\n";
    for (const Parameter& p : model.parameters)
      out += fmt::format("| `{}` | {} | {} | {} | {} |\n", p.name, cell(shown(p.fallback, "-")),
                         cell(parameter_range(p)), cell(p.doc), cell(p.source));
  }
  return out;
}

}  // namespace

int execute(const ModelsCommand& command) {
  const Terminal look = terminal();
  std::string out;
  for (const PortInfo& port : model_ports()) {
    if (port.models.empty()) continue;
    if (out.empty() && command.markdown) out = "# Models and their parameters\n";
    if (!out.empty()) out += "\n";
    out += command.markdown ? port_markdown(port) : port_text(port, look);
  }
  return print(out, kDone);
}

}  // namespace muster::cli
