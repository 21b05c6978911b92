// Runs commands as a user would type them: by the shell, in the project's folder, with the built
// program as `muster`.
#pragma once

#include <string>

namespace muster {

struct ShellResult {
  int exit_code = 0;  // 128 + the signal's number where one ended the command
  std::string out;
  std::string err;
};

class Shell {
 public:
  // Makes a temporary folder, which commands know as $OUT.
  Shell();
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Without a terminal, 100 columns wide, without colours, with nothing on standard input.
  ShellResult run(const std::string& command) const;
  // The same with standard error in `out`, in the order of writing. The temporary folder's name is
  // $OUT in there, that of the project's folder $SOURCE.
  ShellResult run_merged(const std::string& command) const;

  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  int execute(const std::string& command, const std::string& redirection) const;

  std::string folder_;
  std::string hidden_;  // beside it: the script, what it printed, and the link named muster
};

// The whole file; empty if it cannot be read.
std::string text_of_file(const std::string& path);
void write_text_file(const std::string& path, const std::string& text);

}  // namespace muster
