// The panel on the right: what was clicked, what if, comparison, critical path, health.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "gui/window/app.h"
#include "gui/window/knobs.h"
#include "sim/report/compare.h"
#include "sim/report/quantities.h"

namespace muster::gui {
void App::panel() {
  if (!ImGui::BeginTabBar("tabs")) return;
  const auto tab = [&](const char* name, void (App::*content)()) {
    if (!ImGui::BeginTabItem(name)) return;
    ImGui::BeginChild(name);
    (this->*content)();
    ImGui::EndChild();
    ImGui::EndTabItem();
  };
  tab("Inspect", &App::inspector);
  tab("What if", &App::what_if);
  const auto runs =
      std::ranges::count_if(session_.scenes(), [](const auto& scene) { return !scene->of; });
  if (runs > 1) tab("Compare", &App::comparison);
  tab("Path", &App::path);
  tab("Health", &App::health);
  ImGui::EndTabBar();
}

void App::inspector() {
  const Scenes scenes = session_.scenes();
  if (range_)
    for (const auto& scene : scenes) {
      for (const std::string& line : describe_range(*scene, range_->first, range_->second))
        wrapped(line);
      ImGui::Separator();
    }
  const Thing& thing = view_.selected;
  if (thing.kind == Thing::Kind::None || thing.scene >= scenes.size()) {
    if (range_) return;
    wrapped("Click a task, stage, job, executor, machine, the driver's row or an idle core.");
    wrapped("Shift + drag measures a piece of time.");
    wrapped(
        "Keys: F fit, + and - zoom, arrows move, C colour, T theme, / search, N next, Enter "
        "show what is selected, ] and [ one executor more or fewer, Ctrl+Z undo, Esc clear, Q "
        "quit.");
    return;
  }
  const Scene& scene = *scenes[thing.scene];
  const std::vector<std::string> lines = describe(scenes, thing);
  if (ImGui::Button("Show")) command(Command::ShowSelected);
  if (thing.kind == Thing::Kind::Attempt) {
    const std::uint32_t stage = scene.timeline().attempts.stage[thing.item].index();
    ImGui::SameLine();
    if (ImGui::Button("Its stage"))
      select({.kind = Thing::Kind::Stage, .scene = thing.scene, .item = stage}, false);
  } else if (thing.kind == Thing::Kind::Stage && scene.stage_facts[thing.item].attempts > 0) {
    ImGui::SameLine();
    if (ImGui::Button("Its longest task"))
      select({.kind = Thing::Kind::Attempt,
              .scene = thing.scene,
              .item = scene.stage_facts[thing.item].longest_attempt},
             true);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    wrapped(lines[i]);
    if (i > 0) continue;
    ImGui::Separator();
    if (thing.kind == Thing::Kind::Attempt) parts(scene, thing.item);
  }
  if (thing.kind == Thing::Kind::Stage) stage_histogram(scene, thing.item);
}

// A text field that gives its text when Enter is pressed or it is left.
bool App::edited(const std::string& value, const std::string& hint, std::string& out) {
  char buffer[256];
  const std::size_t size = std::min(value.size(), sizeof buffer - 1);
  std::copy_n(value.begin(), size, buffer);
  buffer[size] = '\0';
  ImGui::InputTextWithHint("##value", hint.c_str(), buffer, sizeof buffer,
                           ImGuiInputTextFlags_AutoSelectAll);
  const bool left = ImGui::IsItemDeactivatedAfterEdit();
  // A click elsewhere takes the text away before it is asked for.
  if (ImGui::IsItemActive() || (left && buffer != value)) typed_ = buffer;
  if (!left) return false;
  out = typed_;
  return out != value;
}

void App::parts(const Scene& scene, std::uint32_t attempt) {
  const auto list = scene.parts_of(attempt);
  std::int64_t whole = 0, so_far = 0;
  for (const std::int64_t part : list) whole += part;
  if (whole <= 0) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wide = ImGui::GetContentRegionAvail().x, high = 14 * scale_;
  const std::span<const Key> keys = keys_of(ColourMode::TimeSplit, view_.theme);
  for (std::size_t p = 0; p < kPartCount; ++p) {
    const auto x = [&](std::int64_t us) {
      return std::round(at.x + wide * static_cast<float>(us) / static_cast<float>(whole));
    };
    const float from = x(so_far);
    so_far += list[p];
    ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(from, at.y), ImVec2(x(so_far), at.y + high),
                                              packed(keys[p].colour));
  }
  ImGui::Dummy(ImVec2(wide, high + 4));
}

