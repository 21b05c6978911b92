// Colours of the picture: what a task's colour can mean, and palettes that people with a red-green
// weakness can tell apart (Okabe and Ito, "Color Universal Design", 2008), on dark and on light.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/timeline/explanation.h"

namespace muster::gui {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  constexpr bool operator==(const Colour&) const = default;
};

constexpr Colour rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex), 255};
}
// `share` of 255 of `over` on top of `under`; integer, so that it is the same everywhere.
Colour mixed(Colour under, Colour over, int share);
// Black or white, whichever can be read on it.
Colour ink_on(Colour paper);

enum class Theme : std::uint8_t { Dark, Light };

enum class ColourMode : std::uint8_t {
  Stage,
  Locality,
  Outcome,
  Wave,       // the first, second, ... task of its stage on its core
  TimeSplit,  // what the task spent its time on
  Error,      // against the same task of the other run
};
inline constexpr std::size_t kColourModeCount = 6;

// "stage", "time"; the names on the command line.
std::string_view name_of(ColourMode mode);
std::optional<ColourMode> colour_mode_from(std::string_view name);
std::array<std::string_view, kColourModeCount> colour_mode_names();

// What a task spends its time on, in the order in which it is drawn.
enum class Part : std::uint8_t {
  Overhead,  // of its slot, but not of the executor's clocks: dispatch, transfer, scheduling
  Deserialize,
  ShuffleRead,  // waiting for blocks of other executors
  Compute,
  GarbageCollection,
  ShuffleWrite,
  Result,  // serialising and fetching it
};
inline constexpr std::size_t kPartCount = 7;

// A task's colour is a key into the mode's table. Stages beyond the table begin again.
struct Key {
  Colour colour;
  std::string_view name;  // for the legend; empty for stages
};
std::span<const Key> keys_of(ColourMode mode, Theme theme);

// Everything that is not a task.
struct Paint {
  Colour paper;       // behind everything
  Colour panel;       // behind the cores of an executor that is there
  Colour absent;      // an executor or machine that is not there
  Colour ink, faint;  // text; less important text
  Colour line;        // grid and borders
  Colour wait;        // cores that wait, and what the driver waits for
  Colour boot;        // machines and executors that start
  Colour job;
  Colour busy;                                      // the driver has work in the cluster
  Colour pending, running, capacity, nodes, other;  // counters
  Colour failed, killed, lost, speculative, open;   // marks on attempts
  Colour slow;                                      // mark on executors
  Colour selected;
};
const Paint& paint_of(Theme theme);
// A core that is free.
Colour free_core(const Paint& paint, IdleCause cause);
// Share of Paint::boot, of 255, where a machine is there and its executor is not yet.
inline constexpr int kExecutorStarts = 110;

}  // namespace muster::gui
