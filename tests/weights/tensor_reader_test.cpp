#include <sferic/weights/detail/tensor_reader.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/pickle.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <iterator>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

class TensorReaderTest : public testing::Test {
 protected:
  /// The tensor that is written and read.
  at::Tensor again(at::Tensor const& tensor) const {
    torch::serialize::OutputArchive archive;
    archive.write("tensor", tensor);
    archive.save_to(path_.string());
    ZipFile const file(path_);
    return TensorReader(file).read(
        *read_pickle(file).as<Dict>()->find("tensor")->as<StoredTensor>());
  }

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
};

TEST_F(TensorReaderTest, ReadsEveryTypeAsItWasWritten) {
  for (auto const type :
       {at::kBool, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf, at::kBFloat16,
        at::kFloat, at::kDouble, at::kComplexFloat, at::kComplexDouble}) {
    auto const tensor = torch::arange(6, at::kFloat).view({2, 3}).to(type);
    auto const read = again(tensor);
    EXPECT_EQ(read.scalar_type(), type);
    EXPECT_TRUE(at::equal(read, tensor)) << type;
  }
}

TEST_F(TensorReaderTest, ReadsScalarsAndEmptyTensors) {
  EXPECT_TRUE(at::equal(again(torch::tensor(2.5)), torch::tensor(2.5)));
  EXPECT_EQ(again(torch::empty({0, 3})).sizes(), torch::empty({0, 3}).sizes());
}

TEST_F(TensorReaderTest, KeepsStridesAndTheWishForGradients) {
  auto const transposed = torch::rand({2, 3}).t().requires_grad_();
  auto const read = again(transposed);
  EXPECT_EQ(read.strides(), transposed.strides());
  EXPECT_TRUE(read.requires_grad());
  EXPECT_TRUE(at::equal(read, transposed));
}

TEST_F(TensorReaderTest, SharesTheMemoryOfARecord) {
  again(torch::arange(6, at::kFloat));
  ZipFile const file(path_);
  TensorReader reader(file);
  auto const whole = reader.read({"0", ElementType::kFloat32, 6, 0, {6}, {1}, false});
  auto const row = reader.read({"0", ElementType::kFloat32, 6, 3, {3}, {1}, false});
  whole.fill_(7);
  EXPECT_TRUE(at::equal(row, torch::full({3}, 7.f)));
}

TEST_F(TensorReaderTest, RefusesADamagedRecordEachTime) {
  again(torch::arange(6, at::kFloat));
  std::fstream bytes(path_, std::ios::in | std::ios::out | std::ios::binary);
  std::string const content(std::istreambuf_iterator<char>(bytes), {});
  bytes.seekp(static_cast<std::streamoff>(content.find(std::string("\0\0\x80\x3f", 4))));
  bytes.put('\x01').flush();
  ZipFile const file(path_);
  TensorReader reader(file);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)reader.read({"0", ElementType::kFloat32, 6, 0, {6}, {1}, false}),
                 CheckpointError);
  }
}

TEST_F(TensorReaderTest, NamesTheRecordThatIsMissingOrTooSmall) {
  again(torch::arange(6, at::kFloat));
  ZipFile const file(path_);
  auto const error_of = [&](StoredTensor const& tensor) {
    return test::message_of<CheckpointError>([&] { (void)TensorReader(file).read(tensor); });
  };
  auto const begin = "cannot read `" + path_.string() + "`: entry ";
  EXPECT_EQ(error_of({"9", ElementType::kFloat32, 6, 0, {6}, {1}, false}),
            begin + "`data/9`: there is no such entry");
  EXPECT_EQ(error_of({"0", ElementType::kFloat64, 6, 0, {6}, {1}, false}),
            begin + "`data/0`: a tensor needs 6 elements of 8 bytes, but the record has 24 bytes");
  EXPECT_EQ(error_of({"0", ElementType::kInt32, 6, 0, {6}, {1}, true}),
            begin + "`data/0`: integers have no gradient");
}

}  // namespace
}  // namespace sferic::detail
