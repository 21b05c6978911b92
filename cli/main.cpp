// muster, the command line: arguments in, one verb, exit code out.

#include <new>
#include <variant>

#include "cli/parse.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  using namespace muster::cli;
  prepare_streams();
  const Parsed parsed = parse({argv + 1, argv + argc});
  if (!parsed.command) return parsed.exit_code;
  try {
    return std::visit([](const auto& command) { return execute(command); }, *parsed.command);
  } catch (const std::bad_alloc&) {
    return complain("there is not enough memory for this input");
  }
}
