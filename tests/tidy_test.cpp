// The house keeps its own laws: the whole tree is read as text and checked, and each rule is shown
// to fail on a small text that breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tidy_rules.h"
#include "tests/tidy_source.h"

namespace muster::tidy {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kRoot = MUSTER_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Source> all_sources() {
  std::vector<Source> sources;
  for (const char* folder : {"sim", "models", "cli", "gui", "tests"}) {
    if (!fs::exists(kRoot / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".h" && path.extension() != ".cpp") continue;
      sources.push_back(parse(path.lexically_relative(kRoot).generic_string(), read(path)));
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

std::string joined(const Findings& findings) {
  std::string text;
  for (const std::string& finding : findings) text += "\n  " + finding;
  return text;
}

Findings check(const std::string& path, const std::string& text) {
  return check_file(parse(path, text));
}

// --- the tree ------------------------------------------------------------------------------

TEST(TidyTree, EveryFileKeepsTheRules) {
  const std::vector<Source> sources = all_sources();
  ASSERT_GE(sources.size(), 10u) << "the sources were not found under " << kRoot;
  Findings findings;
  for (const Source& source : sources)
    std::ranges::copy(check_file(source), std::back_inserter(findings));
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

TEST(TidyTree, NoHeaderIsAnOrphan) {
  const Findings findings = check_tree(all_sources());
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

TEST(TidyTree, ScriptsAndSettingsNameNoMachine) {
  Findings findings;
  for (const char* name : {"run", "test", ".ci/run", "cmake/setup.sh", "cmake/compiler.cmake",
                           "cmake/third_party.cmake", "cmake/rooms.cmake", "cmake/embed_page.cmake",
                           "CMakeLists.txt",
                           "CMakePresets.json", "packages.txt", "tests/CMakeLists.txt"}) {
    ASSERT_TRUE(fs::exists(kRoot / name)) << name;
    std::ranges::copy(check_text(name, parse(name, read(kRoot / name)).lines),
                      std::back_inserter(findings));
  }
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

TEST(TidyTree, ThePageKeepsTheSizesToo) {
  Findings findings;
  for (const auto& entry : fs::directory_iterator(kRoot / "sim/report/page")) {
    const std::string name = entry.path().lexically_relative(kRoot).generic_string();
    const std::vector<std::string> lines = parse(name, read(entry.path())).lines;
    std::ranges::copy(check_text(name, lines), std::back_inserter(findings));
    std::ranges::copy(check_lines(name, lines), std::back_inserter(findings));
  }
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

TEST(TidyTree, LinkLinesAreTheIncludeTable) {
  Table table = room_table();
  table.erase("cli");  // a program, which links everything
  EXPECT_EQ(rooms_in_cmake(read(kRoot / "CMakeLists.txt")), table);
}

// --- each rule can fail --------------------------------------------------------------------

TEST(TidyRules, AFindingNamesFileLineAndReason) {
  EXPECT_THAT(check("sim/base/a.cpp", "#include <vector>\n#include \"sim/run/run.h\"\n"),
              ElementsAre("sim/base/a.cpp:2: the include \"sim/run/run.h\" is in a room that base "
                          "may not enter"));
}

// Is a file of the first path that includes the second one tidy?
bool may_include(const std::string& path, const std::string& name, bool quoted = true) {
  const std::string place = quoted ? "\"" + name + "\"" : "<" + name + ">";
  return check(path, "#pragma once\n#include " + place + "\n").empty();
}

TEST(TidyRules, RoomsIncludeWhatTheTableSays) {
  EXPECT_TRUE(may_include("sim/engine/loop.cpp", "sim/scenario/scenario.h"));
  EXPECT_TRUE(may_include("sim/engine/loop.cpp", "sim/engine/policy.h"));
  EXPECT_FALSE(may_include("sim/engine/loop.cpp", "models/catalog.h"));
  EXPECT_FALSE(may_include("sim/trace/reader.h", "sim/run/run.h"));
  EXPECT_TRUE(may_include("sim/run/run.cpp", "models/catalog.h"));
  EXPECT_FALSE(may_include("sim/run/run.cpp", "sim/report/table.h"));
  EXPECT_FALSE(may_include("sim/loose.cpp", "sim/base/units.h"));
  EXPECT_FALSE(may_include("sim/models/a.cpp", "sim/base/units.h"));
  EXPECT_FALSE(may_include("sim/engine/loop.cpp", "policy.h"));
  EXPECT_FALSE(may_include("sim/engine/loop.cpp", "tests/help.h"));
  EXPECT_TRUE(may_include("tests/loop_test.cpp", "sim/engine/loop.h"));
}

TEST(TidyRules, ModelsEnterTheEngineByItsPorts) {
  EXPECT_TRUE(may_include("models/task_schedulers/fifo.cpp", "sim/engine/view.h"));
  EXPECT_TRUE(may_include("models/task_schedulers/fifo.cpp", "models/catalog.h"));
  EXPECT_FALSE(may_include("models/task_schedulers/fifo.cpp", "sim/engine/loop.h"));
  EXPECT_FALSE(may_include("models/task_schedulers/fifo.cpp", "sim/timeline/timeline.h"));
}

TEST(TidyRules, CliAndGuiKnowOneDoor) {
  EXPECT_TRUE(may_include("cli/render.cpp", "gui/entry.h"));
  EXPECT_FALSE(may_include("cli/render.cpp", "gui/layout.h"));
  EXPECT_FALSE(may_include("gui/window.cpp", "cli/verbs.h"));
  EXPECT_TRUE(may_include("gui/window.cpp", "sim/plan/sweep.h"));
}

TEST(TidyRules, LibrariesStayInTheRoomsThatOwnThem) {
  EXPECT_TRUE(may_include("sim/base/a.h", "vector", false));
  EXPECT_TRUE(may_include("sim/trace/a.h", "simdjson.h", false));
  EXPECT_FALSE(may_include("sim/report/a.cpp", "simdjson.h", false));
  EXPECT_TRUE(may_include("models/a.cpp", "nlohmann/json.hpp", false));
  EXPECT_FALSE(may_include("models/a.h", "nlohmann/json.hpp", false));
  EXPECT_FALSE(may_include("sim/engine/a.cpp", "nlohmann/json.hpp", false));
  EXPECT_TRUE(may_include("sim/workload/a.cpp", "boost/graph/adjacency_list.hpp", false));
  EXPECT_FALSE(may_include("sim/workload/a.h", "boost/graph/adjacency_list.hpp", false));
  EXPECT_TRUE(may_include("sim/plan/a.cpp", "Eigen/Dense", false));
  EXPECT_FALSE(may_include("sim/plan/a.h", "Eigen/Dense", false));
  EXPECT_FALSE(may_include("sim/engine/a.cpp", "fmt/format.h", false));
  EXPECT_FALSE(may_include("sim/report/a.cpp", "spdlog/spdlog.h", false));
  EXPECT_FALSE(may_include("sim/engine/a.cpp", "unistd.h", false));
}

TEST(TidyRules, OneFileHoldsCli11) {
  const Source one = parse("cli/a.cpp", "#include <CLI/CLI.hpp>\n");
  const Source two = parse("cli/b.cpp", "#include <CLI/CLI.hpp>\n");
  EXPECT_THAT(check_tree({one}), IsEmpty());
  EXPECT_THAT(check_tree({one, two}),
              ElementsAre("cli/b.cpp:1: CLI11 belongs in one file, which is cli/a.cpp"));
}

TEST(TidyRules, HeadersHaveAGuardAndAReader) {
  EXPECT_THAT(check("sim/base/a.h", "int f();\n"),
              ElementsAre("sim/base/a.h:1: a header without #pragma once"));
  const Source header = parse("sim/base/a.h", "#pragma once\n");
  const Source user = parse("sim/base/a.cpp", "#include \"sim/base/a.h\"\n");
  const Source mention = parse("sim/base/b.cpp", "// #include \"sim/base/a.h\"\n");
  EXPECT_THAT(check_tree({header, user}), IsEmpty());
  EXPECT_THAT(check_tree({header, mention}), ElementsAre(HasSubstr("orphan")));
}

TEST(TidyRules, LinesHaveAHundredColumns) {
  std::string umlauts;
  for (int i = 0; i < 96; ++i) umlauts += "\xc3\xa4";  // two bytes, one column
  EXPECT_THAT(check("sim/base/a.cpp", "//  " + umlauts + "\n"), IsEmpty());
  EXPECT_THAT(check("sim/base/a.cpp", "\n// " + std::string(98, 'a') + "\n"),
              ElementsAre("sim/base/a.cpp:2: longer than 100 columns"));
}

TEST(TidyRules, FilesHaveALimit) {
  std::string text;
  for (int i = 0; i < 451; ++i) text += "//\n";
  EXPECT_THAT(check("sim/base/a.cpp", text), ElementsAre(HasSubstr("a.cpp:451: a file of more")));
}

TEST(TidyRules, UnwelcomeNames) {
  const auto finds = [](const std::string& path, const std::string& code) {
    return !check(path, code + "\n").empty();
  };
  EXPECT_TRUE(finds("sim/report/a.cpp", "std::unordered_map<int, int> m;"));
  EXPECT_TRUE(finds("models/a.cpp", "std::unordered_set<int> s;"));
  EXPECT_FALSE(finds("cli/a.cpp", "std::unordered_set<int> s;"));
  EXPECT_FALSE(finds("sim/report/a.cpp", "// no unordered_map here"));
  EXPECT_TRUE(finds("sim/trace/a.cpp", "std::normal_distribution<double> d;"));
  EXPECT_TRUE(finds("sim/base/a.cpp", "int x = rand();"));
  EXPECT_TRUE(finds("sim/base/a.cpp", "int x = std::rand();"));
  EXPECT_FALSE(finds("sim/base/a.cpp", "int x = operand(2) + brand();"));
  EXPECT_TRUE(finds("sim/base/a.cpp", "std::random_device device;"));
  EXPECT_TRUE(finds("sim/engine/a.cpp", "auto t = std::chrono::steady_clock::now();"));
  EXPECT_TRUE(finds("models/a.cpp", "using std::chrono::system_clock;"));
  EXPECT_FALSE(finds("sim/plan/a.cpp", "auto t = std::chrono::steady_clock::now();"));
}

TEST(TidyRules, LeftOverMarksAndMachinePaths) {
  const auto finds = [](const std::string& line) {
    return !check("cli/a.cpp", line + "\n").empty();
  };
  EXPECT_TRUE(finds(std::string("// TO") + "DO: later"));
  EXPECT_TRUE(finds(std::string("// FIX") + "ME"));
  EXPECT_FALSE(finds("char name[] = \"muster-XXXXXX\";"));
  EXPECT_TRUE(finds(std::string("open(\"/t") + "mp/log\");"));
  EXPECT_TRUE(finds(std::string("// see /wo") + "rk/main"));
  EXPECT_TRUE(finds(std::string("\"file:///ro") + "ot/x\""));
  EXPECT_FALSE(finds("conf(\"hadoop.dir\", \"/tmp/hadoop-yarn\");"));
  EXPECT_FALSE(finds(std::string("\"https://example.org/wo") + "rk/x\""));
  EXPECT_FALSE(finds("#include \"sim/workload/conf.h\""));
}

// --- the reader of sources -----------------------------------------------------------------

// "first-last" of each function in the text.
std::vector<std::string> spans(const std::string& text) {
  std::vector<std::string> found;
  for (const Function& f : functions(parse("a.cpp", text)))
    found.push_back(std::to_string(f.first) + "-" + std::to_string(f.last));
  return found;
}

TEST(TidySource, FindsFunctionsAndMethods) {
  EXPECT_THAT(spans("namespace a {\nint f() {\n  return 1;\n}\n}  // namespace a\n"),
              ElementsAre("2-4"));
  EXPECT_THAT(spans("class A final : public B {\n public:\n  int f() const { return 1; }\n"
                    "  bool operator==(const A& o) const {\n  return true;\n  }\n};\n"),
              ElementsAre("3-3", "4-6"));
  EXPECT_THAT(spans("template <class T = int>\nauto f(T t,\n   int b = {}) -> a::b<T> {\n}\n"),
              ElementsAre("1-4"));
  EXPECT_THAT(spans("TEST(A, B) {\n  if (x) { y(); }\n  auto z = [] { return 1; };\n}\n"),
              ElementsAre("1-4"));
  EXPECT_THAT(spans("const auto f = [](int a) {\n};\n"), ElementsAre("1-2"));
}

TEST(TidySource, ConstructorsWithInitialisers) {
  EXPECT_THAT(spans("A::A(int a) : a_(a), b_{a}, c_{1} {\n  f();\n}\n"), ElementsAre("1-3"));
  EXPECT_THAT(spans("A::A()\n    : B{1} {\n}\nint g() { return 1; }\n"), ElementsAre("1-3", "4-4"));
}

TEST(TidySource, TablesAndTypesAreNoFunctions) {
  EXPECT_THAT(spans("const Row rows[] = {\n  {1, f(2)},\n  {3, {4}},\n};\n"), IsEmpty());
  EXPECT_THAT(spans("enum class A : int { B = 1, C };\nstruct alignas(64) D { int e{3}; };\n"),
              IsEmpty());
  EXPECT_THAT(spans("#define M(x) \\\n  do { \\\n    f(x)\nint g() {\n}\n"), ElementsAre("4-5"));
}

TEST(TidySource, BracesInTextAreNoBraces) {
  EXPECT_THAT(spans("int f() {\n  // {\n  g('{', \"}{\\\"{\", R\"x({{)\")x\"); /* { */\n  "
                    "return 1'000;\n}\n"),
              ElementsAre("1-5"));
}

TEST(TidyRules, FunctionsHaveALimit) {
  std::string body;
  for (int i = 0; i < 68; ++i) body += "  f();\n";
  EXPECT_THAT(check("sim/base/a.cpp", "void g() {\n" + body + "}\n"), IsEmpty());
  EXPECT_THAT(check("sim/base/a.cpp", "\nvoid g() {\n  f();\n" + body + "}\n"),
              ElementsAre("sim/base/a.cpp:2: a function of 71 lines; 70 at most"));
  EXPECT_THAT(check("sim/base/a.cpp", "void g() {\n  h(R\"(\n" + body + body + ")\");\n}\n"),
              IsEmpty());
}

TEST(TidySource, IncludesInTextAreNone) {
  const Source source =
      parse("a.cpp", "#include <a>\n// #include <b>\nauto s = R\"(\n#include <c>\n)\";\n");
  ASSERT_EQ(includes(source).size(), 1u);
  EXPECT_EQ(includes(source)[0].name, "a");
}

TEST(TidySource, TheLinkLinesOfCMake) {
  const Table table =
      rooms_in_cmake("muster_room(a sim/a)\nmuster_room(b sim/b USES a c\n  WITH d)");
  EXPECT_EQ(table, (Table{{"a", {}}, {"b", {"a", "c"}}}));
}

}  // namespace
}  // namespace muster::tidy
