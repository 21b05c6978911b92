#include "sim/base/problems.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace muster {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"cores", "count", "memory", "storage_memory",
                                                    "host"};

TEST(Problems, AreOneLineEachWithWhatIsKnownOfTheirPlace) {
  Problems problems;
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(problems.text(), "");
  problems.add("a.json", "/cluster", "no executors");
  problems.add("a.json", "", "not a scenario");
  problems.add("", "--seed", "expected a number");
  problems.add("", "", "nothing to do");
  EXPECT_FALSE(problems.empty());
  EXPECT_EQ(problems.list().size(), 4U);
  EXPECT_EQ(problems.text(),
            "a.json: /cluster: no executors\n"
            "a.json: not a scenario\n"
            "--seed: expected a number\n"
            "nothing to do\n");
}

TEST(NearestName, FindsASlipOfTheFinger) {
  EXPECT_EQ(nearest_name("croes", kNames), "cores");   // two letters changed places: one slip
  EXPECT_EQ(nearest_name("core", kNames), "cores");    // one left out
  EXPECT_EQ(nearest_name("coount", kNames), "count");  // one too many
  EXPECT_EQ(nearest_name("MEMORY", kNames), "memory");
  EXPECT_EQ(nearest_name("storage_memori", kNames), "storage_memory");
  EXPECT_EQ(nearest_name("cores", kNames), "cores");
}

TEST(NearestName, HasNothingToSayAboutAnotherWord) {
  EXPECT_EQ(nearest_name("executor", kNames), "");
  EXPECT_EQ(nearest_name("storage", kNames), "");  // half of the name is missing
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name("cores", {}), "");
}

TEST(NearestName, TakesTheFirstOfEquallyNearOnes) {
  constexpr std::array<std::string_view, 2> names = {"bat", "cat"};
  EXPECT_EQ(nearest_name("rat", names), "bat");
}

TEST(NearestName, IsOfferedAsAQuestion) {
  EXPECT_EQ(did_you_mean("croes", kNames), ": did you mean `cores`?");
  EXPECT_EQ(did_you_mean("xyz", kNames), "");
}

}  // namespace
}  // namespace muster
