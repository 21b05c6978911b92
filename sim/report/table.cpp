#include "sim/report/table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <utility>

#include "sim/report/json_text.h"

namespace muster {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::string_view kEllipsis = "…";

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

// The first one of `text`, which is not empty; a byte that is no UTF-8 counts as one of its own.
CodePoint first_code_point(std::string_view text) {
  const std::size_t length = utf8_length(text);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length <= 1) return {length == 1 ? byte(0) : 0xfffdu, 1};
  std::uint32_t value = byte(0) & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (byte(i) & 0x3fu);
  return {value, length};
}

template <std::size_t N>
bool in_ranges(std::uint32_t c, const std::array<std::pair<std::uint32_t, std::uint32_t>, N>& all) {
  return std::any_of(all.begin(), all.end(),
                     [c](const auto& r) { return r.first <= c && c <= r.second; });
}

// East Asian wide characters and emoji (UAX 11, in blocks), and those that take no room.
std::size_t width_of(std::uint32_t c) {
  using Range = std::pair<std::uint32_t, std::uint32_t>;
  static constexpr std::array<Range, 11> kWide = {
      Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},
      Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},
      Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f},
      Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};
  static constexpr std::array<Range, 4> kNone = {Range{0x0300, 0x036f}, Range{0x200b, 0x200f},
                                                 Range{0xfe00, 0xfe0f}, Range{0xfeff, 0xfeff}};
  if (c < 0x300) return 1;
  return in_ranges(c, kNone) ? 0 : in_ranges(c, kWide) ? 2 : 1;
}

bool is_control(std::uint32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

}  // namespace

std::string painted(std::string_view text, Colour colour, bool on) {
  if (!on || colour == Colour::None || text.empty()) return std::string(text);
  static constexpr std::array<const char*, 6> kCodes = {"0", "31", "33", "32", "2", "1"};
  return std::string("\x1b[") + kCodes[static_cast<std::size_t>(colour)] + "m" +
         std::string(text) + "\x1b[0m";
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    width += width_of(c.value);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string clean_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (is_control(c.value)) out += ' ';
    else if (c.value == 0xfffd) out += "\xef\xbf\xbd";
    else out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 0, bytes = 0;
  while (bytes < text.size()) {
    const CodePoint c = first_code_point(text.substr(bytes));
    if (used + width_of(c.value) + 1 > width) break;
    used += width_of(c.value);
    bytes += c.bytes;
  }
  return width == 0 ? std::string() : std::string(text.substr(0, bytes)) + std::string(kEllipsis);
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent,
                    std::size_t column) {
  std::string out;
  bool first = true;  // word of its line
  while (!text.empty()) {
    const std::size_t start = text.find_first_not_of(' ');
    if (start == text.npos) break;
    text.remove_prefix(start);
    const std::string_view word = text.substr(0, text.find(' '));
    const std::size_t length = display_width(word);
    if (!first && width > 0 && column + 1 + length > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
    first = false;
    text.remove_prefix(word.size());
  }
  return out;
}

void Table::add(std::vector<TableCell> cells) {
  for (TableCell& cell : cells) cell.text = clean_line(cell.text);
  cells.resize(columns_.size(), TableCell(""));
  rows_.push_back(std::move(cells));
}

bool Table::fit(const std::vector<std::size_t>& shown, std::size_t width,
                std::vector<std::size_t>& widths) const {
  widths.clear();
  std::size_t total = 0;
  for (const std::size_t c : shown) {
    std::size_t widest = display_width(columns_[c].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[c].text));
    total += widest + (widths.empty() ? 0 : kGap);
    widths.push_back(widest);
  }
  // The widest column that may give way gives, one by one, until the line fits.
  while (width > 0 && total > width) {
    std::size_t widest = shown.size();
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const std::size_t least = columns_[shown[i]].least_width;
      if (least > 0 && widths[i] > least && (widest == shown.size() || widths[i] > widths[widest]))
        widest = i;
    }
    if (widest == shown.size()) return false;
    --widths[widest], --total;
  }
  return true;
}

std::string Table::text(std::size_t width, bool colour, std::size_t indent, bool cut) const {
  std::vector<std::size_t> shown(columns_.size()), widths;
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  while (!fit(shown, width > indent ? width - indent : width, widths)) {
    const auto last = std::find_if(shown.rbegin(), shown.rend(),
                                   [&](std::size_t c) { return columns_[c].optional; });
    if (last == shown.rend()) break;
    shown.erase(std::next(last).base());
  }
  if (!cut) fit(shown, 0, widths);
  std::string out;
  const auto line = [&](auto&& cell_of) {
    std::string content;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const TableCell cell = cell_of(shown[i]);
      const std::string text = shortened(cell.text, widths[i]);
      const std::string blanks(widths[i] - display_width(text), ' ');
      const bool left = columns_[shown[i]].align == Align::Left;
      if (i > 0) content += std::string(kGap, ' ');
      content += (left ? "" : blanks) + painted(text, cell.colour, colour) + (left ? blanks : "");
    }
    content.erase(content.find_last_not_of(' ') + 1);
    out += content.empty() ? "\n" : std::string(indent, ' ') + content + "\n";
  };
  line([&](std::size_t c) { return TableCell(columns_[c].title, Colour::Dim); });
  for (const auto& row : rows_) line([&](std::size_t c) { return row[c]; });
  return out;
}

}  // namespace muster
