// Texts for people: quantities, widths, tables.
#include "sim/report/table.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/report/quantities.h"

namespace muster {
namespace {

TEST(Quantities, Durations) {
  EXPECT_EQ(duration_text(Duration()), "0 s");
  EXPECT_EQ(duration_text(Duration::micros(850)), "850 µs");
  EXPECT_EQ(duration_text(Duration::micros(43'499)), "43 ms");
  EXPECT_EQ(duration_text(Duration::micros(999'600)), "1.00 s");
  EXPECT_EQ(duration_text(Duration::millis(1234)), "1.23 s");
  EXPECT_EQ(duration_text(Duration::millis(9'996)), "10.0 s");
  EXPECT_EQ(duration_text(Duration::millis(12'340)), "12.3 s");
  EXPECT_EQ(duration_text(Duration::millis(59'970)), "1 min 00 s");
  EXPECT_EQ(duration_text(Duration::seconds(123)), "2 min 03 s");
  EXPECT_EQ(duration_text(Duration::millis(3'599'600)), "1 h 00 min");
  EXPECT_EQ(duration_text(Duration::seconds(3840)), "1 h 04 min");
  EXPECT_EQ(duration_text(Duration::seconds(76 * 3600)), "3 d 04 h");
  EXPECT_EQ(duration_text(Duration::millis(-1234)), "-1.23 s");
}

TEST(Quantities, OtherUnits) {
  EXPECT_EQ(bytes_text(Bytes(17)), "17 B");
  EXPECT_EQ(bytes_text(Bytes(1536)), "1.5 KiB");
  EXPECT_EQ(bytes_text(Bytes::mib(1024)), "1.0 GiB");
  EXPECT_EQ(bytes_text(Bytes(1'048'575)), "1.0 MiB");
  EXPECT_EQ(bytes_text(Bytes::mib(250)), "250 MiB");
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
  EXPECT_EQ(share_text(0.1234), "12.3 %");
  EXPECT_EQ(share_text(0.0001), "<0.1 %");
  EXPECT_EQ(share_text(0), "0.0 %");
  EXPECT_EQ(error_text(0.0321), "+3.2 %");
  EXPECT_EQ(error_text(-0.004), "-0.4 %");
  EXPECT_EQ(error_text(-0.0001), "0.0 %");
  EXPECT_EQ(error_text(12.5), "+1,250 %");
  EXPECT_EQ(error_text(std::nullopt), "-");
  EXPECT_EQ(money_text(Money::micro_dollars(12'345)), "$0.0123");
  EXPECT_EQ(money_text(Money::micro_dollars(12'340'000)), "$12.34");
}

TEST(Table, Widths) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("äö…"), 3u);
  EXPECT_EQ(display_width("任務"), 4u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);  // e and a combining accent
  EXPECT_EQ(display_width("\xff\xfe"), 2u);
}

TEST(Table, ShortenedKeepsWholeCharacters) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdef", 4), "abc…");
  EXPECT_EQ(shortened("任務任務", 5), "任務…");
  EXPECT_EQ(shortened("任務任務", 4), "任…");
  EXPECT_EQ(shortened("abc", 1), "…");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(Table, CleanLineDisarmsTerminals) {
  EXPECT_EQ(clean_line("a\nb\x1b[31mc\x7f"), "a b [31mc ");
  EXPECT_EQ(clean_line("ok \xff"), "ok \xef\xbf\xbd");
  EXPECT_EQ(clean_line("\xc2\x9bz"), " z");  // a C1 control
}

TEST(Table, Wraps) {
  EXPECT_EQ(wrapped("one two three four", 10, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrapped("one  two", 0, 2), "one two");
  EXPECT_EQ(wrapped("unbreakable", 4, 2), "unbreakable");
}

TEST(Table, AlignsAndCuts) {
  Table table({{"id"}, {"what", Align::Left, 6}, {"took"}});
  table.add({"7", "collect at Foo.scala:12", "1.23 s"});
  table.add({"12", "任務", "43 ms"});
  EXPECT_EQ(table.text(0, false),
            "  id  what                       took\n"
            "   7  collect at Foo.scala:12  1.23 s\n"
            "  12  任務                      43 ms\n");
  EXPECT_EQ(table.text(30, false),
            "  id  what                took\n"
            "   7  collect at Foo.…  1.23 s\n"
            "  12  任務               43 ms\n");
  EXPECT_EQ(table.text(5, false),  // no narrower than the columns allow
            "  id  what      took\n"
            "   7  colle…  1.23 s\n"
            "  12  任務     43 ms\n");
}

TEST(Table, ColoursOnlyWhenAsked) {
  Table table({{"a"}});
  table.add({{"x", Colour::Red}});
  EXPECT_EQ(table.text(0, false), "  a\n  x\n");
  EXPECT_EQ(table.text(0, true), "  \x1b[2ma\x1b[0m\n  \x1b[31mx\x1b[0m\n");
}

TEST(Table, MissingCellsAreEmpty) {
  Table table({{"a", Align::Left}, {"b", Align::Left}});
  table.add({"x"});
  EXPECT_EQ(table.text(80, false, 0), "a  b\nx\n");
}

}  // namespace
}  // namespace muster