void App::stage_histogram(const Scene& scene, std::uint32_t stage) {
  const Histogram h = histogram(scene, stage, 24);
  const std::uint32_t most = *std::ranges::max_element(h.counts);
  if (most == 0) return;
  ImGui::Separator();
  wrapped("tasks by length");
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wide = ImGui::GetContentRegionAvail().x, high = 70 * scale_;
  const float each = wide / static_cast<float>(h.counts.size());
  const Paint& paint = paint_of(view_.theme);
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    if (h.counts[i] == 0) continue;
    const float up = std::max(
        2.0F, std::round(high * static_cast<float>(h.counts[i]) / static_cast<float>(most)));
    const float x = std::round(at.x + each * static_cast<float>(i));
    ImGui::GetWindowDrawList()->AddRectFilled(
        ImVec2(x, std::round(at.y + high - up)),
        ImVec2(std::round(at.x + each * static_cast<float>(i + 1)) - 1, std::round(at.y + high)),
        packed(paint.running));
  }
  ImGui::Dummy(ImVec2(wide, high + 2));
  const auto count = static_cast<std::int64_t>(h.counts.size());
  wrapped(fmt::format("{} to {}, at most {} tasks in one step",
                      duration_text(Duration::micros(h.least)),
                      duration_text(Duration::micros(h.least + h.step * count)), most));
}

void App::knob(const Knob& k, std::size_t number) {
  ImGui::PushID(static_cast<int>(number));
  ImGui::SetNextItemWidth(130 * scale_);
  std::string text;
  bool turned = false;
  if (k.kind == Knob::Kind::Flag) {
    bool on = k.value == "true";
    turned = ImGui::Checkbox("##value", &on);
    text = on ? "true" : "false";
  } else if (k.kind == Knob::Kind::Choice) {
    const std::string now = !k.value.empty() ? k.value : k.fallback.empty() ? "(none)" : k.fallback;
    if (ImGui::BeginCombo("##value", now.c_str())) {
      for (const std::string& choice : k.choices)
        if (ImGui::Selectable(choice.empty() ? "(default)" : choice.c_str(), choice == k.value))
          text = choice, turned = true;
      ImGui::EndCombo();
    }
  } else {
    turned = edited(k.value, k.fallback, text);
  }
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", k.doc.c_str());
  if (k.kind == Knob::Kind::Number && !k.value.empty()) {
    const long long now = std::atoll(k.value.c_str());
    ImGui::SameLine(0, 2);
    if (ImGui::SmallButton("-")) text = std::to_string(now - 1), turned = true;
    ImGui::SameLine(0, 2);
    if (ImGui::SmallButton("+")) text = std::to_string(now + 1), turned = true;
  }
  ImGui::SameLine();
  ImGui::TextUnformatted(k.name.c_str());
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", k.doc.c_str());
  ImGui::PopID();
  if (!turned) return;
  Scenario next = *session_.scenario();
  refused_ = k.set(next, text) ? "" : k.name + ": " + text + " is no value for it";
  if (refused_.empty()) session_.change(std::move(next));
}

