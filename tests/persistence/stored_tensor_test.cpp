#include <sferic/persistence/detail/stored_tensor.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "support/message_of.hpp"

namespace sferic::detail {
namespace {

constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
using Integers = std::vector<std::int64_t>;

StoredTensor tensor(std::int64_t offset, Integers sizes, Integers strides) {
  return {"0", ElementType::kFloat32, 6, offset, std::move(sizes), std::move(strides), false};
}

/// With a record of 6 elements.
std::string error_of(StoredTensor const& tensor) {
  return test::message_of<FormatError>([&] { check_bounds(tensor, 24); });
}

TEST(StoredTensor, MayEndWhereItsRecordEnds) {
  EXPECT_NO_THROW(check_bounds(tensor(0, {2, 3}, {3, 1}), 24));
  EXPECT_NO_THROW(check_bounds(tensor(0, {3, 2}, {1, 3}), 24));
  EXPECT_NO_THROW(check_bounds(tensor(5, {}, {}), 24));
  EXPECT_NO_THROW(check_bounds(tensor(6, {0}, {1}), 24));
  EXPECT_NO_THROW(check_bounds(tensor(5, {9}, {0}), 24));
}

TEST(StoredTensor, IsRefusedWhereItLeavesItsRecord) {
  EXPECT_EQ(error_of(tensor(1, {2, 3}, {3, 1})),
            "a tensor needs 7 elements of 4 bytes, but the record has 24 bytes");
  EXPECT_EQ(error_of(tensor(7, {0}, {1})),
            "a tensor needs 7 elements of 4 bytes, but the record has 24 bytes");
  EXPECT_NE(error_of(tensor(6, {}, {})), "nothing was thrown");
}

TEST(StoredTensor, IsRefusedWhereItsNumbersOverflow) {
  EXPECT_NE(error_of(tensor(kHuge, {1}, {1})), "nothing was thrown");
  EXPECT_NE(error_of(tensor(1, {2}, {kHuge})), "nothing was thrown");
  EXPECT_NE(error_of(tensor(0, {kHuge, 3}, {1, kHuge})), "nothing was thrown");
  EXPECT_EQ(error_of(tensor(0, {kHuge, 3}, {0, 0})), "a tensor is too large");
  EXPECT_EQ(error_of(tensor(0, {kHuge, 3, 0}, {0, 0, 0})), "a tensor is too large");
  EXPECT_EQ(error_of(tensor(0, {kHuge / 4 + 1}, {0})), "a tensor is too large");
}

TEST(StoredTensor, IsRefusedWhereItsNumbersMakeNoSense) {
  EXPECT_EQ(error_of(tensor(0, {1}, {})), "a tensor has 1 sizes and 0 strides");
  EXPECT_EQ(error_of(tensor(-1, {1}, {1})), "a tensor has a negative offset or stride");
  EXPECT_EQ(error_of(tensor(0, {-1}, {1})), "a tensor has a negative size");
  EXPECT_EQ(error_of(tensor(5, {2}, {-1})), "a tensor has a negative offset or stride");
  EXPECT_EQ(error_of(tensor(0, Integers(65, 1), Integers(65, 1))),
            "a tensor has too many dimensions");
}

}  // namespace
}  // namespace sferic::detail
