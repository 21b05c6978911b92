// Bars in rows, at every zoom: neighbours are merged in advance to what is no wider than a pixel,
// so that a frame costs by its pixels and not by its tasks.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace muster::gui {

// Marks on a bar.
enum : std::uint8_t { kFailed = 1, kKilled = 2, kLost = 4, kSpeculative = 8, kOpen = 16 };

struct Bar {
  std::int64_t from = 0, to = 0;  // microseconds from the application's start
  std::uint32_t item = 0;         // attempt, stage or job; of a merged bar the longest one
  std::uint8_t key = 0;           // colour
  std::uint8_t fill = 255;        // of a merged bar: how much of it is covered, of 255
  std::uint8_t marks = 0;         // of any bar in it
  std::uint8_t merged = 0;
};

class BarTable {
 public:
  struct Placed {
    std::uint32_t row;
    Bar bar;
  };

  // Bars of one row must not overlap; they may come in any order. O(n log n). `coloured` false:
  // their keys are not known yet, recolour() follows.
  void build(std::uint32_t rows, std::vector<Placed> bars, bool coloured = true);
  // Sets every bar's key by its item and merges anew. O(n).
  void recolour(const std::function<std::uint8_t(std::uint32_t item)>& key_of);

  std::uint32_t rows() const { return rows_; }
  std::size_t size() const { return levels_.empty() ? 0 : levels_.front().bars.size(); }
  std::span<const Bar> row(std::uint32_t row) const { return whole(levels_.front(), row); }

  // Bars that overlap [from, to), ascending; those shorter than `pixel` microseconds may be merged.
  std::span<const Bar> visible(std::uint32_t row, std::int64_t from, std::int64_t to,
                               std::int64_t pixel) const;

 private:
  struct Level {
    std::int64_t extent = 0;         // what is shorter was merged
    std::vector<std::size_t> first;  // by row, and the end
    std::vector<Bar> bars;
  };
  std::span<const Bar> whole(const Level& level, std::uint32_t row) const;
  static Level merge(const Level& finer, std::int64_t extent, std::uint32_t rows);
  void merge_all();

  std::uint32_t rows_ = 0;
  std::vector<Level> levels_;  // the first: as built
};

// How much of many rows is busy, for rows too thin to be drawn: cells of a group of 4^k rows by a
// piece of time, with the share that is covered and the colour that most of it has.
class Density {
 public:
  struct Cell {
    std::uint8_t cover = 0;  // of 255
    std::uint8_t key = 0;
    std::uint8_t marks = 0;
  };

  void build(const BarTable& bars, std::int64_t from, std::int64_t to);
  bool empty() const { return groups_.empty(); }

  // Rows in one group of level `level`.
  static std::uint32_t rows_of(std::size_t level) { return 1U << (2 * (level + 1)); }
  std::size_t levels() const { return groups_.size(); }

  struct Strip {
    std::span<const Cell> cells;
    std::int64_t from = 0;   // of the first cell
    std::int64_t width = 1;  // of one, in microseconds
  };
  // Cells of one group, each `pixel` microseconds long or less, if there are any that fine, else
  // the finest.
  Strip strip(std::size_t level, std::uint32_t group, std::int64_t pixel) const;
  // Time of one of the finest cells.
  std::int64_t finest() const { return width_; }

 private:
  static constexpr std::size_t kBins = 8192;
  struct Group {
    std::vector<std::vector<Cell>> times;  // finest first, each half as long as the one before
  };
  void add_times(Group& group) const;

  std::int64_t from_ = 0, width_ = 1;
  std::vector<std::vector<Group>> groups_;  // by level
};

// What bars cover of equal cells of time, by colour. A bar costs the same however many cells it
// covers: only changes from cell to cell are noted.
class CellSums {
 public:
  explicit CellSums(std::size_t count);
  void add(const Bar& bar, std::int64_t first, std::int64_t width);
  // The cells of all bars since the last call; `rows`: how many rows a full cell has.
  void finish(std::int64_t width, std::uint32_t rows, std::vector<Density::Cell>& out);

 private:
  static constexpr std::size_t kKeys = 16;
  void note(std::uint8_t key, std::int64_t cell, std::int64_t more);

  std::size_t count_;
  std::uint32_t used_ = 0;                          // keys, a bit each
  std::vector<std::vector<std::int64_t>> changes_;  // by key, then by cell
  std::vector<std::uint8_t> marks_;
};

}  // namespace muster::gui
