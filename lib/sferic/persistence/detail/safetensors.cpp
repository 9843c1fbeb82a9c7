#include <sferic/persistence/detail/safetensors.hpp>

#include <sferic/persistence/detail/byte_reader.hpp>
#include <sferic/persistence/detail/format_error.hpp>
#include <sferic/persistence/detail/input_file.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace sferic::detail {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLengthSize = 8;
constexpr std::uint64_t kMostHeader = 100'000'000;  ///< of the format
constexpr char const* kMetadata = "__metadata__";

constexpr std::array<std::pair<std::string_view, ElementType>, 10> kTypes = {{
    {"BOOL", ElementType::kBool},
    {"U8", ElementType::kUInt8},
    {"I8", ElementType::kInt8},
    {"I16", ElementType::kInt16},
    {"I32", ElementType::kInt32},
    {"I64", ElementType::kInt64},
    {"F16", ElementType::kFloat16},
    {"BF16", ElementType::kBFloat16},
    {"F32", ElementType::kFloat32},
    {"F64", ElementType::kFloat64},
}};

ElementType type_of(std::string const& name) {
  auto const* found = std::ranges::find(kTypes, name, &decltype(kTypes)::value_type::first);
  if (found == kTypes.end()) throw FormatError("the type `" + name + "` is not known");
  return found->second;
}

std::string name_of(ElementType type) {
  auto const* found = std::ranges::find(kTypes, type, &decltype(kTypes)::value_type::second);
  if (found == kTypes.end()) throw FormatError("safetensors has no complex numbers");
  return std::string(found->first);
}

/// JSON's numbers may be negative or broken, and would be rounded.
std::uint64_t count_of(Json const& number) {
  if (!number.is_number_unsigned()) throw FormatError("`" + number.dump() + "` is not a count");
  return number.get<std::uint64_t>();
}

SafetensorsEntry parse_entry(std::string const& name, Json const& json) {
  SafetensorsEntry entry{name, type_of(json.at("dtype").get<std::string>()), {}};
  for (auto const& size : json.at("shape")) {
    entry.sizes.push_back(static_cast<std::int64_t>(count_of(size)));
  }
  auto const& offsets = json.at("data_offsets");
  entry.begin = count_of(offsets.at(0));
  entry.end = count_of(offsets.at(1));
  return entry;
}

SafetensorsEntries parse_entries(std::string_view text) {
  SafetensorsEntries entries;
  auto const json = Json::parse(text);
  if (!json.is_object()) throw FormatError("the header is not an object");
  for (auto const& [name, value] : json.items()) {
    if (name != kMetadata) entries.push_back(parse_entry(name, value));
  }
  return entries;
}

/// As the format demands, so that no byte is hidden between tensors or belongs to two.
void check_data(SafetensorsEntries const& entries, std::uint64_t data_size) {
  std::uint64_t end = 0;
  for (auto const& entry : entries) {
    if (entry.begin != end || entry.end < entry.begin) {
      throw FormatError("`" + entry.name + "` does not begin where the tensor before it ends");
    }
    end = entry.end;
    if (end - entry.begin != count_bytes(entry.sizes, entry.type)) {
      throw FormatError("`" + entry.name + "` has not as many bytes as its shape needs");
    }
  }
  if (end != data_size) throw FormatError("its data does not end with the last tensor");
}

std::string little_endian(std::uint64_t number) {
  std::string bytes;
  for (std::size_t i = 0; i < kLengthSize; ++i)
    bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

std::string take_header(std::istream& file, std::uint64_t file_size) {
  std::string length(kLengthSize, '\0');
  file.read(length.data(), kLengthSize);
  auto const size = ByteReader(length).take_number<std::uint64_t>();
  if (file_size < kLengthSize || size > std::min(file_size - kLengthSize, kMostHeader)) {
    throw FormatError("its header is longer than it may be");
  }
  std::string header(size, '\0');
  file.read(header.data(), static_cast<std::streamsize>(size));
  return header;
}

}  // namespace

SafetensorsEntries parse_safetensors_header(std::string_view json, std::uint64_t data_size) {
  SafetensorsEntries entries;
  try {
    entries = parse_entries(json);
  } catch (Json::exception const& error) {
    throw FormatError(std::string("the header is damaged: ") + error.what());
  }
  std::ranges::sort(entries, {},
                    [](auto const& entry) { return std::pair(entry.begin, entry.end); });
  check_data(entries, data_size);
  return entries;
}

std::string make_safetensors_header(SafetensorsEntries const& entries) {
  Json json = {{kMetadata, {{"format", "pt"}}}};
  std::uint64_t begin = 0;
  for (auto const& entry : entries) {
    auto const end = begin + count_bytes(entry.sizes, entry.type);
    json[entry.name] = {
        {"dtype", name_of(entry.type)}, {"shape", entry.sizes}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  auto text = json.dump();
  // So that the data is aligned in memory that the file is mapped to.
  text.resize((text.size() + kLengthSize - 1) / kLengthSize * kLengthSize, ' ');
  return little_endian(text.size()) + text;
}

SafetensorsFile::SafetensorsFile(std::filesystem::path path) : path_(std::move(path)) {
  auto const file_size = input_file_size(path_);
  std::ifstream file(path_, std::ios::binary);
  if (!file) fail_to_read(path_, "", std::generic_category().message(errno));
  try {
    auto const header = take_header(file, file_size);
    data_begin_ = kLengthSize + header.size();
    entries_ = parse_safetensors_header(header, file_size - data_begin_);
  } catch (FormatError const& error) {
    fail_to_read(path_, "", error.what());
  }
}

void SafetensorsFile::read(SafetensorsEntry const& entry, void* to) const {
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(data_begin_ + entry.begin));
  file.read(static_cast<char*>(to), static_cast<std::streamsize>(entry.end - entry.begin));
  if (!file) fail_to_read(path_, entry.name, "it ends too early");
}

}  // namespace sferic::detail
