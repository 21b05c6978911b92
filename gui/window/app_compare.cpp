// The panel "Compare": any two runs of the session, and where they differ.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "gui/window/app.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"

namespace muster::gui {
namespace {

void cell(const std::string& words) {
  ImGui::TableNextColumn();
  const bool cut = ImGui::CalcTextSize(words.c_str()).x > ImGui::GetContentRegionAvail().x;
  ImGui::TextUnformatted(words.c_str());
  if (cut && ImGui::IsItemHovered()) ImGui::SetTooltip("%s", words.c_str());
}

void cells(const std::string& what, const std::string& left, const std::string& right,
           const std::string& change) {
  cell(what), cell(left), cell(right), cell(change);
}

bool begin_table(const char* name, const char* first, ImGuiTableFlags flags) {
  if (!ImGui::BeginTable(name, 4, ImGuiTableFlags_RowBg | flags)) return false;
  ImGui::TableSetupColumn(first, ImGuiTableColumnFlags_WidthStretch, 1.8F);
  for (const char* head : {"A", "B", "change"})
    ImGui::TableSetupColumn(head, ImGuiTableColumnFlags_WidthStretch, 1.0F);
  if (flags & ImGuiTableFlags_ScrollY) ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableHeadersRow();
  return true;
}

void show_totals(const Result& a, const Result& b, const Comparison& c) {
  if (!begin_table("totals", "run", 0)) return;
  cells("wall", duration_text(a.totals.wall), duration_text(b.totals.wall),
        c.cut_at ? "A is cut off" : error_text(c.wall.error()));
  const auto row = [](const char* what, Duration left, Duration right) {
    cells(what, duration_text(left), duration_text(right), error_text(relative_error(left, right)));
  };
  row("core time of tasks", a.totals.busy, b.totals.busy);
  row("core time of executors", a.totals.available, b.totals.available);
  const auto count = [](const char* what, std::uint64_t left, std::uint64_t right) {
    const auto more = static_cast<std::int64_t>(right - left);
    cells(what, count_text(left), count_text(right), more == 0 ? "" : fmt::format("{:+}", more));
  };
  count("executors at once", a.totals.peak_executors, b.totals.peak_executors);
  count("task attempts", a.totals.attempts, b.totals.attempts);
  count("failed attempts", a.totals.failed_attempts, b.totals.failed_attempts);
  if (a.cost != Money() || b.cost != Money())
    cells("cost", money_text(a.cost), money_text(b.cost),
          a.cost == Money() ? "" : error_text(b.cost.in_dollars() / a.cost.in_dollars() - 1));
  ImGui::EndTable();
}

// There may be thousands: only those in sight are drawn.
void show_stages(const std::vector<StageComparison>& stages) {
  if (!begin_table("stages", "stage", ImGuiTableFlags_ScrollY)) return;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(stages.size()));
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const StageComparison& stage = stages[static_cast<std::size_t>(i)];
      cells(fmt::format("{}.{} {}", stage.id, stage.attempt, stage.name),
            duration_text(stage.span.left), duration_text(stage.span.right),
            error_text(stage.span.error()));
    }
  ImGui::EndTable();
}

}  // namespace

// A and B: the first and the last run until somebody chooses.
void App::choose_sides() {
  const Scenes scenes = session_.scenes();
  if (!left_side_ || *left_side_ >= scenes.size()) left_side_ = 0;
  if (!right_side_ || *right_side_ >= scenes.size()) right_side_.reset();
  const auto choose = [&](const char* name, std::size_t now, std::optional<std::size_t>& side) {
    if (!ImGui::BeginCombo(name, scenes[now]->title.c_str())) return;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::Selectable(scenes[i]->title.c_str(), i == now)) side = i;
      ImGui::PopID();
    }
    ImGui::EndCombo();
  };
  choose("A", *left_side_, left_side_);
  choose("B", right_side(), right_side_);
  if (ImGui::Button("Swap A and B")) {
    const std::size_t left = *left_side_;
    left_side_ = right_side();
    right_side_ = left;
  }
  if (session_.standing() == WhatIf::Done) {
    ImGui::SameLine();
    if (ImGui::Button("Keep the what-if")) session_.keep();
    if (ImGui::IsItemHovered())
      ImGui::SetTooltip("It stays as a run of its own, whatever is turned next");
  }
  if (session_.kept() == 0) return;
  ImGui::SameLine();
  if (ImGui::Button("Forget kept ones")) session_.forget_kept();
}

std::size_t App::right_side() const {
  const Scenes scenes = session_.scenes();
  std::size_t last = scenes.size() - 1;  // further applications stand below their run
  while (last > 0 && scenes[last]->of) --last;
  return right_side_ ? *right_side_ : last;
}

void App::comparison() {
  choose_sides();
  const Scenes scenes = session_.scenes();
  const std::size_t left = *left_side_, right = right_side();
  if (left == right) return wrapped("A and B are the same run: choose two.");
  const Comparison* c = session_.comparison(left, right);
  if (!c) return wrapped("Being compared.");
  const Explanation* before = session_.explanation(left);
  const Explanation* now = session_.explanation(right);
  if (before && now)
    wrapped(words_of_pair({"A", *scenes[left]->result, *before},
                          {"B", *scenes[right]->result, *now}));
  show_totals(*scenes[left]->result, *scenes[right]->result, *c);
  if (c->mean_stage_error)
    wrapped(fmt::format("stages: {} off in the mean, {} at most", share_text(*c->mean_stage_error),
                        share_text(c->worst_stage_error.value_or(0))));
  constexpr std::size_t kMostNamed = 12;
  const auto only = [&](const char* side, const std::vector<std::string>& names) {
    if (names.empty()) return;
    std::string words = fmt::format("only in {}:", side);
    for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i)
      words += (i ? ", " : " ") + names[i];
    if (names.size() > kMostNamed) words += fmt::format(" and {} more", names.size() - kMostNamed);
    wrapped(words);
  };
  only("A", c->only_left);
  only("B", c->only_right);
  show_stages(c->stages);
}

}  // namespace muster::gui
