// The HTML page as text: its structure, that nothing from a log can be markup, that it is the same
// twice. What it looks like in a browser is in report_page_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/report/html.h"
#include "sim/report/html_files.h"
#include "sim/report/html_json.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A report of one recorded run.
struct Page {
  Result result;
  Explanation explanation;
  HtmlReport report;

  explicit Page(Timeline timeline) {
    result.totals = totals_of(timeline);
    result.timeline = std::move(timeline);
    explanation = explain(result.timeline);
    report.source = "eventlog";
    report.left = {.name = "real",
                   .recorded = true,
                   .result = &result,
                   .explanation = &explanation,
                   .idle = idle_map(result.timeline, assign_slots(result.timeline)),
                   .further = {}};
  }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  std::string html() const { return html_page(report); }
  // What stands between the tags of the data.
  std::string data() const {
    constexpr std::string_view kOpen = "id=\"data\">";
    const std::string page = html();
    const std::size_t from = page.find(kOpen) + kOpen.size();
    return page.substr(from, page.find("</script>", from) - from);
  }
  Json json() const { return Json::parse(data()); }
};

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::vector<std::int64_t> unpacked(const std::string& text, bool delta) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
    if ((held += 6) >= 8) bytes += static_cast<char>(bits >> (held -= 8) & 0xff);
  }
  std::vector<std::int64_t> out;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes[i++]);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    const auto number =
        static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    before = delta ? before + number : number;
    out.push_back(before);
  }
  return out;
}

TEST(HtmlPacked, GivesItsNumbersBack) {
  const std::vector<std::int64_t> numbers = {0,  1,   -1,  63,        64,
                                             -64, -65, 300, 1LL << 52, -(1LL << 52), 7};
  EXPECT_EQ(unpacked(html::packed(numbers, html::Coding::Plain), false), numbers);
  EXPECT_EQ(unpacked(html::packed(numbers, html::Coding::Delta), true), numbers);
  EXPECT_EQ(html::packed({}, html::Coding::Plain), "");
  EXPECT_EQ(html::base64("Ma"), "TWE=");
}

TEST(HtmlPage, IsOneFileThatLoadsNothing) {
  const std::string page = Page(rich_timeline()).html();
  EXPECT_TRUE(page.starts_with("<!doctype html>\n"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe")));
  for (const char* word : {"<link", "<img", "@import", "url(", "fetch(", "src=", "innerHTML",
                           "insertAdjacentHTML", "document.write", "eval("})
    EXPECT_EQ(count_of(page, word), 0u) << word;
}

// Each hash of the policy is of a text that stands in the page.
TEST(HtmlPage, NamesEachOfItsScriptsInThePolicy) {
  const std::string page = Page(rich_timeline()).html();
  std::size_t scripts = 0, styles = 0;
  for (const html::PageFile& file : html::page_files()) {
    EXPECT_EQ(file.sha256.size(), 64u) << file.name;
    EXPECT_FALSE(file.text.empty()) << file.name;
    EXPECT_THAT(std::string(file.text), Not(HasSubstr("</script"))) << file.name;
    EXPECT_THAT(std::string(file.text), Not(HasSubstr("<!--"))) << file.name;
    ++(file.name.ends_with(".css") ? styles : scripts);
  }
  EXPECT_EQ(count_of(page, "'sha256-"), scripts + styles);
  EXPECT_EQ(count_of(page, "<style>"), styles);
  EXPECT_EQ(count_of(page, "<script>"), scripts);
  EXPECT_EQ(count_of(page, "</script>"), scripts + 1);  // and the data
}

TEST(HtmlPage, TextsOfALogAreNoMarkup) {
  const std::string bad =
      "<script>alert(1)</script>\"'&amp;<!-- \xe2\x80\xa8 \xe2\x80\xa9 \x01 \xff";
  Timeline timeline = rich_timeline();
  timeline.application.name = bad;
  timeline.jobs[0].description = bad;
  timeline.stages[0].name = bad;
  timeline.executors[0].host = bad;
  timeline.conf.set("spark.app.name", bad);
  Page page(timeline);
  page.report.health.push_back({.severity = "warning", .text = bad, .place = bad});
  page.report.scenario_text = page.report.plain_text = page.report.source = bad;
  const std::string html = page.html();
  EXPECT_THAT(html, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, HasSubstr("<title>&lt;script&gt;alert(1)&lt;/script&gt;&quot;"));
  const std::string data = page.data();
  for (const char* word : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9"})
    EXPECT_EQ(count_of(data, word), 0u) << word;
  const auto shown = page.json()["sides"][0]["app"].get<std::string>();
  EXPECT_TRUE(shown.starts_with("<script>alert(1)</script>\"'&amp;<!-- \xe2\x80\xa8"));
  EXPECT_TRUE(shown.ends_with("\x01 \xef\xbf\xbd"));
}

TEST(HtmlPage, SecretsAreLeftOut) {
  Timeline timeline = rich_timeline();
  timeline.conf.set("spark.hadoop.fs.s3a.secret.key", "hush");
  timeline.conf.set("spark.hadoop.fs.s3a.access.key", "hush");
  timeline.conf.set("spark.some.Password", "hush");
  EXPECT_THAT(Page(timeline).html(), Not(HasSubstr("hush")));
}

TEST(HtmlPage, HoldsEveryAttempt) {
  const Timeline timeline = rich_timeline();
  const Json side = Page(timeline).json()["sides"][0];
  const Json& table = side["attempt_table"];
  EXPECT_EQ(table["count"], timeline.attempts.size());
  const auto from = unpacked(table["columns"]["from"].get<std::string>(), true);
  ASSERT_EQ(from.size(), timeline.attempts.size());
  EXPECT_EQ(from.front(), (timeline.attempts.launch[0] - timeline.application.start).in_millis());
  EXPECT_EQ(side["jobs"].size(), timeline.jobs.size());
  EXPECT_EQ(side["stages"].size(), timeline.stages.size());
  EXPECT_EQ(side["executors"].size(), timeline.executors.size());
  EXPECT_EQ(unpacked(table["failed"].get<std::string>(), true).size(), timeline.failures.size());
}

TEST(HtmlPage, IsTheSameTwice) {
  EXPECT_EQ(Page(rich_timeline()).html(), Page(rich_timeline()).html());
  EXPECT_EQ(Page(random_timeline(3, 20)).html(), Page(random_timeline(3, 20)).html());
}

TEST(HtmlPage, TakesEmptyAndCutOffRuns) {
  EXPECT_EQ(Page(Timeline()).json()["sides"][0]["attempt_table"]["count"], 0);
  Timeline cut = rich_timeline();
  cut.application.end = Time::never();
  cut.attempts.finish.back() = Time::never();
  EXPECT_EQ(Page(cut).json()["sides"][0]["ended"], false);
}

TEST(HtmlPage, ATaskTakesFewBytes) {
  const Page page(random_timeline(5, 200));
  const std::size_t tasks = page.result.timeline.attempts.size();
  ASSERT_GT(tasks, 1000u);
  const Json table = page.json()["sides"][0]["attempt_table"];
  EXPECT_LT(table["columns"].dump().size() / tasks, 40u);
}

}  // namespace
}  // namespace muster
