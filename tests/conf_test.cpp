#include "sim/workload/conf.h"

#include <gtest/gtest.h>

#include <optional>

namespace muster {
namespace {

constexpr Duration kMs = Duration::millis(1);
constexpr Bytes kMib = Bytes::mib(1);

TEST(Conf, KeepsTheLastValueAndAnOrderOfItsOwn) {
  Conf conf, other;
  EXPECT_TRUE(conf.empty());
  conf.set("spark.b", "1");
  conf.set("spark.a", "x");
  conf.set("spark.b", "2");
  other.set("spark.a", "x");
  other.set("spark.b", "2");
  EXPECT_EQ(conf, other);
  ASSERT_EQ(conf.entries().size(), 2U);
  EXPECT_EQ(conf.entries()[0].first, "spark.a");
  ASSERT_NE(conf.find("spark.b"), nullptr);
  EXPECT_EQ(*conf.find("spark.b"), "2");
  EXPECT_EQ(conf.find("spark.c"), nullptr);
  EXPECT_EQ(conf.find("spark"), nullptr);
}

TEST(Conf, TypedValuesFallBackWhereTheTextIsNoSuchValue) {
  Conf conf;
  conf.set("flag", " TRUE ");
  conf.set("off", "false");
  conf.set("int", " 42 ");
  conf.set("real", "0.25");
  conf.set("text", "4x");
  EXPECT_TRUE(conf.flag("flag", false));
  EXPECT_FALSE(conf.flag("off", true));
  EXPECT_TRUE(conf.flag("text", true));
  EXPECT_EQ(conf.integer("int", 7), 42);
  EXPECT_EQ(conf.integer("text", 7), 7);
  EXPECT_EQ(conf.integer("real", 7), 7);
  EXPECT_EQ(conf.integer("none", 7), 7);
  EXPECT_DOUBLE_EQ(conf.number("real", 1), 0.25);
  EXPECT_DOUBLE_EQ(conf.number("text", 1), 1);
  EXPECT_EQ(conf.text("text", "y"), "4x");
  EXPECT_EQ(conf.text("none", "y"), "y");
}

TEST(Conf, DurationsAndSizesTakeTheUnitOfTheirKey) {
  Conf conf;
  conf.set("wait", "3");
  conf.set("memory", "512");
  conf.set("bad", "3 parsecs");
  EXPECT_EQ(conf.duration("wait", Duration(), kMs), Duration::millis(3));
  EXPECT_EQ(conf.duration("wait", Duration(), Duration::seconds(1)), Duration::seconds(3));
  EXPECT_EQ(conf.duration("bad", Duration::seconds(9), kMs), Duration::seconds(9));
  EXPECT_EQ(conf.bytes("memory", Bytes(), kMib), Bytes::mib(512));
  EXPECT_EQ(conf.bytes("bad", Bytes(5), kMib), Bytes(5));
  EXPECT_EQ(conf.bytes("none", Bytes(5), kMib), Bytes(5));
}

struct TimeCase {
  const char* text;
  std::optional<std::int64_t> micros;
};

// JavaUtils.timeStringAs: suffixes in any case, whole numbers only.
TEST(Conf, ReadsTimesAsSparkDoes) {
  for (const TimeCase& c : {TimeCase{"5us", 5}, TimeCase{"5ms", 5'000}, TimeCase{"5s", 5'000'000},
                            TimeCase{"2m", 120'000'000}, TimeCase{"2min", 120'000'000},
                            TimeCase{"1h", 3'600'000'000}, TimeCase{"1d", 86'400'000'000},
                            TimeCase{"10", 10'000}, TimeCase{" 3S ", 3'000'000},
                            TimeCase{"-1", -1'000}, TimeCase{"0", 0}, TimeCase{"1.5s", {}},
                            TimeCase{"", {}}, TimeCase{"s", {}}, TimeCase{"3 weeks", {}},
                            TimeCase{"99999999999999999999", {}}, TimeCase{"9999999999999d", {}}}) {
    const std::optional<Duration> got = parse_spark_time(c.text, kMs);
    ASSERT_EQ(got.has_value(), c.micros.has_value()) << c.text;
    if (got) {
      EXPECT_EQ(got->in_micros(), *c.micros) << c.text;
    }
  }
}

struct BytesCase {
  const char* text;
  std::optional<std::int64_t> bytes;
};

// JavaUtils.byteStringAs: powers of 1024, in any case, whole numbers only.
TEST(Conf, ReadsSizesAsSparkDoes) {
  for (const BytesCase& c : {BytesCase{"7b", 7}, BytesCase{"1k", 1024}, BytesCase{"1kb", 1024},
                             BytesCase{"2m", 2 << 20}, BytesCase{"2MB", 2 << 20},
                             BytesCase{"1g", 1LL << 30}, BytesCase{"1Gb", 1LL << 30},
                             BytesCase{"3t", 3LL << 40}, BytesCase{"1p", 1LL << 50},
                             BytesCase{"1pb", 1LL << 50}, BytesCase{"10", 10 << 20},
                             BytesCase{" 4G ", 4LL << 30}, BytesCase{"0.5g", {}},
                             BytesCase{"1e", {}}, BytesCase{"g", {}}, BytesCase{"", {}},
                             BytesCase{"99999999p", {}}}) {
    const std::optional<Bytes> got = parse_spark_bytes(c.text, kMib);
    ASSERT_EQ(got.has_value(), c.bytes.has_value()) << c.text;
    if (got) {
      EXPECT_EQ(got->count(), *c.bytes) << c.text;
    }
  }
}

TEST(Conf, VersionNumbersCompareAsVersions) {
  EXPECT_EQ(version_number("3.5.7"), spark(3, 5, 7));
  EXPECT_EQ(version_number("3.3.0-amzn-0"), spark(3, 3));
  EXPECT_EQ(version_number("2.4"), spark(2, 4));
  EXPECT_EQ(version_number("4"), spark(4, 0));
  EXPECT_EQ(version_number("4.0.0-SNAPSHOT"), spark(4, 0));
  EXPECT_EQ(version_number("3.10.0"), spark(3, 10));
  EXPECT_LT(version_number("3.9.9"), version_number("3.10.0"));
  EXPECT_LT(version_number("1.6.3"), version_number("2.0.0"));
  EXPECT_EQ(version_number(""), 0);
  EXPECT_EQ(version_number("DBR 13.3"), 0);
}

}  // namespace
}  // namespace muster
