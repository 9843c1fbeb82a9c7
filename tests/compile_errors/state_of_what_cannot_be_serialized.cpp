// expect-error: Opaque
#include <sferic/persistence/state.hpp>
#include <sferic/trainer/trainer.hpp>

struct Opaque {};

struct Keeper {
  static constexpr std::string_view kStateKey = "Keeper";
  void on(sferic::event::TrainBatchEnd const&) {}
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & opaque;
  }
  Opaque opaque;
};

void add(sferic::Trainer& trainer) { trainer.add(Keeper()); }
