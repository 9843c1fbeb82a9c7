#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <boost/serialization/vector.hpp>
#include <c10/util/Exception.h>

#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

/// The state in types that Boost.Serialization knows.
struct State {
  std::string dirpath = {};
  std::string best_model_path = {};
  bool has_best_score = false;
  double best_score = 0;
  bool has_current_score = false;
  double current_score = 0;
  std::vector<std::string> paths = {};
  std::vector<double> scores = {};
  std::string kth_path = {};
  double kth_value = 0;
  std::string last_model_path = {};
  std::int64_t last_step_saved = 0;

  template <class Archive>
  void serialize_with(Archive& archive) {
    archive & dirpath & best_model_path & has_best_score & best_score & has_current_score &
        current_score & paths & scores & kth_path & kth_value & last_model_path & last_step_saved;
  }
};

std::vector<ScoredCheckpoint> zip(State const& state) {
  if (state.paths.size() != state.scores.size()) {
    throw std::runtime_error("there are not as many scores as paths");
  }
  std::vector<ScoredCheckpoint> all;
  for (std::size_t i = 0; i < state.paths.size(); ++i) {
    all.push_back({state.paths[i], state.scores[i]});
  }
  return all;
}

std::optional<double> optional(bool has, double value) {
  return has ? std::optional(value) : std::nullopt;
}

}  // namespace

template <class Archive>
void ModelCheckpoint::serialize(Archive& archive, unsigned) {
  State state;
  if constexpr (Archive::is_saving::value) {
    state = {.dirpath = dirpath_.string(),
             .best_model_path = best_model_path_.string(),
             .has_best_score = best_model_score_.has_value(),
             .best_score = best_model_score_.value_or(0),
             .has_current_score = current_score_.has_value(),
             .current_score = current_score_.value_or(0),
             .kth_path = best_.kth().path.string(),
             .kth_value = best_.kth().score,
             .last_model_path = last_model_path_.string(),
             .last_step_saved = last_step_saved_};
    for (auto const& each : best_.all()) {
      state.paths.push_back(each.path.string());
      state.scores.push_back(each.score);
    }
    state.serialize_with(archive);
  } else {
    state.serialize_with(archive);
    auto all = zip(state);
    best_model_path_ = state.best_model_path;
    if (state.dirpath != dirpath_) {
      TORCH_WARN("the folder of ModelCheckpoint was `", state.dirpath, "` and is `",
                 dirpath_.string(), "` now: of its state only best_model_path is restored");
      return;
    }
    best_model_score_ = optional(state.has_best_score, state.best_score);
    current_score_ = optional(state.has_current_score, state.current_score);
    best_.restore(std::move(all), {state.kth_path, state.kth_value});
    last_model_path_ = state.last_model_path;
    last_step_saved_ = state.last_step_saved;
  }
}

template struct detail::CompiledState<ModelCheckpoint>;

}  // namespace sferic
