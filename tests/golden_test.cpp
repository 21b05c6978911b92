// Every tests/golden/*.test is a terminal session (see tests/transcript.h) that is run again, each
// a test of its own; so are the console blocks of README.md and docs/*.md. `golden_test --update`,
// or MUSTER_UPDATE=1, writes what the program prints now into the files: read the diff.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/shell.h"
#include "tests/transcript.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

bool update_wanted = false;

// Documentation calls the program by the script that builds it.
std::string as_muster(std::string command) {
  constexpr std::string_view kScript = "./run ";
  for (std::size_t at = command.find(kScript); at != command.npos; at = command.find(kScript, at))
    if (at == 0 || command[at - 1] == ' ')
      command.replace(at, kScript.size(), "muster ");
    else
      ++at;
  return command;
}

std::string output_of(const Shell& shell, const std::string& command) {
  ShellResult result = shell.run_merged(as_muster(script_of(command)));
  if (!result.out.empty() && result.out.back() != '\n') result.out += "[no newline]\n";
  if (result.exit_code != 0) result.out += "[exit " + std::to_string(result.exit_code) + "]\n";
  return result.out;
}

// The transcript with what its commands print now. Differences fail the test, or are taken over.
std::string replayed(const std::string& text, const std::string& name) {
  const Shell shell;
  Transcript transcript = parse_transcript(text);
  for (Step& step : transcript.steps) {
    const std::string actual = output_of(shell, step.command);
    if (matches(step.output, actual)) continue;
    if (!update_wanted)
      ADD_FAILURE() << name << ": $ " << step.command << "\n"
                    << difference(step.output, actual)
                    << "If that is right: golden_test --update, or MUSTER_UPDATE=1.";
    step.output = shortened_like(step.output, actual);
  }
  return print_transcript(transcript);
}

void update(const fs::path& path, const std::string& before, const std::string& after) {
  if (!update_wanted || before == after) return;
  // By way of another name: several builds may do this at once.
  const std::string temporary = path.string() + ".new-" + std::to_string(std::rand());
  write_text_file(temporary, after);
  fs::rename(temporary, path);
}

void check_transcript(const fs::path& path) {
  const std::string text = text_of_file(path.string());
  ASSERT_FALSE(parse_transcript(text).steps.empty()) << path << " holds no command";
  update(path, text, replayed(text, path.filename().string()));
}

void check_page(const fs::path& path) {
  const std::string text = text_of_file(path.string());
  std::string after = text;
  std::vector<Fence> fences = console_fences(text);
  std::reverse(fences.begin(), fences.end());  // so that places before stay where they are
  for (const Fence& fence : fences) {
    const std::string session = text.substr(fence.begin, fence.end - fence.begin);
    after.replace(fence.begin, session.size(), replayed(session, path.filename().string()));
  }
  update(path, text, after);
}

class FileTest : public testing::Test {
 public:
  FileTest(fs::path path, void (*check)(const fs::path&)) : path_(std::move(path)), check_(check) {}
  void TestBody() override { check_(path_); }

 private:
  fs::path path_;
  void (*check_)(const fs::path&);
};

void add_test(const char* suite, const fs::path& path, void (*check)(const fs::path&)) {
  std::string name = path.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [=]() -> testing::Test* { return new FileTest(path, check); });
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> out;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == extension) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

void add_tests() {
  const fs::path source = MUSTER_SOURCE_DIR;
  for (const fs::path& path : files_in(source / "tests/golden", ".test"))
    add_test("Golden", path, check_transcript);
  std::vector<fs::path> pages = files_in(source / "docs", ".md");
  pages.push_back(source / "README.md");
  for (const fs::path& path : pages)
    if (!console_fences(text_of_file(path.string())).empty()) add_test("Page", path, check_page);
}

TEST(TranscriptTest, PrintsWhatItParsed) {
  const std::string text =
      "# words\n$ one \\\n  more\n> still\nout\n\n\n# about\n$ two\n$ three\nlast\n[exit 2]\n";
  const Transcript transcript = parse_transcript(text);
  ASSERT_EQ(transcript.steps.size(), 3u);
  EXPECT_EQ(transcript.steps[0].command, "one \\\n  more\n> still");
  EXPECT_EQ(script_of(transcript.steps[0].command), "one \\\n  more\nstill");
  EXPECT_EQ(transcript.steps[0].output, "out\n\n");
  EXPECT_EQ(transcript.steps[1].before, "\n# about\n");
  EXPECT_EQ(transcript.steps[1].output, "");
  EXPECT_EQ(transcript.steps[2].output, "last\n[exit 2]\n");
  EXPECT_EQ(print_transcript(transcript), text);
}

TEST(TranscriptTest, DotsStandForAnyLines) {
  EXPECT_TRUE(matches("a\n...\nd\n", "a\nb\nc\nd\n"));
  EXPECT_TRUE(matches("...\n", ""));
  EXPECT_FALSE(matches("a\n...\nd\n", "a\nb\n"));
  EXPECT_FALSE(matches("a\n", "a\nb\n"));
}

TEST(TranscriptTest, KeepsDotsWhereTheyWere) {
  EXPECT_EQ(shortened_like("x\n...\ny\n", "a\nb\nc\nd\n"), "a\n...\nd\n");
  EXPECT_EQ(shortened_like("x\n...\ny\nz\n", "a\nb\nc\n"), "a\nb\nc\n");
  EXPECT_EQ(shortened_like("x\n", "a\nb\n"), "a\nb\n");
}

TEST(TranscriptTest, ShowsDifferencesByLine) {
  EXPECT_EQ(difference("a\nb\nc\n", "a\nx\nc\n"), "  a\n- b\n+ x\n  c\n");
}

TEST(TranscriptTest, FindsConsoleBlocksThatRunMuster) {
  const std::string page =
      "text\n```console\n$ ./run models\nx\n```\n```console\n$ ls\n```\n```console-skip\n"
      "$ muster run\n```\n";
  const std::vector<Fence> fences = console_fences(page);
  ASSERT_EQ(fences.size(), 1u);
  EXPECT_EQ(page.substr(fences[0].begin, fences[0].end - fences[0].begin), "$ ./run models\nx\n");
}

}  // namespace
}  // namespace muster

int main(int argc, char** argv) {
  const char* wanted = std::getenv("MUSTER_UPDATE");
  muster::update_wanted = wanted && *wanted && std::strcmp(wanted, "0") != 0;
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--update") == 0) muster::update_wanted = true;
  muster::add_tests();
  return RUN_ALL_TESTS();
}
