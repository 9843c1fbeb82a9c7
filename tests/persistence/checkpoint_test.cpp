#include <sferic/persistence/checkpoint.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace sferic {
namespace {

TEST(CheckpointTest, KeepsBytesByName) {
  Checkpoint checkpoint;
  std::string const bytes("a\0b", 3);
  checkpoint.put("note", bytes);
  checkpoint.put("empty", "");
  ASSERT_NE(checkpoint.find("note"), nullptr);
  EXPECT_EQ(*checkpoint.find("note"), bytes);
  EXPECT_EQ(*checkpoint.find("empty"), "");
  EXPECT_EQ(checkpoint.find("other"), nullptr);
  EXPECT_EQ(checkpoint.entries().size(), 2u);
}

TEST(CheckpointTest, RefusesANameThatIsTakenAndKeepsWhatItHas) {
  Checkpoint checkpoint;
  checkpoint.put("note", "first");
  EXPECT_THROW(checkpoint.put("note", "second"), std::invalid_argument);
  EXPECT_EQ(*checkpoint.find("note"), "first");
  EXPECT_THROW(checkpoint.put("", "nameless"), std::invalid_argument);
}

}  // namespace
}  // namespace sferic
