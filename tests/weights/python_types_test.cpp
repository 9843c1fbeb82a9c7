#include <sferic/persistence/detail/pickle.hpp>
#include <sferic/weights/detail/tensor_reader.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "weights/support.hpp"

namespace sferic::detail {
namespace {

class PythonTypesTest : public testing::Test {
 protected:
  at::Tensor read(char const* name) {
    return reader_.read(*content_.as<Dict>()->find(name)->as<StoredTensor>());
  }

  ZipFile const file_{test::golden("types.pt")};
  Value const content_ = read_pickle(file_);
  TensorReader reader_{file_};
};

TEST_F(PythonTypesTest, AllElementTypesAreRead) {
  std::map<char const*, at::ScalarType> const types = {
      {"float64", at::kDouble},    {"float32", at::kFloat}, {"float16", at::kHalf},
      {"bfloat16", at::kBFloat16}, {"int64", at::kLong},    {"int32", at::kInt},
      {"int16", at::kShort},       {"int8", at::kChar},     {"uint8", at::kByte},
      {"bool", at::kBool}};
  for (auto const& [name, type] : types) {
    EXPECT_TRUE(at::equal(read(name), torch::arange(6).view({2, 3}).to(type))) << name;
  }
}

TEST_F(PythonTypesTest, ShapesAndStridesAreKept) {
  EXPECT_EQ(read("transposed").strides().vec(), (std::vector<std::int64_t>{1, 3}));
  EXPECT_TRUE(at::equal(read("transposed"), torch::arange(6.0).view({2, 3}).t()));
  EXPECT_TRUE(at::equal(read("scalar"), torch::tensor(2.5f)));
  EXPECT_EQ(read("empty").sizes().vec(), (std::vector<std::int64_t>{0, 3}));
  EXPECT_TRUE(read("parameter").requires_grad());
}

TEST_F(PythonTypesTest, TensorsThatShareMemoryInPythonShareItHere) {
  auto const first = read("first_half");
  auto const last = read("last_half");
  EXPECT_TRUE(at::equal(last, torch::arange(6.0, 12.0)));
  EXPECT_TRUE(first.is_alias_of(last));
}

}  // namespace
}  // namespace sferic::detail
