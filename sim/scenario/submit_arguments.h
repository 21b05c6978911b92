// A spark-submit command line taken apart, before anything is made of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/problems.h"
#include "sim/scenario/submit_options.h"
#include "sim/workload/conf.h"

namespace muster {

struct SubmitArguments {
  std::string program = "spark-submit";
  std::map<std::string, std::string> environment;   // assignments before the program
  std::map<std::string_view, std::string> options;  // by long name, the last of each
  Conf conf;                                        // --conf, then the properties file
  std::vector<std::string> application;             // the program's file and its arguments
  Problems ignored;                                 // what spark-submit drops, or passes on

  // Null: not given.
  const std::string* option(std::string_view name) const;
  bool is_shell() const { return program != "spark-submit"; }
};

// Everything that is wrong is added to `problems`; what could be understood is returned.
SubmitArguments parse_submit_arguments(const std::vector<std::string>& words, Problems& problems);

}  // namespace muster
