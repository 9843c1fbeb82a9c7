#include <sferic/persistence/detail/pickle.hpp>

#include <sferic/persistence/detail/pickle_reader.hpp>

namespace sferic::detail {

Value read_pickle(std::string_view bytes) { return PickleReader(bytes).read(); }

Value read_pickle(ZipFile const& file, std::string_view entry) {
  auto const bytes = file.read(entry);
  try {
    return read_pickle(bytes);
  } catch (FormatError const& error) {
    file.fail(entry, error.what());
  }
}

}  // namespace sferic::detail
