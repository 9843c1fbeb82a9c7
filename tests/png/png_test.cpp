#include <sferic/png/png.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <png.h>
#include <string>
#include <vector>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

Image image(std::int64_t width, std::int64_t height, std::int64_t channels) {
  Image made{width, height, channels, {}};
  for (std::int64_t i = 0; i < width * height * channels; ++i) {
    made.pixels.push_back(static_cast<std::uint8_t>(i * 37));
  }
  return made;
}

/// As libpng's reader sees a file's bytes, in the format that it finds there.
Image decoded(std::string const& bytes) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&header, bytes.data(), bytes.size()));
  Image read{header.width, header.height, PNG_IMAGE_SAMPLE_CHANNELS(header.format), {}};
  read.pixels.resize(PNG_IMAGE_SIZE(header));
  EXPECT_TRUE(png_image_finish_read(&header, nullptr, read.pixels.data(), 0, nullptr));
  return read;
}

TEST(PngTest, HasThePixelsOfTheImage) {
  for (std::int64_t channels = 1; channels <= 4; ++channels) {
    auto const original = image(5, 3, channels);
    auto const read = decoded(encode_png(original));
    EXPECT_EQ(read.width, 5);
    EXPECT_EQ(read.height, 3);
    EXPECT_EQ(read.channels, channels);
    EXPECT_EQ(read.pixels, original.pixels);
  }
}

TEST(PngTest, IsWrittenIntoFoldersThatAreMade) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "a" / "b.png";
  write_png(path, image(2, 2, 3));
  std::ifstream file(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), encode_png(image(2, 2, 3)));
}

TEST(PngTest, TellsWhereItCannotBeWritten) {
  TemporaryFolder const folder;
  std::ofstream(folder.path() / "file") << "no folder";
  auto const message = message_of<std::runtime_error>(
      [&] { write_png(folder.path() / "file/a.png", image(1, 1, 1)); });
  EXPECT_EQ(message,
            "`" + (folder.path() / "file/a.png").string() + "` cannot be written: Not a directory");
}

TEST(PngTest, RefusesImagesThatAreNone) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { encode_png(image(2, 2, 5)); }),
            "the number of channels of an image must be from 1 to 4, but is 5");
  EXPECT_EQ(message_of<std::invalid_argument>([] { encode_png({2, 2, 1, {0, 0, 0}}); }),
            "an image of this size has 4 bytes, but got 3");
  EXPECT_THROW(encode_png(image(0, 2, 1)), std::invalid_argument);
  EXPECT_THROW(encode_png({std::int64_t{1} << 40, 1, 1, {}}), std::invalid_argument);
}

}  // namespace
}  // namespace sferic::test
