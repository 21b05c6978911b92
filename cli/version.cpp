#include "cli/version.h"

#include <string>

#include "cli/terminal.h"
#include "cli/verbs.h"

namespace muster::cli {

int execute(const VersionCommand&) {
  return print("muster " + std::string(kVersion) + "\n", kDone);
}

}  // namespace muster::cli
