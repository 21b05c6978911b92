// What the user asked for, as plain values: all that the verbs know of the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/units.h"

namespace muster::cli {

// Replaces what a scenario says.
struct SimulationOptions {
  std::optional<Duration> until;
  std::optional<std::uint64_t> seed;
};

// What becomes of a result. Empty paths: not wanted.
struct OutputOptions {
  bool json = false;     // to standard output, instead of the tables
  bool quiet = false;    // no tables and no progress
  bool all = false;      // every row of every table
  bool explain = false;  // the reasons for what the simulation did
  std::string csv_folder;
  std::string event_log;
  std::string chrome_trace;
};

struct ReplayCommand {
  std::string log;
  bool pinned = false;
  SimulationOptions simulation;
  OutputOptions output;
};

// `submit` needs a `scenario`, which may then be an event log too.
struct RunCommand {
  std::string scenario;
  std::string submit;  // a spark-submit command line
  SimulationOptions simulation;
  OutputOptions output;
};

struct CheckCommand {
  std::vector<std::string> scenarios;
  std::string submit;
};

struct ImportCommand {
  std::string log;
  std::string output;  // empty or "-": standard output
  bool self_contained = false;
};

// Each side is an event log or a scenario.
struct CompareCommand {
  std::string left;
  std::string right;
  SimulationOptions simulation;  // of the sides that are scenarios
  OutputOptions output;          // only json, quiet and all
};

// `left` is an event log, which is also replayed, or a scenario; with `right` the two are shown as
// they are.
struct ReportCommand {
  std::string left;
  std::string right;   // empty: none
  std::string output = "report.html";
  bool quiet = false;
  bool sizes = true;   // simulate other numbers of executors too
  unsigned threads = 0;  // for them; 0: one for each core
  SimulationOptions simulation;
};

struct ValidateCommand {
  std::vector<std::string> folders;
  bool json = false;
  bool all = false;
  bool pinned = false;
  bool replay = false;
  unsigned threads = 0;  // 0: one for each core
  std::optional<std::uint64_t> seed;
};

// A picture; each input is an event log or a scenario. Words as given: render.cpp checks them.
struct RenderCommand {
  std::vector<std::string> inputs;
  std::string output;
  bool simulated = false;  // the one log above its own simulation
  bool dark = false;
  std::optional<Duration> from, to;
  std::string colour = "stage";
  int width = 1600;
  int height = 0;  // 0: as high as the runs need
  double scale = 1;
  bool quiet = false;
  SimulationOptions simulation;
};

struct GuiCommand {
  std::vector<std::string> inputs;
  bool light = false;
  bool state = false;
  double scale = 0;  // 0: as the display says
};

struct ModelsCommand {
  bool markdown = false;
};
struct SchemaCommand {};
struct VersionCommand {};

using Command = std::variant<ReplayCommand, RunCommand, CheckCommand, ImportCommand, CompareCommand,
                             ReportCommand, ValidateCommand, RenderCommand, GuiCommand,
                             ModelsCommand, SchemaCommand, VersionCommand>;

}  // namespace muster::cli
