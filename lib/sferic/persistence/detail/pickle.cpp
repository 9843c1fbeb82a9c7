#include <sferic/persistence/detail/pickle.hpp>

#include <sferic/persistence/detail/pickle_opcodes.hpp>

namespace sferic::detail {

Value read_pickle(std::string_view bytes) {
  PickleProgram program{ByteReader(bytes)};
  for (;;) {
    auto const opcode = program.bytes.take_number<std::uint8_t>();
    if (opcode == kStop) return program.stack.pop().value;
    run_opcode(program, opcode);
  }
}

Value read_pickle(ZipFile const& file, std::string_view entry) {
  auto const bytes = file.read(entry);
  try {
    return read_pickle(bytes);
  } catch (FormatError const& error) {
    file.fail(entry, error.what());
  }
}

}  // namespace sferic::detail
