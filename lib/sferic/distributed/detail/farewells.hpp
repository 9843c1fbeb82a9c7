#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace sferic::detail {

/// What a rank says that leaves.
struct StoredFarewell {
  std::int64_t rank = -1;
  std::int64_t signal = 0;
  std::int64_t has_lost = 0;  ///< another one, who may be dead
  std::string what = {};
};

/// What ranks tell each other in the store before they leave. No function waits longer than
/// `patience` for a store that has fallen silent, and none does so again.
class Farewells {
 public:
  Farewells(StorePointer store, std::int64_t world_size, bool keeps_store,
            std::chrono::milliseconds patience);

  /// Leaves the store, too, which nothing else should use any more.
  ~Farewells();
  Farewells(Farewells const&) = delete;
  Farewells& operator=(Farewells const&) = delete;

  /// Says it, unless another rank has said something. This rank needs the store no more.
  void tell(StoredFarewell const& farewell) noexcept;

  /// What the first one has said that has left.
  std::optional<StoredFarewell> told() noexcept;

  /// Whether the store has answered when it was asked last.
  bool can_be_heard() const noexcept { return store_ != nullptr; }

  /// Where this rank keeps the store, lets the others read, but not for ever: they may be busy, or
  /// dead.
  void wait_for_readers(std::chrono::milliseconds limit) noexcept;

 private:
  template <class Function>
  auto ask(Function function) noexcept
      -> std::optional<std::invoke_result_t<Function&, c10d::Store&>>;

  StorePointer store_;  ///< null when it doesn't answer
  std::int64_t world_size_;
  bool keeps_store_;
  std::chrono::milliseconds patience_;
};

}  // namespace sferic::detail
