// What a pickle that means harm, or is damaged, is stopped by.

#include <sferic/persistence/detail/format_error.hpp>
#include <sferic/persistence/detail/pickle.hpp>

#include <gtest/gtest.h>

#include <string>

#include "persistence/pickle_support.hpp"
#include "support/message_of.hpp"

namespace sferic::detail {
namespace {

using namespace std::string_literals;
using test::global, test::text;

std::string refusal_of(std::string const& bytes) {
  return test::message_of<FormatError>([&] { (void)read_pickle(bytes); });
}

std::string times(std::size_t count, std::string const& part) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += part;
  return all;
}

TEST(PickleLimits, ALengthBeyondTheEndIsRefusedBeforeAnythingIsAllocated) {
  EXPECT_EQ(refusal_of("\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi"), "it ends too early");
  EXPECT_EQ(refusal_of("B\xff\xff\xff\xffhi"), "it ends too early");
  EXPECT_EQ(refusal_of("\x8b\xff\xff\xff\xffhi"), "it ends too early");
  EXPECT_EQ(refusal_of("cmodule without an end"), "it ends too early");
}

TEST(PickleLimits, AnEndBeforeStopIsRefused) {
  EXPECT_EQ(refusal_of(""), "it ends too early");
  EXPECT_EQ(refusal_of("N"), "it ends too early");
}

TEST(PickleLimits, TheStackGivesOnlyWhatWasPut) {
  EXPECT_EQ(refusal_of("."), "it takes more values than it gave");
  EXPECT_EQ(refusal_of("N\x86."), "it takes more values than it gave");
  EXPECT_EQ(refusal_of("N(0."), "it takes more values than it gave");
  EXPECT_EQ(refusal_of("Nt."), "a mark is missing");
  EXPECT_EQ(refusal_of("h\x01."), "it refers to a value that it did not give");
}

TEST(PickleLimits, OpcodesThatAreNotReadAreNamed) {
  EXPECT_EQ(refusal_of("\xff."), "it has an opcode that is not known: 255");
  EXPECT_EQ(refusal_of("I1\n."), "it has an opcode that is not known: 73");
}

TEST(PickleLimits, OnlyContainersAreAddedTo) {
  EXPECT_EQ(refusal_of("NNa."), "it adds to None");
  EXPECT_EQ(refusal_of("]NNs."), "it adds to a list");
  EXPECT_EQ(refusal_of("}Na."), "it adds to a dictionary");
  EXPECT_EQ(refusal_of("}NNs."), "the key of a dictionary is None");
  EXPECT_EQ(refusal_of("}(Nu."), "a dictionary's key has no value");
}

TEST(PickleLimits, NothingIsPartOfItself) {
  EXPECT_EQ(refusal_of("]q\x01h\x01"s + "a."), "it puts something into itself");
  EXPECT_EQ(refusal_of("]q\x01]q\x02h\x01"s + "ah\x01h\x02"s + "a."),
            "it adds to what is part of something else already");
}

TEST(PickleLimits, NestingIsBounded) {
  EXPECT_EQ(refusal_of(")" + times(99, "\x85") + "."), "nothing was thrown");
  EXPECT_EQ(refusal_of(")" + times(100, "\x85") + "."), "it is nested too deeply");
  auto const type = global("torch.jit._pickle", "restore_type_tag");
  EXPECT_EQ(refusal_of(")" + times(100, "\x85q\x01" + type + "h\x01" + "N\x86R") + "."),
            "it is nested too deeply");
}

TEST(PickleLimits, FilesThatUnfoldToManyValuesAreRefused) {
  auto const doubled = "q\x01h\x01\x86"s;
  EXPECT_EQ(refusal_of(")" + times(30, doubled) + "."), "it holds more than 10000000 values");
}

TEST(PickleLimits, CallsNeedAFunctionAndItsArguments) {
  EXPECT_EQ(refusal_of("N)R."), "it calls None");
  EXPECT_EQ(refusal_of(global("torch", "Size") + "NR."), "it calls `torch.Size` with None");
  EXPECT_EQ(refusal_of(global("torch", "Size") + ")R."), "`torch.Size` has no argument");
  EXPECT_EQ(refusal_of("NN\x93."), "a class has no name");
  EXPECT_EQ(refusal_of("NQ."), "it refers to something outside that is no storage");
  EXPECT_EQ(refusal_of(global("__torch__", "Module") + ")\x81Nb."),
            "the state of an object is None");
}

}  // namespace
}  // namespace sferic::detail
