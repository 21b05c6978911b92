#include "sim/workload/amounts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace muster {
namespace {

TEST(AmountFields, StandWhereTheirNumberSays) {
  for (std::size_t i = 0; i < kAmountCount; ++i)
    EXPECT_EQ(static_cast<std::size_t>(amount_fields()[i].amount), i);
}

TEST(AmountFields, HaveNamesOfTheirOwn) {
  std::set<std::string> keys, columns;
  for (const AmountField& field : amount_fields()) {
    keys.insert(std::string(field.group) + "/" + std::string(field.key));
    columns.insert(std::string(field.column));
  }
  EXPECT_EQ(keys.size(), kAmountCount);
  EXPECT_EQ(columns.size(), kAmountCount);
}

// The last part of a column's name is its unit, or it is a plain count.
TEST(AmountFields, NameTheirUnit) {
  for (const AmountField& field : amount_fields()) {
    const std::string_view name = field.column;
    EXPECT_EQ(name.ends_with("_ms"), field.unit == AmountUnit::Milliseconds) << name;
    EXPECT_EQ(name.ends_with("_ns"), field.unit == AmountUnit::Nanoseconds) << name;
    EXPECT_EQ(name.ends_with("_bytes"), field.unit == AmountUnit::Bytes) << name;
  }
}

TEST(AmountTable, RowsAreZeroUntilTheyAreSet) {
  AmountTable table;
  EXPECT_EQ(table.rows(), 0U);
  EXPECT_EQ(table.add_row(), 0U);
  EXPECT_EQ(table.add_row(), 1U);
  EXPECT_EQ(table.add_row(), 2U);
  EXPECT_FALSE(table.used(Amount::ResultSize));
  table.set(1, Amount::ResultSize, 7);
  EXPECT_TRUE(table.used(Amount::ResultSize));
  EXPECT_FALSE(table.used(Amount::JvmGcTime));
  EXPECT_EQ(table.get(0, Amount::ResultSize), 0);
  EXPECT_EQ(table.get(1, Amount::ResultSize), 7);
  EXPECT_EQ(table.get(2, Amount::ResultSize), 0);
  table.set(1, Amount::ResultSize, 0);
  EXPECT_EQ(table.get(1, Amount::ResultSize), 0);
}

TEST(AmountTable, AZeroAllocatesNothing) {
  AmountTable table;
  table.add_row();
  table.set(0, Amount::JvmGcTime, 0);
  EXPECT_FALSE(table.used(Amount::JvmGcTime));
}

TEST(AmountTable, EqualityIsThatOfTheValues) {
  AmountTable a, b;
  for (AmountTable* table : {&a, &b}) table->add_row(), table->add_row();
  a.set(0, Amount::ResultSize, 5);
  b.set(0, Amount::ResultSize, 5);
  b.set(1, Amount::ResultSize, 1);
  EXPECT_FALSE(a == b);
  b.set(1, Amount::ResultSize, 0);  // its column is longer now, its content the same
  EXPECT_TRUE(a == b);
  b.add_row();
  EXPECT_FALSE(a == b);
}

}  // namespace
}  // namespace muster
