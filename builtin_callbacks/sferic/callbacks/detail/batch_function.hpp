#pragma once

#include <sferic/events/batch_ref.hpp>

#include <functional>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace sferic::detail {

/// What a function takes that has one argument: `Batch` of `void (Batch const&)`.
template <class Signature>
struct ArgumentOf;
template <class Result, class Argument>
struct ArgumentOf<Result (*)(Argument)> : std::remove_cvref<Argument> {};
template <class Result, class Argument>
struct ArgumentOf<Result (*)(Argument) noexcept> : std::remove_cvref<Argument> {};
template <class Result, class Class, class Argument>
struct ArgumentOf<Result (Class::*)(Argument)> : std::remove_cvref<Argument> {};
template <class Result, class Class, class Argument>
struct ArgumentOf<Result (Class::*)(Argument) const> : std::remove_cvref<Argument> {};
template <class Result, class Class, class Argument>
struct ArgumentOf<Result (Class::*)(Argument) noexcept> : std::remove_cvref<Argument> {};
template <class Result, class Class, class Argument>
struct ArgumentOf<Result (Class::*)(Argument) const noexcept> : std::remove_cvref<Argument> {};

template <class Function>
concept HasOneCall = requires { &Function::operator(); };

template <class Function>
struct CallOf {
  using Type = Function;
};
template <HasOneCall Function>
struct CallOf<Function> {
  using Type = decltype(&Function::operator());
};

template <class Function>
concept TakesABatch = requires { typename ArgumentOf<typename CallOf<Function>::Type>::type; };

/// Throws std::invalid_argument that names both.
[[noreturn]] void refuse_batch(char const* callback, std::type_info const& expected);

/// A function of the user's from a batch of one type, which its argument tells, to a Result.
template <class Result>
class BatchFunction {
 public:
  template <class Function>
    requires(!std::is_same_v<Function, BatchFunction>)
  BatchFunction(Function function) {  // NOLINT(google-explicit-constructor): a lambda becomes one
    static_assert(TakesABatch<Function>,
                  "sferic: a function of the batch must name the batch's type: "
                  "[](torch::data::Example<> const& batch) { ... }");
    using Batch = typename ArgumentOf<typename CallOf<Function>::Type>::type;
    call_ = [function = std::move(function)](BatchRef batch,
                                             char const* callback) mutable -> Result {
      if constexpr (std::is_same_v<Batch, BatchRef>) {
        return function(batch);
      } else {
        if (auto* const its = batch.get_if<Batch>()) return function(*its);
        refuse_batch(callback, typeid(Batch));
      }
    };
  }

  /// Throws std::invalid_argument, in which `callback` is named, for a batch of another type.
  Result operator()(BatchRef batch, char const* callback) const { return call_(batch, callback); }

 private:
  std::function<Result(BatchRef, char const*)> call_;
};

}  // namespace sferic::detail
