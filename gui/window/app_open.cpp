// Files that are opened from inside the window: dropped on it, or typed with completion.
#include <imgui.h>

#include <algorithm>

#include "gui/window/app.h"
#include "gui/window/open_path.h"

namespace muster::gui {
namespace {

constexpr std::size_t kMostOffered = 200;

// Tab: as far as all that it may be are the same.
int complete(ImGuiInputTextCallbackData* data) {
  const std::string typed(data->Buf, static_cast<std::size_t>(data->BufTextLen));
  const std::string start = completed(typed);
  if (start.empty() || start == typed) return 0;
  data->DeleteChars(0, data->BufTextLen);
  data->InsertChars(0, start.c_str());
  return 0;
}

}  // namespace

void App::open_path(const std::string& path) {
  if (path.empty()) return;
  session_.open(opened_at(path));
  opening_ = false;
}

// The line below the buttons, while something is being chosen.
void App::open_line() {
  if (!opening_) return;
  if (std::exchange(focus_open_, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - 80 * scale_);
  const bool entered = ImGui::InputTextWithHint(
      "##open", "path of an event log or a scenario; Tab completes, Enter opens, Esc closes",
      open_path_, sizeof open_path_,
      ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackCompletion, complete);
  const bool escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
  ImGui::SameLine();
  if (ImGui::Button("Close") || escaped) opening_ = false;
  if (entered) choose(open_path_);
  const std::vector<std::string>& offered = offered_.of(
      std::string(open_path_), [&] { return completions(open_path_, kMostOffered); });
  const float line = ImGui::GetTextLineHeightWithSpacing();
  const auto lines = static_cast<float>(std::clamp<std::size_t>(offered.size(), 1, 8));
  ImGui::BeginChild("offered", ImVec2(0, lines * line + 12 * scale_), true);
  if (offered.empty()) ImGui::TextDisabled("there is nothing that begins like this");
  std::string chosen;
  for (const std::string& path : offered)
    if (ImGui::Selectable(path.c_str())) chosen = path;
  ImGui::EndChild();
  if (!chosen.empty()) choose(chosen);
}

// A folder is looked into, all else is opened.
void App::choose(std::string path) {
  const bool folder = is_plain_folder(path);
  if (folder && !path.ends_with('/')) path += '/';
  if (!folder) return open_path(path);
  const std::size_t size = std::min(path.size(), sizeof open_path_ - 1);
  std::copy_n(path.begin(), size, open_path_);
  open_path_[size] = '\0';
  focus_open_ = true;
}

}  // namespace muster::gui
