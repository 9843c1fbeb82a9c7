#pragma once

#include <sferic/signal/detail/slot.hpp>

#include <atomic>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace sferic {

/// A filter decides, before the call, which emissions reach a slot:
///
///   signal.connect(every(100), handler);
///   signal.connect(after(10) | every(5), handler);  // the 15th, 20th, 25th, ... emission
///
/// A filter counts the emissions that reach it from its connection on; of several, each sees what
/// those before it let through. With several emitting threads counts are approximate, except that
/// once() and first(n) never let too many through.
template <class Filter>
concept AnyFilter = requires { typename Filter::IsFilter; };

namespace filters {

/// A counter that several threads may use; its plain uses cost no locked instruction.
class Counter {
 public:
  explicit Counter(std::int64_t value) : value_(value) {}
  Counter(Counter const& other) noexcept : value_(other.get()) {}
  std::int64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  std::int64_t take_one() noexcept { return value_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_;
};

/// "every(5)".
std::string call_text(char const* filter, std::int64_t n);

/// What a filter says of itself, if it does.
template <class Filter>
std::string text_of(Filter const& filter) {
  if constexpr (requires { filter.text(); }) {
    return filter.text();
  } else {
    return "filter";
  }
}

class Every {
 public:
  using IsFilter = void;
  explicit Every(std::int64_t n) : n_(n), left_(n) {}
  template <class Event>
  bool operator()(Event const&) {
    std::int64_t const left = left_.get() - 1;
    left_.set(left > 0 ? left : n_);
    return left <= 0;
  }
  std::string text() const { return call_text("every", n_); }

 private:
  std::int64_t n_;
  Counter left_;
};

class After {
 public:
  using IsFilter = void;
  explicit After(std::int64_t n) : n_(n), left_(n) {}
  template <class Event>
  bool operator()(Event const&) {
    std::int64_t const left = left_.get();
    if (left > 0) left_.set(left - 1);
    return left <= 0;
  }
  std::string text() const { return call_text("after", n_); }

 private:
  std::int64_t n_;
  Counter left_;
};

class First {
 public:
  using IsFilter = void;
  explicit First(std::int64_t n) : n_(n), left_(n) {}
  template <class Event>
  bool operator()(Event const&) {
    return left_.get() > 0 && left_.take_one() > 0;
  }
  std::string text() const { return call_text("first", n_); }

 private:
  std::int64_t n_;
  Counter left_;
};

template <class Predicate>
class When {
 public:
  using IsFilter = void;
  explicit When(Predicate predicate) : predicate_(std::move(predicate)) {}
  template <class Event>
    requires std::predicate<Predicate&, Event const&>
  bool operator()(Event const& event) {
    return predicate_(event);
  }
  std::string text() const { return "when(...)"; }

 private:
  Predicate predicate_;
};

template <class Outer, class Inner>
class Both {
 public:
  using IsFilter = void;
  Both(Outer outer, Inner inner) : outer_(std::move(outer)), inner_(std::move(inner)) {}
  template <class Event>
    requires std::predicate<Outer&, Event const&> && std::predicate<Inner&, Event const&>
  bool operator()(Event const& event) {
    return outer_(event) && inner_(event);
  }
  std::string text() const { return text_of(outer_) + " | " + text_of(inner_); }

 private:
  Outer outer_;
  Inner inner_;
};

/// What passes `outer` and then `inner`.
template <AnyFilter Outer, AnyFilter Inner>
auto operator|(Outer outer, Inner inner) {
  return Both<Outer, Inner>(std::move(outer), std::move(inner));
}

/// Returns `n`, or throws std::invalid_argument if it is less than `least`.
std::int64_t checked(char const* filter, std::int64_t n, std::int64_t least);

}  // namespace filters

/// Lets every n-th emission through: the n-th, the 2n-th, ... `n` must be >= 1.
inline auto every(std::int64_t n) { return filters::Every(filters::checked("every", n, 1)); }

/// Lets all emissions through after the first n. `n` must be >= 0.
inline auto after(std::int64_t n) { return filters::After(filters::checked("after", n, 0)); }

/// Lets the first n emissions through. `n` must be >= 0.
inline auto first(std::int64_t n) { return filters::First(filters::checked("first", n, 0)); }

/// Lets the first emission through. The slot stays connected.
inline auto once() { return first(1); }

/// Lets the emissions through for which `predicate(event)` is true. Throws std::invalid_argument if
/// `predicate` is a null pointer or an empty std::function.
template <class Predicate>
auto when(Predicate&& predicate) {
  detail::check_not_empty(predicate);
  return filters::When<std::decay_t<Predicate>>(std::forward<Predicate>(predicate));
}

namespace detail {

template <class Filter, class Handler>
class Filtered {
 public:
  template <class GivenHandler>
  Filtered(Filter filter, GivenHandler&& handler)
      : filter_(std::move(filter)), handler_(std::forward<GivenHandler>(handler)) {}

  template <class Event>
  void operator()(Event const& event) {
    if (filter_(event)) handler_(event);
  }

  using IsBound = void;
  void bind(Slot& slot) { bind_handler(handler_, slot); }

  using Wraps = Handler;
  std::string filter_text() const { return filters::text_of(filter_); }

 private:
  Filter filter_;
  Handler handler_;
};

}  // namespace detail
}  // namespace sferic
