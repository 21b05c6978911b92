#include "gui/layout/colour.h"

#include <algorithm>

namespace muster::gui {
namespace {

// Okabe and Ito's seven, then the same again lighter or darker: neighbours differ in lightness.
constexpr std::array<Key, 12> kStagesDark = {{{rgb(0x56b4e9), ""},
                                              {rgb(0xe69f00), ""},
                                              {rgb(0x009e73), ""},
                                              {rgb(0xcc79a7), ""},
                                              {rgb(0xf0e442), ""},
                                              {rgb(0x2f7fc1), ""},
                                              {rgb(0xd55e00), ""},
                                              {rgb(0xa6dcf5), ""},
                                              {rgb(0x9a8cd8), ""},
                                              {rgb(0x7fd3b7), ""},
                                              {rgb(0x8f9bb3), ""},
                                              {rgb(0xeab3d2), ""}}};
constexpr std::array<Key, 12> kStagesLight = {{{rgb(0x3d9fda), ""},
                                               {rgb(0xe69f00), ""},
                                               {rgb(0x009e73), ""},
                                               {rgb(0xcc79a7), ""},
                                               {rgb(0xd8c81e), ""},
                                               {rgb(0x0072b2), ""},
                                               {rgb(0xd55e00), ""},
                                               {rgb(0x8fd0f0), ""},
                                               {rgb(0x7567c2), ""},
                                               {rgb(0x66c2a5), ""},
                                               {rgb(0x5f6b7a), ""},
                                               {rgb(0xe3a0c6), ""}}};
constexpr std::array<Key, 6> kLocalities = {{{rgb(0x009e73), "PROCESS_LOCAL"},
                                             {rgb(0x56b4e9), "NODE_LOCAL"},
                                             {rgb(0x8f8f99), "NO_PREF"},
                                             {rgb(0xe69f00), "RACK_LOCAL"},
                                             {rgb(0xd55e00), "ANY"},
                                             {rgb(0x5c5c66), "not logged"}}};
constexpr std::array<Key, 5> kOutcomes = {{{rgb(0x3f8fc5), "succeeded"},
                                           {rgb(0xd55e00), "failed"},
                                           {rgb(0xe69f00), "killed"},
                                           {rgb(0xcc79a7), "lost with its executor"},
                                           {rgb(0x8f8f99), "no end in the log"}}};
// Light to dark and on, as viridis has it.
constexpr std::array<Key, 8> kWaves = {{{rgb(0xfde725), "first wave"},
                                        {rgb(0xa0da39), "2nd"},
                                        {rgb(0x4ac16d), "3rd"},
                                        {rgb(0x1fa187), "4th"},
                                        {rgb(0x277f8e), "5th"},
                                        {rgb(0x365c8d), "6th"},
                                        {rgb(0x46327e), "7th"},
                                        {rgb(0x7a3b8f), "8th and later"}}};
constexpr std::array<Key, kPartCount> kParts = {{{rgb(0x8f8f99), "outside the executor"},
                                                 {rgb(0xf0e442), "deserialise"},
                                                 {rgb(0xe69f00), "wait for shuffle blocks"},
                                                 {rgb(0x56b4e9), "compute"},
                                                 {rgb(0xd55e00), "garbage collection"},
                                                 {rgb(0x009e73), "write shuffle"},
                                                 {rgb(0xcc79a7), "result"}}};
constexpr std::array<Key, 8> kErrors = {{{rgb(0x2166ac), "shorter by over 50 %"},
                                         {rgb(0x4393c3), "by 20-50 %"},
                                         {rgb(0x92c5de), "by 5-20 %"},
                                         {rgb(0x9a9aa2), "within 5 %"},
                                         {rgb(0xfdb863), "longer by 5-20 %"},
                                         {rgb(0xe08214), "by 20-50 %"},
                                         {rgb(0xb35806), "by over 50 %"},
                                         {rgb(0x5c5c66), "not in the other run"}}};

constexpr Paint kDark = {.paper = rgb(0x15171c),
                         .panel = rgb(0x20232b),
                         .absent = rgb(0x191b20),
                         .ink = rgb(0xe6e8ec),
                         .faint = rgb(0x9aa0ac),
                         .line = rgb(0x333843),
                         .wait = rgb(0x5a4526),
                         .boot = rgb(0x2c3f4f),
                         .job = rgb(0x4c5464),
                         .busy = rgb(0x355a48),
                         .pending = rgb(0xe69f00),
                         .running = rgb(0x56b4e9),
                         .capacity = rgb(0x8b93a5),
                         .nodes = rgb(0x009e73),
                         .other = rgb(0xcc79a7),
                         .failed = rgb(0xff5a36),
                         .killed = rgb(0xf5c242),
                         .lost = rgb(0xff7bc0),
                         .speculative = rgb(0xffffff),
                         .open = rgb(0x9aa0ac),
                         .slow = rgb(0xff9f1a),
                         .selected = rgb(0xffffff)};
constexpr Paint kLight = {.paper = rgb(0xffffff),
                          .panel = rgb(0xf0f2f5),
                          .absent = rgb(0xfafbfc),
                          .ink = rgb(0x1c2026),
                          .faint = rgb(0x667080),
                          .line = rgb(0xd5d9e0),
                          .wait = rgb(0xf3d6a0),
                          .boot = rgb(0xd3e5f2),
                          .job = rgb(0xc3cad6),
                          .busy = rgb(0xbfe0d0),
                          .pending = rgb(0xd58a00),
                          .running = rgb(0x2f8fcc),
                          .capacity = rgb(0x7b8496),
                          .nodes = rgb(0x009e73),
                          .other = rgb(0xb5538b),
                          .failed = rgb(0xd4220a),
                          .killed = rgb(0x9a6f00),
                          .lost = rgb(0xb02a80),
                          .speculative = rgb(0x000000),
                          .open = rgb(0x3a4250),
                          .slow = rgb(0xb85c00),
                          .selected = rgb(0x000000)};

}  // namespace

Colour mixed(Colour under, Colour over, int share) {
  const auto channel = [share](int u, int o) {
    return static_cast<std::uint8_t>((u * (255 - share) + o * share + 127) / 255);
  };
  return {channel(under.r, over.r), channel(under.g, over.g), channel(under.b, over.b),
          channel(under.a, over.a)};
}

Colour ink_on(Colour paper) {
  const int light = 299 * paper.r + 587 * paper.g + 114 * paper.b;
  return light > 128'000 ? rgb(0x101216) : rgb(0xffffff);
}

std::array<std::string_view, kColourModeCount> colour_mode_names() {
  return {"stage", "locality", "outcome", "wave", "time", "error"};
}

std::string_view name_of(ColourMode mode) {
  return colour_mode_names()[static_cast<std::size_t>(mode)];
}

std::optional<ColourMode> colour_mode_from(std::string_view name) {
  const auto names = colour_mode_names();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<ColourMode>(found - names.begin());
}

std::span<const Key> keys_of(ColourMode mode, Theme theme) {
  switch (mode) {
    case ColourMode::Stage:
      break;
    case ColourMode::Locality:
      return kLocalities;
    case ColourMode::Outcome:
      return kOutcomes;
    case ColourMode::Wave:
      return kWaves;
    case ColourMode::TimeSplit:
      return kParts;
    case ColourMode::Error:
      return kErrors;
  }
  return theme == Theme::Dark ? kStagesDark : kStagesLight;
}

const Paint& paint_of(Theme theme) { return theme == Theme::Dark ? kDark : kLight; }

}  // namespace muster::gui
