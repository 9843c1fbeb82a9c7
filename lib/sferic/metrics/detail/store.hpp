#pragma once

#include <sferic/metrics/accumulator.hpp>
#include <sferic/metrics/metrics.hpp>

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sferic {

namespace detail {

/// A number, or a tensor of another device than the CPU, which is read when somebody asks.
using LoggedNumber = std::variant<double, at::Tensor>;

/// The number, for which it may wait.
double number(LoggedNumber const& value);

/// What one name logs in the present epoch.
struct Series {
  bool on_step = false;
  bool on_epoch = false;
  LogOptions options = {};
  Accumulator total = {};
  std::uint64_t total_written = 0;          ///< when the total became readable; 0: not as it is now
  std::optional<double> of_all_ranks = {};  ///< the total, once it is reduced over them
};

/// What can be read under one name.
struct Shown {
  LoggedNumber value = {};
  bool progress_bar = false;
  std::uint64_t rank = 0;  ///< counts the names as they come
  std::uint64_t written = 0;
};

}  // namespace detail

struct Metrics::Store {
  using Epoch = std::map<std::string, detail::Series, std::less<>>;
  Epoch epochs[2];  ///< by scope
  Scope scope = Scope::kTraining;
  std::map<std::string, detail::Shown, std::less<>> shown;
  std::optional<double> batch_samples;  ///< within a batch
  std::uint64_t now = 1;                ///< what is written now is new until this changes
  std::vector<LoggedMedia> media;       ///< that nobody has taken yet
  bool media_is_heard = true;

  Epoch& epoch() { return epochs[static_cast<int>(scope)]; }

  void log(std::string_view name, detail::LoggedNumber value, LogOptions const& options);
  void log(std::string_view name, std::variant<Image, Histogram, std::string> content);
  void show_total(std::string_view name, detail::Series& series);
  void show(std::string_view name, detail::LoggedNumber value, bool progress_bar,
            std::uint64_t written);

 private:
  detail::Series& series_for(std::string_view name, LogOptions const& options);
};

}  // namespace sferic
