// The graph of stages: what needs what, from left to right; those on the critical path have a ring.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <map>
#include <set>

#include "gui/window/app.h"

namespace muster::gui {
namespace {

constexpr std::size_t kMostStages = 400;  // beyond that nothing can be made out

struct Node {
  std::uint32_t row = 0;
  int column = 0, place = 0;
};

// Each stage one column after the last of its parents; skipped stages are left out.
std::vector<Node> arranged(const Scene& scene) {
  const std::vector<StageSpan>& stages = scene.timeline().stages;
  std::map<std::int64_t, int> column;
  std::map<int, int> used;
  std::vector<Node> out;
  std::vector<std::uint32_t> rows;  // parents first
  for (std::uint32_t s = 0; s < stages.size(); ++s)
    if (scene.stage_facts[s].submitted != Scene::kUnknown) rows.push_back(s);
  std::ranges::stable_sort(rows, {},
                           [&](std::uint32_t s) { return scene.stage_facts[s].submitted; });
  rows.resize(std::min(rows.size(), kMostStages));
  for (const std::uint32_t s : rows) {
    int at = 0;
    for (const std::int64_t parent : stages[s].parents)
      if (column.contains(parent)) at = std::max(at, column[parent] + 1);
    column[stages[s].id] = at;
    out.push_back({s, at, used[at]++});
  }
  return out;
}

}  // namespace

void App::graph(std::uint32_t at) {
  const Scene& scene = *session_.scenes()[at];
  const std::vector<Node> nodes = arranged(scene);
  if (nodes.empty()) return;
  std::set<std::int64_t> critical;
  if (const Explanation* why = session_.explanation(at))
    for (const PathSegment& segment : why->path.segments) critical.insert(segment.stage);
  int columns = 0, places = 0;
  for (const Node& node : nodes)
    columns = std::max(columns, node.column + 1), places = std::max(places, node.place + 1);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float wide = ImGui::GetContentRegionAvail().x;
  const float high = std::min(260 * scale_, static_cast<float>(places) * 26 * scale_ + 12);
  const auto centre = [&](const Node& node) {
    const float x = (static_cast<float>(node.column) + 0.5F) / static_cast<float>(columns);
    const float y = (static_cast<float>(node.place) + 0.5F) / static_cast<float>(places);
    return ImVec2(origin.x + wide * x, origin.y + high * y);
  };
  const Paint& paint = paint_of(view_.theme);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::vector<StageSpan>& stages = scene.timeline().stages;
  std::map<std::int64_t, const Node*> by_id;
  for (const Node& node : nodes) by_id[stages[node.row].id] = &node;
  for (const Node& node : nodes)
    for (const std::int64_t parent : stages[node.row].parents)
      if (by_id.contains(parent))
        list.AddLine(centre(*by_id[parent]), centre(node), packed(paint.faint), 1);
  const float radius = std::clamp(high / static_cast<float>(places) / 2 - 3, 2.0F, 9.0F * scale_);
  ImGui::InvisibleButton("graph", ImVec2(wide, high));
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  for (const Node& node : nodes) {
    const ImVec2 c = centre(node);
    const std::span<const Key> keys = keys_of(ColourMode::Stage, view_.theme);
    list.AddCircleFilled(c, radius, packed(keys[node.row % keys.size()].colour), 16);
    if (critical.contains(stages[node.row].id))
      list.AddCircle(c, radius + 2, packed(paint.ink), 16, 2);
    const float dx = mouse.x - c.x, dy = mouse.y - c.y;
    if (!ImGui::IsItemHovered() || dx * dx + dy * dy > (radius + 3) * (radius + 3)) continue;
    ImGui::SetTooltip("%s %s", stage_name(stages[node.row]).c_str(), stages[node.row].name.c_str());
    if (ImGui::IsMouseReleased(0))
      select({.kind = Thing::Kind::Stage, .scene = at, .item = node.row}, true);
  }
}

}  // namespace muster::gui
