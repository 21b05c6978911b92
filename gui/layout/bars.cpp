#include "gui/layout/bars.h"

#include <algorithm>

namespace muster::gui {
namespace {

std::int64_t length(const Bar& bar) { return bar.to - bar.from; }
std::int64_t covered(const Bar& bar) { return length(bar) * bar.fill / 255; }

// A run of bars that are drawn as one.
class Run {
 public:
  bool empty() const { return !open_; }
  std::int64_t from() const { return bar_.from; }
  std::int64_t to() const { return bar_.to; }

  void add(const Bar& bar) {
    if (!open_) {
      bar_ = bar;
      longest_ = length(bar), covered_ = covered(bar), vote_ = covered_;
      open_ = true;
      return;
    }
    const std::int64_t part = covered(bar);
    vote_ += bar.key == bar_.key ? part : -part;
    if (vote_ < 0) bar_.key = bar.key, vote_ = -vote_;
    if (length(bar) > longest_) bar_.item = bar.item, longest_ = length(bar);
    bar_.to = std::max(bar_.to, bar.to);
    bar_.marks |= bar.marks;
    bar_.merged = 1;
    covered_ += part;
  }

  Bar take() {
    Bar out = bar_;
    if (out.merged && length(out) > 0)
      out.fill = static_cast<std::uint8_t>(
          std::clamp<std::int64_t>((covered_ * 255 + length(out) / 2) / length(out), 1, 255));
    *this = Run();
    return out;
  }

