#include "gui/window/app.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "gui/layout/draw.h"
#include "sim/report/quantities.h"

namespace muster::gui {
namespace {

constexpr float kPanel = 400;  // width of the panel on the right
constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoBringToFrontOnFocus;

void style_by(Theme theme, float scale) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  if (theme == Theme::Dark)
    ImGui::StyleColorsDark();
  else
    ImGui::StyleColorsLight();
  const Paint& paint = paint_of(theme);
  const auto set = [&](ImGuiCol index, Colour c) {
    style.Colors[index] = ImColor(c.r, c.g, c.b, c.a).Value;
  };
  set(ImGuiCol_WindowBg, paint.paper);
  set(ImGuiCol_PopupBg, paint.panel);
  set(ImGuiCol_Text, paint.ink);
  set(ImGuiCol_TextDisabled, paint.faint);
  set(ImGuiCol_Border, paint.line);
  set(ImGuiCol_FrameBg, mixed(paint.panel, paint.line, 120));
  set(ImGuiCol_Button, mixed(paint.panel, paint.line, 160));
  set(ImGuiCol_Tab, paint.panel);
  style.AntiAliasedLinesUseTex = false;
  style.WindowPadding = ImVec2(8, 6), style.FrameRounding = 3;
  style.ScaleAllSizes(scale);
}

}  // namespace

App::App(const WindowOptions& options, double scale, std::function<void()> wake)
    : session_(std::move(wake)),
      options_(options),
      scale_(static_cast<float>(scale)),
      view_{.theme = options.theme, .scale = static_cast<float>(scale), .selected = {}} {}

void App::open(const std::vector<Opened>& inputs) {
  for (const Opened& input : inputs) session_.open(input);
}

