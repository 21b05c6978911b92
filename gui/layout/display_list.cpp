#include "gui/layout/display_list.h"

#include <algorithm>
#include <array>

#include "sim/report/json_text.h"

namespace muster::gui {
namespace {

// Of the printable ASCII characters, in thousandths of the size.
constexpr std::array<std::uint16_t, 95> kAdvances = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr int kOther = 1000;  // Greek, Chinese and what is broken: on the safe side
constexpr int kEllipsis = 1000;

// Bytes and advance of the character in front.
std::pair<std::size_t, int> next_character(std::string_view words) {
  const auto c = static_cast<unsigned char>(words.front());
  if (c < 0x80) return {1, c >= 32 && c < 127 ? kAdvances[c - 32] : kOther};
  const std::size_t bytes = std::max<std::size_t>(1, utf8_length(words));
  return {bytes, kOther};
}

}  // namespace

void DisplayList::clear() {
  shapes.clear();
  texts.clear();
}

void DisplayList::fill(float x0, float y0, float x1, float y1, Colour colour) {
  if (x1 <= x0 || y1 <= y0) return;
  shapes.push_back(
      {.kind = Shape::Kind::Fill, .colour = colour, .x0 = x0, .y0 = y0, .x1 = x1, .y1 = y1});
}

void DisplayList::frame(float x0, float y0, float x1, float y1, Colour colour) {
  if (x1 <= x0 || y1 <= y0) return;
  shapes.push_back({.kind = Shape::Kind::Frame,
                    .colour = colour,
                    .x0 = x0,
                    .y0 = y0,
                    .x1 = x1,
                    .y1 = y1,
                    .size = 1});
}

void DisplayList::line(float x0, float y0, float x1, float y1, Colour colour, float width_px) {
  shapes.push_back({.kind = Shape::Kind::Line,
                    .colour = colour,
                    .x0 = x0,
                    .y0 = y0,
                    .x1 = x1,
                    .y1 = y1,
                    .size = width_px});
}

float DisplayList::text(float x, float y, std::string_view words, float size, Colour colour,
                        float room, bool bold) {
  const float weight = bold ? 1.12F : 1;  // bold letters are wider
  std::string cut = clipped(words, size, room / weight);
  if (cut.empty()) return 0;
  const float wide = text_width(cut, size) * weight;
  shapes.push_back({.kind = Shape::Kind::Text,
                    .bold = bold,
                    .colour = colour,
                    .x0 = x,
                    .y0 = y,
                    .x1 = x + std::min(room, 2 * wide),
                    .y1 = y + size,
                    .size = size,
                    .text = static_cast<std::uint32_t>(texts.size())});
  texts.push_back(std::move(cut));
  return wide;
}

float text_width(std::string_view words, float size) {
  int sum = 0;
  while (!words.empty()) {
    const auto [bytes, advance] = next_character(words);
    sum += advance;
    words.remove_prefix(bytes);
  }
  return static_cast<float>(sum) * size / 1000;
}

std::string clipped(std::string_view words, float size, float room) {
  if (room <= 0 || words.empty()) return {};
  const auto most = static_cast<std::int64_t>(std::min(room * 1000 / size, 1e9F));
  std::int64_t sum = 0;
  std::size_t fits = 0, at = 0, letters = 0;  // `fits`: with an ellipsis after it
  while (at < words.size()) {
    const auto [bytes, advance] = next_character(words.substr(at));
    sum += advance;
    if (sum > most) return letters >= 2 ? std::string(words.substr(0, fits)) + "…" : "";
    at += bytes;
    if (sum + kEllipsis <= most) fits = at, ++letters;
  }
  return std::string(words);
}

}  // namespace muster::gui
