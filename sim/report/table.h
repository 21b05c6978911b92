// Text tables for terminals: columns as wide as they need to be, cut with an ellipsis where the
// terminal is too narrow, coloured only when asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class Colour { None, Red, Yellow, Green, Dim, Bold };

// `text` between ANSI colour codes when `on`.
std::string painted(std::string_view text, Colour colour, bool on);

// Columns that `text` takes on a terminal: by code points, wide ones two, combining ones none.
std::size_t display_width(std::string_view text);

// One line that is safe to print: control characters (line ends, terminal escapes) become blanks,
// bytes that are no UTF-8 become U+FFFD.
std::string clean_line(std::string_view text);

// `text` cut to `width` columns, the last one an ellipsis when something was cut off.
std::string shortened(std::string_view text, std::size_t width);

// `text` in lines of at most `width` columns (0: no limit), broken at blanks, each after the first
// indented by `indent` blanks. The first line begins at `column`: so much stands there already.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent,
                    std::size_t column = 0);

enum class Align { Left, Right };

struct TableColumn {
  std::string title;
  Align align = Align::Right;
  // How narrow it may become when the table is too wide; 0: not narrower than its content.
  std::size_t least_width = 0;
  // Left out when the table would be too wide all the same; the last of them first.
  bool optional = false;
};

struct TableCell {
  std::string text;
  Colour colour = Colour::None;
  TableCell(std::string t, Colour c = Colour::None) : text(std::move(t)), colour(c) {}
  TableCell(const char* t) : text(t) {}
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}
  // Missing cells at the end are empty. Texts are cleaned.
  void add(std::vector<TableCell> cells);
  bool empty() const { return rows_.empty(); }
  // The titles and all rows, each line after `indent` blanks, ended by a newline and without
  // blanks at its end. `width` is that of the terminal; 0: as wide as needed. Without `cut` it only
  // says which optional columns are left out, and no text is cut.
  std::string text(std::size_t width, bool colour, std::size_t indent = 2, bool cut = true) const;

 private:
  // Of the columns in `shown`, as narrow as `width` wants; false when that is not enough.
  bool fit(const std::vector<std::size_t>& shown, std::size_t width,
           std::vector<std::size_t>& widths) const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<TableCell>> rows_;
};

}  // namespace muster
