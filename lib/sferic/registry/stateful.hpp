#pragma once

#include <string>
#include <string_view>
#include <type_traits>

namespace boost {
namespace archive {
class binary_oarchive;
}
namespace serialization {
class access;
}
}  // namespace boost

namespace sferic {

namespace detail {

struct NamesSerialize {
  void serialize();
};

template <class T>
struct WithSerializeOfBoth : T, NamesSerialize {};

/// T has a member of the name `serialize`, though it may be private: then the name is ambiguous in
/// a class that inherits it twice.
template <class T>
concept HasMemberSerialize =
    std::is_class_v<T> && !std::is_final_v<T> && !requires { &WithSerializeOfBoth<T>::serialize; };

template <class T>
concept HasPublicSerialize = requires(T& object, boost::archive::binary_oarchive& archive) {
  object.serialize(archive, 0u);
};

/// Converts to a T& only: Boost's own serialize(), which takes anything, does not take this.
template <class T>
struct ConvertsTo {
  operator T&() const;
};

/// A version, in whose look-up Boost's namespace takes part.
template <class Access>
struct AnyVersion {
  operator unsigned() const;
};

template <class T>
concept HasFreeSerialize = requires(boost::archive::binary_oarchive& archive) {
  serialize(archive, ConvertsTo<T>(), AnyVersion<boost::serialization::access>());
};

}  // namespace detail

/// An object whose state travels in checkpoints: it has Boost.Serialization's `serialize`, as a
/// member (which may be private, with boost::serialization::access as a friend) or as a function
/// for this very type.
///
///   class Counter {
///    public:
///     static constexpr std::string_view kStateKey = "my::Counter";
///     void on(sferic::event::TrainBatchEnd const&) { ++batches_; }
///     template <class Archive>
///     void serialize(Archive& archive, unsigned) { archive & batches_; }
///    private:
///     std::int64_t batches_ = 0;
///   };
///
/// A private member of a final class and a template of a function are not seen.
template <class T>
concept Stateful =
    detail::HasMemberSerialize<T> || detail::HasPublicSerialize<T> || detail::HasFreeSerialize<T>;

/// The name under which a type's state is kept: the type's `kStateKey`. It must stay the same as
/// long as there are checkpoints to read. Specialize it for a type that can't have a member.
template <class T>
constexpr std::string_view kStateKeyOf = [] {
  if constexpr (requires { T::kStateKey; }) {
    return std::string_view(T::kStateKey);
  } else {
    return std::string_view();
  }
}();

namespace detail {

/// Writes and reads the state of a T. Defined in persistence/state.hpp, which includes the archives
/// of Boost; specialized where a library has compiled it already.
template <class T>
struct StateOf;

template <class T>
concept StateCanBeKept = requires { sizeof(StateOf<T>); };

/// For such a specialization:
///
///   template <>                                         // in the header
///   struct detail::StateOf<Counter> : detail::CompiledState<Counter> {};
///   template struct detail::CompiledState<Counter>;     // in the source, with serialize() and
///                                                       // persistence/compiled_state.hpp
template <class T>
struct CompiledState {
  static std::string save(T const& object);
  static void load(T& object, std::string_view bytes);
};

/// An object with a state, as the registry and checkpoints see it.
struct StateRef {
  std::string_view key;
  void* object;
  std::string (*save)(void const* object);

  /// Throws CheckpointError; the object may then be half read.
  void (*load)(void* object, std::string_view bytes);

  /// Of several processes only rank zero's is kept up to date: its type says so by a
  /// `static constexpr bool kStateOfRankZero = true`.
  bool is_rank_zeros = false;
};

template <class T>
StateRef state_ref(T& object) {
  static_assert(!kStateKeyOf<T>.empty(),
                "sferic: what has a serialize() needs a name for its state in checkpoints: "
                "static constexpr std::string_view kStateKey = \"...\"");
  static_assert(StateCanBeKept<T>,
                "sferic: include <sferic/persistence/state.hpp> for a callback with a serialize(), "
                "so that checkpoints keep its state");
  return {kStateKeyOf<T>, &object, [](void const* from) {
    return StateOf<T>::save(*static_cast<T const*>(from));
  }, [](void* into, std::string_view bytes) {
    StateOf<T>::load(*static_cast<T*>(into), bytes);
  }, requires {T::kStateOfRankZero;
}
};  // namespace detail
}  // namespace sferic

/// A callback made of several, of which one has a state that nobody would keep.
template <class T>
constexpr bool kHasStatefulPart = false;
template <template <class...> class Whole, class... Parts>
  requires requires { typename Whole<Parts...>::IsComposed; }
constexpr bool kHasStatefulPart<Whole<Parts...>> = (Stateful<Parts> || ...);

}  // namespace detail
}  // namespace sferic
