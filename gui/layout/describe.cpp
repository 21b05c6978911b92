#include "gui/layout/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gui/layout/heading.h"
#include "sim/report/pace_text.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"
#include "sim/timeline/pools.h"
#include "sim/workload/amounts.h"

namespace muster::gui {
namespace {

using Lines = std::vector<std::string>;

std::string length_text(std::int64_t us) { return duration_text(Duration::micros(us)); }
std::string span_text(std::int64_t from, std::int64_t to) {
  return fmt::format("{}, from {} to {}", length_text(to - from), length_text(from),
                     length_text(to));
}

std::string amount_text(AmountUnit unit, std::int64_t value) {
  switch (unit) {
    case AmountUnit::Milliseconds:
      return duration_text(Duration::millis(value));
    case AmountUnit::Nanoseconds:
      return duration_text(Duration::micros(value / 1000));
    case AmountUnit::Bytes:
      return bytes_text(Bytes(value));
    case AmountUnit::Count:
      break;
  }
  return std::to_string(value);
}

void add_amounts(const Timeline& t, std::uint32_t a, Lines& out) {
  std::string line;
  for (const AmountField& field : amount_fields()) {
    const std::int64_t value = t.attempts.amount(a, field.amount);
    if (value == 0) continue;
    std::string name(field.key);
    if (!field.group.empty()) name = std::string(field.group) + ", " + name;
    out.push_back(fmt::format("{}: {}", name, amount_text(field.unit, value)));
  }
}

void add_reasons(const Scene& scene, const std::string& subject, Lines& out) {
  std::size_t count = 0;
  for (const Reason& reason : scene.result->reasons)
    if (reason.subject == subject && ++count <= 12)
      out.push_back(fmt::format("at {}: {}", length_text(scene.relative(reason.at)), reason.text));
}

// Why the task did not start when its stage was ready.
std::string wait_of(const Scene& scene, std::uint32_t a) {
  const AttemptTable& attempts = scene.timeline().attempts;
  const std::uint32_t stage = attempts.stage[a].index();
  const std::int64_t launch = scene.relative(attempts.launch[a]);
  const std::int64_t ready = scene.stage_facts[stage].submitted;
  if (attempts.number[a] > 0) return "started after an attempt before it had failed";
  if (attempts.speculative[a]) return "started as a copy, since the first attempt took long";
  if (ready == Scene::kUnknown || launch - ready < 1000) return "started at once";
  const ExecutorRows& block =
      scene.executors[scene.block_of_executor[attempts.executor[a].index()]];
  std::string why = "the driver launches one task after another";
  if (block.from > ready && block.from != Scene::kUnknown)
    why = fmt::format("{}, its own registered only at {}", words_of(PathKind::ExecutorWait),
                      length_text(block.from));
  else if (scene.waits_for_slots(stage))
    why = slot_wait_text(scene.timeline().stages[stage]) + ", since it is a barrier stage's";
  else if (const auto [from, to] = scene.core_wait(stage); to > from)
    why = std::string(words_of(PathKind::CoreWait)) + ", other stages had them";
  else if (scene.stage_facts[stage].first_launch >= launch)
    why = "the first of its stage: preparing the stage, or a locality wait";
  else {
    const std::span<const Bar> row = scene.tasks.row(scene.row_of_attempt[a]);
    const auto here =
        std::ranges::partition_point(row, [&](const Bar& b) { return b.from < launch; });
    if (here != row.begin() && std::prev(here)->to > ready)
      why = std::string(words_of(PathKind::CoreWait)) + ", its own ran other tasks before";
  }
  return fmt::format("waited {} after its stage was submitted: {}", length_text(launch - ready),
                     why);
}

void describe_attempt(const Scene& scene, std::uint32_t a, Lines& out) {
  const Timeline& t = scene.timeline();
  const AttemptTable& attempts = t.attempts;
  const StageSpan& stage = t.stages[attempts.stage[a].index()];
  out.push_back(fmt::format("task {} of {}{}", attempts.index[a], stage_name(stage),
                            attempts.number[a] > 0 ? fmt::format(", try {}", attempts.number[a] + 1)
                            : attempts.speculative[a] ? ", speculative copy"
                                                      : ""));
  if (!stage.name.empty()) out.push_back(stage.name);
  const std::int64_t from = scene.relative(attempts.launch[a]);
  const bool open = !attempts.finish[a].happened();
  out.push_back(span_text(from, open ? scene.last : scene.relative(attempts.finish[a])) +
                (open ? " (no end in the log)" : ""));
  const ExecutorSpan& executor = t.executors[attempts.executor[a].index()];
  out.push_back(fmt::format("executor {} on {}, {}, task id {}", executor.id, executor.host,
                            name_of(attempts.locality[a]), attempts.task_id[a]));
  out.push_back(wait_of(scene, a));
  if (attempts.outcome[a] != Outcome::Success && attempts.outcome[a] != Outcome::Running)
    out.push_back("outcome: " + std::string(name_of(attempts.outcome[a])));
  for (const AttemptFailure& failure : t.failures)
    if (failure.attempt.index() == a)
      out.push_back(failure.reason +
                    (failure.description.empty() ? "" : ": " + failure.description));
  if (const auto error = scene.error_of(a))
    out.push_back(error_text(*error) + " against the same task of the other run");
  const auto parts = scene.parts_of(a);
  const std::span<const Key> names = keys_of(ColourMode::TimeSplit, Theme::Dark);
  for (std::size_t p = 0; p < kPartCount; ++p)
    if (parts[p] > 0) out.push_back(fmt::format("{}: {}", names[p].name, length_text(parts[p])));
  add_amounts(t, a, out);
}

// ": waiting for a core 3.00 s, since other stages had them", in the words of the critical path.
std::string first_wait_of(const Scene& scene, std::uint32_t s) {
  const StageFacts& facts = scene.stage_facts[s];
  std::int64_t none = 0;  // time without any executor
  for (const DriverSpan& span : scene.driver)
    if (span.what.no_executor)
      none += std::max<std::int64_t>(0, std::min(span.to, facts.first_launch) -
                                            std::max(span.from, facts.submitted));
  if (none > (facts.first_launch - facts.submitted) / 4)
    return fmt::format(": {} {}, none was there", words_of(PathKind::ExecutorWait),
                       length_text(none));
  if (scene.waits_for_slots(s)) return ": " + slot_wait_text(scene.timeline().stages[s]);
  if (const auto [from, to] = scene.core_wait(s); to > from)
    return fmt::format(": {} {}, since other stages had them", words_of(PathKind::CoreWait),
                       length_text(to - from));
  if (facts.first_launch - facts.submitted < 100'000) return "";
  return fmt::format(": {}", words_of(PathKind::StagePreparation));
}

// FAIR: whose pool waited, and which pools had the cores at `at`.
void add_pools(const Scene& scene, std::uint32_t s, std::int64_t at, Lines& out) {
  const Timeline& t = scene.timeline();
  if (!is_fair(t.conf)) return;
  const std::string own = pool_of(t, t.stages[s].id);
  out.push_back(
      fmt::format("its FAIR pool: {} ({})", own, pool_share_text(*scene.result, own)));
  for (const auto& [pool, tasks] : tasks_by_pool(t, scene.time(at)))
    out.push_back(fmt::format("pool {} ({}) ran {} when it began to wait", pool,
                              pool_share_text(*scene.result, pool), counted(tasks, "task")));
}

// Who held the stage up.
void add_pace(const Scene& scene, std::uint32_t stage, Lines& out) {
  constexpr std::size_t kMost = 3;
  const auto found = std::ranges::find(scene.pace.stages, StageId(stage), &StagePace::row);
  if (found == scene.pace.stages.end()) return;
  if (std::string line = tail_text(scene.timeline(), *found); !line.empty())
    out.push_back(std::move(line));
  for (std::size_t i = 0; i < std::min(kMost, found->executors.size()); ++i)
    if (found->executors[i].slow)
      out.push_back("here " + pace_text(scene.timeline(), found->executors[i]));
}

void describe_stage(const Scene& scene, std::uint32_t s, Lines& out) {
  const Timeline& t = scene.timeline();
  const StageSpan& stage = t.stages[s];
  const StageFacts& facts = scene.stage_facts[s];
  out.push_back(stage_name(stage) + (stage.name.empty() ? "" : ": " + stage.name));
  if (facts.submitted == Scene::kUnknown) return out.push_back("skipped: its output was there");
  const bool open = facts.completed == Scene::kUnknown;
  out.push_back(span_text(facts.submitted, open ? scene.last : facts.completed));
  if (facts.error)
    out.push_back(fmt::format("the other run took {}: {}", length_text(facts.other_length),
                              error_text(*facts.error)));
  std::string attempts = fmt::format("{}, {}, {} of them not successful",
                                     counted(stage.tasks, "task"),
                                     counted(facts.attempts, "attempt"), facts.failed);
  if (facts.open > 0) attempts += fmt::format(", {} without an end in the log", facts.open);
  out.push_back(std::move(attempts));
  if (facts.first_launch != Scene::kUnknown)
    out.push_back(fmt::format("first task {} after submission{}, last task launched at {}",
                              length_text(facts.first_launch - facts.submitted),
                              first_wait_of(scene, s), length_text(facts.last_launch)));
  if (const auto [from, to] = scene.core_wait(s); to > from && !scene.waits_for_slots(s))
    add_pools(scene, s, from, out);
  if (facts.attempts > 0) {
    const std::int64_t mean = facts.work / facts.attempts;
    const ExecutorSpan& slow = t.executors[t.attempts.executor[facts.longest_attempt].index()];
    out.push_back(fmt::format("mean task {}, longest {} (task {} on executor {})",
                              length_text(mean), length_text(facts.longest),
                              t.attempts.index[facts.longest_attempt], slow.id));
  }
  add_pace(scene, s, out);
  std::string parents;
  for (const std::int64_t parent : stage.parents)
    parents += fmt::format("{}{}", parents.empty() ? " " : ", ", parent);
  if (!parents.empty())
    out.push_back((stage.parents.size() == 1 ? "after stage" : "after stages") + parents);
  if (!stage.failure.empty()) out.push_back("failed: " + stage.failure);
  add_reasons(scene, fmt::format("stage {}.{}", stage.id, stage.attempt), out);
}

void describe_executor(const Scene& scene, const ExecutorRows& block, Lines& out) {
  if (block.executor == Slots::kNone) return;
  const Timeline& t = scene.timeline();
  const ExecutorSpan& executor = t.executors[block.executor];
  out.push_back(fmt::format("executor {} on {}, {}", executor.id, executor.host,
                            counted(executor.cores, "core")));
  out.push_back("there for " + span_text(block.from, block.to));
  if (executor.removed.happened())
    out.push_back("removed: " +
                  (executor.removed_reason.empty() ? "no reason logged" : executor.removed_reason));
  std::int64_t busy = 0;
  std::uint64_t count = 0;
  for (std::uint32_t r = block.first; r < block.first + block.rows; ++r)
    for (const Bar& bar : scene.tasks.row(r)) busy += bar.to - bar.from, ++count;
  const std::int64_t whole = (block.to - block.from) * block.rows;
  if (whole > 0)
    out.push_back(fmt::format("{}, cores {} busy", counted(count, "task attempt"),
                              share_text(static_cast<double>(busy) / static_cast<double>(whole))));
  if (std::string pace = pace_text(t, scene.pace.executors[block.executor]); !pace.empty())
    out.push_back(std::move(pace));
  if (executor.max_memory > 0)
    out.push_back("storage memory: " + bytes_text(Bytes(executor.max_memory)));
  add_reasons(scene, "executor " + executor.id, out);
}

void describe_host(const Scene& scene, const HostRows& host, Lines& out) {
  out.push_back("machine " + host.name + (host.group.empty() ? "" : ", group " + host.group));
  if (scene.has_driver(host))
    out.push_back("the driver runs here: " + muster::words_of(scene.driver_place));
  if (host.ordered != Scene::kUnknown) out.push_back("ordered at " + length_text(host.ordered));
  if (host.ready != Scene::kUnknown) {
    std::string line = "ready at " + length_text(host.ready);
    if (host.ordered != Scene::kUnknown)
      line += fmt::format(", {} after the order", length_text(host.ready - host.ordered));
    out.push_back(line);
  }
  if (host.gone != Scene::kUnknown)
    out.push_back("gone at " + length_text(host.gone) +
                  (host.gone_reason.empty() ? "" : ": " + host.gone_reason));
  for (std::uint32_t e = host.first; e < host.first + host.executors; ++e)
    describe_executor(scene, scene.executors[e], out);
  add_reasons(scene, "node " + host.name, out);
}

void add_cut_off(const Scene& scene, std::int64_t from, std::int64_t to, Lines& out) {
  for (const auto& [begin, end] : scene.cut_off)
    if (begin < to && end > from)
      out.push_back("network partition, driver and cluster do not hear each other: " +
                    span_text(begin, end));
}

// The driver itself, or what it did in one of its spans.
void describe_driver(const Scene& scene, std::uint32_t item, Lines& out) {
  const std::string place = "the driver runs " + muster::words_of(scene.driver_place);
  if (item >= scene.driver.size()) {
    out.push_back(place);
    std::map<std::string, std::int64_t> sums;
    for (const DriverSpan& span : scene.driver)
      if (!span.endless) sums[words_of(span.what)] += span.to - span.from;
    for (const auto& [words, sum] : sums)
      out.push_back(fmt::format("{}: {}", words, length_text(sum)));
    add_cut_off(scene, scene.first, scene.last, out);
    return add_reasons(scene, "driver", out);
  }
  const DriverSpan& span = scene.driver[item];
  out.push_back("driver: " + words_of(span.what));
  out.push_back(span.endless ? "for ever, from " + length_text(span.from)
                             : span_text(span.from, span.to));
  if (std::string subject = subject_text(span.what); !subject.empty())
    out.push_back(std::move(subject));
  out.push_back(place);
  add_cut_off(scene, span.from, span.to, out);
}

void describe_job(const Scene& scene, std::uint32_t j, Lines& out) {
  const JobSpan& job = scene.timeline().jobs[j];
  out.push_back(
      fmt::format("job {}{}", job.id, job.description.empty() ? "" : ": " + job.description));
  const std::int64_t from = scene.relative(job.submitted);
  out.push_back(
      span_text(from, job.completed.happened() ? scene.relative(job.completed) : scene.last));
  out.push_back(fmt::format("{}{}", counted(job.stage_ids.size(), "stage"),
                            job.pool.empty() ? "" : ", pool " + job.pool));
  if (job.outcome == JobOutcome::Failed) out.push_back("failed: " + job.failure);
  add_reasons(scene, fmt::format("job {}", job.id), out);
}

// The whole heading, and what it cost.
void describe_run(const Scene& scene, Lines& out) {
  out.push_back(scene.title);
  out.push_back(heading_words(scene));
  for (const Lease& lease : scene.result->leases) out.push_back(lease_text(lease));
  if (scene.result->leases.size() > 1)
    out.push_back("cost in all: " + money_text(scene.result->cost));
  if (std::string pools = pools_text(*scene.result); !pools.empty())
    out.push_back(std::move(pools));
}

void describe_gap(const Scene& scene, const Thing& thing, Lines& out) {
  const auto block =
      std::prev(std::ranges::upper_bound(scene.executors, thing.item, {}, &ExecutorRows::first));
  const HostRows& host = scene.hosts[block->host];
  if (block->from == Scene::kUnknown || thing.at < block->from || thing.at >= block->to) {
    out.push_back("no executor on this core at " + length_text(thing.at));
    return describe_host(scene, host, out);
  }
  const std::span<const Bar> row = scene.tasks.row(thing.item);
  const auto next =
      std::ranges::partition_point(row, [&](const Bar& b) { return b.to <= thing.at; });
  const std::int64_t to = next == row.end() ? block->to : std::min(next->from, block->to);
  const std::int64_t from = next == row.begin() ? block->from : std::prev(next)->to;
  const Scene::Between tasks{.after = next == row.begin() ? Slots::kNone : std::prev(next)->item,
                             .before = next == row.end() ? Slots::kNone : next->item};
  out.push_back(fmt::format("idle core for {}", span_text(from, to)));
  for (std::int64_t at = from; at < to && out.size() < 8;) {
    const Scene::Gap gap = scene.gap(*block, thing.item, at, to, tasks);
    out.push_back(fmt::format("{}: {}", length_text(gap.to - at), scene.words_of(gap)));
    at = std::max(gap.to, at + 1);
  }
}

}  // namespace

bool exists(Scenes scenes, const Thing& thing) {
  if (thing.kind == Thing::Kind::None || thing.scene >= scenes.size()) return false;
  const Scene& scene = *scenes[thing.scene];
  const auto items = [&]() -> std::size_t {
    switch (thing.kind) {
      case Thing::Kind::None:
        break;
      case Thing::Kind::Attempt:
        return scene.timeline().attempts.size();
      case Thing::Kind::Stage:
        return scene.timeline().stages.size();
      case Thing::Kind::Job:
        return scene.timeline().jobs.size();
      case Thing::Kind::Executor:
        return scene.executors.size();
      case Thing::Kind::Host:
        return scene.hosts.size();
      case Thing::Kind::Counter:
        return scene.counters.size();
      case Thing::Kind::Driver:
        return scene.driver.size() + 1;
      case Thing::Kind::Gap:
        return scene.rows;
      case Thing::Kind::Run:
        return 1;
    }
    return 0;
  };
  return thing.item < items();
}

std::vector<std::string> describe(Scenes scenes, const Thing& thing) {
  Lines out;
  if (thing.kind == Thing::Kind::None || thing.scene >= scenes.size()) return out;
  const Scene& scene = *scenes[thing.scene];
  switch (thing.kind) {
    case Thing::Kind::None:
      break;
    case Thing::Kind::Attempt:
      describe_attempt(scene, thing.item, out);
      break;
    case Thing::Kind::Stage:
      describe_stage(scene, thing.item, out);
      break;
    case Thing::Kind::Job:
      describe_job(scene, thing.item, out);
      break;
    case Thing::Kind::Executor:
      describe_executor(scene, scene.executors[thing.item], out);
      break;
    case Thing::Kind::Host:
      describe_host(scene, scene.hosts[thing.item], out);
      break;
    case Thing::Kind::Gap:
      describe_gap(scene, thing, out);
      break;
    case Thing::Kind::Counter: {
      const Steps& steps = scene.counters[thing.item];
      out.push_back(fmt::format("{} at {}: {:g} {}", steps.name, length_text(thing.at),
                                steps.value(thing.at), steps.unit));
      out.push_back(fmt::format("at most {:g}", steps.most()));
      break;
    }
    case Thing::Kind::Driver:
      describe_driver(scene, thing.item, out);
      break;
    case Thing::Kind::Run:
      describe_run(scene, out);
  }
  return out;
}

std::vector<std::string> describe_range(const Scene& scene, std::int64_t from, std::int64_t to) {
  Lines out = {scene.title + ": " + span_text(from, to)};
  std::int64_t busy = 0, there = 0;
  std::uint64_t count = 0, failed = 0;
  for (const ExecutorRows& block : scene.executors) {
    if (block.from == Scene::kUnknown) continue;
    const std::int64_t life = std::min(block.to, to) - std::max(block.from, from);
    if (life <= 0) continue;
    there += life * block.rows;
    for (std::uint32_t r = block.first; r < block.first + block.rows; ++r)
      for (const Bar& bar : scene.tasks.visible(r, from, to, 0)) {
        busy += std::max<std::int64_t>(0, std::min(bar.to, to) - std::max(bar.from, from));
        ++count;
        failed += (bar.marks & (kFailed | kLost | kKilled)) != 0;
      }
  }
  out.push_back(fmt::format("{}, {} of them failed, killed or lost",
                            counted(count, "task attempt"), count_text(failed)));
  if (there > 0)
    out.push_back(fmt::format("cores {} busy: {} of {} core time",
                              share_text(static_cast<double>(busy) / static_cast<double>(there)),
                              length_text(busy), length_text(there)));
  for (const DriverSpan& span : scene.driver) {
    const std::int64_t part = std::min(span.to, to) - std::max(span.from, from);
    if (span.what.cause && part > (to - from) / 50 && out.size() < 10)
      out.push_back(fmt::format("{}: driver: {}", length_text(part), words_of(span.what)));
  }
  return out;
}

}  // namespace muster::gui
