#pragma once

#include <functional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace sferic::detail {

/// One tensor or several, as users' functions return them: a tensor, a pair or tuple, a range.
struct Tensors {
  template <class Given>
    requires(!std::is_same_v<Given, Tensors>)
  Tensors(Given const& given) {  // NOLINT(google-explicit-constructor): takes what is returned
    if constexpr (std::is_convertible_v<Given const&, at::Tensor>) {
      all.push_back(given);
    } else if constexpr (requires { std::tuple_size<Given>::value; }) {
      std::apply([this](auto const&... each) { (all.push_back(each), ...); }, given);
    } else {
      for (auto const& each : given) all.push_back(each);
    }
  }

  // Not inline, where at::Tensor is known by its name only.
  Tensors(Tensors const& other);
  Tensors(Tensors&& other) noexcept;
  Tensors& operator=(Tensors const& other);
  Tensors& operator=(Tensors&& other) noexcept;
  ~Tensors();

  std::vector<at::Tensor> all;
};

/// A function of the user's from a tensor, or from a std::vector of several, to tensors.
class TensorsFunction {
 public:
  template <class Function>
    requires(!std::is_same_v<Function, TensorsFunction>)
  TensorsFunction(Function function)  // NOLINT(google-explicit-constructor): a lambda becomes one
      : call_([function = std::move(function)](auto const& inputs) mutable -> Tensors {
          if constexpr (std::is_invocable_v<Function&, decltype(inputs.front())>) {
            if (inputs.size() == 1) return function(inputs.front());
            throw std::invalid_argument("the function takes one tensor, but there are several");
          } else {
            return function(inputs);
          }
        }) {}

  Tensors operator()(std::vector<at::Tensor> const& inputs) const { return call_(inputs); }

 private:
  std::function<Tensors(std::vector<at::Tensor> const&)> call_;
};

}  // namespace sferic::detail
