#pragma once

#include <sferic/trainer/detail/batch_source.hpp>
#include <sferic/trainer/detail/module_steps.hpp>

#include <concepts>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sferic::detail {

/// A loader, and the step that its batches go to.
struct Input {
  std::unique_ptr<BatchSource> source;
  StepFunction step;
  bool optimizes_itself;  ///< the step does
};

template <class Loader>
concept IsRange = requires(Loader& loader) {
  loader.begin() != loader.end();
  *loader.begin();
};

template <class Loader>
concept IsGenerator = requires(Loader& loader) {
  { !loader() } -> std::convertible_to<bool>;
  *loader();
};

/// The loader behind a reference, or behind a pointer as torch::data::make_data_loader returns it.
template <class Given>
auto& unwrap_loader(Given& given) {
  if constexpr (!IsRange<Given> && !IsGenerator<Given> && requires { *given; }) {
    return *given;
  } else {
    return given;
  }
}

template <class Loader>
struct SourceFor {
  static_assert(
      IsRange<Loader> || IsGenerator<Loader>,
      "sferic: a loader must be a range of batches, or a function that returns an optional "
      "batch");
};

template <IsRange Loader>
struct SourceFor<Loader> {
  using Batch = std::remove_cvref_t<decltype(*std::declval<Loader&>().begin())>;
  using Source = RangeSource<Batch, Loader>;
};

template <IsGenerator Loader>
struct SourceFor<Loader> {
  using Batch = std::remove_cvref_t<decltype(*std::declval<Loader&>()())>;
  using Source = GeneratorSource<Batch, Loader>;
};

template <class Given>
using LoaderOf = std::remove_reference_t<decltype(unwrap_loader(std::declval<Given&>()))>;

template <class Given>
using BatchOf = typename SourceFor<LoaderOf<Given>>::Batch;

template <class Which, class Module, class Given>
Input input_from(Given& given) {
  using For = SourceFor<LoaderOf<Given>>;
  return {std::make_unique<typename For::Source>(unwrap_loader(given)),
          &call_step<Module, Which, typename For::Batch>,
          HasManualStep<Module, Which, typename For::Batch>};
}

template <class Given>
constexpr bool kIsTuple = false;
template <class... Loaders>
constexpr bool kIsTuple<std::tuple<Loaders...>> = true;

/// Whether the module has the step for the batches of this loader, or of all loaders of a tuple.
template <class Module, class Which, class Given>
constexpr bool kHasStepFor = HasStep<Module, Which, BatchOf<Given>>;
template <class Module, class Which, class... Loaders>
constexpr bool kHasStepFor<Module, Which, std::tuple<Loaders...>> =
    (kHasStepFor<Module, Which, std::remove_reference_t<Loaders>> && ...);
template <class Module, class Which, class... Loaders>
constexpr bool kHasStepFor<Module, Which, std::tuple<Loaders...> const> =
    kHasStepFor<Module, Which, std::tuple<Loaders...>>;

/// One loader, or a tuple of several.
template <class Which, class Module, class Given>
std::vector<Input> inputs_from(Given& given) {
  std::vector<Input> inputs;
  if constexpr (kIsTuple<std::remove_const_t<Given>>) {
    std::apply([&](auto&... each) { (inputs.push_back(input_from<Which, Module>(each)), ...); },
               given);
  } else {
    inputs.push_back(input_from<Which, Module>(given));
  }
  return inputs;
}

}  // namespace sferic::detail