void App::what_if() {
  if (!session_.scenario()) return wrapped("Open one log or scenario first.");
  if (!knobs_of_ || *knobs_of_ != *session_.scenario()) {
    knobs_of_ = session_.scenario();
    knobs_ = knobs_of(*knobs_of_);
  }
  const Run* base = session_.turned();
  if (base && session_.what_if()) {
    const Duration before = base->result->totals.wall, now = session_.what_if()->totals.wall;
    wrapped(fmt::format("{}: {}, {} now: {}", base->name, duration_text(before), duration_text(now),
                        error_text(now.in_seconds() / std::max(1e-9, before.in_seconds()) - 1)));
    if (!session_.what_if()->succeeded) wrapped("It fails: " + session_.what_if()->failure);
  }
  for (const std::string& problem : session_.problems()) wrapped("! " + problem);
  if (!refused_.empty()) wrapped("! " + refused_);
  if (ImGui::Button("Undo")) session_.undo();
  ImGui::SameLine();
  if (ImGui::Button("More or fewer executors")) session_.draw_curve();
  curve();
  ImGui::SetNextItemWidth(220 * scale_);
  ImGui::InputText("##path", save_path_, sizeof save_path_);
  ImGui::SameLine();
  if (ImGui::Button("Save")) {
    const auto problem = session_.save(save_path_);
    saved_ = problem ? problem->what : std::string("written: ") + save_path_;
  }
  if (!saved_.empty()) wrapped(saved_);
  ImGui::SetNextItemWidth(220 * scale_);
  ImGui::InputTextWithHint("##filter", "find a knob", filter_, sizeof filter_);
  std::string group;
  bool open = false;
  const std::string_view wanted = filter_;
  const std::vector<Knob> list = knobs_;  // turning one makes new ones
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Knob& k = list[i];
    if (!wanted.empty() && k.name.find(wanted) == k.name.npos &&
        k.group.find(wanted) == k.group.npos)
      continue;
    if (k.group != group) {
      group = k.group;
      const bool first = group == "executors" || group == "spark.conf" || group == "models";
      const ImGuiTreeNodeFlags flags =
          first || !wanted.empty() ? ImGuiTreeNodeFlags_DefaultOpen : ImGuiTreeNodeFlags_None;
      open = ImGui::CollapsingHeader(group.c_str(), flags);
    }
    if (open) knob(k, i);
  }
}

// How long it takes with 1, 2, 3, ... executors; the present number has a ring.
void App::curve() {
  const std::vector<CurvePoint>& points = session_.curve();
  if (points.empty()) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wide = ImGui::GetContentRegionAvail().x, high = 110 * scale_;
  const Paint& paint = paint_of(view_.theme);
  std::int64_t longest = 1;
  for (const CurvePoint& p : points) longest = std::max(longest, p.wall.in_micros());
  const int most = std::max(2, points.back().executors);
  const int now = executor_count(*session_.scenario());
  const auto place = [&](const CurvePoint& p) {
    const float share =
        std::log(static_cast<float>(p.executors)) / std::log(static_cast<float>(most));
    return ImVec2(std::round(at.x + 8 + (wide - 16) * share),
                  std::round(at.y + high - 8 -
                             (high - 24) * static_cast<float>(p.wall.in_micros()) /
                                 static_cast<float>(longest)));
  };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, ImVec2(at.x + wide, at.y + high), packed(paint.panel));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const ImVec2 here = place(points[i]);
    if (i > 0) list.AddLine(place(points[i - 1]), here, packed(paint.running), 2);
    const Colour colour = points[i].succeeded ? paint.running : paint.failed;
    list.AddCircleFilled(here, 4 * scale_, packed(colour), 12);
    if (points[i].executors == now) list.AddCircle(here, 7 * scale_, packed(paint.ink), 16, 2);
  }
  ImGui::Dummy(ImVec2(wide, high));
  if (ImGui::BeginTable("curve", 3)) {
    for (const CurvePoint& p : points) {
      ImGui::TableNextColumn();
      ImGui::Text("%d: %s%s", p.executors, duration_text(p.wall).c_str(),
                  p.executors == now ? " (now)" : "");
    }
    ImGui::EndTable();
  }
}

