#pragma once

#include <sferic/persistence/detail/byte_reader.hpp>
#include <sferic/persistence/detail/pickle_stack.hpp>

#include <cstdint>

namespace sferic::detail {

/// A pickle is a program for a machine with a stack: what is left of it, and the stack.
struct PickleProgram {
  ByteReader bytes;
  PickleStack stack = {};
};

constexpr std::uint8_t kStop = '.';

/// Does what an opcode other than kStop says, with what follows it. Throws FormatError, for an
/// opcode that is not known too.
void run_opcode(PickleProgram& program, std::uint8_t opcode);

}  // namespace sferic::detail
