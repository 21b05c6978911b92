#include "sim/scenario/submit_arguments.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>

#include "sim/scenario/properties_file.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/spark_keys.h"
#include "sim/scenario/text_file.h"

namespace muster {
namespace {

// "/opt/spark/bin/spark3-submit.cmd" is spark-submit; empty: no program of Spark's.
std::string_view spark_program(std::string_view word) {
  word.remove_prefix(word.find_last_of("/\\") + 1);  // npos + 1 is 0
  for (const std::string_view suffix : {".cmd", ".sh"})
    if (word.ends_with(suffix)) word.remove_suffix(suffix.size());
  if (word == "spark-submit" || word == "spark2-submit" || word == "spark3-submit")
    return "spark-submit";
  for (const std::string_view shell : {"spark-shell", "pyspark", "spark-sql", "sparkR"})
    if (word == shell) return shell;
  return {};
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

// "--name=value", both parts not empty.
std::optional<std::pair<std::string, std::string>> split_equals(const std::string& word) {
  const std::size_t at = word.find('=');
  if (!word.starts_with("--") || at == word.npos || at <= 2 || at + 1 == word.size())
    return std::nullopt;
  return std::pair{word.substr(0, at), word.substr(at + 1)};
}

// spark-sql passes these on to SparkSQLCLIDriver, which reads them as Hive's OptionsProcessor does.
bool is_sql_option(std::string_view name, bool& has_value) {
  constexpr std::string_view kValues[] = {"-e", "-f", "-i", "-d", "--define", "--database",
                                          "--hiveconf", "--hivevar"};
  constexpr std::string_view kSwitches[] = {"-S", "--silent", "-H"};
  has_value = std::ranges::find(kValues, name) != std::end(kValues);
  return has_value || std::ranges::find(kSwitches, name) != std::end(kSwitches);
}

// The word with the hyphens that its dashes stand for, as word processors write them: "\u2013-x"
// and "\u2014x" are --x. Empty: it begins with no such dash.
std::string with_hyphens(std::string_view word) {
  constexpr std::string_view kDashes[] = {"\u2010", "\u2011", "\u2012", "\u2013",
                                          "\u2014", "\u2015", "\u2212"};
  bool dash = false;
  for (bool more = true; more;) {
    more = word.starts_with('-');
    if (more) word.remove_prefix(1);
    for (const std::string_view one : kDashes)
      if (word.starts_with(one)) word.remove_prefix(one.size()), dash = more = true;
  }
  if (!dash) return {};
  return (word.size() == 1 ? "-" : "--") + std::string(word);
}

class Parser {
 public:
  Parser(const std::vector<std::string>& words, Problems& problems)
      : words_(words), problems_(problems) {}

  SubmitArguments parse() {
    skip_to_options();
    while (at_ < words_.size()) {
      const std::string& word = words_[at_];
      const std::string meant = with_hyphens(word);
      if (meant.empty() && !word.starts_with('-')) break;
      ++at_;
      if (!meant.empty())
        add(word, "begins with a dash, not with hyphens: write " + printable(meant));
      take_option(meant.empty() ? word : meant);
    }
    out_.application.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    tell_late_options();
    read_properties_file();
    return std::move(out_);
  }

 private:
  void skip_to_options() {
    std::size_t program = 0;
    while (program < words_.size() && spark_program(words_[program]).empty()) ++program;
    // A line of options alone; a later "pyspark" is the application's.
    if (program == words_.size() || (!words_.empty() && words_[0].starts_with('-'))) return;
    out_.program = spark_program(words_[program]);
    for (std::size_t i = 0; i < program; ++i) {
      const std::size_t equals = words_[i].find('=');
      if (equals != std::string::npos && is_name(words_[i].substr(0, equals)))
        out_.environment[words_[i].substr(0, equals)] = words_[i].substr(equals + 1);
    }
    at_ = program + 1;
  }

  // SparkSubmitOptionParser.parse ends at the application.
  void tell_late_options() {
    if (out_.is_shell()) return;
    for (std::size_t i = 1; i < out_.application.size(); ++i) {
      const std::string& word = out_.application[i];
      const auto split = split_equals(word);
      const SubmitOption* option = find_submit_option(split ? split->first : word);
      if (!option || !word.starts_with("--")) continue;
      const bool sets = !option->setting.empty() || option->name == "--conf" ||
                        option->name == "--master" || option->name == "--deploy-mode";
      if (sets)
        out_.ignored.add("", std::string(option->name),
                         "stands after the application, which gets it as an argument: "
                         "spark-submit reads only what stands before " +
                             printable(out_.application.front()));
    }
  }

  void take_option(const std::string& word) {
    const auto split = split_equals(word);
    const std::string name = split ? split->first : word;
    const SubmitOption* option = find_submit_option(name);
    bool has_argument = false;
    if (!option && out_.program == "spark-sql" && is_sql_option(name, has_argument)) {
      if (!has_argument || split) return;
      if (at_ == words_.size()) return add(name, "needs a value");
      ++at_;
      return;
    }
    if (!option) return unknown(name, split.has_value());
    if (option->kind == SubmitOption::Kind::Switch) {
      out_.options[option->name] = "true";
    } else if (option->kind == SubmitOption::Kind::Action) {
      add(name, "submits no application");
      const bool has_value = option->name == "--kill" || option->name == "--status";
      if (has_value && !split && at_ < words_.size()) ++at_;
    } else if (split) {
      take_value(*option, split->second);
    } else if (at_ < words_.size()) {
      take_value(*option, words_[at_++]);
    } else {
      add(name, "needs a value");
    }
  }

  void take_value(const SubmitOption& option, const std::string& value) {
    if (option.name == "--conf")
      take_setting(value);
    else
      out_.options[option.name] = value;
  }

  void take_setting(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return add("--conf", "expected name=value, got " + in_quotes(text));
    keep_setting(text.substr(0, equals), text.substr(equals + 1), "", "--conf ");
  }

  // Spark warns of other names and drops them; so do we, but for likely misspellings.
  void keep_setting(const std::string& name, const std::string& value, const std::string& file,
                    const std::string& place) {
    if (!name.starts_with("spark.") && likely_spark_name(name).empty()) {
      std::string what = "Ignoring non-Spark config property: " + printable(name);
      if (find_submit_option("--" + name)) what += ": the option is --" + name;
      out_.ignored.add(file, file.empty() ? "--conf" : place, std::move(what));
      return;
    }
    std::string what = spark_setting_problem(name, value);
    if (!what.empty())
      problems_.add(file, place + (file.empty() ? printable(name) : ""),
                    file.empty() ? what : printable(name) + ": " + what);
    out_.conf.set(name, value);
  }

  void unknown(const std::string& name, bool has_value) {
    const auto names = submit_option_names();
    const std::string_view near = nearest_name(name, names);
    add(name, "unknown option" + did_you_mean(name, names));
    // So that its value is not taken for the application.
    const SubmitOption* meant = find_submit_option(near);
    const bool wants_value = !meant || meant->kind == SubmitOption::Kind::Value;
    if (!has_value && wants_value && at_ + 1 < words_.size() && !words_[at_].starts_with('-'))
      ++at_;
  }

  void read_properties_file() {
    const std::string* path = out_.option("--properties-file");
    if (!path) return;
    std::ifstream in(*path, std::ios::binary);
    const auto text = in ? read_all(in) : std::nullopt;
    if (!text) return add("--properties-file", "cannot read " + in_quotes(*path));
    const Conf given = out_.conf;
    for (const Property& property : parse_properties(*text, *path, problems_))
      if (!given.find(property.key))
        keep_setting(property.key, property.value, *path, "line " + std::to_string(property.line));
  }

  void add(const std::string& option, std::string what) {
    problems_.add("", printable(option), std::move(what));
  }

  const std::vector<std::string>& words_;
  Problems& problems_;
  SubmitArguments out_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string* SubmitArguments::option(std::string_view name) const {
  const auto at = options.find(name);
  return at == options.end() ? nullptr : &at->second;
}

SubmitArguments parse_submit_arguments(const std::vector<std::string>& words, Problems& problems) {
  return Parser(words, problems).parse();
}

}  // namespace muster
