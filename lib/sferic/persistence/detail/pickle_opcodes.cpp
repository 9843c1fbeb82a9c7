#include <sferic/persistence/detail/pickle_opcodes.hpp>

#include <sferic/persistence/detail/pickle_calls.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <string>
#include <utility>

namespace sferic::detail {

namespace {

using Program = PickleProgram;
using Step = void (*)(Program&);

std::uint64_t take_8(Program& p) { return p.bytes.take_number<std::uint8_t>(); }
std::uint64_t take_16(Program& p) { return p.bytes.take_number<std::uint16_t>(); }
std::uint64_t take_32(Program& p) { return p.bytes.take_number<std::uint32_t>(); }
std::uint64_t take_64(Program& p) { return p.bytes.take_number<std::uint64_t>(); }

template <class T>
void push(Program& p, T value) {
  p.stack.push({Value(std::move(value))});
}

void push_unsigned(Program& p, std::uint64_t number) { push(p, static_cast<std::int64_t>(number)); }

/// A signed number of any size; what doesn't fit an int64, such as a seed, is Unknown.
void push_signed(Program& p, std::uint64_t size) {
  auto const bytes = p.bytes.take(size);
  if (size > 8) return push(p, std::make_shared<Unknown const>(Unknown{"int"}));
  bool const is_negative = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
  std::string extended(8, is_negative ? '\xff' : '\0');
  std::ranges::copy(bytes, extended.begin());
  push_unsigned(p, ByteReader(extended).take_number<std::uint64_t>());
}

/// The only number whose highest byte comes first.
void push_double(Program& p) {
  std::string bytes(p.bytes.take(8));
  std::ranges::reverse(bytes);
  push(p, std::bit_cast<double>(ByteReader(bytes).take_number<std::uint64_t>()));
}

void push_text(Program& p, std::uint64_t size) {
  push(p, std::make_shared<std::string const>(p.bytes.take(size)));
}

void push_bytes(Program& p, std::uint64_t size) {
  push(p, std::make_shared<Bytes const>(Bytes{std::string(p.bytes.take(size))}));
}

void push_tuple(Program& p, std::size_t size) { p.stack.push_list(p.stack.pop(size)); }

void push_global(Program& p) {
  auto const module = p.bytes.take_line();
  p.stack.push({global(module, p.bytes.take_line())});
}

void push_stack_global(Program& p) {
  auto const names = p.stack.pop(2);
  auto const* module = names[0].value.as<std::string>();
  auto const* name = names[1].value.as<std::string>();
  if (!module || !name) throw FormatError("a class has no name");
  p.stack.push({global(*module, *name)});
}

void push_call(Program& p) {
  auto const callee_and_arguments = p.stack.pop(2);
  p.stack.push(call(callee_and_arguments[0].value, callee_and_arguments[1]));
}

void push_call_with_names(Program& p) {
  p.stack.pop();  // the arguments that have names
  push_call(p);
}

void push_storage(Program& p) { p.stack.push({storage(p.stack.pop().value)}); }

/// With the names of Python's pickletools. Those of protocols 0 and 1 that write numbers as text
/// are left out: neither LibTorch nor PyTorch writes them.
constexpr auto kSteps = std::to_array<std::pair<std::uint8_t, Step>>({
    {0x80, [](Program& p) { p.bytes.take(1); }},                           // PROTO
    {0x95, [](Program& p) { p.bytes.take(8); }},                           // FRAME
    {'(', [](Program& p) { p.stack.mark(); }},                             // MARK
    {'0', [](Program& p) { p.stack.pop(); }},                              // POP
    {'1', [](Program& p) { p.stack.pop_to_mark(); }},                      // POP_MARK
    {'2', [](Program& p) { p.stack.push(PickleItem(p.stack.top())); }},    // DUP
    {'N', [](Program& p) { push(p, None{}); }},                            // NONE
    {0x88, [](Program& p) { push(p, true); }},                             // NEWTRUE
    {0x89, [](Program& p) { push(p, false); }},                            // NEWFALSE
    {'K', [](Program& p) { push_unsigned(p, take_8(p)); }},                // BININT1
    {'M', [](Program& p) { push_unsigned(p, take_16(p)); }},               // BININT2
    {'J', [](Program& p) { push_signed(p, 4); }},                          // BININT
    {0x8a, [](Program& p) { push_signed(p, take_8(p)); }},                 // LONG1
    {0x8b, [](Program& p) { push_signed(p, take_32(p)); }},                // LONG4
    {'G', push_double},                                                    // BINFLOAT
    {'U', [](Program& p) { push_text(p, take_8(p)); }},                    // SHORT_BINSTRING
    {'T', [](Program& p) { push_text(p, take_32(p)); }},                   // BINSTRING
    {0x8c, [](Program& p) { push_text(p, take_8(p)); }},                   // SHORT_BINUNICODE
    {'X', [](Program& p) { push_text(p, take_32(p)); }},                   // BINUNICODE
    {0x8d, [](Program& p) { push_text(p, take_64(p)); }},                  // BINUNICODE8
    {'C', [](Program& p) { push_bytes(p, take_8(p)); }},                   // SHORT_BINBYTES
    {'B', [](Program& p) { push_bytes(p, take_32(p)); }},                  // BINBYTES
    {0x8e, [](Program& p) { push_bytes(p, take_64(p)); }},                 // BINBYTES8
    {0x96, [](Program& p) { push_bytes(p, take_64(p)); }},                 // BYTEARRAY8
    {')', [](Program& p) { push_tuple(p, 0); }},                           // EMPTY_TUPLE
    {0x85, [](Program& p) { push_tuple(p, 1); }},                          // TUPLE1
    {0x86, [](Program& p) { push_tuple(p, 2); }},                          // TUPLE2
    {0x87, [](Program& p) { push_tuple(p, 3); }},                          // TUPLE3
    {'t', [](Program& p) { p.stack.push_list(p.stack.pop_to_mark()); }},   // TUPLE
    {']', [](Program& p) { p.stack.push_list({}); }},                      // EMPTY_LIST
    {'l', [](Program& p) { p.stack.push_list(p.stack.pop_to_mark()); }},   // LIST
    {'a', [](Program& p) { p.stack.append(p.stack.pop(1)); }},             // APPEND
    {'e', [](Program& p) { p.stack.append(p.stack.pop_to_mark()); }},      // APPENDS
    {0x8f, [](Program& p) { p.stack.push_list({}); }},                     // EMPTY_SET
    {0x90, [](Program& p) { p.stack.append(p.stack.pop_to_mark()); }},     // ADDITEMS
    {0x91, [](Program& p) { p.stack.push_list(p.stack.pop_to_mark()); }},  // FROZENSET
    {'}', [](Program& p) { p.stack.push_dict({}); }},                      // EMPTY_DICT
    {'d', [](Program& p) { p.stack.push_dict(p.stack.pop_to_mark()); }},   // DICT
    {'s', [](Program& p) { p.stack.set(p.stack.pop(2)); }},                // SETITEM
    {'u', [](Program& p) { p.stack.set(p.stack.pop_to_mark()); }},         // SETITEMS
    {'q', [](Program& p) { p.stack.put(take_8(p)); }},                     // BINPUT
    {'r', [](Program& p) { p.stack.put(take_32(p)); }},                    // LONG_BINPUT
    {0x94, [](Program& p) { p.stack.memoize(); }},                         // MEMOIZE
    {'h', [](Program& p) { p.stack.push_memo(take_8(p)); }},               // BINGET
    {'j', [](Program& p) { p.stack.push_memo(take_32(p)); }},              // LONG_BINGET
    {'c', push_global},                                                    // GLOBAL
    {0x93, push_stack_global},                                             // STACK_GLOBAL
    {'R', push_call},                                                      // REDUCE
    {0x81, push_call},                                                     // NEWOBJ
    {0x92, push_call_with_names},                                          // NEWOBJ_EX
    {'b', [](Program& p) { p.stack.build(p.stack.pop()); }},               // BUILD
    {'Q', push_storage},                                                   // BINPERSID
});

constexpr auto kStepOf = [] {
  std::array<Step, 256> steps{};
  for (auto const& [opcode, step] : kSteps) steps[opcode] = step;
  return steps;
}();

}  // namespace

void run_opcode(PickleProgram& program, std::uint8_t opcode) {
  auto* const step = kStepOf[opcode];
  if (!step) throw FormatError("it has an opcode that is not known: " + std::to_string(opcode));
  step(program);
}

}  // namespace sferic::detail