void App::frame(const Fonts& fonts) {
  session_.poll();
  // What was chosen may be gone with the run that a knob has changed.
  if (!exists(session_.scenes(), view_.selected)) view_.selected = {};
  if (!exists(session_.scenes(), hover_)) hover_ = {};
  if (!session_.scenes().empty()) view_.colour = session_.scenes().front()->colour_mode();
  style_by(view_.theme, scale_);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos(ImVec2(0, 0));
  ImGui::SetNextWindowSize(screen);
  ImGui::PushFont(fonts.text);
  ImGui::Begin("muster", nullptr, kFixed);
  bar();
  obey();
  open_line();
  const float panel_width = std::min(kPanel * scale_, screen.x * 0.4F);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  ImGui::BeginChild("timeline", ImVec2(room.x - panel_width - 8, room.y), false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  if (session_.scenes().empty())
    empty();
  else
    timeline();
  if (!session_.scenes().empty())
    paint(list_, fonts, *ImGui::GetWindowDrawList(), origin_x_, origin_y_);
  ImGui::EndChild();
  ImGui::SameLine();
  ImGui::BeginChild("panel", ImVec2(0, room.y), true);
  panel();
  ImGui::EndChild();
  ImGui::End();
  tooltip();
  ImGui::PopFont();
}

// The next item, of this width, stands beside the last one, or below where there is no room.
bool App::beside(float width) const {
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const bool room = ImGui::GetItemRectMax().x + spacing + width <= right;
  if (room) ImGui::SameLine();
  return room;
}

void App::bar() {
  bool first = true;
  const auto button = [&](const char* words, Command does, const char* hint) {
    const float padding = 2 * ImGui::GetStyle().FramePadding.x;
    if (!std::exchange(first, false)) beside(ImGui::CalcTextSize(words).x + padding);
    if (ImGui::Button(words)) command(does);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", hint);
  };
  button("Open...", Command::Open, "An event log, a scenario or a result (O, or drop it here)");
  button("Fit", Command::Fit, "Show everything (F)");
  button("+", Command::ZoomIn, "Zoom in (+, or the wheel at the pointer)");
  button("-", Command::ZoomOut, "Zoom out (-)");
  button("Rows +", Command::Higher, "Higher rows (Shift + wheel)");
  button("Rows -", Command::Lower, "Lower rows");
  beside(150 * scale_);
  ImGui::SetNextItemWidth(150 * scale_);
  const auto names = colour_mode_names();
  const std::string now = "colour: " + std::string(name_of(session_.colour()));
  if (ImGui::BeginCombo("##colour", now.c_str())) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (ImGui::Selectable(std::string(names[i]).c_str()))
        session_.colour_by(static_cast<ColourMode>(i));
    ImGui::EndCombo();
  }
  button(view_.theme == Theme::Dark ? "Light" : "Dark", Command::Theme, "Dark or light (T)");
  beside(250 * scale_);
  if (std::exchange(focus_search_, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(250 * scale_);
  if (ImGui::InputTextWithHint("##search", "search: stage 3, task 17, a host  (/)", search_,
                               sizeof search_, ImGuiInputTextFlags_EnterReturnsTrue))
    search(true);
  bar_words();
}

// What goes on, or what there is to say: beside the buttons or below, wherever the hint has room,
// so that nothing jumps when it changes.
void App::bar_words() {
  constexpr const char* kHint = "wheel: zoom, drag: move, Shift + drag: measure a time";
  beside(ImGui::CalcTextSize(kHint).x);
  if (session_.busy()) {
    ImGui::TextUnformatted(session_.progress().c_str());
    ImGui::SameLine();
    if (ImGui::SmallButton("Cancel")) command(Command::Cancel);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("End what is going on (Esc)");
  } else if (!not_found_.empty()) {
    wrapped("nothing is called `" + not_found_ + "`");
  } else if (const std::string notice = session_.notice(); !notice.empty()) {
    wrapped(notice);
  } else {
    ImGui::TextDisabled("%s", kHint);
  }
}

void App::empty() {
  ImGui::Dummy(ImVec2(0, 60 * scale_));
  if (session_.runs().empty()) {
    wrapped(
        "Nothing is open. Drop a Spark event log or a scenario here, press O to type its path, or "
        "give some on the command line:");
    wrapped("    muster gui eventlog.zstd");
    wrapped("    muster gui four.json eight.json");
    wrapped("Q quits.");
    return;
  }
  for (const Run& run : session_.runs()) {
    if (run.state == Run::State::Loading) wrapped(run.name + ": loading");
    if (run.state == Run::State::Cancelled)
      wrapped(run.name + ": cancelled; press R to load it, or Q to quit");
    if (run.state != Run::State::Failed) continue;
    wrapped(run.name + " cannot be shown:");
    wrapped(run.failure);
    wrapped(
        "muster check FILE lists what is wrong with a scenario; muster replay FILE what is wrong "
        "with a log.");
  }
}

void App::timeline() {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  origin_x_ = std::floor(at.x), origin_y_ = std::floor(at.y);
  const Size size{std::max(200.0F, std::floor(room.x)), std::max(100.0F, std::floor(room.y))};
  const bool grown = session_.scenes().size() != scenes_seen_;
  const bool resized = size.width != size_.width || size.height != size_.height;
  size_ = size;
  if (!fitted_ || grown) {
    const std::int64_t from = view_.from, to = view_.to;
    view_ = fitted(session_.scenes(), view_, size_);
    // A new run below leaves the time that is looked at alone.
    if (fitted_) view_.from = from, view_.to = to;
    fitted_ = true, scenes_seen_ = session_.scenes().size();
  } else if (resized) {
    view_ = panned(session_.scenes(), view_, size_, 0, 0);
  }
  ImGui::InvisibleButton("canvas", ImVec2(size.width, size.height));
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsItemHovered() || ImGui::IsItemActive())
    pointer(mouse.x - origin_x_, mouse.y - origin_y_);
  else
    hover_ = {}, view_.cursor = -1;
  draw(session_.scenes(), view_, size_, list_);
  if (range_) {
    const Arrangement arranged(session_.scenes(), view_, size_);
    const float x0 = std::clamp(arranged.x_of(range_->first), arranged.left, arranged.right);
    const float x1 = std::clamp(arranged.x_of(range_->second), arranged.left, arranged.right);
    Colour veil = paint_of(view_.theme).selected;
    veil.a = 28;
    list_.fill(x0, arranged.top, std::max(x1, x0 + 1), arranged.bottom, veil);
  }
}

void App::pointer(float x, float y) {
  const ImGuiIO& io = ImGui::GetIO();
  const Scenes scenes = session_.scenes();
  view_.cursor = x;
  if (io.MouseWheel != 0) {
    const float wheel = std::clamp(io.MouseWheel, -5.0F, 5.0F);
    if (io.KeyShift)
      view_ = stretched(scenes, view_, size_, y, std::pow(1.2F, wheel));
    else if (io.KeyCtrl || x < Arrangement(scenes, view_, size_).left)
      view_ = panned(scenes, view_, size_, 0, -60 * scale_ * wheel);
    else
      view_ = zoomed(scenes, view_, size_, x, std::pow(0.8, static_cast<double>(wheel)));
  }
  if (io.MouseWheelH != 0) view_ = panned(scenes, view_, size_, -60 * io.MouseWheelH, 0);
  const Arrangement arranged(scenes, view_, size_);
  if (ImGui::IsMouseClicked(0) && io.KeyShift) range_start_ = x;
  if (range_start_) {
    const auto [low, high] = std::minmax({arranged.time_at(*range_start_), arranged.time_at(x)});
    if (high - low > 3 * arranged.pixel()) range_ = {low, high};
    if (!ImGui::IsMouseDown(0)) range_start_.reset();
  } else if (ImGui::IsMouseDragging(0, 3)) {
    view_ = panned(scenes, view_, size_, -io.MouseDelta.x, -io.MouseDelta.y);
  } else if (ImGui::IsMouseReleased(0) && io.MouseDragMaxDistanceSqr[0] < 9) {
    select(arranged.hit(x, y), false);
    range_.reset();
  }
  hover_ = Arrangement(scenes, view_, size_).hit(x, y);
}

void App::tooltip() {
  if (hover_.kind == Thing::Kind::None || ImGui::IsMouseDragging(0, 3)) return;
  std::vector<std::string> lines = hover_lines_.of(
      {session_.picture(), hover_}, [&] { return describe(session_.scenes(), hover_); });
  if (lines.size() > 9) {
    lines.resize(8);
    lines.emplace_back("(click for more)");
  }
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(460 * scale_);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == 0)
      ImGui::TextUnformatted(lines[i].c_str());
    else
      ImGui::TextDisabled("%s", lines[i].c_str());
  }
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void App::select(const Thing& thing, bool into_sight) {
  view_.selected = thing;
  if (into_sight) view_ = shown(session_.scenes(), view_, size_, thing);
}

