#include <sferic/callbacks/batch_gradient_verification.hpp>

#include <gtest/gtest.h>

#include "callbacks/self_supervised_support.hpp"
#include "callbacks/support.hpp"

namespace sferic::test {
namespace {

using torch::Tensor;

/// Digits, to be classified by a function that the test chooses.
class Classifier : public torch::nn::Module {
 public:
  using Forward = Tensor (*)(Classifier&, Tensor const&);
  explicit Classifier(Forward function) : forward_(function) {}

  Tensor forward(Tensor const& images) { return forward_(*this, images); }
  Tensor training_step(Batch const& batch) {
    return torch::cross_entropy_loss(forward(batch.data), batch.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }

  torch::nn::Linear hidden = register_module("hidden", torch::nn::Linear(64, 16));
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(16));
  torch::nn::Dropout dropout = register_module("dropout", torch::nn::Dropout(0.2));
  torch::nn::Linear last = register_module("last", torch::nn::Linear(16, 10));

 private:
  Forward forward_;
};

Tensor sound(Classifier& net, Tensor const& x) {
  return net.last(net.dropout(torch::relu(net.norm(net.hidden(x.flatten(1))))));
}
Tensor with_a_wrong_view(Classifier& net, Tensor const& x) {
  return net.last(net.hidden(x.view({64, -1}).transpose(0, 1).contiguous()));
}
Tensor with_attention_over_the_batch(Classifier& net, Tensor const& x) {
  auto const h = net.hidden(x.flatten(1));
  return net.last(torch::softmax(h.mm(h.transpose(0, 1)), 1).mm(h));
}
Tensor with_the_mean_of_the_batch(Classifier& net, Tensor const& x) {
  auto const h = net.hidden(x.flatten(1));
  return net.last(h - h.mean(0));
}
Tensor of_no_input(Classifier& net, Tensor const& x) {
  return net.last->bias.expand({x.size(0), 10});
}

BatchGradientVerdict verdict_on(Classifier::Forward forward,
                                VerifyBatchGradientOptions options = {}) {
  Classifier net(forward);
  return verify_batch_gradient(net, [&](Tensor const& x) { return net.forward(x); },
                               digits().images.slice(0, 0, 8), options);
}

TEST(VerifyBatchGradientTest, PassesAModelThatTakesEachSampleByItself) {
  EXPECT_TRUE(verdict_on(sound).ok());
  EXPECT_TRUE(verdict_on(sound, {.sample_idx = 7}).ok());
  EXPECT_EQ(verdict_on(sound).message(), "");
}

TEST(VerifyBatchGradientTest, CatchesModelsThatMixSamples) {
  for (auto const forward :
       {with_a_wrong_view, with_attention_over_the_batch, with_the_mean_of_the_batch}) {
    EXPECT_TRUE(verdict_on(forward).mixes_samples);
    EXPECT_TRUE(verdict_on(forward, {.sample_idx = 3}).mixes_samples);
  }
  EXPECT_NE(verdict_on(with_a_wrong_view).message().find("mixes the samples"), std::string::npos);
}

TEST(VerifyBatchGradientTest, CatchesBatchNormalizationWhereItIsAskedTo) {
  EXPECT_TRUE(verdict_on(sound, {.batch_norm = true}).mixes_samples);
}

TEST(VerifyBatchGradientTest, CatchesAModelThatIgnoresItsInput) {
  EXPECT_TRUE(verdict_on(of_no_input).ignores_sample);
  EXPECT_FALSE(verdict_on(of_no_input).mixes_samples);
  torch::nn::Linear net(2, 2);
  auto const no_graph = [](Tensor const& x) { return x.detach(); };
  EXPECT_TRUE(verify_batch_gradient(*net, no_graph, torch::rand({4, 2})).ignores_sample);
}

TEST(VerifyBatchGradientTest, TakesSeveralInputsAndOutputs) {
  torch::nn::Linear net(2, 2);
  std::vector<Tensor> const inputs = {torch::rand({4, 2}), torch::rand({4, 2})};
  auto const pair = [&](std::vector<Tensor> const& in) {
    return std::pair(net(in.at(0)), in.at(1) * 2);
  };
  EXPECT_TRUE(verify_batch_gradient(*net, pair, inputs).ok());
  auto const mixed = [&](std::vector<Tensor> const& in) {
    return std::vector<Tensor>{net(in.at(0)), in.at(1).flip(0)};
  };
  EXPECT_TRUE(verify_batch_gradient(*net, mixed, inputs).mixes_samples);
  auto const first = [&](std::vector<Tensor> const& in) { return net(in.at(0)); };
  EXPECT_TRUE(verify_batch_gradient(*net, first, inputs).ignores_sample);
}

TEST(VerifyBatchGradientTest, LeavesNothingBehind) {
  Classifier net(sound);
  net.dropout->eval();
  net.training_step({digits().images.slice(0, 0, 8), digits().labels.slice(0, 0, 8)}).backward();
  std::vector<Tensor> before;
  for (auto const& parameter : net.parameters()) before.push_back(parameter.grad().clone());
  for (auto const& buffer : net.buffers()) before.push_back(buffer.clone());
  torch::manual_seed(1);
  auto const next = torch::rand({3});
  torch::manual_seed(1);
  torch::NoGradGuard const no_grad;  // which the caller may have
  verify_batch_gradient(net, [&](Tensor const& x) {
    return net.forward(torch::dropout(x, 0.1, true));
  }, digits().images.slice(0, 0, 8), {.batch_norm = true});
  EXPECT_TRUE(torch::equal(torch::rand({3}), next));
  std::vector<Tensor> after;
  for (auto const& parameter : net.parameters()) after.push_back(parameter.grad());
  for (auto const& buffer : net.buffers()) after.push_back(buffer);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(torch::equal(after[i], before[i]));
  EXPECT_TRUE(net.is_training() && net.norm->is_training());
  EXPECT_FALSE(net.dropout->is_training());
}

TEST(VerifyBatchGradientTest, RefusesWhatCannotBeVerified) {
  torch::nn::Linear net(2, 2);
  auto const error = [&](detail::Tensors const& inputs, std::int64_t sample = 0) {
    return message_of<std::invalid_argument>([&] {
      verify_batch_gradient(*net, [](Tensor const& x) { return x.sum(0); }, inputs,
                            {.sample_idx = sample});
    });
  };
  std::string const needs = "verify_batch_gradient() needs ";
  EXPECT_EQ(error(torch::rand({1, 2})),
            needs + "inputs of two samples or more in their first dimension");
  EXPECT_EQ(error(torch::ones({4, 2}, torch::kLong)),
            needs + "inputs of a floating-point type, but got Long");
  EXPECT_EQ(error(std::vector<Tensor>{}), needs + "an input, but got none");
  EXPECT_EQ(error(std::pair(torch::rand({4}), torch::rand({3}))),
            needs + "inputs of equally many samples");
  EXPECT_EQ(error(torch::rand({4, 2}), 4), needs + "a sample_idx in [0, 4), but got 4");
  EXPECT_EQ(error(torch::rand({4, 2}), -1), needs + "a sample_idx in [0, 4), but got -1");
  EXPECT_EQ(error(torch::rand({4, 2})), needs + "outputs of 4 samples, as there are inputs");
}

BatchGradientVerification verification_of(Classifier& net,
                                          BatchGradientVerificationOptions options = {}) {
  return BatchGradientVerification([](Batch const& batch) { return batch.data; },
                                   [&net](Tensor const& x) { return net.forward(x); }, options);
}

std::string written_by_a_fit(Classifier::Forward forward,
                             BatchGradientVerificationOptions options = {}) {
  Classifier net(forward);
  Trainer trainer({.max_epochs = 1}, verification_of(net, options));
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader(0, 96));
  return testing::internal::GetCapturedStderr();
}

TEST(BatchGradientVerificationTest, WarnsOnceOfAModelThatMixesSamples) {
  auto const written = written_by_a_fit(with_the_mean_of_the_batch);
  auto const first = written.find("BatchGradientVerification: the model mixes the samples");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(written.find("the model mixes", first + 50), std::string::npos);
  EXPECT_EQ(written_by_a_fit(sound), "");
  EXPECT_EQ(written_by_a_fit(with_the_mean_of_the_batch, {.warn = false}), "");
}

TEST(BatchGradientVerificationTest, ThrowsWhereItIsAskedTo) {
  Classifier net(with_a_wrong_view);
  Trainer trainer({.max_epochs = 1});
  auto const& verification = trainer.add(verification_of(net, {.error = true}));
  EXPECT_FALSE(verification.verdict());
  EXPECT_THROW(trainer.fit(net, digit_loader(0, 96)), std::runtime_error);
  ASSERT_TRUE(verification.verdict());
  EXPECT_TRUE(verification.verdict()->mixes_samples);
}

TEST(BatchGradientVerificationTest, LeavesTheTrainingToTheLastBitAsItWouldBeWithoutIt) {
  std::vector<Tensor> ends;
  for (bool const verifies : {false, true}) {
    torch::manual_seed(2);
    Classifier net(sound);
    Trainer trainer({.max_epochs = 1});
    if (verifies) trainer.add(verification_of(net, {.batch_norm = true, .warn = false}));
    trainer.fit(net, digit_loader(0, 96));
    ends.push_back(torch::cat({net.hidden->weight.flatten(), net.norm->running_mean}));
  }
  EXPECT_TRUE(torch::equal(ends[0], ends[1]));
}

TEST(BatchGradientVerificationTest, RefusesOptionsOutOfTheirRange) {
  Classifier net(sound);
  EXPECT_EQ(message_of<std::invalid_argument>([&] { verification_of(net, {.sample_idx = -1}); }),
            "sample_idx of BatchGradientVerification must be >= 0, but got -1");
}

}  // namespace
}  // namespace sferic::test
