// What a task's colour means.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "gui/layout/scene.h"

namespace muster::gui {
namespace {

// The same task in both runs: stage, its attempt, index in its task set.
struct TaskKey {
  std::int64_t stage;
  std::int32_t attempt;
  std::uint32_t index;
  auto operator<=>(const TaskKey&) const = default;
};

// Of each task's successful attempt (the first, if several), how long it took.
std::vector<std::pair<TaskKey, std::int64_t>> lengths_of(const Timeline& t) {
  std::vector<std::pair<TaskKey, std::int64_t>> out;
  for (std::size_t a = 0; a < t.attempts.size(); ++a) {
    if (t.attempts.outcome[a] != Outcome::Success) continue;
    const StageSpan& stage = t.stages[t.attempts.stage[a].index()];
    out.emplace_back(TaskKey{stage.id, stage.attempt, t.attempts.index[a]},
                     (t.attempts.finish[a] - t.attempts.launch[a]).in_micros());
  }
  std::ranges::stable_sort(out, {}, [](const auto& pair) { return pair.first; });
  return out;
}

constexpr std::uint8_t kNoError = 7;

std::uint8_t error_key(std::optional<double> error) {
  if (!error) return kNoError;
  constexpr double kSteps[] = {-0.5, -0.2, -0.05, 0.05, 0.2, 0.5};
  std::uint8_t key = 0;
  for (const double step : kSteps) key += *error > step;
  return key;
}

}  // namespace

void Scene::find_reference() {
  if (!reference) return;
  const Timeline& t = timeline();
  const auto others = lengths_of(reference->timeline);
  error_.assign(t.attempts.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t a = 0; a < t.attempts.size(); ++a) {
    if (t.attempts.outcome[a] != Outcome::Success) continue;
    const StageSpan& stage = t.stages[t.attempts.stage[a].index()];
    const TaskKey key{stage.id, stage.attempt, t.attempts.index[a]};
    const auto found =
        std::ranges::lower_bound(others, key, {}, [](const auto& pair) { return pair.first; });
    if (found == others.end() || found->first != key || found->second <= 0) continue;
    const auto mine =
        static_cast<double>((t.attempts.finish[a] - t.attempts.launch[a]).in_micros());
    error_[a] = static_cast<float>(mine / static_cast<double>(found->second) - 1);
  }
  std::map<std::pair<std::int64_t, std::int32_t>, const StageSpan*> stages_there;
  for (const StageSpan& stage : reference->timeline.stages)
    stages_there.emplace(std::pair(stage.id, stage.attempt), &stage);
  for (std::size_t s = 0; s < t.stages.size(); ++s) {
    const auto found = stages_there.find({t.stages[s].id, t.stages[s].attempt});
    StageFacts& facts = stage_facts[s];
    if (found == stages_there.end() || facts.completed == kUnknown) continue;
    const StageSpan* other = found->second;
    if (!other->completed.happened() || !other->submitted.happened()) continue;
    facts.other_length = (other->completed - other->submitted).in_micros();
    if (facts.other_length > 0 && facts.submitted != kUnknown)
      facts.error = static_cast<double>(facts.completed - facts.submitted) /
                        static_cast<double>(facts.other_length) -
                    1;
  }
}

std::optional<double> Scene::error_of(std::uint32_t attempt) const {
  if (attempt >= error_.size() || std::isnan(error_[attempt])) return std::nullopt;
  return static_cast<double>(error_[attempt]);
}

std::array<std::int64_t, kPartCount> Scene::parts_of(std::uint32_t attempt) const {
  const AttemptTable& a = timeline().attempts;
  std::array<std::int64_t, kPartCount> out{};
  const auto part = [&out](Part p) -> std::int64_t& { return out[static_cast<std::size_t>(p)]; };
  const std::int64_t from = relative(a.launch[attempt]);
  const std::int64_t to = a.finish[attempt].happened() ? relative(a.finish[attempt]) : last;
  const std::int64_t whole = std::max<std::int64_t>(0, to - from);
  const auto millis = [&](Amount amount) {
    return 1000 * std::max<std::int64_t>(0, a.amount(attempt, amount));
  };
  if (!a.has_metrics[attempt]) {
    part(Part::Overhead) = whole;
    return out;
  }
  std::int64_t left = whole;
  const auto take = [&](Part p, std::int64_t most) {
    const std::int64_t taken = std::clamp<std::int64_t>(most, 0, left);
    part(p) = taken;
    left -= taken;
  };
  const std::int64_t run = millis(Amount::ExecutorRunTime);
  const std::int64_t shuffle_read = std::min(run, millis(Amount::ShuffleFetchWaitTime));
  const std::int64_t write =
      std::min(run - shuffle_read,
               std::max<std::int64_t>(0, a.amount(attempt, Amount::ShuffleWriteTime)) / 1000);
  const std::int64_t gc = std::min(run - shuffle_read - write, millis(Amount::JvmGcTime));
  take(Part::Deserialize, millis(Amount::ExecutorDeserializeTime));
  take(Part::ShuffleRead, shuffle_read);
  take(Part::Compute, run - shuffle_read - write - gc);
  take(Part::GarbageCollection, gc);
  take(Part::ShuffleWrite, write);
  std::int64_t result_time = millis(Amount::ResultSerializationTime);
  if (a.getting_result[attempt].happened())
    result_time += std::max<std::int64_t>(0, to - relative(a.getting_result[attempt]));
  take(Part::Result, result_time);
  part(Part::Overhead) = left;
  return out;
}

std::uint8_t Scene::key_of_stage(std::uint32_t stage) const {
  if (mode_ == ColourMode::Error) return error_key(stage_facts[stage].error);
  return static_cast<std::uint8_t>(stage % keys_of(ColourMode::Stage, Theme::Dark).size());
}

std::uint8_t Scene::key_of_attempt(std::uint32_t attempt) const {
  const AttemptTable& a = timeline().attempts;
  switch (mode_) {
    case ColourMode::Stage:
      return key_of_stage(a.stage[attempt].index());
    case ColourMode::Locality:
      return static_cast<std::uint8_t>(a.locality[attempt]);
    case ColourMode::Wave:
      return static_cast<std::uint8_t>(std::min<std::uint32_t>(wave_of_attempt[attempt], 7));
    case ColourMode::Error:
      return error_key(error_of(attempt));
    case ColourMode::TimeSplit: {
      const auto parts = parts_of(attempt);
      return static_cast<std::uint8_t>(std::ranges::max_element(parts) - parts.begin());
    }
    case ColourMode::Outcome:
      break;
  }
  switch (a.outcome[attempt]) {
    case Outcome::Success:
      return 0;
    case Outcome::Running:
      return 4;
    case Outcome::TaskKilled:
      return 2;
    case Outcome::ExecutorLostFailure:
    case Outcome::Resubmitted:
      return 3;
    default:
      return 1;
  }
}

void Scene::colour_by(ColourMode mode) {
  mode_ = mode;
  tasks.recolour([this](std::uint32_t attempt) { return key_of_attempt(attempt); });
  stages.recolour([this](std::uint32_t stage) { return key_of_stage(stage); });
  density.build(tasks, first, last);
}

}  // namespace muster::gui