void App::search(bool next) {
  const Thing found = find(session_.scenes(), search_, next ? view_.selected : Thing());
  const bool none = found.kind == Thing::Kind::None;
  not_found_ = none && search_[0] ? search_ : "";
  if (!none) select(found, true);
}

// The run of what is selected, else the last one.
void App::close_run() {
  const Thing& thing = view_.selected;
  std::size_t run = session_.runs().size() - 1;
  if (thing.kind != Thing::Kind::None && thing.scene < session_.scenes().size()) {
    const Scene& scene = *session_.scenes()[thing.scene];
    for (std::size_t i = 0; i < session_.runs().size(); ++i)
      if (session_.runs()[i].result == (scene.of ? scene.of : scene.result)) run = i;
  }
  if (session_.close(run)) view_.selected = {}, range_.reset();
}

void App::add_executors(int more) {
  session_.set_executors(session_.knob().given + more);
}

void App::obey() {
  for (const Command next : std::exchange(commands_, {}))
    if (!obey(next) && fitted_ && !session_.scenes().empty()) move(next);
}

// What concerns the window or the session, whatever is shown; false: it concerns the view.
bool App::obey(Command next) {
  switch (next) {
    case Command::NextColour:
      session_.colour_by(static_cast<ColourMode>((static_cast<std::size_t>(session_.colour()) + 1) %
                                                 kColourModeCount));
      return true;
    case Command::Theme:
      view_.theme = view_.theme == Theme::Dark ? Theme::Light : Theme::Dark;
      return true;
    case Command::Open:
      opening_ = focus_open_ = true;
      return true;
    case Command::Search:
      focus_search_ = true;
      return true;
    case Command::MoreExecutors:
      add_executors(1);
      return true;
    case Command::FewerExecutors:
      add_executors(-1);
      return true;
    case Command::Undo:
      session_.undo();
      return true;
    case Command::Resume:
      session_.resume();
      return true;
    case Command::Cancel:
      session_.cancel();
      return true;
    case Command::Close:
      close_run();
      return true;
    case Command::Tab1:
    case Command::Tab2:
    case Command::Tab3:
    case Command::Tab4:
    case Command::Tab5:
      wanted_tab_ = static_cast<std::size_t>(next) - static_cast<std::size_t>(Command::Tab1);
      return true;
    case Command::Clear:
      // First what is chosen, then what goes on.
      if (view_.selected.kind == Thing::Kind::None && !range_)
        session_.cancel();
      else
        view_.selected = {}, range_.reset();
      return true;
    case Command::Quit:
      quit_ = true;
      return true;
    default:
      return false;
  }
}

