#include <sferic/persistence/detail/pickle_reader.hpp>

#include <sferic/persistence/detail/pickle_calls.hpp>

#include <algorithm>
#include <bit>
#include <memory>
#include <string>
#include <utility>

namespace sferic::detail {

/// By the names of Python's pickletools. Those of protocols 0 and 1 that write numbers as text are
/// left out: neither LibTorch nor PyTorch write them.
enum class Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kNone = 'N',
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kBinFloat = 'G',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kBinBytes8 = 0x8e,
  kByteArray8 = 0x96,
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyList = ']',
  kList = 'l',
  kAppend = 'a',
  kAppends = 'e',
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kFrozenSet = 0x91,
  kEmptyDict = '}',
  kDict = 'd',
  kSetItem = 's',
  kSetItems = 'u',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kMemoize = 0x94,
  kBinGet = 'h',
  kLongBinGet = 'j',
  kGlobal = 'c',
  kStackGlobal = 0x93,
  kReduce = 'R',
  kNewObj = 0x81,
  kNewObjEx = 0x92,
  kBuild = 'b',
  kBinPersId = 'Q',
  kProto = 0x80,
  kFrame = 0x95,
};

Value PickleReader::read() {
  for (;;) {
    auto const byte = bytes_.take_number<std::uint8_t>();
    auto const opcode = Opcode{byte};
    if (opcode == Opcode::kStop) return stack_.pop().value;
    if (!read_constant(opcode) && !read_number(opcode) && !read_text(opcode) &&
        !read_collection(opcode) && !read_memo(opcode) && !read_object(opcode)) {
      throw FormatError("it has an opcode that is not known: " + std::to_string(byte));
    }
  }
}