void App::comparison() {
  const Scenes scenes = session_.scenes();
  std::size_t second = scenes.size() - 1;
  while (second > 0 && scenes[second]->of) --second;
  const Comparison c = compare(scenes.front()->timeline(), scenes[second]->timeline());
  wrapped(fmt::format("{}: {}", scenes.front()->title, duration_text(c.wall.left)));
  wrapped(fmt::format("{}: {} ({})", scenes[second]->title, duration_text(c.wall.right),
                      error_text(c.wall.error())));
  if (c.mean_stage_error)
    wrapped(fmt::format("stages: {} off in the mean, {} at most", share_text(*c.mean_stage_error),
                        share_text(c.worst_stage_error.value_or(0))));
  for (const std::string& only : c.only_left) wrapped("only in the first: " + only);
  for (const std::string& only : c.only_right) wrapped("only in the second: " + only);
  if (!ImGui::BeginTable("stages", 4, ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY)) return;
  for (const char* head : {"stage", "first", "second", "change"}) ImGui::TableSetupColumn(head);
  ImGui::TableHeadersRow();
  for (const StageComparison& stage : c.stages) {
    const auto text = [](const std::string& words) {
      ImGui::TableNextColumn();
      ImGui::TextUnformatted(words.c_str());
    };
    text(fmt::format("{}.{} {}", stage.id, stage.attempt, stage.name));
    text(duration_text(stage.span.left));
    text(duration_text(stage.span.right));
    text(error_text(stage.span.error()));
  }
  ImGui::EndTable();
}

void App::path() {
  const std::size_t scene = view_.selected.kind == Thing::Kind::None ? 0 : view_.selected.scene;
  const Explanation* why = session_.explanation(scene);
  if (!why) return wrapped("Nothing is loaded yet.");
  wrapped(session_.scenes()[scene]->title + ": the chain of waits behind its time");
  graph(static_cast<std::uint32_t>(scene));
  for (std::size_t k = 0; k < kPathKindCount; ++k)
    if (why->path.by_kind[k] > Duration())
      ImGui::BulletText("%s: %s", std::string(words_of(static_cast<PathKind>(k))).c_str(),
                        duration_text(why->path.by_kind[k]).c_str());
  ImGui::Separator();
  wrapped("idle cores, by cause");
  for (std::size_t k = 0; k < kIdleCauseCount; ++k)
    if (why->idle.by_cause[k] > Duration())
      ImGui::BulletText("%s: %s", std::string(words_of(static_cast<IdleCause>(k))).c_str(),
                        duration_text(why->idle.by_cause[k]).c_str());
  ImGui::Separator();
  int number = 0;
  for (const PathSegment& segment : why->path.segments) {
    const std::string words =
        fmt::format("{}: {}{}##{}", duration_text(segment.length()), words_of(segment.kind),
                    segment.stage >= 0 ? fmt::format(", stage {}", segment.stage) : "", number++);
    if (!ImGui::Selectable(words.c_str())) continue;
    const std::int64_t from = session_.scenes()[scene]->relative(segment.from),
                       to = session_.scenes()[scene]->relative(segment.to);
    range_ = {from, to};
    if (segment.attempt.valid())
      select({.kind = Thing::Kind::Attempt,
              .scene = static_cast<std::uint32_t>(scene),
              .item = segment.attempt.index()},
             true);
  }
}

void App::health() {
  for (const Run& run : session_.runs()) {
    wrapped(run.name + " (" + run.opened.path + ")");
    if (!run.failure.empty()) wrapped(run.failure);
    if (run.failure.empty() && run.doubts.empty() && run.result) wrapped("No warning.");
    for (const std::string& doubt : run.doubts) wrapped("- " + doubt);
    ImGui::Separator();
  }
  if (session_.what_if())
    for (const std::string& doubt : session_.what_if()->provenance.warnings)
      wrapped("simulation: " + doubt);
}

}  // namespace muster::gui
