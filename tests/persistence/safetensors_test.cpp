#include <sferic/persistence/detail/safetensors.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/format_error.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

using namespace std::string_literals;

std::string tensor(std::string const& name, std::string const& type, std::string const& shape,
                   std::string const& offsets) {
  return "\"" + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" +
         offsets + "}";
}

std::string error_of(std::string const& tensors, std::uint64_t data_size) {
  return test::message_of<FormatError>(
      [&] { (void)parse_safetensors_header("{" + tensors + "}", data_size); });
}

TEST(Safetensors, AreReadInTheOrderOfTheirData) {
  auto const entries = parse_safetensors_header("{" + tensor("b", "F32", "[2,3]", "[2,26]") +
                                                    R"(,"__metadata__":{"format":"pt"},)" +
                                                    tensor("c", "BF16", "[]", "[0,2]") + "  }  ",
                                                26);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].name, "c");
  EXPECT_EQ(entries[0].type, ElementType::kBFloat16);
  EXPECT_TRUE(entries[0].sizes.empty());
  EXPECT_EQ(entries[1].name, "b");
  EXPECT_EQ(entries[1].sizes, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(entries[1].begin, 2u);
}

TEST(Safetensors, LieWithoutGapsAndOverlaps) {
  auto const first = tensor("a", "U8", "[4]", "[0,4]") + ",";
  auto const b_elsewhere = "`b` does not begin where the tensor before it ends"s;
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[4,8]"), 8), "nothing was thrown");
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[5,9]"), 9), b_elsewhere);
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[3,7]"), 7), b_elsewhere);
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[4,2]"), 4), b_elsewhere);
  auto const at_the_end = "its data does not end with the last tensor"s;
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[4,8]"), 9), at_the_end);
  EXPECT_EQ(error_of(first + tensor("b", "U8", "[4]", "[4,8]"), 7), at_the_end);
}

TEST(Safetensors, HaveTheBytesThatTheirShapesNeed) {
  auto const reason = "`a` has not as many bytes as its shape needs";
  EXPECT_EQ(error_of(tensor("a", "F64", "[2]", "[0,8]"), 8), reason);
  EXPECT_EQ(error_of(tensor("a", "U8", "[0]", "[0,8]"), 8), reason);
  EXPECT_EQ(error_of(tensor("a", "F32", "[4611686018427387904,4]", "[0,0]"), 0),
            "a tensor is too large");
  EXPECT_EQ(error_of(tensor("a", "U8", "[18446744073709551615]", "[0,0]"), 0),
            "a tensor has a negative size");
}

TEST(Safetensors, RefuseHeadersThatSaySomethingElse) {
  EXPECT_EQ(error_of(tensor("a", "F4", "[2]", "[0,8]"), 8), "the type `F4` is not known");
  EXPECT_EQ(error_of(tensor("a", "U8", "[-1]", "[0,8]"), 8), "`-1` is not a count");
  EXPECT_EQ(error_of(tensor("a", "U8", "[1.5]", "[0,8]"), 8), "`1.5` is not a count");
  EXPECT_TRUE(error_of(tensor("a", "U8", "[8]", "[0]"), 8).starts_with("the header is damaged"));
  EXPECT_TRUE(error_of(R"("a":{})", 0).starts_with("the header is damaged"));
  EXPECT_TRUE(error_of("{", 0).starts_with("the header is damaged"));
}

TEST(Safetensors, AreWrittenWithAHeaderThatIsReadAgain) {
  SafetensorsEntries const entries = {{"b", ElementType::kInt64, {2, 1}},
                                      {"a \"quoted\" name", ElementType::kBool, {}}};
  auto const header = make_safetensors_header(entries);
  EXPECT_EQ(header.size() % 8, 0u);
  auto const json = header.substr(8);
  EXPECT_EQ(static_cast<unsigned char>(header[0]), json.size());
  EXPECT_NE(json.find(R"("__metadata__":{"format":"pt"})"), std::string::npos);
  auto const read = parse_safetensors_header(json, 17);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].name, "b");
  EXPECT_EQ(read[0].end, 16u);
  EXPECT_EQ(read[1].name, "a \"quoted\" name");
}

class SafetensorsFileTest : public testing::Test {
 protected:
  std::string error_of_opening(std::string const& bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
    return test::message_of<CheckpointError>([&] { SafetensorsFile const file(path_); });
  }

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
};

TEST_F(SafetensorsFileTest, RefusesAHeaderThatIsLongerThanTheFile) {
  auto const reason = "cannot read `" + path_.string() + "`: its header is longer than it may be";
  EXPECT_EQ(error_of_opening(""), reason);
  EXPECT_EQ(error_of_opening("\x03\x00\x00\x00\x00\x00\x00\x00{}"s), reason);
  EXPECT_EQ(error_of_opening("\xff\xff\xff\xff\xff\xff\xff\xff{}"s), reason);
  EXPECT_EQ(error_of_opening("\x02\x00\x00\x00\x00\x00\x00\x00{}"s), "nothing was thrown");
}

TEST_F(SafetensorsFileTest, RefusesEveryTruncation) {
  SafetensorsEntries const entries = {{"a", ElementType::kUInt8, {3}}};
  auto const whole = make_safetensors_header(entries) + "abc";
  EXPECT_EQ(error_of_opening(whole), "nothing was thrown");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of_opening(whole.substr(0, size)), "nothing was thrown") << size;
  }
}

}  // namespace
}  // namespace sferic::detail
