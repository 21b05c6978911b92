// The only file that knows CLI11: one table row for each verb, with its options and its examples.
#include "cli/parse.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>
#include <utility>

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/base/problems.h"
#include "sim/scenario/quantity_text.h"

namespace muster::cli {
namespace {

// A number that is at least `least`; CLI11's own would take "0x10" and say "Could not convert".
template <typename Number>
CLI::Option* add_number(CLI::App& app, const std::string& name, Number least,
                        std::function<void(Number)> set, const char* doc) {
  const auto read = [=](const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least)
      throw CLI::ValidationError(
          name, "expected a whole number from " + std::to_string(least) + " on, got " + text);
    set(value);
  };
  return app.add_option_function<std::string>(name, read, doc)->type_name("N");
}

constexpr const char* kLog = "a Spark event log: a file, a rolling folder, or - for standard input";

void add_until(CLI::App& app, SimulationOptions& to) {
  const auto read = [&to](const std::string& text) {
    to.until = parse_duration(text);
    if (!to.until)
      throw CLI::ValidationError("--until", "expected a duration such as 90s, got " + text);
  };
  app.add_option_function<std::string>("--until", read, "stop the simulation at this time")
      ->type_name("DURATION");
}

void add_seed(CLI::App& app, std::optional<std::uint64_t>& to) {
  add_number<std::uint64_t>(
      app, "--seed", 0, [&to](std::uint64_t seed) { to = seed; }, "decides about random draws");
}

void add_tables(CLI::App& app, OutputOptions& to) {
  app.add_flag("--json", to.json, "print JSON instead of tables");
  app.add_flag("--all", to.all, "show every row of every table");
  app.add_flag("-q,--quiet", to.quiet, "print no tables and no progress");
}

void add_output(CLI::App& app, OutputOptions& to) {
  add_tables(app, to);
  app.add_flag("--explain", to.explain, "say why the simulation did what it did");
  app.add_option("--csv", to.csv_folder, "write tasks, stages, jobs and executors as CSV files")
      ->type_name("FOLDER");
  app.add_option("--event-log", to.event_log,
                 "write the simulated run as a Spark event log (.zstd: compressed)")
      ->type_name("FILE");
  app.add_option("--chrome-trace", to.chrome_trace,
                 "write the simulated run for ui.perfetto.dev or chrome://tracing")
      ->type_name("FILE");
}

void define(CLI::App& app, ReplayCommand& to) {
  app.add_option("LOG", to.log, kLog)->required();
  app.add_flag("--pinned", to.pinned, "keep each task on the executor that ran it");
  add_until(app, to.simulation);
  add_seed(app, to.simulation.seed);
  add_output(app, to.output);
}

void define(CLI::App& app, RunCommand& to) {
  app.add_option("SCENARIO", to.scenario,
                 "a scenario file, or - for standard input; with --submit also a log");
  app.add_option("--submit", to.submit,
                 "a spark-submit command line, in quotes: its settings win over SCENARIO's")
      ->type_name("COMMAND");
  add_until(app, to.simulation);
  add_seed(app, to.simulation.seed);
  add_output(app, to.output);
}

void define(CLI::App& app, CheckCommand& to) {
  app.add_option("SCENARIO", to.scenarios, "scenario files, or - for standard input");
  app.add_option("--submit", to.submit, "a spark-submit command line, in quotes")
      ->type_name("COMMAND");
}

void define(CLI::App& app, ImportCommand& to) {
  app.add_option("LOG", to.log, kLog)->required();
  app.add_option("-o,--output", to.output, "the scenario file to write; standard output if absent")
      ->type_name("FILE");
  app.add_flag("--self-contained", to.self_contained,
               "write every task's duration instead of a reference to the log");
}

void define(CLI::App& app, CompareCommand& to) {
  app.add_option("LEFT", to.left, "an event log, a scenario to run, or what --json wrote")
      ->required();
  app.add_option("RIGHT", to.right, "the same")->required();
  add_until(app, to.simulation);
  add_seed(app, to.simulation.seed);
  add_tables(app, to.output);
}

void define(CLI::App& app, ReportCommand& to) {
  app.add_option("LEFT", to.left,
                 "an event log, which is replayed too, a scenario to run, or what --json wrote")
      ->required();
  app.add_option("RIGHT", to.right, "another of these, to be shown beside it");
  app.add_option("-o,--output", to.output, "the page to write; report.html if absent")
      ->type_name("FILE");
  app.add_flag("!--no-sizes", to.sizes, "do not simulate other numbers of executors");
  add_number<unsigned>(
      app, "--threads", 1, [&to](unsigned threads) { to.threads = threads; },
      "how many of them at the same time; as many as there are cores if absent");
  add_until(app, to.simulation);
  add_seed(app, to.simulation.seed);
  app.add_flag("-q,--quiet", to.quiet, "print nothing");
}

void define(CLI::App& app, ValidateCommand& to) {
  app.add_option("FOLDER", to.folders, "folders that hold event logs, or single logs")->required();
  app.add_flag("--json", to.json, "print JSON instead of tables");
  app.add_flag("--all", to.all, "show every log, not just those that are furthest off");
  app.add_flag("--pinned", to.pinned, "keep each task on the executor that ran it");
  app.add_flag("--replay", to.replay,
               "replay logs also where a case.json beside them says what ran");
  add_number<unsigned>(
      app, "--threads", 1, [&to](unsigned threads) { to.threads = threads; },
      "how many logs at the same time; as many as there are cores if absent");
  add_seed(app, to.seed);
}

// Also before the application's start: "-30s".
void add_moment(CLI::App& app, const char* name, std::optional<Duration>& to, const char* doc) {
  const auto read = [name, &to](const std::string& text) {
    const bool before = text.starts_with('-');
    to = parse_duration(before ? text.substr(1) : text);
    if (!to) throw CLI::ValidationError(name, "expected a time such as 90s or -30s, got " + text);
    if (before) to = Duration() - *to;
  };
  app.add_option_function<std::string>(name, read, doc)->type_name("DURATION");
}

void add_scale(CLI::App& app, double& to) {
  const auto read = [&to](const std::string& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
    if (error != std::errc() || end != text.data() + text.size() || !(to >= 0.5 && to <= 4))
      throw CLI::ValidationError("--scale", "expected a number from 0.5 to 4, got " + text);
  };
  app.add_option_function<std::string>("--scale", read, "size of texts; 2 for a dense display")
      ->type_name("X");
}

void define(CLI::App& app, RenderCommand& to) {
  app.add_option("INPUT", to.inputs,
                 "event logs, scenarios to run, or what --json wrote; drawn one above the other")
      ->required();
  app.add_option("-o,--output", to.output, "the picture to write: .svg or .png")
      ->required()
      ->type_name("FILE");
  app.add_flag("--simulated", to.simulated, "a log above its own simulation");
  app.add_option("--colour", to.colour,
                 "of tasks: stage, locality, outcome, wave, time, or error against the first input")
      ->type_name("WHAT");
  add_moment(app, "--from", to.from,
             "begin the picture here, from the application's start; -30s: before it");
  add_moment(app, "--to", to.to, "end it here");
  app.add_flag("--dark", to.dark, "on a dark ground");
  add_number<int>(app, "--width", 200, [&to](int n) { to.width = n; }, "in pixels");
  add_number<int>(
      app, "--height", 100, [&to](int n) { to.height = n; }, "in pixels; as needed if absent");
  add_scale(app, to.scale);
  add_until(app, to.simulation);
  add_seed(app, to.simulation.seed);
  app.add_flag("-q,--quiet", to.quiet, "print no progress");
}

void define(CLI::App& app, GuiCommand& to) {
  app.add_option("INPUT", to.inputs, "event logs, scenarios to run, or what --json wrote");
  app.add_flag("--light", to.light, "on a light ground");
  add_scale(app, to.scale);
  app.add_flag("--state", to.state, "print a line of state after each change, for tests");
}

void define(CLI::App& app, ModelsCommand& to) {
  app.add_flag("--markdown", to.markdown, "write tables for a page of documentation");
}
void define(CLI::App&, SchemaCommand&) {}
void define(CLI::App&, VersionCommand&) {}

struct Verb {
  std::string_view name;
  const char* doc;
  const char* examples;
  Parsed (*parse)(const Verb&, const std::vector<std::string>&);
};

std::string line_of(const std::string& name, const std::string& doc) {
  constexpr std::size_t kColumn = 24;
  const std::size_t blanks = name.size() + 2 < kColumn ? kColumn - name.size() : 2;
  return "  " + name + std::string(blanks, ' ') + doc + "\n";
}

// "-q,--quiet", "--csv FOLDER".
std::string name_of(const CLI::Option& option) {
  std::string out;
  for (const std::string& name : option.get_snames()) out += "-" + name + ",";
  out += "--" + option.get_single_name();
  return option.get_type_name().empty() ? out : out + " " + option.get_type_name();
}

// Our own, since that of CLI11 differs from one version to the next.
std::string help_of(const Verb& verb, const CLI::App& app) {
  std::string usage = "Usage: muster " + std::string(verb.name) + " [OPTIONS]";
  std::string arguments, options;
  for (const CLI::Option* option : app.get_options()) {
    const std::string doc = option->get_description();
    if (option->nonpositional()) {
      options += line_of(name_of(*option), doc);
      continue;
    }
    const std::string name = option->get_single_name();
    const std::string several = name + (option->get_items_expected_max() > 1 ? "..." : "");
    usage += option->get_required() ? " " + several : " [" + several + "]";
    arguments += line_of(name, doc);
  }
  return std::string(verb.doc) + "\n\n" + usage + "\n" +
         (arguments.empty() ? "" : "\nArguments:\n" + arguments) + "\nOptions:\n" + options +
         "\nExamples:\n" + verb.examples;
}

// CLI11's words differ from one version to the next where it is not us who throw.
std::string words_of(const CLI::ParseError& error) {
  const std::string what = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return what.substr(0, what.find(':')) + " needs a value";
  if (dynamic_cast<const CLI::ConversionError*>(&error))
    return "takes no such value:" + what.substr(what.find(':') + 1);
  return what;
}

// What CLI11 found wrong, in our words. Options that it does not know come all at once.
Problems problems_of(const Verb& verb, const CLI::App& app, const CLI::ParseError& error) {
  Problems out;
  const std::string where = std::string(verb.name);
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  for (const std::string& word : app.remaining()) {
    const std::string name = word.substr(0, word.find('='));
    if (word.size() > 1 && word.starts_with("-"))
      out.add("", where, "there is no option `" + name + "`" + did_you_mean(name, candidates));
    else
      out.add("", where, "`" + word + "` is one argument too many");
  }
  for (const CLI::Option* option : app.get_options())
    if (option->get_required() && option->count() == 0)
      out.add("", where, option->get_single_name() + " is missing: " + option->get_description());
  if (out.empty()) out.add("", where, words_of(error) + " (see muster " + where + " --help)");
  return out;
}

template <typename Kind>
Parsed parse_verb(const Verb& verb, const std::vector<std::string>& words) {
  CLI::App app(verb.doc, "muster " + std::string(verb.name));
  app.set_help_flag("-h,--help", "show this help");
  Kind command;
  define(app, command);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    return {{}, print(help_of(verb, app), kDone)};
  } catch (const CLI::ParseError& error) {
    return {{}, complain(problems_of(verb, app, error))};
  }
  return {std::move(command), kDone};
}

