// The panel "What if": the number of executors with its curve, and all other knobs.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "gui/window/app.h"
#include "gui/window/knobs.h"
#include "sim/report/quantities.h"
#include "sim/report/size_words.h"

namespace muster::gui {

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

void App::knob(const Knob& k, std::size_t number) {
  ImGui::PushID(static_cast<int>(number));
  // Its name beside it, or above where that has no room.
  const float name = ImGui::CalcTextSize(k.name.c_str()).x + (k.whole ? 50 * scale_ : 0);
  const bool above = name > ImGui::GetContentRegionAvail().x - 140 * scale_;
  const auto show_name = [&] {
    wrapped(k.name);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", k.doc.c_str());
  };
  if (above) show_name();
  ImGui::SetNextItemWidth(std::min(130 * scale_, ImGui::GetContentRegionAvail().x * 0.8F));
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
  if (k.whole && !k.value.empty()) {
    const long long now = std::atoll(k.value.c_str());
    ImGui::SameLine(0, 2);
    if (ImGui::SmallButton("-")) text = std::to_string(now - 1), turned = true;
    ImGui::SameLine(0, 2);
    if (ImGui::SmallButton("+")) text = std::to_string(now + 1), turned = true;
  }
  if (!above) {
    ImGui::SameLine();
    show_name();
  }
  ImGui::PopID();
  if (!turned) return;
  Scenario next = *session_.scenario();
  refused_ = k.set(next, text) ? "" : k.name + ": " + text + " is no value for it";
  if (refused_.empty()) session_.change(std::move(next));
}

void App::what_if() {
  if (!session_.scenario())
    return wrapped(session_.scenes().empty()
                       ? "Open one log or scenario first."
                       : "A result has no knobs: open the scenario or the log that it came from.");
  if (knobs_turn_ != session_.turn()) {
    knobs_turn_ = session_.turn();
    knobs_ = knobs_of(*session_.scenario());
    if (const Run* run = session_.turned())
      tell_conf(*session_.scenario(), run->more_conf, run->conf_from, knobs_);
  }
  const Run* base = session_.turned();
  if (session_.standing() == WhatIf::Cancelled) {
    wrapped(
        "This was not simulated, it was cancelled: press R to simulate it, Ctrl+Z to take the "
        "change back. The picture is of what was before.");
  } else if (session_.standing() == WhatIf::Refused) {
    wrapped("This cannot be simulated. The picture is of what was before.");
  } else if (base && session_.what_if()) {
    const Duration before = base->result->totals.wall, now = session_.what_if()->totals.wall;
    wrapped(fmt::format("{}: {}, {} now: {}", base->name, duration_text(before), duration_text(now),
                        error_text(now.in_seconds() / std::max(1e-9, before.in_seconds()) - 1)));
    if (!session_.what_if()->succeeded) wrapped("It fails: " + session_.what_if()->failure);
  }
  for (const std::string& problem : session_.problems()) wrapped("! " + problem);
  if (!refused_.empty()) wrapped("! " + refused_);
  if (ImGui::Button("Undo")) session_.undo();
  executors();
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
  for (std::size_t i = 0; i < knobs_.size(); ++i) {
    const Knob& k = knobs_[i];
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

// How many there are, or why that is no question.
void App::executors() {
  const ExecutorKnob& knob = session_.knob();
  ImGui::Separator();
  if (!knob.turn) return wrapped("Executors: " + knob.why_not + ".");
  std::string text;
  ImGui::PushID("executors");
  ImGui::SetNextItemWidth(60 * scale_);
  if (edited(std::to_string(knob.given), "", text)) {
    const int count = std::atoi(text.c_str());
    refused_ = session_.set_executors(count) ? "" : "executors: " + text + " is no number of them";
  }
  ImGui::SameLine(0, 2);
  if (ImGui::SmallButton("-")) add_executors(-1);
  ImGui::SameLine(0, 2);
  if (ImGui::SmallButton("+")) add_executors(1);
  beside(120 * scale_);
  const bool facts = knob.varied == "executors";
  wrapped(facts ? "executors ([ and ])" : fmt::format("executors ([ and ]): {}", knob.varied));
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", knob.assumed.c_str());
  ImGui::PopID();
  // The executors of a recording are facts: no setting of its own changes with their number.
  const Run* base = session_.turned();
  if (facts && base && base->opened.is_log)
    if (const std::string words = submit_words(base->result->timeline, knob.given); !words.empty())
      wrapped(words);
}

// What two more would buy, and the curve behind it.
void App::curve() {
  session_.want_curve();
  const SizeCurve& curve = session_.curve();
  if (!session_.knob().turn || !session_.curve_possible()) return;
  if (!session_.curve_asked()) {
    if (ImGui::Button("Simulate other numbers of executors")) session_.draw_curve();
    return;
  }
  const std::string words = words_of_more(curve, 2);
  if (!words.empty())
    wrapped(words);
  else if (session_.curve_missing() > 0)
    wrapped("Two more executors: being simulated");
  else if (session_.curve_stopped())
    wrapped("Two more executors: cancelled; press R to simulate them");
  else
    wrapped("Two more executors cannot be simulated. " + session_.curve_problem());
  if (session_.curve_missing() == 0)
    for (const std::string& line : words_of_curve(curve)) wrapped(line);
  if (!curve.points.empty()) draw_points(curve);
  if (session_.curve_missing() > 0)
    ImGui::TextDisabled("still to simulate: %s",
                        counted(session_.curve_missing(), "number").c_str());
}

// Makespan over executors, from zero; the present number has a ring. A click turns to a number.
void App::draw_points(const SizeCurve& curve) {
  const std::vector<SizePoint>& points = curve.points;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wide = ImGui::GetContentRegionAvail().x, high = 120 * scale_, edge = 14 * scale_;
  const Paint& paint = paint_of(view_.theme);
  std::int64_t longest = 1;
  for (const SizePoint& p : points) longest = std::max(longest, p.wall.in_micros());
  for (const Duration repeat : curve.repeats) longest = std::max(longest, repeat.in_micros());
  const double least = std::log(points.front().executors);
  const double span = std::max(1e-9, std::log(points.back().executors) - least);
  const auto place = [&](const SizePoint& p) {
    const auto share = static_cast<float>((std::log(p.executors) - least) / span);
    const auto up = static_cast<float>(p.wall.in_micros()) / static_cast<float>(longest);
    return ImVec2(std::round(at.x + edge + (wide - 2 * edge) * share),
                  std::round(at.y + high - edge - (high - 2 * edge) * up));
  };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, ImVec2(at.x + wide, at.y + high), packed(paint.panel));
  ImGui::InvisibleButton("curve", ImVec2(wide, high));
  const SizePoint* near = nullptr;
  float nearest = 1e9F;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const ImVec2 here = place(points[i]);
    if (i > 0) list.AddLine(place(points[i - 1]), here, packed(paint.running), 2);
    list.AddCircleFilled(here, 4 * scale_,
                         packed(points[i].succeeded ? paint.running : paint.failed), 12);
    if (points[i].given) list.AddCircle(here, 7 * scale_, packed(paint.ink), 16, 2);
    // What chance makes of it: a bar over all its draws.
    for (SizePoint drawn = points[i]; const Duration repeat : curve.repeats) {
      drawn.wall = repeat;
      if (drawn.given) list.AddLine(here, place(drawn), packed(paint.ink), 3);
    }
    const float away = std::abs(ImGui::GetIO().MousePos.x - here.x);
    if (away < nearest) nearest = away, near = &points[i];
  }
  const auto label = [&](const SizePoint& p, float x) {
    list.AddText(ImVec2(at.x + x, at.y + high - edge), packed(paint.faint),
                 std::to_string(p.executors).c_str());
  };
  label(points.front(), 2), label(points.back(), wide - 3 * edge);
  list.AddText(ImVec2(at.x + 2, at.y), packed(paint.faint),
               duration_text(Duration::micros(longest)).c_str());
  if (!near || !ImGui::IsItemHovered()) return;
  std::string words;
  if (near->given)
    words = fmt::format("{} executors (now): {}", near->executors, duration_text(near->wall));
  else
    words = words_of_more({points, curve.varied, "", ""},
                          near->executors - session_.knob().given);
  hint(words);
  if (ImGui::IsMouseReleased(0)) session_.set_executors(near->executors);
}

}  // namespace muster::gui
