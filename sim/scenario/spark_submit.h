// A spark-submit command line as the beginning of a scenario.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"

namespace muster {

// What spark-submit would set up: the settings under Spark's own names (option before --conf before
// properties file before environment, as SparkSubmitArguments of Spark 3.5 has it), master, deploy
// mode, application name, and the executors that are certain from these alone: fixed ones on YARN
// and Kubernetes (2 where nothing says otherwise), standalone ones where both the total and their
// cores are given, local[N]. None under dynamic allocation. What runs is not in a command line: the
// workload is left empty, and validate() says so.
//
// `args` are the words after spark-submit, or the whole line: what stands before the word
// spark-submit is skipped, but for the variables that Spark reads (MASTER, SPARK_EXECUTOR_MEMORY
// and so on). spark-shell, pyspark and spark-sql are understood too. Files on the line keep the
// paths they have there; a properties file that cannot be read is a problem. A problem's file is
// empty, or the properties file; its place is the option. Nothing where there is any problem.
//
// `ignored` is told of each option that spark-submit drops, as --num-executors with a standalone
// master, of options after the application, of --conf names that are none of Spark's, and of
// setting_doubts().
std::optional<Scenario> from_spark_submit(const std::vector<std::string>& args, Problems& problems,
                                          Problems* ignored = nullptr);

// The same from a pasted text, after shell_words().
std::optional<Scenario> from_spark_submit(std::string_view command_line, Problems& problems,
                                          Problems* ignored = nullptr);

// What `base` runs, set up by the line: its settings are the defaults that the line's win over, as
// those of spark-defaults.conf; its master and deploy mode hold where the line names none. Its
// machines stay, and its further applications keep its settings. Where its executors are given, or
// there are none, and the line says how many or of what size, they become those of the line: on the
// same hosts, registered as late, none of them leaving. The driver is Python's if the line says so.
std::optional<Scenario> from_spark_submit(std::string_view command_line, const Scenario& base,
                                          Problems& problems, Problems* ignored = nullptr);

}  // namespace muster
