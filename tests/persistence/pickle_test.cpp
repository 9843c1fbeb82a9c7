#include <sferic/persistence/detail/pickle.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/format_error.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "persistence/pickle_support.hpp"
#include "persistence/zip_support.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

using namespace std::string_literals;
using test::global, test::storage, test::text;
using Integers = std::vector<std::int64_t>;

/// What the pickle `bytes` gives, which has to be a T.
template <class T>
T read(std::string const& bytes) {
  auto const value = read_pickle(bytes + ".");
  if (auto const* read = value.as<T>()) return *read;
  throw std::runtime_error("it is " + value.kind());
}

std::string error_of(std::string const& bytes) {
  return test::message_of<FormatError>([&] { (void)read_pickle(bytes); });
}

TEST(Pickle, ReadsNumbersOfAllWidths) {
  EXPECT_EQ(read<std::int64_t>("K\xff"), 255);
  EXPECT_EQ(read<std::int64_t>("M\xff\xff"), 65535);
  EXPECT_EQ(read<std::int64_t>("J\xfe\xff\xff\xff"), -2);
  EXPECT_EQ(read<std::int64_t>("\x8a\x00"s), 0);
  EXPECT_EQ(read<std::int64_t>("\x8a\x02\x00\x80"s), -32768);
  EXPECT_EQ(read<std::int64_t>("\x8b\x05\x00\x00\x00\x00\x00\x00\x00\x01"s), std::int64_t{1} << 32);
  EXPECT_EQ(read<double>("G\xbf\xf8\x00\x00\x00\x00\x00\x00"s), -1.5);
}

TEST(Pickle, DoesNotCutAnIntegerThatIsTooLarge) {
  EXPECT_EQ(read<Unknown>("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00"s).name, "int");
}

TEST(Pickle, ReadsConstantsTextAndBytes) {
  EXPECT_NE(read_pickle("N.").as<None>(), nullptr);
  EXPECT_TRUE(read<bool>("\x88"));
  EXPECT_FALSE(read<bool>("\x89"));
  EXPECT_EQ(read<std::string>("X\x02\x00\x00\x00hi"s), "hi");
  EXPECT_EQ(read<std::string>("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi"s), "hi");
  EXPECT_EQ(read<Bytes>("C\x02hi").bytes, "hi");
  EXPECT_EQ(read<Bytes>("B\x02\x00\x00\x00hi"s).bytes, "hi");
}

TEST(Pickle, ReadsListsTuplesAndSets) {
  EXPECT_EQ(read<List>(")").size(), 0u);
  EXPECT_EQ(read<List>("K\x01K\x02\x86").size(), 2u);
  EXPECT_EQ(read<List>("(K\x01K\x02K\x03t").size(), 3u);
  EXPECT_EQ(read<List>("](K\x01K\x02"
                       "e")
                .size(),
            2u);
  EXPECT_EQ(read<List>("\x8f(K\x01\x90").size(), 1u);
}

TEST(Pickle, ReadsDictionariesInTheirOrderWithTheLastValueOfAKey) {
  auto const dict = read<Dict>("}(" + text("b") + "K\x01K\x07K\x02" + text("b") + "K\x03u");
  ASSERT_EQ(dict.entries().size(), 2u);
  EXPECT_EQ(dict.entries()[0].first, Dict::Key("b"));
  EXPECT_EQ(dict.entries()[1].first, Dict::Key(std::int64_t{7}));
  EXPECT_EQ(*dict.find("b")->as<std::int64_t>(), 3);
  EXPECT_EQ(dict.find("c"), nullptr);
}

TEST(Pickle, KeepsWhatIsInTheMemo) {
  auto const list = read<List>(text("once") + "q\x05h\x05\x86");
  EXPECT_EQ(list[0].as<std::string>(), list[1].as<std::string>());
}

TEST(Pickle, ReadsTensorsWithoutTheirHooks) {
  auto const tensor = read<StoredTensor>(
      global("torch._utils", "_rebuild_tensor_v2") + "(" + storage("HalfStorage") +
      "K\x02K\x02K\x01\x86K\x02K\x01\x86\x88" + global("collections", "OrderedDict") + ")RtR");
  EXPECT_EQ(tensor.record, "0");
  EXPECT_EQ(tensor.type, ElementType::kFloat16);
  EXPECT_EQ(tensor.storage_size, 6);
  EXPECT_EQ(tensor.offset, 2);
  EXPECT_EQ(tensor.sizes, (Integers{2, 1}));
  EXPECT_EQ(tensor.strides, (Integers{2, 1}));
  EXPECT_TRUE(tensor.requires_grad);
}

TEST(Pickle, ReadsAStorageAsTheTensorOfAllItsElements) {
  auto const tensor = read<StoredTensor>(storage("FloatStorage"));
  EXPECT_EQ(tensor.sizes, Integers{6});
  EXPECT_EQ(tensor.strides, Integers{1});
}

TEST(Pickle, SaysWhichArgumentOfATensorIsWrong) {
  EXPECT_EQ(error_of(global("torch._utils", "_rebuild_tensor_v2") + "(" + storage("FloatStorage") +
                     "NtR."),
            "argument 1 of `torch._utils._rebuild_tensor_v2` is None");
}

TEST(Pickle, ReadsObjectsOfTorchScriptAsTheirAttributes) {
  auto const object =
      read<Dict>(global("__torch__.nn", "Module") + ")\x81}" + text("training") + "\x88sb");
  ASSERT_EQ(object.entries().size(), 1u);
  EXPECT_TRUE(*object.find("training")->as<bool>());
}

TEST(Pickle, ReadsListsOfTorchScriptAsLists) {
  EXPECT_EQ(read<List>(global("torch.jit._pickle", "build_intlist") + "](K\x01K\x02"
                                                                      "e\x85R")
                .size(),
            2u);
}

TEST(Pickle, KeepsOnlyTheNameOfAClassThatItDoesNotKnow) {
  auto const unknown =
      read<Unknown>(text("argparse") + text("Namespace") + "\x93)\x81}" + text("lr") + "K\x01sb");
  EXPECT_EQ(unknown.name, "argparse.Namespace");
}

TEST(Pickle, RefusesByNameWhatRunsPrograms) {
  EXPECT_EQ(error_of(global("os", "system") + text("true") + "\x85R."),
            "it wants to call `os.system`");
  EXPECT_EQ(error_of(text("posix") + text("system") + "\x93."), "it wants to call `posix.system`");
  EXPECT_EQ(error_of(global("builtins", "eval") + "."), "it wants to call `builtins.eval`");
  EXPECT_EQ(error_of(global("os.path", "join") + "."), "it wants to call `os.path.join`");
}

TEST(Pickle, SaysInWhichFileAndEntrySomethingIsWrong) {
  test::TemporaryFolder const folder;
  auto const path = folder.path() / "file";
  test::write_zip(path, {{"archive/data.pkl", "\x80\x02"}});
  ZipFile const file(path);
  EXPECT_EQ(test::message_of<CheckpointError>([&] { (void)read_pickle(file); }),
            "cannot read `" + path.string() + "`: entry `data.pkl`: it ends too early");
}

}  // namespace
}  // namespace sferic::detail
