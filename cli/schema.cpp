#include "sim/scenario/schema.h"

#include "cli/terminal.h"
#include "cli/verbs.h"

namespace muster::cli {

int execute(const SchemaCommand&) { return print(json_schema(), kDone); }

}  // namespace muster::cli
