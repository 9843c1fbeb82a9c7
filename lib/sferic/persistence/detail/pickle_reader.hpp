#pragma once

#include <sferic/persistence/detail/byte_reader.hpp>
#include <sferic/persistence/detail/pickle_stack.hpp>
#include <sferic/persistence/detail/value.hpp>

#include <cstdint>
#include <string_view>

namespace sferic::detail {

enum class Opcode : std::uint8_t;

/// The machine that a pickle is a program for, with nothing in it that acts. Throws FormatError.
class PickleReader {
 public:
  explicit PickleReader(std::string_view bytes) : bytes_(bytes) {}

  /// To be called once.
  Value read();

 private:
  /// Each does what the opcode says, or gives false if it is none of its kind.
  bool read_constant(Opcode opcode);
  bool read_number(Opcode opcode);
  bool read_text(Opcode opcode);
  bool read_collection(Opcode opcode);
  bool read_memo(Opcode opcode);
  bool read_object(Opcode opcode);

  void push(Value value) { stack_.push({std::move(value)}); }
  void push_integer(std::uint64_t size);
  void push_string(std::uint64_t size);
  void push_bytes(std::uint64_t size);
  void push_tuple(std::size_t size);
  std::vector<Item> pop(std::size_t count);
  void push_global();
  void push_call();

  ByteReader bytes_;
  PickleStack stack_;
};

}  // namespace sferic::detail
