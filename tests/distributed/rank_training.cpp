// One of several processes: runs a training of scenario.hpp or of failures.hpp, whose name is
// given, and writes what it ends with into the folder that is given, as `<rank>.pt`.
//
//   rank_training <scenario> <folder> [<timeout in s> <start_timeout in s>]

#include <sferic/distributed/distributed.hpp>

#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "distributed/agreements.hpp"
#include "distributed/failures.hpp"
#include "distributed/gradients.hpp"
#include "distributed/long_training.hpp"
#include "distributed/scenario.hpp"

namespace {

using namespace sferic::test;

std::map<std::string, Tensors (*)(Layout const&)> const kScenarios = {
    {"sgd", train_by_sgd},
    {"adam", train_by_adam},
    {"sgd_windows", train_with_clipping_and_accumulation},
    {"adam_windows", train_by_adam_with_clipping_and_accumulation},
    {"uneven", train_on_an_uneven_number_of_samples},
    {"logged", log_values},
    {"first_part", [](Layout const& layout) { return train_in_parts(layout, Part::kFirst); }},
    {"second_part", [](Layout const& layout) { return train_in_parts(layout, Part::kSecond); }},
    {"dropout_whole",
     [](Layout const& layout) { return train_in_parts(layout, Part::kWhole, 0.5); }},
    {"dropout_until_a_signal",
     [](Layout const& layout) { return train_in_parts(layout, Part::kSignal, 0.5); }},
    {"dropout_second_part",
     [](Layout const& layout) { return train_in_parts(layout, Part::kSecond, 0.5); }},
    {"dropout_in_two_parts",
     [](Layout const& layout) { return train_in_parts(layout, Part::kBoth, 0.5); }},
    {"ranks", tell_ranks},
    {"stop", stop_on_one_rank},
    {"end_epoch", end_an_epoch_on_one_rank},
    {"early_stopping", stop_early},
    {"functions", train_on_functions},
    {"files", write_files},
    {"buffers", count_in_buffers},
    {"new_parameters", unfreeze},
    {"predict", predict},
    {"values_by_step", reduce_values_of_steps},
    {"plateau", follow_a_plateau},
    {"found_unused", [](Layout const& layout) { return leave_a_branch_out(layout, 1); }},
    {"found_unused_in_windows", [](Layout const& layout) { return leave_a_branch_out(layout, 3); }},
    {"random", draw},
    {"gradients", repeat_a_backward_pass},
    {"gradients_after_an_error", zero_after_an_error},
    {"throw_at_batch_start", throw_at<sferic::event::TrainBatchStart>},
    {"throw_after_backward", throw_at<sferic::event::AfterBackward>},
    {"throw_at_batch_end", throw_at<sferic::event::TrainBatchEnd>},
    {"throw_in_validation", throw_at<sferic::event::ValidationBatchEnd>},
    {"throw_at_epoch_end", throw_at<sferic::event::TrainEpochEnd>},
    {"throw_on_rank_zero", throw_on_rank_zero},
    {"throw_before_saving", throw_before_saving},
    {"throw_everywhere", throw_everywhere},
    {"killed", be_killed},
    {"killed_while_it_waits", be_killed_while_it_waits},
    {"silent", fall_silent},
    {"wait", train_for_long},
    {"long", [](Layout const& layout) { return train_long(layout, 0); }},
    {"long_with_ballast", [](Layout const& layout) { return train_long(layout, 16 << 20); }},
    {"other_module", have_another_module},
    {"skip", skip_a_batch},
    {"no_loss", return_no_loss},
    {"unused", leave_parameters_out},
    {"short_loader", end_too_early},
};

std::string variable(char const* name, char const* otherwise) {
  auto const* const value = std::getenv(name);
  return value ? value : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) return 2;
  auto const seconds = [&](int at, int otherwise) {
    return std::chrono::seconds(at < argc ? std::atoi(argv[at]) : otherwise);
  };
  try {
    Layout const layout{
        sferic::distributed(
            {.timeout = seconds(3, 10),
             .start_timeout = seconds(4, 60),
             .backend = variable("SFERIC_RANK_BACKEND", "auto"),
             .find_unused_parameters = std::string_view(argv[1]).starts_with("found_unused")}),
        argv[2], variable("SFERIC_RANK_DEVICE", "cpu")};
    auto tensors = kScenarios.at(argv[1])(layout);
    for (auto& tensor : tensors) tensor = tensor.cpu();
    torch::save(tensors, (layout.folder / (std::to_string(layout.rank()) + ".pt")).string());
    return 0;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "ended by: %s\n", error.what());
    return 1;
  }
}
