#include <sferic/metrics/detail/store.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <boost/serialization/collection_size_type.hpp>

#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

template <class Archive>
void serialize_optional(Archive& archive, std::optional<double>& optional) {
  bool has_value = optional.has_value();
  double value = optional.value_or(0);
  archive & has_value & value;
  if (has_value) {
    optional = value;
  } else {
    optional.reset();
  }
}

/// Calls `fields(value)` for each entry of a map, which is filled where the archive is read.
template <class Archive, class Map, class Fields>
void serialize_map(Archive& archive, Map& map, Fields fields) {
  boost::serialization::collection_size_type count(map.size());
  archive & count;
  if constexpr (Archive::is_saving::value) {
    for (auto& [name, value] : map) {
      std::string key = name;
      archive & key;
      fields(value);
    }
  } else {
    map.clear();
    for (std::size_t left = std::as_const(count); left > 0; --left) {
      std::string key;
      archive & key;
      fields(map[key]);
    }
  }
}

template <class Archive>
void serialize_series(Archive& archive, detail::Series& series) {
  archive & series.on_step & series.on_epoch & series.options.reduce;
  archive & series.options.progress_bar;
  series.total.serialize(archive, 0);
  archive & series.total_written;
}

template <class Archive>
void serialize_shown(Archive& archive, detail::Shown& shown) {
  double value = detail::number(shown.value);
  archive & value & shown.progress_bar & shown.rank & shown.written;
  shown.value = value;
}

}  // namespace

template <class Archive>
void detail::Accumulator::serialize(Archive& archive, unsigned) {
  auto sum = total();
  archive & reduce_ & weight_;
  serialize_optional(archive, sum);
  total_ = sum;
  device_total_ = at::Tensor();
}

template <class Archive>
void Metrics::serialize(Archive& archive, unsigned) {
  auto serialize_epoch = [&](Store::Epoch& epoch) {
    serialize_map(archive, epoch, [&](auto& series) { serialize_series(archive, series); });
  };
  serialize_epoch(store_->epochs[0]);
  serialize_epoch(store_->epochs[1]);
  serialize_map(archive, store_->shown, [&](auto& shown) { serialize_shown(archive, shown); });
  archive & store_->scope & store_->now;
  if (store_->scope != Scope::kTraining && store_->scope != Scope::kEvaluation) {
    throw std::out_of_range("there is no such scope");
  }
  if constexpr (Archive::is_loading::value) store_->batch_samples.reset();
}

template struct detail::CompiledState<Metrics>;

}  // namespace sferic
