#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/verbs.h"
#include "sim/report/table.h"

namespace muster::cli {
namespace {

// Narrower than this, the tables could not be read anyway.
constexpr std::size_t kNarrowest = 40;

// False: the rest could not be written, errno says why.
bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n >= 0)
      text.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR)
      return false;
  }
  return true;
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::string_view(value) : std::string_view();
}

// 0: there is none.
std::size_t real_columns_of(int file) {
  const std::string_view text = environment("COLUMNS");
  std::size_t asked = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked);
  if (error == std::errc() && end == text.data() + text.size() && asked > 0) return asked;
  winsize size{};
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::size_t columns_of(int file) {
  const std::size_t real = real_columns_of(file);
  return real > 0 ? real : Terminal().width;
}

}  // namespace

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // open() gives the lowest free number, which is this one.
    const int opened = ::open("/dev/null", O_RDWR);
    if (opened >= 0 && opened != stream) ::close(opened);
  }
}

Terminal terminal() {
  Terminal out;
  out.width = std::max(kNarrowest, columns_of(STDOUT_FILENO));
  out.cuts = real_columns_of(STDOUT_FILENO) > 0;
  out.colour = ::isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty() &&
               environment("TERM") != "dumb";
  return out;
}

int print(std::string_view text, int code) {
  if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return code;
  return complain(std::string("standard output cannot be written: ") + std::strerror(errno));
}

int complain(const Problems& problems) {
  std::string out;
  for (const Problem& problem : problems.list()) {
    Problems one;
    one.add(problem.file == "-" ? "standard input" : problem.file, problem.where, problem.what);
    std::string line = one.text();
    line.pop_back();
    out += "muster: " + clean_line(line) + "\n";
  }
  write_all(STDERR_FILENO, out);
  return kBadInput;
}

int complain(std::string_view what) {
  Problems problems;
  problems.add("", "", std::string(what));
  return complain(problems);
}

ProgressLine::ProgressLine(bool wanted)
    : wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
      next_(Clock::now() + std::chrono::seconds(1)) {}

ProgressLine::~ProgressLine() {
  if (shown_) write_all(STDERR_FILENO, "\r\x1b[K");
}

bool ProgressLine::due() const { return wanted_ && Clock::now() >= next_; }

void ProgressLine::show(std::string_view text) {
  if (!due()) return;
  next_ = Clock::now() + std::chrono::milliseconds(100);
  shown_ = true;
  // One column less than there is: the last one would wrap on some terminals.
  const std::string line = shortened(clean_line(text), columns_of(STDERR_FILENO) - 1);
  write_all(STDERR_FILENO, "\r" + line + "\x1b[K");
}

}  // namespace muster::cli
