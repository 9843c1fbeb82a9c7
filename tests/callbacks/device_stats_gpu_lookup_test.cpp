#include <sferic/callbacks/detail/cuda_driver.hpp>
#include <sferic/callbacks/detail/gpu_lookup.hpp>
#include <sferic/callbacks/detail/shared_library.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "support/message_of.hpp"

namespace sferic::test {
namespace {

using detail::GpuIdentity;

/// The first letters and digits of the UUID of cuda:INDEX.
std::string found(std::int64_t index, char const* visible,
                  std::optional<GpuIdentity> const& identity = {},
                  char const* library = SFERIC_STAND_IN_NVML) {
  detail::Nvml const nvml(library);
  return nvml.uuid(detail::find_gpu(nvml, index, identity, visible)).substr(0, 8);
}

std::string refusal(std::int64_t index, char const* visible) {
  return message_of<std::invalid_argument>([&] { found(index, visible); });
}

TEST(GpuLookup, IsTheDriversNumberWhereAllAreVisible) {
  EXPECT_EQ(found(0, nullptr), "GPU-aaaa");
  EXPECT_EQ(found(2, nullptr), "GPU-bbbb");
}

TEST(GpuLookup, CountsWithinTheListOfVisibleOnes) {
  EXPECT_EQ(found(0, "2"), "GPU-bbbb");
  EXPECT_EQ(found(1, " 0 , 2 ,1"), "GPU-bbbb");
}

TEST(GpuLookup, KnowsUuidsAndTheirBeginnings) {
  EXPECT_EQ(found(0, "GPU-bbbb0000-0000-0000-0000-000000000000"), "GPU-bbbb");
  EXPECT_EQ(found(1, "0,GPU-b"), "GPU-bbbb");
}

TEST(GpuLookup, KnowsPartsOfACard) {
  EXPECT_EQ(found(0, "MIG-cccc0000-0000-0000-0000-000000000000"), "MIG-cccc");
}

TEST(GpuLookup, BelievesCudaBeforeTheVariable) {
  GpuIdentity const last{.uuid = "bbbb0000-0000-0000-0000-000000000000", .pci_bus_id = ""};
  EXPECT_EQ(found(0, "0", last), "GPU-bbbb");
  EXPECT_EQ(found(5, nullptr, last), "GPU-bbbb");
}

TEST(GpuLookup, KnowsThePartThatCudaTellsOf) {
  GpuIdentity const part{.uuid = "cccc0000-0000-0000-0000-000000000000",
                         .pci_bus_id = "0000:03:00.0"};
  EXPECT_EQ(found(0, nullptr, part), "MIG-cccc");
}

TEST(GpuLookup, GoesByThePciBusWhereTheUuidIsUnknown) {
  EXPECT_EQ(found(0, nullptr, GpuIdentity{.uuid = "", .pci_bus_id = "0000:03:00.0"}), "GPU-bbbb");
}

TEST(GpuLookup, GoesByTheVariableWhereNvmlDoesNotKnowWhatCudaTells) {
  EXPECT_EQ(found(0, "2", GpuIdentity{.uuid = "none", .pci_bus_id = "none"}), "GPU-bbbb");
}

TEST(GpuLookup, RefusesANumberThatIsNotVisible) {
  EXPECT_EQ(refusal(3, nullptr), "there is no GPU cuda:3: NVML finds 3");
  EXPECT_EQ(refusal(1, "2"),
            "there is no GPU cuda:1: NVML finds 3, and CUDA_VISIBLE_DEVICES is \"2\"");
}

TEST(GpuLookup, EndsTheListAtWhatNamesNothingAsCudaDoes) {
  EXPECT_EQ(found(1, "0,2,-1,1"), "GPU-bbbb");
  for (char const* const visible : {"0,2,-1,1", "0,2,3,1", "0,2,NoDevFiles,1", "0,2,,1", "0,2,1x,1",
                                    "0,2,GPU-dddd,1", "0,2,MIG-dddd,1"}) {
    EXPECT_NE(refusal(3, visible), "") << visible;
  }
  EXPECT_NE(refusal(0, ""), "");
}

TEST(GpuLookup, RefusesABeginningOfSeveralUuids) { EXPECT_NE(refusal(0, "GPU-aaaa"), ""); }

TEST(GpuLookup, NeedsNoUuidsOfAnOldDriver) {
  detail::Nvml const nvml(SFERIC_STAND_IN_OLD_NVML);
  EXPECT_EQ(detail::find_gpu(nvml, 0, std::nullopt, "1"), nvml.by_index(1));
}

TEST(CudaDriver, IsNotLoadedToBeAsked) {
  EXPECT_FALSE(detail::cuda_identity(0));
  detail::SharedLibrary const of_the_program(SFERIC_STAND_IN_CUDA);
  auto const identity = detail::cuda_identity(0);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->uuid, "bbbb0000-0000-0000-0000-000000000000");
  EXPECT_EQ(identity->pci_bus_id, "0000:03:00.0");
  EXPECT_FALSE(detail::cuda_identity(1));
}

}  // namespace
}  // namespace sferic::test