constexpr Verb kVerbs[] = {
    {"replay", "Simulate a recorded application again and hold it against the recording.",
     "  muster replay eventlog.zstd\n"
     "  muster replay --pinned --json eventlog.zstd\n"
     "  hdfs dfs -cat /spark-history/application_1_0001 | muster replay -\n",
     parse_verb<ReplayCommand>},
    {"run", "Simulate a scenario.",
     "  muster run scenarios/hello.json\n"
     "  muster run scenarios/hello.json --explain --until 5s\n"
     "  muster run scenarios/hello.json --event-log simulated.zstd --csv tables\n"
     "  muster run eventlog.zstd --submit 'spark-submit --executor-cores 2 app.jar'\n",
     parse_verb<RunCommand>},
    {"check", "Say what is wrong with scenarios or with a spark-submit command line.",
     "  muster check scenarios/*.json\n"
     "  muster check --submit 'spark-submit --master yarn --num-executors 4 app.py'\n",
     parse_verb<CheckCommand>},
    {"import", "Write a scenario that describes a recorded application.",
     "  muster import eventlog.zstd -o mine.json\n"
     "  muster import eventlog.zstd --self-contained -o mine.json\n",
     parse_verb<ImportCommand>},
    {"compare", "Hold two runs against each other: event logs, or scenarios, which are run first.",
     "  muster compare before.zstd after.zstd\n"
     "  muster compare eventlog.zstd mine.json\n",
     parse_verb<CompareCommand>},
    {"report", "Write one HTML page about a run, or about two side by side, to read and to send.",
     "  muster report eventlog.zstd\n"
     "  muster report scenarios/hello.json -o hello.html\n"
     "  muster report before.zstd after.zstd -o change.html\n",
     parse_verb<ReportCommand>},
    {"validate", "Replay every event log under some folders and say how far the simulation is off.",
     "  muster validate tests/recordings\n"
     "  muster validate --json --threads 4 logs more-logs\n",
     parse_verb<ValidateCommand>},
    {"render", "Draw the timeline of a run, or of several above each other.",
     "  muster render eventlog.zstd -o run.svg\n"
     "  muster render eventlog.zstd --simulated --colour error -o both.png\n"
     "  muster render four.json eight.json -o shapes.svg --from 10s --to 2min\n",
     parse_verb<RenderCommand>},
    {"gui", "Open a window: look at runs, and at what would change.",
     "  muster gui eventlog.zstd\n"
     "  muster gui four.json eight.json\n",
     parse_verb<GuiCommand>},
    {"models", "List the models that scenarios can name, with their parameters.",
     "  muster models\n"
     "  muster models --markdown >models.md\n",
     parse_verb<ModelsCommand>},
    {"schema", "Print the JSON Schema of scenario files, for editors.",
     "  muster schema >scenario.schema.json\n", parse_verb<SchemaCommand>},
    {"version", "Print the version.", "  muster version\n", parse_verb<VersionCommand>},
};

