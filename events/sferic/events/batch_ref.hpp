#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace sferic {

/// A reference to a batch of whatever type the user's module takes; valid during the event.
class BatchRef {
 public:
  template <class Batch>
    requires(!std::is_same_v<std::remove_cv_t<Batch>, BatchRef>)
  explicit BatchRef(Batch& batch) noexcept : batch_(&batch), type_(&typeid(Batch)) {}
  BatchRef(void* batch, std::type_info const& type) noexcept : batch_(batch), type_(&type) {}

  /// The batch, or null if it is not a `Batch`.
  template <class Batch>
  [[nodiscard]] Batch* get_if() const noexcept {
    return *type_ == typeid(Batch) ? static_cast<Batch*>(batch_) : nullptr;
  }

  /// The batch, which may be changed in place. Throws std::invalid_argument if it is not a `Batch`.
  template <class Batch>
  [[nodiscard]] Batch& get() const {
    if (auto* const batch = get_if<Batch>()) return *batch;
    throw std::invalid_argument(std::string("the batch is a ") + type_->name() +
                                ", but was asked for as a " + typeid(Batch).name());
  }

 private:
  void* batch_;
  std::type_info const* type_;
};

}  // namespace sferic
