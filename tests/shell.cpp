#include "tests/shell.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace muster {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string with_replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_text_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

Shell::Shell() {
  std::string name = (fs::temp_directory_path() / "muster-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
  hidden_ = name;
  folder_ = hidden_ + "/out";
  fs::create_directory(folder_);
  fs::create_directory(hidden_ + "/bin");
  fs::create_symlink(MUSTER_BINARY, hidden_ + "/bin/muster");
}

Shell::~Shell() {
  std::error_code error;
  fs::remove_all(hidden_, error);
}

int Shell::execute(const std::string& command, const std::string& redirection) const {
  write_text_file(hidden_ + "/script", command + "\n");
  const std::string line = "cd " + quoted(MUSTER_SOURCE_DIR) +
                           " && PATH=" + quoted(hidden_ + "/bin") +
                           ":\"$PATH\" OUT=" + quoted(folder_) +
                           " COLUMNS=100 NO_COLOR=1 TERM=xterm LC_ALL=C.UTF-8 sh " +
                           quoted(hidden_ + "/script") + " </dev/null " + redirection;
  const int status = std::system(line.c_str());
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

ShellResult Shell::run(const std::string& command) const {
  const std::string out = hidden_ + "/stdout", err = hidden_ + "/stderr";
  const int code = execute(command, ">" + quoted(out) + " 2>" + quoted(err));
  return {code, text_of_file(out), text_of_file(err)};
}

ShellResult Shell::run_merged(const std::string& command) const {
  const std::string out = hidden_ + "/stdout";
  const int code = execute(command, ">" + quoted(out) + " 2>&1");
  const std::string text = with_replaced(text_of_file(out), folder_, "$OUT");
  return {code, with_replaced(text, MUSTER_SOURCE_DIR, "$SOURCE"), ""};
}

}  // namespace muster