std::string help_text() {
  std::string out =
      "Muster simulates Apache Spark clusters: what would a run take, and why?\n"
      "\n"
      "Usage: muster VERB [ARGUMENTS]\n"
      "\n"
      "Verbs:\n";
  for (const Verb& verb : kVerbs)
    out +=
        "  " + std::string(verb.name) + std::string(10 - verb.name.size(), ' ') + verb.doc + "\n";
  out +=
      "\n"
      "muster VERB --help shows a verb's options. Exit code: 0; 1 where a simulated application\n"
      "failed, as Spark's own would, or would never end; 2 for bad input: nothing is written.\n"
      "\n"
      "Examples:\n"
      "  muster replay eventlog.zstd\n"
      "  muster run scenarios/hello.json\n";
  return out;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : kVerbs)
    if (verb.name == name) return &verb;
  return nullptr;
}

int complain_of_verb(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Verb& verb : kVerbs) names.push_back(verb.name);
  const std::string hint = did_you_mean(name, names);
  return complain("there is no verb `" + name + "`" +
                  (hint.empty() ? "; muster --help lists them" : hint));
}

}  // namespace

Parsed parse(const std::vector<std::string>& words) {
  if (words.empty()) {
    complain("which verb? muster --help lists them");
    return {{}, kBadInput};
  }
  const std::string& first = words.front();
  const bool help = first == "help" || first == "--help" || first == "-h";
  if (help && words.size() == 1) return {{}, print(help_text(), kDone)};
  if (first == "--version" || first == "-V") return {VersionCommand{}, kDone};
  const std::string& name = help ? words[1] : first;
  const Verb* verb = find_verb(name);
  if (!verb) return {{}, complain_of_verb(name)};
  if (help) return verb->parse(*verb, {"--help"});
  return verb->parse(*verb, {words.begin() + 1, words.end()});
}

}  // namespace muster::cli
