#include "gui/window/surfaceless.h"

#ifdef MUSTER_EGL
#define GL_GLEXT_PROTOTYPES
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <algorithm>

namespace muster::gui {

struct Surfaceless::Parts {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  GLuint buffer = 0, colours = 0;
  int width = 0, height = 0;
  std::unique_ptr<Offscreen> screen;
};

namespace {

bool connect(EGLDisplay& display, EGLContext& context) {
  display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) return false;
  constexpr EGLint kConfig[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                                EGL_OPENGL_BIT, EGL_NONE};
  constexpr EGLint kVersion[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3,
                                 EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (!eglBindAPI(EGL_OPENGL_API) || !eglChooseConfig(display, kConfig, &config, 1, &count) ||
      count == 0)
    return false;
  context = eglCreateContext(display, config, EGL_NO_CONTEXT, kVersion);
  return context != EGL_NO_CONTEXT &&
         eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context);
}

}  // namespace

std::unique_ptr<Surfaceless> Surfaceless::open(int width, int height, double scale,
                                               bool plain_font) {
  auto parts = std::make_unique<Parts>();
  if (!connect(parts->display, parts->context)) return nullptr;
  parts->width = width, parts->height = height;
  glGenFramebuffers(1, &parts->buffer);
  glBindFramebuffer(GL_FRAMEBUFFER, parts->buffer);
  glGenRenderbuffers(1, &parts->colours);
  glBindRenderbuffer(GL_RENDERBUFFER, parts->colours);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, parts->colours);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) return nullptr;
  parts->screen = std::make_unique<Offscreen>(width, height, scale, plain_font);
  if (!ImGui_ImplOpenGL3_Init("#version 330")) return nullptr;
  return std::unique_ptr<Surfaceless>(new Surfaceless(std::move(parts)));
}

Surfaceless::Surfaceless(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Surfaceless::~Surfaceless() {
  parts_->screen->activate();
  ImGui_ImplOpenGL3_Shutdown();
  parts_->screen.reset();
  eglMakeCurrent(parts_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  eglDestroyContext(parts_->display, parts_->context);
  eglTerminate(parts_->display);
}

const Fonts& Surfaceless::fonts() const { return parts_->screen->fonts(); }

Image Surfaceless::frame(const std::function<void()>& content, Colour background,
                         const Hand& hand) {
  parts_->screen->activate();
  ImGui_ImplOpenGL3_NewFrame();
  parts_->screen->frame(content, background, hand);  // whose picture is not needed
  glBindFramebuffer(GL_FRAMEBUFFER, parts_->buffer);
  glViewport(0, 0, parts_->width, parts_->height);
  glClearColor(static_cast<float>(background.r) / 255, static_cast<float>(background.g) / 255,
               static_cast<float>(background.b) / 255, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  Image out;
  out.width = parts_->width, out.height = parts_->height;
  const auto wide = static_cast<std::size_t>(out.width);
  out.pixels.resize(wide * static_cast<std::size_t>(out.height));
  glReadPixels(0, 0, out.width, out.height, GL_RGBA, GL_UNSIGNED_BYTE, out.pixels.data());
  for (std::size_t top = 0, low = static_cast<std::size_t>(out.height) - 1; top < low; ++top, --low)
    std::swap_ranges(out.pixels.begin() + static_cast<std::ptrdiff_t>(top * wide),
                     out.pixels.begin() + static_cast<std::ptrdiff_t>((top + 1) * wide),
                     out.pixels.begin() + static_cast<std::ptrdiff_t>(low * wide));
  return out;
}

}  // namespace muster::gui

#else

namespace muster::gui {

struct Surfaceless::Parts {};
std::unique_ptr<Surfaceless> Surfaceless::open(int, int, double, bool) { return nullptr; }
Surfaceless::Surfaceless(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Surfaceless::~Surfaceless() = default;
const Fonts& Surfaceless::fonts() const {
  static const Fonts kNone;
  return kNone;
}
Image Surfaceless::frame(const std::function<void()>&, Colour, const Hand&) { return {}; }

}  // namespace muster::gui

#endif
