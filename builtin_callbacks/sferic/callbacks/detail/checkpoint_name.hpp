#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sferic::detail {

/// A template for file names: "{epoch}-{val_loss:.2f}". Each {name} or {name:format} is replaced by
/// that value, formatted as Python does it.
class CheckpointName {
 public:
  using Value = std::variant<std::int64_t, double>;

  /// Tells a value by its name; what is unknown is 0.
  using Find = std::function<std::optional<Value>(std::string const& name)>;

  /// With `insert_names` a value is preceded by its name: "epoch=1-val_loss=0.25". Throws
  /// std::invalid_argument, naming the option of ModelCheckpoint, if `text` is no such template.
  CheckpointName(std::string const& text, bool insert_names, char const* option);

  std::string format(Find const& find) const;

 private:
  struct Field {
    std::string before;  ///< the text that precedes it
    std::string name;
    std::string spec;  ///< "{}" or "{:.2f}"
  };

  void read(std::string const& text);

  bool insert_names_;
  std::vector<Field> fields_;
  std::string end_;  ///< the text after the last field
};

}  // namespace sferic::detail