void App::move(Command next) {
  const Scenes scenes = session_.scenes();
  const float middle = view_.cursor >= 0 ? view_.cursor : size_.width / 2;
  const float step = 80 * scale_;
  switch (next) {
    case Command::ZoomIn:
      view_ = zoomed(scenes, view_, size_, middle, 0.7);
      break;
    case Command::ZoomOut:
      view_ = zoomed(scenes, view_, size_, middle, 1 / 0.7);
      break;
    case Command::Left:
      view_ = panned(scenes, view_, size_, -step, 0);
      break;
    case Command::Right:
      view_ = panned(scenes, view_, size_, step, 0);
      break;
    case Command::Up:
      view_ = panned(scenes, view_, size_, 0, -step);
      break;
    case Command::Down:
      view_ = panned(scenes, view_, size_, 0, step);
      break;
    case Command::Fit:
      view_ = fitted(scenes, view_, size_);
      break;
    case Command::Higher:
      view_ = stretched(scenes, view_, size_, size_.height / 2, 1.25F);
      break;
    case Command::Lower:
      view_ = stretched(scenes, view_, size_, size_.height / 2, 0.8F);
      break;
    case Command::SearchNext:
      search(true);
      break;
    case Command::ShowSelected:
      select(view_.selected, true);
      break;
    default:
      break;
  }
}

void App::wrapped(const std::string& words) {
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(words.c_str());
  ImGui::PopTextWrapPos();
}

std::string App::state() const {
  const auto words = [](const Thing& thing) {
    constexpr const char* kNames[] = {"none", "attempt", "stage",  "job", "executor",
                                      "host", "counter", "driver", "gap", "run"};
    return thing.kind == Thing::Kind::None
               ? std::string("none")
               : fmt::format("{}:{}:{}", kNames[static_cast<int>(thing.kind)], thing.scene,
                             thing.item);
  };
  constexpr const char* kStandings[] = {"none", "running", "done", "refused", "cancelled"};
  const auto count = [&](Run::State state) {
    return std::ranges::count(session_.runs(), state, &Run::state);
  };
  const auto& what_if = session_.what_if();
  return fmt::format(
      "STATE runs={} ready={} scenes={} from={} to={} rows={:.2f} scroll={:.0f} colour={} theme={} "
      "hover={} selected={} executors={} simulated_us={} undo={} curve={} what_if={} "
      "tab={} not_found=\"{}\" cancelled={} busy={} progress=\"{}\"",
      session_.runs().size(), count(Run::State::Ready), session_.scenes().size(), view_.from,
      view_.to, view_.row_height, view_.scroll, name_of(session_.colour()),
      view_.theme == Theme::Dark ? "dark" : "light", words(hover_), words(view_.selected),
      session_.knob().given,
      what_if ? what_if->totals.wall.in_micros() : 0, session_.undo_depth(),
      session_.curve().points.size(), kStandings[static_cast<std::size_t>(session_.standing())],
      tab_ + 1, not_found_, count(Run::State::Cancelled), session_.busy() ? 1 : 0,
      session_.progress());
}

}  // namespace muster::gui
