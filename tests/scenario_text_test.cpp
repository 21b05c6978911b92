// The small notations: quantities, master URLs, shell words, properties files, JSON trees.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/json_tree.h"
#include "sim/scenario/master.h"
#include "sim/scenario/properties_file.h"
#include "sim/scenario/quantity_text.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/shell_words.h"

namespace muster {
namespace {

TEST(QuantityText, Durations) {
  const auto micros = [](const char* text) {
    const auto value = parse_duration(text);
    return value ? value->in_micros() : -1;
  };
  EXPECT_EQ(micros("120s"), 120'000'000);
  EXPECT_EQ(micros("1.5 min"), 90'000'000);
  EXPECT_EQ(micros("2m"), 120'000'000);
  EXPECT_EQ(micros("250ms"), 250'000);
  EXPECT_EQ(micros("7us"), 7);
  EXPECT_EQ(micros(" 2H "), 7'200'000'000);
  EXPECT_EQ(micros("1d"), 86'400'000'000);
  EXPECT_EQ(micros("0s"), 0);
  EXPECT_EQ(micros("0.1s"), 100'000);  // exactly
  EXPECT_EQ(micros("0.0000005s"), 1);  // to the nearest microsecond
  EXPECT_EQ(micros("0.0000004s"), 0);
  for (const char* bad : {"", "5", "s", "-5s", "+5s", "1.s", ".5s", "1,5s", "5 sec", "5s x", "1e3s",
                          "99999999999999999999s", "9999999d9", "106751992d", "0x5s", "5\ns"})
    EXPECT_EQ(micros(bad), -1) << bad;
}

TEST(QuantityText, Sizes) {
  const auto count = [](const char* text) {
    const auto value = parse_bytes(text);
    return value ? value->count() : -1;
  };
  EXPECT_EQ(count("2g"), std::int64_t{2} << 30);
  EXPECT_EQ(count("1.5GiB"), std::int64_t{3} << 29);
  EXPECT_EQ(count("512 MB"), std::int64_t{512} << 20);
  EXPECT_EQ(count("10b"), 10);
  EXPECT_EQ(count("1k"), 1024);
  EXPECT_EQ(count("1p"), std::int64_t{1} << 50);
  for (const char* bad : {"", "5", "-1g", "1gi", "1gigs", "5000p", "1.5.5g"})
    EXPECT_EQ(count(bad), -1) << bad;
}

RC_GTEST_PROP(QuantityText, WhatIsWrittenIsRead, ()) {
  const auto n = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 10'000'000),
                                 rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 61));
  const auto unit = *rc::gen::element<std::int64_t>(1, 1000, 1'000'000, 60'000'000, 1024);
  const std::int64_t value = n / unit * unit;
  RC_ASSERT(parse_duration(duration_literal(Duration::micros(value))) == Duration::micros(value));
  RC_ASSERT(parse_bytes(bytes_literal(Bytes(value))) == Bytes(value));
}

TEST(QuantityText, Shortest) {
  const auto text = [](std::int64_t us) { return duration_literal(Duration::micros(us)); };
  EXPECT_EQ(text(0), "0s");
  EXPECT_EQ(text(7), "7us");
  EXPECT_EQ(text(1500), "1.5ms");
  EXPECT_EQ(text(1'500'000), "1.5s");
  EXPECT_EQ(text(60'000'000), "60s");
  EXPECT_EQ(text(90'000'000), "90s");
  EXPECT_EQ(text(120'000'000), "2min");
  EXPECT_EQ(text(7'200'000'000), "2h");
  EXPECT_EQ(bytes_literal(Bytes()), "0b");
  EXPECT_EQ(bytes_literal(Bytes(1000)), "1000b");
  EXPECT_EQ(bytes_literal(Bytes::mib(1536)), "1536m");
  EXPECT_EQ(bytes_literal(Bytes::gib(2048)), "2t");
}

TEST(Master, Forms) {
  using Kind = Master::Kind;
  const auto local = [](std::int32_t cores, std::int32_t failures) {
    return Master{.kind = Kind::Local, .cores = cores, .memory = {}, .max_failures = failures};
  };
  EXPECT_EQ(parse_master("local"), local(1, 1));
  EXPECT_EQ(parse_master("local[4]"), local(4, 1));
  EXPECT_EQ(parse_master("local[ 4 , 3 ]"), local(4, 3));
  EXPECT_EQ(parse_master("local[*]"), local(0, 1));
  EXPECT_EQ(parse_master("local[*,2]"), local(0, 2));
  const Master cluster{
      .kind = Kind::LocalCluster, .cores = 2, .executors = 3, .memory = Bytes::mib(512)};
  EXPECT_EQ(parse_master("local-cluster[3,2,512]"), cluster);
  EXPECT_EQ(parse_master("spark://a:1,b:2")->kind, Kind::Standalone);
  EXPECT_EQ(parse_master("yarn")->kind, Kind::Yarn);
  EXPECT_EQ(parse_master("yarn-cluster")->kind, Kind::Yarn);
  EXPECT_EQ(parse_master("k8s://https://h")->kind, Kind::Kubernetes);
  EXPECT_EQ(parse_master("mesos://h")->kind, Kind::Mesos);
  for (const char* bad : {"", "Local", "local[", "local[]", "local[0]", "local[-1]", "local[2,0]",
                          "local[1,2,3]", "local-cluster[1,2]", "yarnn", "localhost", "remote[2]"})
    EXPECT_FALSE(parse_master(bad)) << bad;
}

TEST(ShellWords, AsTheShellSplits) {
  const auto words = [](const char* text) {
    Problems problems;
    return shell_words(text, problems).value_or(std::vector<std::string>{"?"});
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(words(""), Words{});
  EXPECT_EQ(words("  a  b\tc\nd "), (Words{"a", "b", "c", "d"}));
  EXPECT_EQ(words("'a b' \"c d\" e\\ f"), (Words{"a b", "c d", "e f"}));
  EXPECT_EQ(words("a'b'\"c\"d ''"), (Words{"abcd", ""}));
  EXPECT_EQ(words(R"("a\"b\\c\$d\e" 'a\b')"), (Words{R"(a"b\c$d\e)", R"(a\b)"}));
  EXPECT_EQ(words("a \\\n b\\\nc \\  \n d \\\r\n e \\"), (Words{"a", "bc", "d", "e"}));
  EXPECT_EQ(words("\"a\\\nb\""), Words{"ab"});
  EXPECT_EQ(words("a #b c\n d#e"), (Words{"a", "d#e"}));
  EXPECT_EQ(words("$A \"${B} c\""), (Words{"$A", "${B} c"}));
  for (const char* bad : {"'", "\"", "a 'b", "a \"b\\\""}) EXPECT_EQ(words(bad), Words{"?"});
}

TEST(PropertiesFile, AsJavaReadsIt) {
  Problems problems;
  const auto list = parse_properties(
      "# c\n! c\n\nspark.a 1\nspark.b=2\r\n  spark.c : 3  \n"
      "spark.d = x\\\n   y\\tz\n\\u0041\\=b=\\u00e9\nalone\ne=1=2\n"
      "f\\\\=g\\",
      "p", problems);
  std::string text;
  for (const Property& p : list)
    text += std::to_string(p.line) + "|" + p.key + "|" + p.value + "\n";
  EXPECT_EQ(text,
            "4|spark.a|1\n5|spark.b|2\n6|spark.c|3\n7|spark.d|xy\tz\n9|A=b|\xc3\xa9\n"
            "10|alone|\n11|e|1=2\n12|f\\|g\n");
  EXPECT_TRUE(problems.empty());
  parse_properties("a=1\nb=\\u12", "p", problems);
  EXPECT_EQ(problems.text(), "p: line 2: expected four hexadecimal digits after \\u\n");
}

TEST(JsonTree, LinesAndNumbersAsWritten) {
  Problems problems;
  const auto root = parse_json(
      "{ \"a\":\n 1.50\n,\"b\": [1e3\n,\n\"x\", true\n], /* \n */ \"c\":\n"
      "{}}",
      "f", problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->line, 2);
  EXPECT_EQ(root->find("a")->text, "1.50");
  const JsonNode& list = *root->find("b");
  EXPECT_EQ(list.line, 3);
  EXPECT_EQ(list.items[0].text, "1e3");
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[1].line, 5);
  EXPECT_EQ(list.items[2].line, 5);
  EXPECT_EQ(root->find("c")->line, 8);
  EXPECT_EQ(root->find("d"), nullptr);
}

TEST(JsonTree, PrintsSmallThingsOnOneLine) {
  Problems problems;
  std::string numbers;
  for (int i = 100; i < 140; ++i) numbers += (i > 100 ? "," : "") + std::to_string(i);
  const auto root =
      parse_json("{\"a\":{\"b\":[],\"c\":{}},\"d\":[" + numbers + "]}", "f", problems);
  EXPECT_EQ(print_json(*root), R"({
  "a": {"b": [], "c": {}},
  "d": [
    100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118,
    119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
    138, 139
  ]
}
)");
}

TEST(Quote, StaysOnOneLine) {
  EXPECT_EQ(in_quotes("a\"b\\c\nd"), "\"a\\\"b\\\\c\\x0ad\"");
  EXPECT_EQ(in_quotes(std::string(59, 'a') + "\xc3\xa9"), "\"" + std::string(59, 'a') + "...\"");
  EXPECT_EQ(in_quotes(std::string(60, 'a')), "\"" + std::string(60, 'a') + "\"");
}

}  // namespace
}  // namespace muster
