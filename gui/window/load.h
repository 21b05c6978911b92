// What the window's worker does with a file and with a scenario: read, check, simulate. Nothing
// here knows the window.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gui/entry.h"
#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"

namespace muster::gui {

struct Run {
  enum class State : std::uint8_t { Loading, Ready, Failed, Cancelled };

  Opened opened;
  std::string name;                      // of the application or scenario
  State state = State::Loading;
  std::shared_ptr<const Result> result;  // Ready: there is one; else null
  std::optional<Scenario> scenario;      // what `what if` begins with
  // Settings that hold without being the scenario's own, and whose they are: "the log", "EMR".
  Conf more_conf = {};
  std::string conf_from = "";
  std::vector<std::string> doubts;       // of the log's health, or of the simulation
  std::string failure;                   // Failed: what is wrong and what to do
};

// How work tells how far it is, and is told to stop.
struct Working {
  std::function<void(std::string)> say;
  std::stop_token stop = {};
};

// Not read yet.
Run named(const Opened& opened);
// Ready, Failed, or Cancelled when it was stopped.
Run load(const Opened& opened, const Working& working);

// `recorded`: what it replays; null where the scenario says all itself. Null with problems, or
// without any when it was stopped.
std::shared_ptr<const Result> simulated(const Scenario& scenario, const Result* recorded,
                                        const Working& working, Problems& problems);

}  // namespace muster::gui
