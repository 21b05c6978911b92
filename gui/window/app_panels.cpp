// The panel on the right: what was clicked, what if, comparison, critical path, health.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "gui/window/app.h"
#include "sim/report/quantities.h"

namespace muster::gui {

void App::panel() {
  struct Tab {
    const char* name;
    void (App::*content)();
  };
  constexpr Tab kTabs[] = {{"Inspect", &App::inspector},
                           {"What if", &App::what_if},
                           {"Compare", &App::comparison},
                           {"Path", &App::path},
                           {"Health", &App::health}};
  constexpr std::size_t kCompare = 2;
  const auto runs =
      std::ranges::count_if(session_.scenes(), [](const auto& scene) { return !scene->of; });
  if (wanted_tab_ && (*wanted_tab_ != kCompare || runs > 1)) tab_ = *wanted_tab_;
  wanted_tab_.reset();
  if (tab_ == kCompare && runs <= 1) tab_ = 0;
  // Buttons, which take two lines where they have no room, lest their names are cut.
  bool first = true;
  for (std::size_t i = 0; i < std::size(kTabs); ++i) {
    if (i == kCompare && runs <= 1) continue;
    const float padding = 2 * ImGui::GetStyle().FramePadding.x;
    if (!std::exchange(first, false)) beside(ImGui::CalcTextSize(kTabs[i].name).x + padding);
    const ImGuiCol colour = i == tab_ ? ImGuiCol_TabActive : ImGuiCol_Tab;
    ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(colour));
    if (ImGui::Button(kTabs[i].name)) tab_ = i;
    ImGui::PopStyleColor();
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("key %d", static_cast<int>(i) + 1);
  }
  ImGui::Separator();
  ImGui::BeginChild(kTabs[tab_].name);
  (this->*kTabs[tab_].content)();
  ImGui::EndChild();
}

void App::inspector() {
  const Scenes scenes = session_.scenes();
  if (range_) selected_range();
  const Thing& thing = view_.selected;
  if (thing.kind == Thing::Kind::None || thing.scene >= scenes.size()) {
    if (range_) return;
    wrapped("Click a task, stage, job, executor, machine, the driver's row or an idle core.");
    wrapped("Shift + drag measures a piece of time.");
    wrapped(
        "Keys: O open, F fit, + and - zoom, arrows move, C colour, T theme, / search, N next, "
        "Enter show what is selected, ] and [ one executor more or fewer, Ctrl+Z undo, Esc "
        "clear, then cancel, R go on with what was cancelled, 1 to 5 the tabs Inspect, What if, "
        "Compare, Path and Health, Ctrl+W close the run of what is selected (else the last one), "
        "Q quit.");
    return;
  }
  const Scene& scene = *scenes[thing.scene];
  const std::vector<std::string>& lines = selected_lines_.of(
      {session_.picture(), thing}, [&] { return describe(scenes, thing); });
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
  if (thing.kind == Thing::Kind::Stage) stage_histogram(thing.scene, thing.item);
}

void App::selected_range() {
  const auto describe_all = [&] {
    std::vector<std::string> lines;
    for (const auto& scene : session_.scenes()) {
      const auto some = describe_range(*scene, range_->first, range_->second);
      lines.insert(lines.end(), some.begin(), some.end());
      lines.emplace_back();
    }
    return lines;
  };
  for (const std::string& line : range_lines_.of({session_.picture(), *range_}, describe_all)) {
    if (line.empty())
      ImGui::Separator();
    else
      wrapped(line);
  }
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

void App::stage_histogram(std::uint32_t scene, std::uint32_t stage) {
  const Histogram& h =
      histogram_.of({session_.picture(), {Thing::Kind::Stage, scene, stage}},
                    [&] { return histogram(*session_.scenes()[scene], stage, 24); });
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
  wrapped(fmt::format("{} to {}, at most {} in one step",
                      duration_text(Duration::micros(h.least)),
                      duration_text(Duration::micros(h.least + h.step * count)),
                      counted(most, "task")));
}

void App::bullet(const std::string& words) {
  ImGui::Bullet();
  ImGui::SameLine();
  wrapped(words);
}

void App::path() {
  const std::size_t scene = view_.selected.kind == Thing::Kind::None ? 0 : view_.selected.scene;
  const Explanation* why = session_.explanation(scene);
  if (!why && session_.not_explained())
    return wrapped("The explanation was cancelled; press R to have it.");
  if (!why) return wrapped(session_.scenes().empty() ? "Nothing is loaded yet." : "Not ready yet.");
  wrapped(session_.scenes()[scene]->title + ": the chain of waits behind its time");
  graph(static_cast<std::uint32_t>(scene));
  for (std::size_t k = 0; k < kPathKindCount; ++k)
    if (why->path.by_kind[k] > Duration())
      bullet(fmt::format("{}: {}", words_of(static_cast<PathKind>(k)),
                         duration_text(why->path.by_kind[k])));
  ImGui::Separator();
  wrapped("idle cores, by cause");
  for (std::size_t k = 0; k < kIdleCauseCount; ++k)
    if (why->idle.by_cause[k] > Duration())
      bullet(fmt::format("{}: {}", words_of(static_cast<IdleCause>(k)),
                         duration_text(why->idle.by_cause[k])));
  ImGui::Separator();
  int number = 0;
  for (const PathSegment& segment : why->path.segments) {
    std::string words = fmt::format("{}: {}", duration_text(segment.length()),
                                    words_of(segment.kind));
    if (segment.stage >= 0) words += fmt::format(", stage {}", segment.stage);
    if (!segment.note.empty()) words += ", " + segment.note;
    const bool cut = ImGui::CalcTextSize(words.c_str()).x > ImGui::GetContentRegionAvail().x;
    ImGui::PushID(number++);
    const bool chosen = ImGui::Selectable(words.c_str());
    ImGui::PopID();
    if (cut && ImGui::IsItemHovered()) hint(words);
    if (!chosen) continue;
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

// A tooltip of any length.
void App::hint(const std::string& words) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(460 * scale_);
  ImGui::TextUnformatted(words.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void App::health() {
  std::optional<std::size_t> closed;
  for (std::size_t i = 0; i < session_.runs().size(); ++i) {
    const Run& run = session_.runs()[i];
    wrapped(run.name + " (" + run.opened.path + ")");
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::SmallButton("Close")) closed = i;
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Take it out of the window (Ctrl+W)");
    ImGui::PopID();
    if (run.state == Run::State::Cancelled) wrapped("Cancelled; press R to load it.");
    if (!run.failure.empty()) wrapped(run.failure);
    if (run.failure.empty() && run.doubts.empty() && run.result) wrapped("No warning.");
    for (const std::string& doubt : run.doubts) wrapped("- " + doubt);
    ImGui::Separator();
  }
  if (session_.what_if())
    for (const std::string& doubt : session_.what_if()->provenance.warnings)
      wrapped("simulation: " + doubt);
  if (closed) session_.close(*closed);
}

}  // namespace muster::gui
