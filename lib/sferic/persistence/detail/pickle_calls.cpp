#include <sferic/persistence/detail/pickle_calls.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <span>
#include <utility>

namespace sferic::detail {

namespace {

constexpr char const* kTensorFunction = "torch._utils._rebuild_tensor_v2";
constexpr char const* kParameterFunction = "torch._utils._rebuild_parameter";
constexpr char const* kStorage = "storage";

using Names = std::span<std::string_view const>;

constexpr auto kRefusedModules =
    std::to_array<std::string_view>({"ctypes", "importlib", "marshal", "nt", "os", "posix", "pty",
                                     "runpy", "shutil", "sys", "subprocess", "webbrowser"});
constexpr auto kRefusedBuiltins = std::to_array<std::string_view>(
    {"__import__", "breakpoint", "compile", "delattr", "eval", "exec", "execfile", "exit",
     "globals", "input", "locals", "open", "setattr", "vars"});

bool is_among(std::string_view name, Names names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_refused(std::string_view module, std::string_view name) {
  if (module == "builtins" || module == "__builtin__") return is_among(name, kRefusedBuiltins);
  return is_among(module.substr(0, module.find('.')), kRefusedModules);
}

std::map<std::string, ElementType, std::less<>> const& storages() {
  static std::map<std::string, ElementType, std::less<>> const kAll = {
      {"torch.BoolStorage", ElementType::kBool},
      {"torch.ByteStorage", ElementType::kUInt8},
      {"torch.CharStorage", ElementType::kInt8},
      {"torch.ShortStorage", ElementType::kInt16},
      {"torch.IntStorage", ElementType::kInt32},
      {"torch.LongStorage", ElementType::kInt64},
      {"torch.HalfStorage", ElementType::kFloat16},
      {"torch.BFloat16Storage", ElementType::kBFloat16},
      {"torch.FloatStorage", ElementType::kFloat32},
      {"torch.DoubleStorage", ElementType::kFloat64},
      {"torch.ComplexFloatStorage", ElementType::kComplex64},
      {"torch.ComplexDoubleStorage", ElementType::kComplex128},
  };
  return kAll;
}

Value unknown(std::string name) {
  return Value(std::make_shared<Unknown const>(Unknown{std::move(name)}));
}

Value tensor_value(StoredTensor tensor) {
  return Value(std::make_shared<StoredTensor const>(std::move(tensor)));
}

/// The argument at this place, which has to be a T.
template <class T>
T const& argument(List const& arguments, std::size_t place, char const* function) {
  auto const* value = place < arguments.size() ? arguments[place].as<T>() : nullptr;
  if (value) return *value;
  throw FormatError(std::string("argument ") + std::to_string(place) + " of `" + function +
                    "` is " + (place < arguments.size() ? arguments[place].kind() : "missing"));
}

std::vector<std::int64_t> integers(List const& list) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < list.size(); ++i) {
    numbers.push_back(argument<std::int64_t>(list, i, "torch.Size"));
  }
  return numbers;
}

/// Of a storage that is Unknown no tensor can be made.
bool is_unknown(List const& arguments) {
  return !arguments.empty() && arguments[0].as<Unknown>() != nullptr;
}

Value rebuild_tensor(List const& arguments) {
  StoredTensor tensor = argument<StoredTensor>(arguments, 0, kTensorFunction);
  tensor.offset = argument<std::int64_t>(arguments, 1, kTensorFunction);
  tensor.sizes = integers(argument<List>(arguments, 2, kTensorFunction));
  tensor.strides = integers(argument<List>(arguments, 3, kTensorFunction));
  // The first version of this function, _rebuild_tensor, does not know gradients.
  if (arguments.size() > 4) tensor.requires_grad = argument<bool>(arguments, 4, kTensorFunction);
  return tensor_value(std::move(tensor));
}

Value rebuild_parameter(List const& arguments) {
  StoredTensor tensor = argument<StoredTensor>(arguments, 0, kParameterFunction);
  tensor.requires_grad = argument<bool>(arguments, 1, kParameterFunction);
  return tensor_value(std::move(tensor));
}

/// The value itself, of functions that only say which type it has.
PickleItem first_of(PickleItem const& arguments, List const& list, std::string const& name) {
  if (list.empty()) throw FormatError("`" + name + "` has no argument");
  return {list[0], list[0].as<List>() || list[0].as<Dict>() ? arguments.container : nullptr};
}

PickleItem make_object() {
  PickleItem object = make_dict();
  object.container->is_object = true;
  return object;
}

bool says_a_type(std::string_view name) {
  return name == "torch.Size" || name == "torch.jit._pickle.restore_type_tag" ||
         (name.starts_with("torch.jit._pickle.build_") && name.ends_with("list"));
}

bool rebuilds_a_parameter(std::string_view name) {
  return name == kParameterFunction || name == "torch._utils._rebuild_parameter_with_state";
}

bool rebuilds_a_tensor(std::string_view name) {
  return name == kTensorFunction || name == "torch._utils._rebuild_tensor";
}

/// Names are kept as often as they occur, and so must not be of any length.
void check_name(std::string_view name) {
  constexpr std::size_t kLongest = 1000;
  if (name.size() > kLongest)
    throw FormatError("a name has " + std::to_string(name.size()) + " letters");
}

}  // namespace

Value global(std::string_view module, std::string_view name) {
  check_name(module);
  check_name(name);
  auto full = std::string(module) + "." + std::string(name);
  if (is_refused(module, name)) throw FormatError("it wants to call `" + full + "`");
  return unknown(std::move(full));
}

PickleItem call(Value const& callee, PickleItem const& arguments) {
  auto const* function = callee.as<Unknown>();
  if (!function) throw FormatError("it calls " + callee.kind());
  auto const* list = arguments.value.as<List>();
  if (!list) throw FormatError("it calls `" + function->name + "` with " + arguments.value.kind());

  auto const& name = function->name;
  if (name.starts_with("__torch__.")) return make_object();
  if (name == "collections.OrderedDict" && list->empty()) return make_dict();
  if (says_a_type(name)) return first_of(arguments, *list, name);
  if (rebuilds_a_tensor(name) && !is_unknown(*list)) return {rebuild_tensor(*list)};
  if (rebuilds_a_parameter(name) && !is_unknown(*list)) return {rebuild_parameter(*list)};
  return {callee};
}

Value storage(Value const& id) {
  auto const* parts = id.as<List>();
  if (!parts || argument<std::string>(*parts, 0, kStorage) != kStorage) {
    throw FormatError("it refers to something outside that is no storage");
  }
  auto const& type = argument<Unknown>(*parts, 1, kStorage);
  auto const& record = argument<std::string>(*parts, 2, kStorage);
  check_name(record);
  auto const size = argument<std::int64_t>(*parts, 4, kStorage);
  auto const found = storages().find(type.name);
  if (found == storages().end()) return unknown(type.name);
  return tensor_value({record, found->second, size, 0, {size}, {1}, false});
}

}  // namespace sferic::detail
