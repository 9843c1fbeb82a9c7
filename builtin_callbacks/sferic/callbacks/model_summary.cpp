#include <sferic/callbacks/model_summary.hpp>

#include <sferic/callbacks/detail/layer_observer.hpp>
#include <sferic/callbacks/detail/layer_table_builder.hpp>
#include <sferic/callbacks/detail/options.hpp>
#include <sferic/callbacks/progress_line.hpp>

#include <optional>
#include <string>

namespace sferic {

/// A table, and the observer of its shapes while a batch runs.
struct ModelSummary::Observed {
  detail::LayerTableBuilder builder;
  std::optional<detail::LayerObserver> observer = {};
};

ModelSummary::ModelSummary(ModelSummaryOptions options)
    : options_(options), is_due_(options.max_depth != 0) {
  detail::require(options.max_depth >= -1, "ModelSummary", "max_depth", ">= -1", options.max_depth);
  detail::require(options.file, "ModelSummary", "file", "an open stream", "null");
}

ModelSummary::~ModelSummary() = default;
ModelSummary::ModelSummary(ModelSummary&&) noexcept = default;
ModelSummary& ModelSummary::operator=(ModelSummary&&) noexcept = default;

void ModelSummary::on(event::Setup const& e) {
  if (e.progress.task == Task::kFit) is_due_ = options_.max_depth != 0;
  if (e.progress.rank != 0) is_due_ = false;
}

void ModelSummary::on(event::FitStart const& e) {
  begin(e.module);
  if (!options_.shapes) print();
}

void ModelSummary::on(event::TrainBatchStart const& e) { observe(e); }
void ModelSummary::on(event::TrainBatchEnd const&) { print(); }
void ModelSummary::on(event::ValidationBatchStart const& e) { observe(e); }
void ModelSummary::on(event::ValidationBatchEnd const&) { print(); }
void ModelSummary::on(event::TestBatchStart const& e) { observe(e); }
void ModelSummary::on(event::TestBatchEnd const&) { print(); }
void ModelSummary::on(event::PredictBatchStart const& e) { observe(e); }
void ModelSummary::on(event::PredictBatchEnd const&) { print(); }
void ModelSummary::on(event::Teardown const&) { print(); }

void ModelSummary::begin(torch::nn::Module const& module) {
  if (is_due_) observed_.reset(new Observed{{module, options_.max_depth}});
}

void ModelSummary::observe(event::Moment const& e) {
  if (!is_due_) return;
  if (!observed_) begin(e.module);  // of a task that is no fit
  if (!options_.shapes || observed_->observer) return;
  observed_->observer.emplace(
      e.module, [builder = &observed_->builder](auto const& call) { builder->record(call); });
}

void ModelSummary::print() {
  if (!observed_) return;
  is_due_ = false;
  table_ = observed_->builder.table();
  observed_.reset();
  detail::LineOutput output(options_.file);
  if (output.is_terminal()) output.show("");  // a progress bar's line, which comes again
  std::fputs(table_.text().c_str(), options_.file);
  std::fflush(options_.file);
}

}  // namespace sferic
