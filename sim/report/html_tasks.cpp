// The task attempts of one side, in columns: the bulk of the page.
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "sim/report/html_json.h"
#include "sim/timeline/slots.h"

namespace muster::html {
namespace {

constexpr std::size_t kLongestReason = 1500;

using Rows = std::vector<std::uint32_t>;

void add_column(PageJson& out, const char* name, const Rows& rows, Coding coding,
                const std::function<std::int64_t(std::uint32_t)>& value) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  bool used = false;
  for (const std::uint32_t row : rows) {
    values.push_back(value(row));
    used = used || values.back() != 0;
  }
  if (used) out.field(name, packed(values, coding));
}

struct AmountColumn {
  const char* name;
  std::array<Amount, 2> sum;  // twice the same: just that one
  std::int64_t divisor;       // of what the log has, to milliseconds or bytes
};

constexpr AmountColumn kAmounts[] = {
    {"deserialize", {Amount::ExecutorDeserializeTime, Amount::ExecutorDeserializeTime}, 1},
    {"run", {Amount::ExecutorRunTime, Amount::ExecutorRunTime}, 1},
    {"gc", {Amount::JvmGcTime, Amount::JvmGcTime}, 1},
    {"fetch", {Amount::ShuffleFetchWaitTime, Amount::ShuffleFetchWaitTime}, 1},
    {"write", {Amount::ShuffleWriteTime, Amount::ShuffleWriteTime}, 1'000'000},
    {"serialize", {Amount::ResultSerializationTime, Amount::ResultSerializationTime}, 1},
    {"input", {Amount::InputBytesRead, Amount::InputBytesRead}, 1},
    {"output", {Amount::OutputBytesWritten, Amount::OutputBytesWritten}, 1},
    {"shuffleRead", {Amount::ShuffleRemoteBytesRead, Amount::ShuffleLocalBytesRead}, 1},
    {"shuffleWrite", {Amount::ShuffleBytesWritten, Amount::ShuffleBytesWritten}, 1},
    {"spilled", {Amount::DiskBytesSpilled, Amount::DiskBytesSpilled}, 1},
};

void add_amounts(PageJson& out, const AttemptTable& attempts, const Rows& rows) {
  if (!attempts.amounts) return;
  for (const AmountColumn& column : kAmounts) {
    const Amount first = column.sum[0], second = column.sum[1];  // no bindings: lambdas take them
    add_column(out, column.name, rows, Coding::Plain, [&](std::uint32_t row) {
      if (!attempts.has_metrics[row]) return std::int64_t{0};
      std::int64_t value = attempts.amount(row, first);
      if (second != first) value += attempts.amount(row, second);
      return value / column.divisor;
    });
  }
}

// Each text once: a lost executor fails hundreds of attempts with the same words.
void add_failures(PageJson& out, const Timeline& timeline,
                  const std::vector<std::int64_t>& place_of) {
  std::vector<std::int64_t> places, reasons;
  std::vector<std::string> texts;
  std::map<std::string, std::int64_t> known;
  for (const AttemptFailure& failure : timeline.failures) {
    const std::int64_t place = place_of[failure.attempt.index()];
    if (place < 0) continue;
    std::string text = failure.reason;
    if (!failure.description.empty()) text += ": " + failure.description;
    if (text.size() > kLongestReason) text = text.substr(0, kLongestReason) + " ...";
    const auto [at, is_new] = known.emplace(text, static_cast<std::int64_t>(texts.size()));
    if (is_new) texts.push_back(std::move(text));
    places.push_back(place);
    reasons.push_back(at->second);
  }
  out.field("failed", packed(places, Coding::Delta));
  out.field("reason", packed(reasons, Coding::Plain));
  out.key("reasons").open('[');
  for (const std::string& text : texts) out.text(text);
  out.close(']');
}

void add_slots(PageJson& out, const Timeline& timeline, const Slots& slots,
               const PageClock& clock) {
  out.key("slots").open('[');
  for (std::size_t e = 0; e < timeline.executors.size(); ++e) {
    const ExecutorSlots& mine = slots.executors[e];
    out.open('[').number(mine.first_slot).number(mine.slots).number(mine.weight);
    out.number(clock(mine.from)).number(clock(mine.to)).close(']');
  }
  out.close(']');
}

void add_path(PageJson& out, const Explanation& explanation, const PageClock& clock,
              const std::vector<std::int64_t>& place_of) {
  out.key("path").open('[');
  for (const PathSegment& segment : explanation.path.segments) {
    const bool has_task = segment.attempt.valid() && segment.attempt.index() < place_of.size();
    out.open('[').number(static_cast<std::int64_t>(segment.kind));
    out.number(clock(segment.from)).number(clock(segment.to));
    out.number(segment.job).number(segment.stage).number(segment.stage_attempt);
    out.number(has_task ? place_of[segment.attempt.index()] : -1).text(segment.note).close(']');
  }
  out.close(']');
}

}  // namespace

void add_tasks(PageJson& out, const Timeline& timeline, const Explanation& explanation,
               const PageClock& clock) {
  const AttemptTable& a = timeline.attempts;
  const Slots slots = assign_slots(timeline);
  const Time end = timeline.application.start.happened()
                       ? timeline.application.start + timeline.wall()
                       : timeline.last_time();
  const Rows rows = launch_order(a);
  std::vector<std::int64_t> place_of(a.size(), -1);
  for (std::size_t i = 0; i < rows.size(); ++i) place_of[rows[i]] = static_cast<std::int64_t>(i);

  const auto has_slot = [&](std::uint32_t row) { return slots.slot[row] != Slots::kNone; };
  const auto from = [&](std::uint32_t row) {
    return has_slot(row) ? slots.held_from[row] : a.launch[row];
  };
  const auto finish = [&](std::uint32_t row) { return std::min(a.finish[row], end); };
  const auto until = [&](std::uint32_t row) {
    return has_slot(row) ? slots.held_until[row] : finish(row);
  };
  out.field("count", std::uint64_t{rows.size()});
  out.key("columns").open('{');
  add_column(out, "from", rows, Coding::Delta, [&](auto r) { return clock(from(r)); });
  add_column(out, "held", rows, Coding::Plain,
             [&](auto r) { return clock(until(r)) - clock(from(r)); });
  add_column(out, "late", rows, Coding::Plain,
             [&](auto r) { return clock(finish(r)) - clock(until(r)); });
  add_column(out, "slot", rows, Coding::Delta,
             [&](auto r) { return has_slot(r) ? std::int64_t{slots.slot[r]} + 1 : 0; });
  add_column(out, "stage", rows, Coding::Delta, [&](auto r) { return a.stage[r].index(); });
  add_column(out, "index", rows, Coding::Delta, [&](auto r) { return a.index[r]; });
  add_column(out, "id", rows, Coding::Delta, [&](auto r) { return a.task_id[r]; });
  add_column(out, "number", rows, Coding::Plain, [&](auto r) { return a.number[r]; });
  add_column(out, "kind", rows, Coding::Plain, [&](auto r) {
    return static_cast<std::int64_t>(a.outcome[r]) + 10 * static_cast<std::int64_t>(a.locality[r]) +
           60 * std::int64_t{a.speculative[r] != 0};
  });
  add_column(out, "getting", rows, Coding::Plain, [&](auto r) {
    return a.getting_result[r].happened() ? clock(finish(r)) - clock(a.getting_result[r]) : 0;
  });
  add_amounts(out, a, rows);
  out.close('}');
  add_slots(out, timeline, slots, clock);
  add_failures(out, timeline, place_of);
  add_path(out, explanation, clock, place_of);
}

}  // namespace muster::html
