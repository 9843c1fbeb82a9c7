#include <sferic/persistence/detail/zip_file.hpp>

#include <sferic/persistence/detail/input_file.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <zip.h>

namespace sferic::detail {

namespace {

constexpr zip_uint64_t kNeeded =
    ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;

std::string message_of(zip_error_t* error) {
  std::string message = zip_error_strerror(error);
  zip_error_fini(error);
  return message;
}

}  // namespace

void ZipFile::Close::operator()(zip* archive) const noexcept { zip_discard(archive); }

ZipFile::ZipFile(std::filesystem::path path) : path_(std::move(path)) {
  auto const file_size = input_file_size(path_);
  open();
  list(file_size);
  leave_out_the_folder();
}

bool ZipFile::contains(std::string_view name) const { return indices_.contains(name); }

std::size_t ZipFile::size(std::string_view name) const {
  return entries_[readable_index(name)].size;
}

std::string ZipFile::read(std::string_view name) const {
  std::string bytes(size(name), '\0');
  read(name, bytes.data(), bytes.size());
  return bytes;
}

void ZipFile::read(std::string_view name, void* to, std::size_t size) const {
  auto const place = readable_index(name);
  auto const has = entries_[place].size;
  if (has != size) {
    fail(name,
         "it has " + std::to_string(has) + " bytes, but " + std::to_string(size) + " are expected");
  }
  auto* position = static_cast<char*>(to);
  read_through(place, [&](zip_file_t* file, std::size_t left) {
    auto const count = zip_fread(file, position, left);
    if (count > 0) position += count;
    return count;
  });
}

void ZipFile::verify() const {
  std::array<char, 1 << 16> buffer;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].is_compressed || verified_[i]) continue;
    read_through(i, [&](zip_file_t* file, std::size_t left) {
      return zip_fread(file, buffer.data(), std::min(left, buffer.size()));
    });
  }
}

void ZipFile::fail(std::string_view entry, std::string_view reason) const {
  fail_to_read(path_, entry, reason);
}

void ZipFile::open() {
  int code = 0;
  archive_.reset(zip_open(path_.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (archive_) return;
  if (code == ZIP_ER_EXISTS) fail("", "two of its entries have the same name");
  zip_error_t reason;
  zip_error_init_with_code(&reason, code);
  fail("", message_of(&reason));
}

void ZipFile::list(std::uint64_t file_size) {
  auto const count = static_cast<std::uint64_t>(zip_get_num_entries(archive_.get(), 0));
  auto left = file_size;
  for (std::uint64_t i = 0; i < count; ++i) left -= add(i, left);
  if (entries_.empty()) fail("", "it holds nothing");
}

/// Gives how many of the `left` bytes of the file the entry takes. Each byte is of one entry, so
/// that all of them together ask for no more memory than the file has.
std::uint64_t ZipFile::add(std::uint64_t index, std::uint64_t left) {
  zip_stat_t stat;
  if (zip_stat_index(archive_.get(), index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    fail("", "the archive's directory is damaged");
  }
  bool const is_compressed = stat.comp_method != ZIP_CM_STORE;
  if (stat.comp_size > left || (!is_compressed && stat.size != stat.comp_size)) {
    fail(stat.name, "its size is wrong");
  }
  entries_.push_back({stat.name, stat.size, is_compressed});
  return stat.comp_size;
}

void ZipFile::leave_out_the_folder() {
  std::string const folder = entries_[0].name.substr(0, entries_[0].name.find('/') + 1);
  if (folder.empty())
    fail(entries_[0].name, "it is in no folder; LibTorch did not write this file");
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto& name = entries_[i].name;
    if (!name.starts_with(folder)) fail(name, "it is not in the folder `" + folder + "`");
    name.erase(0, folder.size());
    indices_.emplace(name, i);
  }
  verified_.resize(entries_.size());
}

std::size_t ZipFile::index(std::string_view name) const {
  auto const found = indices_.find(name);
  if (found == indices_.end()) fail(name, "there is no such entry");
  return found->second;
}

/// What a compressed entry says of its size means nothing.
std::size_t ZipFile::readable_index(std::string_view name) const {
  auto const place = index(name);
  if (entries_[place].is_compressed) fail(name, "it is compressed");
  return place;
}

/// Calls `take(file, bytes left)`, which reads some and says how many, until nothing is left.
template <class Take>
void ZipFile::read_through(std::size_t index, Take take) const {
  auto const& entry = entries_[index];
  std::unique_ptr<zip_file_t, decltype(&zip_fclose)> const file(
      zip_fopen_index(archive_.get(), index, 0), zip_fclose);
  if (!file) fail(entry.name, zip_strerror(archive_.get()));
  for (auto left = entry.size; left > 0;) {
    auto const count = take(file.get(), left);
    if (count < 0) fail(entry.name, zip_file_strerror(file.get()));
    if (count == 0) fail(entry.name, "it ends too early");
    left -= static_cast<std::size_t>(count);
  }
  // libzip compares the checksum when it meets the end.
  char beyond;
  if (zip_fread(file.get(), &beyond, 1) != 0) fail(entry.name, zip_file_strerror(file.get()));
  verified_[index] = true;
}

}  // namespace sferic::detail
