#include "cli/sides.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "cli/inputs.h"
#include "sim/report/read_result.h"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

std::optional<Side> side_of(std::optional<LogRead> read) {
  if (!read) return std::nullopt;
  return Side{.result = recorded_result(std::move(read->timeline)),
              .health = std::move(read->health),
              .scenario = std::nullopt};
}

std::optional<Side> side_of(std::optional<Result> result) {
  if (!result) return std::nullopt;
  return Side{.result = std::move(*result), .health = std::nullopt, .scenario = std::nullopt};
}

std::optional<Side> side_of(std::optional<Scenario> scenario, const OutputOptions& output,
                            Problems& problems) {
  if (!scenario) return std::nullopt;
  std::optional<Result> result = simulate(*scenario, output, problems);
  if (!result) return std::nullopt;
  return Side{.result = std::move(*result),
              .health = std::nullopt,
              .scenario = std::move(*scenario)};
}

}  // namespace

std::optional<Side> load_side(const std::string& path, const SimulationOptions& simulation,
                              const OutputOptions& output, Problems& problems) {
  if (const std::optional<std::string> text = streamed_text(path)) {
    if (content_of_text(*text) != Content::Scenario)
      return side_of(read_log_bytes(*text, path, problems));
    if (is_json_output(*text)) return side_of(parse_result(*text, path, problems));
    return side_of(parse_and_validate(*text, path, simulation, problems), output, problems);
  }
  if (content_of(path) == Content::Scenario && is_json_output_file(path))
    return side_of(read_result(path, problems));
  if (content_of(path) == Content::Scenario)
    return side_of(load_scenario(path, simulation, problems), output, problems);
  return side_of(load_log(path, output.quiet, problems));
}

std::string short_name(const std::string& path, const std::string& other) {
  constexpr std::size_t kLongest = 24;
  if (path == "-") return "standard input";
  const auto parts = [](const std::string& text) {
    const fs::path normal = fs::path(text).lexically_normal();
    return std::vector<fs::path>(normal.begin(), normal.end());
  };
  std::vector<fs::path> mine = parts(path), theirs = parts(other);
  while (mine.size() > 1 && theirs.size() > 1 && mine.back() == theirs.back())
    mine.pop_back(), theirs.pop_back();
  std::string name = mine.back().stem().string();
  if (name.size() > kLongest) name = "…" + name.substr(name.size() - kLongest);
  return name;
}

}  // namespace muster::cli