bool PickleReader::read_constant(Opcode opcode) {
  switch (opcode) {
    case Opcode::kProto:
      bytes_.take(1);
      return true;
    case Opcode::kFrame:
      bytes_.take(8);
      return true;
    case Opcode::kMark:
      stack_.mark();
      return true;
    case Opcode::kPop:
      stack_.pop();
      return true;
    case Opcode::kPopMark:
      stack_.pop_to_mark();
      return true;
    case Opcode::kDup:
      stack_.push(Item(stack_.top()));
      return true;
    case Opcode::kNone:
      push(Value());
      return true;
    case Opcode::kNewTrue:
      push(Value(true));
      return true;
    case Opcode::kNewFalse:
      push(Value(false));
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_number(Opcode opcode) {
  switch (opcode) {
    case Opcode::kBinInt:
      push_integer(4);
      return true;
    case Opcode::kBinInt1:
      push(Value(std::int64_t{bytes_.take_number<std::uint8_t>()}));
      return true;
    case Opcode::kBinInt2:
      push(Value(std::int64_t{bytes_.take_number<std::uint16_t>()}));
      return true;
    case Opcode::kLong1:
      push_integer(bytes_.take_number<std::uint8_t>());
      return true;
    case Opcode::kLong4:
      push_integer(bytes_.take_number<std::uint32_t>());
      return true;
    case Opcode::kBinFloat: {
      std::string bytes(bytes_.take(8));
      std::ranges::reverse(bytes);  // the only number whose highest byte comes first
      push(Value(std::bit_cast<double>(ByteReader(bytes).take_number<std::uint64_t>())));
      return true;
    }
    default:
      return false;
  }
}

bool PickleReader::read_text(Opcode opcode) {
  switch (opcode) {
    case Opcode::kShortBinString:
    case Opcode::kShortBinUnicode:
      push_string(bytes_.take_number<std::uint8_t>());
      return true;
    case Opcode::kBinString:
    case Opcode::kBinUnicode:
      push_string(bytes_.take_number<std::uint32_t>());
      return true;
    case Opcode::kBinUnicode8:
      push_string(bytes_.take_number<std::uint64_t>());
      return true;
    case Opcode::kShortBinBytes:
      push_bytes(bytes_.take_number<std::uint8_t>());
      return true;
    case Opcode::kBinBytes:
      push_bytes(bytes_.take_number<std::uint32_t>());
      return true;
    case Opcode::kBinBytes8:
    case Opcode::kByteArray8:
      push_bytes(bytes_.take_number<std::uint64_t>());
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_collection(Opcode opcode) {
  switch (opcode) {
    case Opcode::kEmptyTuple:
    case Opcode::kEmptyList:
    case Opcode::kEmptySet:
      stack_.push_list({});
      return true;
    case Opcode::kTuple1:
      push_tuple(1);
      return true;
    case Opcode::kTuple2:
      push_tuple(2);
      return true;
    case Opcode::kTuple3:
      push_tuple(3);
      return true;
    case Opcode::kTuple:
    case Opcode::kList:
    case Opcode::kFrozenSet:
      stack_.push_list(stack_.pop_to_mark());
      return true;
    case Opcode::kAppend:
      stack_.append(pop(1));
      return true;
    case Opcode::kAppends:
    case Opcode::kAddItems:
      stack_.append(stack_.pop_to_mark());
      return true;
    case Opcode::kEmptyDict:
      stack_.push_dict({});
      return true;
    case Opcode::kDict:
      stack_.push_dict(stack_.pop_to_mark());
      return true;
    case Opcode::kSetItem:
      stack_.set(pop(2));
      return true;
    case Opcode::kSetItems:
      stack_.set(stack_.pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_memo(Opcode opcode) {
  switch (opcode) {
    case Opcode::kBinPut:
      stack_.put(bytes_.take_number<std::uint8_t>());
      return true;
    case Opcode::kLongBinPut:
      stack_.put(bytes_.take_number<std::uint32_t>());
      return true;
    case Opcode::kMemoize:
      stack_.memoize();
      return true;
    case Opcode::kBinGet:
      stack_.push_memo(bytes_.take_number<std::uint8_t>());
      return true;
    case Opcode::kLongBinGet:
      stack_.push_memo(bytes_.take_number<std::uint32_t>());
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_object(Opcode opcode) {
  switch (opcode) {
    case Opcode::kGlobal: {
      auto const module = bytes_.take_line();
      push(global(module, bytes_.take_line()));
      return true;
    }
    case Opcode::kStackGlobal:
      push_global();
      return true;
    case Opcode::kReduce:
    case Opcode::kNewObj:
      push_call();
      return true;
    case Opcode::kNewObjEx:
      stack_.pop();  // the arguments that have names
      push_call();
      return true;
    case Opcode::kBuild:
      stack_.build(pop(1)[0]);
      return true;
    case Opcode::kBinPersId:
      push(storage(stack_.pop().value));
      return true;
    default:
      return false;
  }
}

/// A signed number of any size; what doesn't fit an int64, such as a seed, is Unknown.
void PickleReader::push_integer(std::uint64_t size) {
  auto const bytes = bytes_.take(size);
  if (size > 8) return push(Value(std::make_shared<Unknown const>(Unknown{"int"})));
  bool const is_negative = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
  std::string extended(8, is_negative ? '\xff' : '\0');
  std::ranges::copy(bytes, extended.begin());
  push(Value(static_cast<std::int64_t>(ByteReader(extended).take_number<std::uint64_t>())));
}

void PickleReader::push_string(std::uint64_t size) {
  push(Value(std::make_shared<std::string const>(bytes_.take(size))));
}

void PickleReader::push_bytes(std::uint64_t size) {
  push(Value(std::make_shared<Bytes const>(Bytes{std::string(bytes_.take(size))})));
}

void PickleReader::push_tuple(std::size_t size) { stack_.push_list(pop(size)); }

std::vector<Item> PickleReader::pop(std::size_t count) {
  std::vector<Item> items(count);
  for (auto item = items.rbegin(); item != items.rend(); ++item) *item = stack_.pop();
  return items;
}

void PickleReader::push_global() {
  auto const names = pop(2);
  auto const* module = names[0].value.as<std::string>();
  auto const* name = names[1].value.as<std::string>();
  if (!module || !name) throw FormatError("a class has no name");
  push(global(*module, *name));
}

void PickleReader::push_call() {
  auto const callee_and_arguments = pop(2);
  stack_.push(call(callee_and_arguments[0].value, callee_and_arguments[1]));
}

}  // namespace sferic::detail
