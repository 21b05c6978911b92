// Searching, histograms, and bringing things into sight.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "gui/layout/describe.h"

namespace muster::gui {
namespace {

std::string small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Everything that has a name, in one order: the driver, hosts, executors, jobs, stages. Tasks go by
// their id.
std::vector<std::pair<Thing, std::string>> named(Scenes scenes) {
  std::vector<std::pair<Thing, std::string>> out;
  for (std::uint32_t s = 0; s < scenes.size(); ++s) {
    const Scene& scene = *scenes[s];
    const auto add = [&](Thing::Kind kind, std::uint32_t item, std::string name) {
      out.emplace_back(Thing{.kind = kind, .scene = s, .item = item}, std::move(name));
    };
    add(Thing::Kind::Driver, static_cast<std::uint32_t>(scene.driver.size()),
        "driver " + words_of(scene.driver_place));
    for (std::uint32_t h = 0; h < scene.hosts.size(); ++h)
      add(Thing::Kind::Host, h, scene.hosts[h].name);
    for (std::uint32_t e = 0; e < scene.executors.size(); ++e)
      if (scene.executors[e].executor != Slots::kNone)
        add(Thing::Kind::Executor, e,
            "executor " + scene.timeline().executors[scene.executors[e].executor].id);
    for (std::uint32_t j = 0; j < scene.timeline().jobs.size(); ++j)
      add(Thing::Kind::Job, j,
          fmt::format("job {} {}", scene.timeline().jobs[j].id,
                      scene.timeline().jobs[j].description));
    for (std::uint32_t i = 0; i < scene.timeline().stages.size(); ++i)
      if (scene.stage_facts[i].submitted != Scene::kUnknown)
        add(Thing::Kind::Stage, i,
            stage_name(scene.timeline().stages[i]) + " " + scene.timeline().stages[i].name);
  }
  return out;
}

// "task 17": by Spark's id.
Thing task_with_id(Scenes scenes, const std::string& words) {
  constexpr std::string_view kTask = "task ";
  if (!words.starts_with(kTask)) return {};
  for (std::uint32_t s = 0; s < scenes.size(); ++s) {
    const AttemptTable& attempts = scenes[s]->timeline().attempts;
    for (std::uint32_t a = 0; a < attempts.size(); ++a)
      if (std::to_string(attempts.task_id[a]) == words.substr(kTask.size()) &&
          scenes[s]->row_of_attempt[a] != Slots::kNone)
        return {.kind = Thing::Kind::Attempt, .scene = s, .item = a};
  }
  return {};
}

struct Place {
  std::int64_t from = 0, to = 0;
  Track::Kind track = Track::Kind::Cores;
  std::uint32_t row = Slots::kNone;  // of the cores
};

Place place_of(const Scene& scene, const Thing& thing) {
  const Timeline& t = scene.timeline();
  switch (thing.kind) {
    case Thing::Kind::Attempt: {
      const bool open = !t.attempts.finish[thing.item].happened();
      return {.from = scene.relative(t.attempts.launch[thing.item]),
              .to = open ? scene.last : scene.relative(t.attempts.finish[thing.item]),
              .row = scene.row_of_attempt[thing.item]};
    }
    case Thing::Kind::Stage: {
      const StageFacts& facts = scene.stage_facts[thing.item];
      const std::int64_t to = facts.completed == Scene::kUnknown ? scene.last : facts.completed;
      return {.from = facts.submitted, .to = to, .track = Track::Kind::Stages};
    }
    case Thing::Kind::Job: {
      const JobSpan& job = t.jobs[thing.item];
      return {.from = scene.relative(job.submitted),
              .to = job.completed.happened() ? scene.relative(job.completed) : scene.last,
              .track = Track::Kind::Jobs};
    }
    case Thing::Kind::Executor:
      return {.from = scene.executors[thing.item].from,
              .to = scene.executors[thing.item].to,
              .row = scene.executors[thing.item].first};
    case Thing::Kind::Host:
      return {.from = scene.first,
              .to = scene.last,
              .row = scene.executors[scene.hosts[thing.item].first].first};
    case Thing::Kind::Driver:
      if (thing.item < scene.driver.size())
        return {.from = scene.driver[thing.item].from,
                .to = scene.driver[thing.item].to,
                .track = Track::Kind::Driver};
      return {.from = scene.begin, .to = scene.last, .track = Track::Kind::Driver};
    default:
      return {.from = thing.at, .to = thing.at, .track = Track::Kind::Heading};
  }
}

}  // namespace

Thing find(Scenes scenes, const std::string& words, const Thing& last) {
  const std::string wanted = small_letters(words);
  if (wanted.empty()) return {};
  if (const Thing task = task_with_id(scenes, wanted); task.kind != Thing::Kind::None) return task;
  const auto all = named(scenes);
  const auto at =
      std::ranges::find_if(all, [&](const auto& pair) { return pair.first.same(last); });
  const std::size_t start = at == all.end() ? 0 : static_cast<std::size_t>(at - all.begin()) + 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [thing, name] = all[(start + i) % all.size()];
    if (small_letters(name).find(wanted) != std::string::npos) return thing;
  }
  return {};
}

View shown(Scenes scenes, View view, Size size, const Thing& thing) {
  if (thing.kind == Thing::Kind::None || thing.scene >= scenes.size()) return view;
  const Place place = place_of(*scenes[thing.scene], thing);
  const std::int64_t span = view.to - view.from, length = place.to - place.from;
  const std::int64_t middle = place.from + length / 2;
  // A thing that is seen whole and is no speck stays where it is.
  const bool inside = place.from >= view.from && place.to <= view.to && length > span / 200;
  if (!inside) {
    const std::int64_t wanted = std::max(
        {length * 3 / 2, length * 20 < span ? length * 20 : span / 1000, std::int64_t{1000}});
    const std::int64_t next = length * 20 < span || length > span ? wanted : span;
    view.from = middle - next / 2, view.to = view.from + next;
  }
  const Arrangement arranged(scenes, view, size);
  for (const Track& track : arranged.tracks) {
    if (track.scene != thing.scene || track.kind != place.track) continue;
    const float y = place.row == Slots::kNone ? track.y0 : arranged.row_top(track, place.row);
    const float room = arranged.bottom - arranged.top;
    if (y < view.scroll || y + track.lane > view.scroll + room) view.scroll = y - room / 3;
    break;
  }
  return panned(scenes, view, size, 0, 0);
}

Histogram histogram(const Scene& scene, std::uint32_t stage, std::size_t steps) {
  const AttemptTable& attempts = scene.timeline().attempts;
  std::vector<std::int64_t> lengths;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    if (attempts.stage[a].index() == stage && attempts.finish[a].happened() &&
        attempts.launch[a].happened())
      lengths.push_back((attempts.finish[a] - attempts.launch[a]).in_micros());
  Histogram out;
  out.counts.assign(steps, 0);
  if (lengths.empty() || steps == 0) return out;
  const auto [least, most] = std::ranges::minmax(lengths);
  out.least = least;
  const auto count = static_cast<std::int64_t>(steps);
  out.step = std::max<std::int64_t>(1, (most - least + count) / count);
  for (const std::int64_t length : lengths)
    ++out.counts[static_cast<std::size_t>((length - least) / out.step)];
  return out;
}

}  // namespace muster::gui
