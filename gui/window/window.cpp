// GLFW and OpenGL around the window's content: draws only when something happened.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cstdio>
#include <iterator>

#include "gui/entry.h"
#include "gui/window/app.h"
#include "gui/window/input_queue.h"

namespace muster::gui {
namespace {

App* g_app = nullptr;  // GLFW's callbacks are plain functions
InputQueue g_inputs;
// To draw before the window rests: ImGui settles in two. The worker asks for some, too.
std::atomic<int> g_frames = 3;

void wake() {
  g_frames = 3;
  glfwPostEmptyEvent();
}

Command command_of(int key, int mods) {
  if (key >= GLFW_KEY_1 && key <= GLFW_KEY_5)
    return static_cast<Command>(static_cast<int>(Command::Tab1) + key - GLFW_KEY_1);
  switch (key) {
    case GLFW_KEY_F:
    case GLFW_KEY_HOME:
      return Command::Fit;
    case GLFW_KEY_W:
      return mods & GLFW_MOD_CONTROL ? Command::Close : Command::ZoomIn;
    case GLFW_KEY_EQUAL:
    case GLFW_KEY_KP_ADD:
      return Command::ZoomIn;
    case GLFW_KEY_MINUS:
    case GLFW_KEY_KP_SUBTRACT:
    case GLFW_KEY_S:
      return Command::ZoomOut;
    case GLFW_KEY_LEFT:
    case GLFW_KEY_A:
      return Command::Left;
    case GLFW_KEY_RIGHT:
    case GLFW_KEY_D:
      return Command::Right;
    case GLFW_KEY_UP:
      return mods & GLFW_MOD_SHIFT ? Command::Higher : Command::Up;
    case GLFW_KEY_DOWN:
      return mods & GLFW_MOD_SHIFT ? Command::Lower : Command::Down;
    case GLFW_KEY_C:
      return Command::NextColour;
    case GLFW_KEY_T:
      return Command::Theme;
    case GLFW_KEY_SLASH:
      return Command::Search;
    case GLFW_KEY_N:
      return Command::SearchNext;
    case GLFW_KEY_Z:
      return mods & GLFW_MOD_CONTROL ? Command::Undo : Command::None;
    case GLFW_KEY_RIGHT_BRACKET:
      return Command::MoreExecutors;
    case GLFW_KEY_LEFT_BRACKET:
      return Command::FewerExecutors;
    case GLFW_KEY_ESCAPE:
      return Command::Clear;
    case GLFW_KEY_ENTER:
      return Command::ShowSelected;
    case GLFW_KEY_O:
      return Command::Open;
    case GLFW_KEY_R:
      return Command::Resume;
    case GLFW_KEY_Q:
      return Command::Quit;
    default:
      return Command::None;
  }
}

void arrived(const Input& input) {
  g_inputs.add(input);
  g_frames = 3;
}
Input::Action action_of(int action) {
  return action == GLFW_PRESS    ? Input::Action::Press
         : action == GLFW_REPEAT ? Input::Action::Repeat
                                 : Input::Action::Release;
}

void on_key(GLFWwindow*, int key, int scancode, int action, int mods) {
  arrived({.kind = Input::Kind::Key,
           .code = key,
           .scancode = scancode,
           .mods = mods,
           .action = action_of(action)});
}
void on_cursor(GLFWwindow*, double x, double y) {
  arrived({.kind = Input::Kind::Move, .x = x, .y = y});
}
void on_enter(GLFWwindow* window, int entered) {
  ImGui_ImplGlfw_CursorEnterCallback(window, entered);
  double x = -FLT_MAX, y = -FLT_MAX;
  if (entered) glfwGetCursorPos(window, &x, &y);
  on_cursor(window, x, y);
}
void on_size(GLFWwindow*, int, int) { g_frames = 3; }
void on_refresh(GLFWwindow*) { g_frames = 3; }
void on_button(GLFWwindow*, int button, int action, int mods) {
  arrived({.kind = Input::Kind::Button, .code = button, .mods = mods, .action = action_of(action)});
}
void on_scroll(GLFWwindow*, double x, double y) {
  arrived({.kind = Input::Kind::Scroll, .x = x, .y = y});
}
void on_character(GLFWwindow*, unsigned int c) {
  arrived({.kind = Input::Kind::Character, .code = static_cast<int>(c)});
}

void hand_key(GLFWwindow* window, App& app, const Input& input) {
  const bool down = input.action != Input::Action::Release;
  ImGui_ImplGlfw_KeyCallback(window, input.code, input.scancode,
                             input.action == Input::Action::Repeat ? GLFW_REPEAT
                             : down                                ? GLFW_PRESS
                                                                   : GLFW_RELEASE,
                             input.mods);
  if (!down || ImGui::GetIO().WantTextInput) return;
  const Command command = command_of(input.code, input.mods);
  app.command(command);
  if (command == Command::Open || command == Command::Search) g_inputs.wait_for_field();
}

// Pointer and buttons as of this frame, not as of now.
struct Pointer {
  float x = -FLT_MAX, y = -FLT_MAX;
  bool down[3] = {};
};

void hand(GLFWwindow* window, App& app, Pointer& pointer, const Input& input) {
  switch (input.kind) {
    case Input::Kind::Move:
      pointer.x = static_cast<float>(input.x), pointer.y = static_cast<float>(input.y);
      break;
    case Input::Kind::Button:
      if (input.code >= 0 && input.code < 3)
        pointer.down[input.code] = input.action == Input::Action::Press;
      break;
    case Input::Kind::Key:
      hand_key(window, app, input);
      break;
    case Input::Kind::Character:
      ImGui_ImplGlfw_CharCallback(window, static_cast<unsigned>(input.code));
      break;
    case Input::Kind::Scroll:
      ImGui_ImplGlfw_ScrollCallback(window, input.x, input.y);
      break;
  }
}

void on_drop(GLFWwindow*, int count, const char** paths) {
  g_frames = 3;
  for (int i = 0; g_app && i < count; ++i) g_app->open_path(paths[i]);
}

void listen(GLFWwindow* window) {
  glfwSetDropCallback(window, on_drop);
  glfwSetKeyCallback(window, on_key);
  glfwSetCharCallback(window, on_character);
  glfwSetMouseButtonCallback(window, on_button);
  glfwSetScrollCallback(window, on_scroll);
  glfwSetCursorPosCallback(window, on_cursor);
  glfwSetCursorEnterCallback(window, on_enter);
  glfwSetFramebufferSizeCallback(window, on_size);
  glfwSetWindowRefreshCallback(window, on_refresh);
}

// What one frame can see of what was done; the rest is for the next ones.
void hand_inputs(GLFWwindow* window, App& app, Pointer& pointer) {
  g_inputs.begin_frame();
  while (const std::optional<Input> input = g_inputs.next()) hand(window, app, pointer, *input);
  if (!g_inputs.empty()) g_frames = 3;
  ImGui_ImplGlfw_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = ImVec2(pointer.x, pointer.y);
  std::copy(std::begin(pointer.down), std::end(pointer.down), io.MouseDown);
}

void draw_frame(GLFWwindow* window, App& app, Pointer& pointer, const Fonts& fonts, Theme theme) {
  ImGui_ImplOpenGL3_NewFrame();
  hand_inputs(window, app, pointer);
  ImGui::NewFrame();
  app.frame(fonts);
  ImGui::Render();
  int width = 0, height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  glViewport(0, 0, width, height);
  const Colour paper = paint_of(theme).paper;
  glClearColor(static_cast<float>(paper.r) / 255, static_cast<float>(paper.g) / 255,
               static_cast<float>(paper.b) / 255, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window);
}

void loop(GLFWwindow* window, App& app, const Fonts& fonts, const WindowOptions& options) {
  std::string last;
  std::uint64_t frames = 0;
  Pointer pointer;
  while (!glfwWindowShouldClose(window) && !app.quit()) {
    if (g_frames > 0)
      glfwPollEvents();
    else
      glfwWaitEventsTimeout(app.restless() ? 0.1 : 60.0);
    if (app.restless()) g_frames = std::max(g_frames.load(), 1);
    if (g_frames <= 0) continue;
    --g_frames;
    draw_frame(window, app, pointer, fonts, options.theme);
    ++frames;
    if (!options.state) continue;
    const std::string state = app.state();
    if (state == last) continue;
    last = state;
    std::printf("%s frames=%llu\n", state.c_str(), static_cast<unsigned long long>(frames));
    std::fflush(stdout);
  }
}

double scale_of(GLFWwindow* window, const WindowOptions& options) {
  if (options.scale > 0) return options.scale;
  float x = 1, y = 1;
  glfwGetWindowContentScale(window, &x, &y);
  return std::clamp(static_cast<double>(x), 0.5, 4.0);
}

}  // namespace

std::optional<Problem> open_window(const std::vector<Opened>& inputs,
                                   const WindowOptions& options) {
  glfwSetErrorCallback([](int, const char*) {});
  const Problem no_display{"", "gui",
                           "there is no display to open a window on; muster render draws the same "
                           "timeline to a file"};
  if (!glfwInit()) return no_display;
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(1600, 950, "Muster", nullptr, nullptr);
  if (!window) {
    glfwTerminate();
    return Problem{"", "gui", "the display has no OpenGL 3.3; muster render needs none"};
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplGlfw_InitForOpenGL(window, true);
  ImGui_ImplOpenGL3_Init("#version 330");
  {
    const double scale = scale_of(window, options);
    const Fonts fonts = load_fonts(scale, false);
    App app(options, scale, wake);
    g_app = &app;
    listen(window);
    app.open(inputs);
    loop(window, app, fonts, options);
    g_app = nullptr;
  }
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window);
  glfwTerminate();
  return std::nullopt;
}

}  // namespace muster::gui