 private:
  Bar bar_;
  std::int64_t longest_ = 0, covered_ = 0, vote_ = 0;
  bool open_ = false;
};

}  // namespace

void BarTable::build(std::uint32_t rows, std::vector<Placed> bars, bool coloured) {
  rows_ = rows;
  std::ranges::stable_sort(bars, [](const Placed& a, const Placed& b) {
    return a.row != b.row ? a.row < b.row : a.bar.from < b.bar.from;
  });
  levels_.assign(1, Level());
  Level& level = levels_.front();
  level.first.assign(rows + 1, 0);
  level.bars.reserve(bars.size());
  for (const Placed& placed : bars) {
    ++level.first[placed.row + 1];
    level.bars.push_back(placed.bar);
  }
  for (std::uint32_t r = 0; r < rows; ++r) level.first[r + 1] += level.first[r];
  if (coloured) merge_all();
}

void BarTable::recolour(const std::function<std::uint8_t(std::uint32_t)>& key_of) {
  for (Bar& bar : levels_.front().bars) bar.key = key_of(bar.item);
  merge_all();
}

BarTable::Level BarTable::merge(const Level& finer, std::int64_t extent, std::uint32_t rows) {
  Level out;
  out.extent = extent;
  out.first.assign(rows + 1, 0);
  for (std::uint32_t r = 0; r < rows; ++r) {
    Run run;
    const auto flush = [&] {
      if (!run.empty()) out.bars.push_back(run.take());
    };
    for (std::size_t i = finer.first[r]; i < finer.first[r + 1]; ++i) {
      const Bar& bar = finer.bars[i];
      const bool far = !run.empty() && bar.from - run.to() >= extent;
      if (far || length(bar) >= extent) flush();
      run.add(bar);
      if (run.to() - run.from() >= extent) flush();
    }
    flush();
    out.first[r + 1] = out.bars.size();
  }
  return out;
}

// Levels with four times the extent each, but only those that have far fewer bars than the one
// before: all together are no larger than three times the first.
void BarTable::merge_all() {
  levels_.resize(1);
  constexpr std::size_t kFew = 1024;
  constexpr std::int64_t kLongest = std::int64_t{1} << 50;
  for (std::int64_t extent = 64; extent < kLongest; extent *= 4) {
    const std::size_t before = levels_.back().bars.size();
    if (before <= kFew) break;
    Level next = merge(levels_.back(), extent, rows_);
    if (next.bars.size() * 10 > before * 7) continue;
    next.bars.shrink_to_fit();
    levels_.push_back(std::move(next));
  }
}

std::span<const Bar> BarTable::whole(const Level& level, std::uint32_t row) const {
  return {level.bars.data() + level.first[row], level.first[row + 1] - level.first[row]};
}

std::span<const Bar> BarTable::visible(std::uint32_t row, std::int64_t from, std::int64_t to,
                                       std::int64_t pixel) const {
  const Level* level = &levels_.front();
  for (const Level& coarser : levels_)
    if (coarser.extent <= pixel) level = &coarser;
  const std::span<const Bar> all = whole(*level, row);
  const auto first = std::ranges::partition_point(all, [&](const Bar& b) { return b.to < from; });
  const auto last =
      std::partition_point(first, all.end(), [&](const Bar& b) { return b.from < to; });
  return {first, last};
}

CellSums::CellSums(std::size_t count) : count_(count), changes_(kKeys), marks_(count) {}

void CellSums::note(std::uint8_t key, std::int64_t cell, std::int64_t more) {
  std::vector<std::int64_t>& changes = changes_[key];
  changes[static_cast<std::size_t>(cell)] += more;
  changes[static_cast<std::size_t>(cell) + 1] -= more;
}

void CellSums::add(const Bar& bar, std::int64_t first, std::int64_t width) {
  const auto count = static_cast<std::int64_t>(count_);
  const std::int64_t begin = std::max(bar.from, first);
  const std::int64_t end = std::min(bar.to, first + count * width);
  if (begin > end) return;
  const std::uint8_t key = bar.key % kKeys;
  if (changes_[key].empty()) changes_[key].assign(count_ + 2, 0);
  used_ |= 1U << key;
  const std::int64_t low = std::min((begin - first) / width, count - 1);
  const std::int64_t high = std::min((end - first) / width, count - 1);
  const auto part = [&](std::int64_t length) { return length * bar.fill / 255; };
  // What runs at all is seen: one microsecond more.
  if (low == high) {
    note(key, low, part(end - begin) + 1);
  } else {
    note(key, low, part(first + (low + 1) * width - begin) + 1);
    note(key, high, part(end - (first + high * width)));
    changes_[key][static_cast<std::size_t>(low) + 1] += part(width);
    changes_[key][static_cast<std::size_t>(high)] -= part(width);
  }
  if (bar.marks)
    for (std::int64_t c = low; c <= high; ++c) marks_[static_cast<std::size_t>(c)] |= bar.marks;
}

void CellSums::finish(std::int64_t width, std::uint32_t rows, std::vector<Density::Cell>& out) {
  out.assign(count_, {});
  std::vector<std::int64_t> sums(count_, 0), most(count_, 0);
  for (std::size_t key = 0; key < kKeys; ++key) {
    if (!(used_ >> key & 1)) continue;
    std::int64_t covered = 0;
    std::vector<std::int64_t>& changes = changes_[key];
    for (std::size_t c = 0; c < count_; ++c) {
      covered += changes[c];
      sums[c] += covered;
      if (covered > most[c]) most[c] = covered, out[c].key = static_cast<std::uint8_t>(key);
    }
    std::ranges::fill(changes, 0);
  }
  used_ = 0;
  // One division for all cells.
  const double each = 255.0 / (static_cast<double>(width) * rows);
  for (std::size_t c = 0; c < count_; ++c) {
    if (sums[c] <= 0) continue;
    out[c].cover = static_cast<std::uint8_t>(
        std::clamp(static_cast<double>(sums[c]) * each + 0.5, 8.0, 255.0));
    out[c].marks = marks_[c];
  }
  std::ranges::fill(marks_, std::uint8_t{0});
}

namespace {

Density::Cell joined(std::span<const Density::Cell> parts, std::size_t full) {
  int sum = 0, vote = 0;
  Density::Cell out;
  for (const Density::Cell& part : parts) {
    sum += part.cover;
    out.marks |= part.marks;
    vote += part.key == out.key ? part.cover : -part.cover;
    if (vote < 0) out.key = part.key, vote = -vote;
  }
  const int shared = static_cast<int>(full);
  out.cover = static_cast<std::uint8_t>((sum + shared - 1) / shared);
  return out;
}

}  // namespace

void Density::add_times(Group& group) const {
  while (group.times.back().size() > 256) {
    const std::vector<Cell>& finer = group.times.back();
    std::vector<Cell> next(finer.size() / 2);
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = joined(std::span(finer).subspan(2 * i, 2), 2);
    group.times.push_back(std::move(next));
  }
}

void Density::build(const BarTable& bars, std::int64_t from, std::int64_t to) {
  groups_.clear();
  constexpr std::uint32_t kFewRows = 64;
  constexpr std::uint32_t kMostGroups = 1024;  // of the first level that is kept
  if (bars.rows() < kFewRows) return;
  from_ = from;
  width_ = std::max<std::int64_t>(
      1, (to - from + static_cast<std::int64_t>(kBins)) / static_cast<std::int64_t>(kBins));
  std::size_t level = 0;
  while (bars.rows() / rows_of(level) >= kMostGroups) ++level;
  groups_.resize(level);  // finer ones stay empty
  const auto count = [&](std::size_t l) { return (bars.rows() + rows_of(l) - 1) / rows_of(l); };
  std::vector<Group>& first = groups_.emplace_back(count(level));
  CellSums sums(kBins);
  for (std::uint32_t g = 0; g < first.size(); ++g) {
    const std::uint32_t end = std::min(bars.rows(), (g + 1) * rows_of(level));
    for (std::uint32_t r = g * rows_of(level); r < end; ++r)
      for (const Bar& bar : bars.visible(r, from, to + 1, width_ / 4)) sums.add(bar, from, width_);
    sums.finish(width_, end - g * rows_of(level), first[g].times.emplace_back());
    add_times(first[g]);
  }
  while (groups_.back().size() > 4) {
    const std::size_t finer = groups_.size() - 1;
    std::vector<Group> next(count(finer + 1));
    for (std::size_t g = 0; g < next.size(); ++g) {
      const std::size_t begin = 4 * g, end = std::min(begin + 4, groups_[finer].size());
      std::vector<Cell>& cells = next[g].times.emplace_back(kBins);
      std::vector<Cell> parts(end - begin);
      for (std::size_t c = 0; c < kBins; ++c) {
        for (std::size_t i = begin; i < end; ++i) parts[i - begin] = groups_[finer][i].times[0][c];
        cells[c] = joined(parts, parts.size());
      }
      add_times(next[g]);
    }
    groups_.push_back(std::move(next));
  }
}

Density::Strip Density::strip(std::size_t level, std::uint32_t group, std::int64_t pixel) const {
  const std::vector<std::vector<Cell>>& times = groups_[level][group].times;
  std::size_t t = 0;
  std::int64_t width = width_;
  while (t + 1 < times.size() && width * 2 <= pixel) ++t, width *= 2;
  return {times[t], from_, width};
}

}  // namespace muster::gui
