#include "program.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cmath>

#include "pickles.hpp"

namespace pgt::weights {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* slowfast = "use = \"slowfast\"\ndepth = 50\nblocks = [1, 1, 1, 1]\nwidth = 8\n";
constexpr const char* i3d = "use = \"i3d\"\ndepth = 50\nblocks = [1, 2, 1, 1]\nwidth = 8\n";

class WeightsProgram : public Program {
 protected:
  Tensors with_head(Tensors tensors, std::int64_t classes, std::int64_t width) const {
    tensors["head.projection.weight"] = torch::rand({classes, width});
    tensors["head.projection.bias"] = torch::rand({classes});
    return tensors;
  }
};

TEST_F(WeightsProgram, ImportsACheckpointOfPyslowfast) {
  write_run_file(slowfast);
  const Tensors tensors = with_head(random_backbone(), 3, 288);
  write_torch("file.pyth", tensors, "model_state");
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("torch (zip), names of PySlowFast"), HasSubstr("100.0 % of the backbone loaded"),
                             Not(HasSubstr("left over")), Not(HasSubstr("missing"))));
  expect_equal(tensors, imported());
  EXPECT_THAT(import("file.pyth", {}).err, AllOf(HasSubstr("none"), HasSubstr("dataset"))) << "which has the classes";
}

TEST_F(WeightsProgram, ExportsWhatItImported) {
  write_run_file(slowfast);
  const Tensors tensors = with_head(random_backbone(), 3, 288);
  write_torch("file.pyth", tensors, "model_state",
              [](const std::string& name) { return std::string("module.").append(name); });
  ASSERT_EQ(import("file.pyth").code, 0);
  for (const std::string name : {"again.pyth", "again.pth", "again.safetensors"}) {
    EXPECT_EQ(weights({"export", path("out.safetensors"), "--out", path(name)}).code, 0);
    EXPECT_EQ(import(name).code, 0);
    expect_equal(tensors, imported());
  }
  write_torch("sorted.pyth", tensors, "model_state");
  EXPECT_EQ(plugin::text_of(folder_ / "again.pyth"), plugin::text_of(folder_ / "sorted.pyth"));
}

TEST_F(WeightsProgram, StartsAHeadOfAnotherSizeAnewAndSaysSo) {
  write_run_file(slowfast);
  const Tensors backbone = random_backbone();
  write_torch("file.pyth", with_head(backbone, 400, 288), "model_state");
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("re-initialised      2 tensors"),
                             HasSubstr("head.projection.weight [400, 288] -> [3, 288]")));
  expect_equal(backbone, imported());
}

TEST_F(WeightsProgram, TakesAHeadThatIsAConvolution) {
  write_run_file(slowfast);
  Tensors tensors = with_head(random_backbone(), 3, 288);
  at::Tensor& head = tensors.at("head.projection.weight");
  head = head.reshape({3, 288, 1, 1, 1});
  write_torch("file.pyth", tensors, "model_state");
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("1 reshaped"));
  head = head.flatten(1);
  expect_equal(tensors, imported());
}

TEST_F(WeightsProgram, RefusesAnotherNetworkUnlessToldOtherwise) {
  write_run_file(slowfast);
  const Tensors tensors = random_backbone();
  write_torch("file.pth", tensors);
  write_run_file("use = \"slowfast\"\ndepth = 50\nblocks = [1, 1, 1, 1]\nwidth = 16\n");
  fs::remove(folder_ / "out.safetensors");
  const HostRun run = import("file.pth");
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.out, AllOf(HasSubstr("another shape"), HasSubstr("s1.pathway0_stem.conv.weight [8, 3, 1, 7, 7] -> "
                                                                   "[16, 3, 1, 7, 7]")));
  EXPECT_THAT(run.err, AllOf(HasSubstr("does not hold the network"), HasSubstr("--allow-partial")));
  EXPECT_FALSE(fs::exists(folder_ / "out.safetensors"));
  EXPECT_EQ(import("file.pth", {"--classes", "3", "--allow-partial"}).code, 0);
  EXPECT_EQ(imported().size(), tensors.size());
}

TEST_F(WeightsProgram, RefusesATensorOfAnotherShapeAndSaysWhatModelShouldSay) {
  write_run_file(slowfast + std::string("lateral_kernel = 7\n"));
  write_torch("file.pyth", random_backbone(), "model_state");
  write_run_file(slowfast);
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.out, AllOf(HasSubstr("another shape       4 tensors"),
                             HasSubstr("[model] should say\n    lateral_kernel = 7\n"), Not(HasSubstr("width"))));
  const HostRun partial = import("file.pyth", {"--classes", "3", "--allow-partial"});
  EXPECT_EQ(partial.code, 0) << partial.err;
}

TEST_F(WeightsProgram, SaysTheWholeSectionOfAnotherNetwork) {
  write_run_file(slowfast);
  write_torch("file.pyth", random_backbone(), "model_state");
  write_run_file("use = \"slow\"\ndepth = 18\nwidth = 8\n");
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.out, AllOf(HasSubstr("another network"), HasSubstr("    [model]\n    use = \"slowfast\"\n"),
                             HasSubstr("    width = 8\n")));
}

TEST_F(WeightsProgram, SaysWhichSetOfWeightsItTakes) {
  write_run_file(slowfast);
  const Tensors raw = random_backbone();
  Tensors file;
  for (const auto& [name, tensor] : raw) {
    file["model." + name] = tensor;
    file["ema_model." + name] = tensor + 1;
  }
  write_torch("file.ckpt", file, "state_dict");
  const HostRun run = import("file.ckpt");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("taken is state_dict.model, not taken state_dict.ema_model (--weights "));
  expect_equal(raw, imported());
  const HostRun average = import("file.ckpt", {"--classes", "3", "--weights", "state_dict.ema_model"});
  EXPECT_EQ(average.code, 0) << average.err;
  EXPECT_TRUE(imported().at("s1_fuse.conv_f2s.weight").equal(raw.at("s1_fuse.conv_f2s.weight") + 1));
  EXPECT_EQ(import("file.ckpt", {"--classes", "3", "--weights", "teacher"}).code, 2);
}

TEST_F(WeightsProgram, ExportsTheSetOfWeightsThatIsAskedFor) {
  const auto set = [](const std::string& name, std::int64_t first) {
    return text(name) + "}" + text("s1.pathway0_stem.bn.weight") +
           TorchTensor{.offset = first, .shape = {2}, .strides = {1}}.opcodes() + "ss";
  };
  std::ofstream(folder_ / "two.pth", std::ios::binary)
      << torch_zip(pickle("}" + set("state_dict", 0) + set("state_dict_ema", 4)));
  const std::vector<std::string> command{"export", path("two.pth"), "--out", path("a.safetensors")};
  const auto first_value = [&](const std::vector<std::string>& arguments) {
    const HostRun run = weights(arguments);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("the file holds 2 sets of weights"));
    return nn::read_safetensors(path("a.safetensors")).tensors.at("s1.pathway0_stem.bn.weight")[0].item<float>();
  };
  EXPECT_EQ(first_value(command), 0);
  std::vector<std::string> average = command;
  average.insert(average.end(), {"--weights", "state_dict_ema"});
  EXPECT_EQ(first_value(average), 4);
}

TEST_F(WeightsProgram, NamesAFamilyThatWeDoNotHave) {
  write_run_file("use = \"vit\"\nattention = \"joint\"\ndepth = 1\nwidth = 8\nheads = 2\n");
  write_torch("mvit.pyth",
              {{"blocks.0.attn.pool_q.weight", torch::ones({8, 1, 3, 3, 3})},
               {"blocks.0.attn.qkv.weight", torch::ones({24, 8})}},
              "model_state");
  const HostRun run = import("mvit.pyth");
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.err, AllOf(HasSubstr("a network of the family MViT"), HasSubstr("use = \"exported\"")));
  write_torch("foreign.pth", {{"encoder.0.weight", torch::ones({8})}});
  EXPECT_THAT(import("foreign.pth").err, HasSubstr("none of its names, as encoder.0.weight, is one of this network's"));
}

TEST_F(WeightsProgram, SaysWhichClassesTheRowsOfAHeadAre) {
  write_run_file(slowfast);
  write_torch("file.pyth", with_head(random_backbone(), 9, 288), "model_state");
  EXPECT_THAT(import("file.pyth", {"--classes", "9"}).out, Not(HasSubstr("row ")));
  write("names.txt", "walk\nrun\njump\nsit\nstand\nlie\nfall\nclap\nwave\n");
  const HostRun run = import("file.pyth", {"--classes", path("names.txt")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("row 0     walk\n"), HasSubstr("row 2     jump\n"), HasSubstr("row 4     stand\n"),
                    HasSubstr("row 6     fall\n"), HasSubstr("row 8     wave\n"), Not(HasSubstr("row 1 "))));
  EXPECT_THAT(nn::read_safetensors(folder_ / "out.safetensors").metadata.at("classes"), HasSubstr("\"walk\",\"run\""));
  EXPECT_EQ(import("file.pyth", {"--classes", path("none.txt")}).code, 2);
  EXPECT_EQ(import("file.pyth", {"--classes", "0"}).code, 2);
}

TEST_F(WeightsProgram, AsksForPooledTimeOfANetworkThatPoolsIt) {
  write_run_file(i3d);
  const Tensors tensors = random_backbone();
  const auto in_pytorchvideo = [](const std::string& ours) {
    std::string name = ours;
    const auto replace = [&name](const std::string& a, const std::string& b) {
      if (const std::size_t place = name.find(a); place != std::string::npos) name.replace(place, a.size(), b);
    };
    replace("s1.pathway0_stem.conv", "blocks.0.conv");
    replace("s1.pathway0_stem.bn", "blocks.0.norm");
    for (const auto& [stage, block] : {std::pair{"s2", "1"}, {"s3", "3"}, {"s4", "4"}, {"s5", "5"}}) {
      replace(std::string(stage).append(".pathway0_res"), std::string("blocks.").append(block).append(".res_blocks."));
    }
    replace("branch1_bn", "branch1_norm");
    if (name.find("branch1_norm") == std::string::npos) replace("branch1", "branch1_conv");
    for (const std::string part : {"a", "b", "c"}) {
      replace("branch2." + part + "_bn", "branch2.norm_" + part);
      replace("branch2." + part + ".", "branch2.conv_" + part + ".");
    }
    return name;
  };
  write_torch("file.pyth", tensors, "model_state", in_pytorchvideo);
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("100.0 %"), HasSubstr("should say\n    pool_frames = 2\n")));
  write_run_file(i3d + std::string("pool_frames = 2\n"));
  EXPECT_THAT(import("file.pyth").out, Not(HasSubstr("should say")));
}

/// What torchvision calls a tensor of our ResNets of one pathway.
std::string in_torchvision(std::string name) {
  const auto replace = [&name](const std::string& ours, const std::string& theirs) {
    if (const std::size_t place = name.find(ours); place != std::string::npos) name.replace(place, ours.size(), theirs);
  };
  replace("s1.pathway0_stem.conv", "conv1");
  replace("s1.pathway0_stem.bn", "bn1");
  for (const auto& [stage, layer] : {std::pair{"s2", "layer1"}, {"s3", "layer2"}, {"s4", "layer3"}, {"s5", "layer4"}}) {
    replace(std::string(stage).append(".pathway0_res"), std::string(layer).append("."));
  }
  replace("branch1_bn", "downsample.1");
  replace("branch1", "downsample.0");
  for (const auto& [ours, theirs] : {std::pair{"a", "1"}, {"b", "2"}, {"c", "3"}}) {
    replace(std::string("branch2.").append(ours).append("_bn"), std::string("bn").append(theirs));
    replace(std::string("branch2.").append(ours), std::string("conv").append(theirs));
  }
  return name;
}

TEST_F(WeightsProgram, InflatesAResNetOfPictures) {
  write_run_file(i3d);
  Tensors videos = random_backbone();
  Tensors pictures;
  for (auto& [name, tensor] : videos) {
    if (tensor.dim() == 5) {
      pictures[name] = torch::rand_like(tensor.select(2, 0)).contiguous();
      tensor = torch::stack(std::vector<at::Tensor>(static_cast<std::size_t>(tensor.size(2)),
                                                    pictures[name] / static_cast<double>(tensor.size(2))),
                            2);
    } else {
      pictures[name] = tensor;
    }
  }
  pictures["fc.weight"] = torch::rand({1000, 256});
  write_torch("resnet.pth", pictures, "", in_torchvision);
  const HostRun run = import("resnet.pth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("names of a 2D ResNet as in torchvision"), HasSubstr("100.0 %"),
                             HasSubstr("head.projection.weight [1000, 256] -> [3, 256]")));
  expect_equal(videos, imported());
}

TEST_F(WeightsProgram, BringsAResNetOfPicturesToARecurrentNetwork) {
  write_run_file("use = \"recurrent\"\nblocks = [1, 1]\nwidth = 8\nstate_width = 4\n");
  Tensors pictures = random_backbone("bn1.weight");
  pictures["fc.weight"] = torch::rand({1000, 16});
  write_torch("resnet.pth", pictures);
  const HostRun run = import("resnet.pth");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("100.0 %"), HasSubstr("head.recurrence.weight_ih_l0"), Not(HasSubstr("missing"))));
  EXPECT_TRUE(pictures.contains("layer2.0.downsample.0.weight")) << "as torchvision calls it";
  pictures.erase("fc.weight");
  expect_equal(pictures, imported());
}

TEST_F(WeightsProgram, JoinsQueriesKeysAndValues) {
  write_run_file("use = \"vit\"\nattention = \"joint\"\ndepth = 1\nwidth = 8\nheads = 2\n");
  write_torch("one.pth", {{"norm.weight", torch::ones({8})}});
  ASSERT_EQ(import("one.pth", {"--classes", "3", "--allow-partial"}).code, 0);
  const std::string attention = "videomae.encoder.layer.0.attention.attention.";
  Tensors thirds;
  for (const char* part : {"query.weight", "key.weight", "value.weight"})
    thirds[attention + part] = torch::rand({8, 8});
  for (const char* part : {"q_bias", "v_bias"}) thirds[attention + part] = torch::rand({8});
  write_torch("videomae.pth", thirds);
  const HostRun run = import("videomae.pth", {"--classes", "3", "--allow-partial"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("names of transformers"), HasSubstr("2 joined")));
  const auto of = [&](const char* part) { return thirds.at(attention + part); };
  EXPECT_TRUE(imported()
                  .at("blocks.0.attn.qkv.weight")
                  .equal(torch::cat({of("query.weight"), of("key.weight"), of("value.weight")})));
  EXPECT_TRUE(
      imported().at("blocks.0.attn.qkv.bias").equal(torch::cat({of("q_bias"), torch::zeros({8}), of("v_bias")})));
  write_run_file("use = \"vit\"\nattention = \"joint\"\ndepth = 1\nwidth = 16\nheads = 2\n");
  EXPECT_THAT(import("videomae.pth").out, HasSubstr("blocks.0.attn.qkv.weight [8, 8] -> [48, 16]"));
}

TEST_F(WeightsProgram, GivesACaffe2TensorItsShape) {
  write_run_file(i3d);
  std::string shaped(8 * 3 * 5 * 7 * 7 * 4, '\x3d');
  std::ofstream(folder_ / "file.pkl", std::ios::binary) << caffe2("f4", "<", {8, 3, 5, 7, 7}, shaped);
  const HostRun run = import("file.pkl", {"--classes", "3", "--allow-partial"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("pickle, names of Caffe2"), HasSubstr("1 renamed")));
  const at::Tensor stem = imported().at("s1.pathway0_stem.conv.weight");
  EXPECT_EQ(std::string_view(static_cast<const char*>(stem.data_ptr()), stem.nbytes()), shaped);
}

TEST_F(WeightsProgram, TakesNoWholeNumbersForWeights) {
  write_run_file(slowfast);
  Tensors tensors = random_backbone();
  tensors["s1.pathway0_stem.conv.weight"] = tensors["s1.pathway0_stem.conv.weight"].to(torch::kChar);
  write_torch("file.pyth", tensors, "model_state");
  EXPECT_THAT(import("file.pyth").out,
              HasSubstr("s1.pathway0_stem.conv.weight [8, 3, 1, 7, 7] int8 -> [8, 3, 1, 7, 7]"));
}

TEST_F(WeightsProgram, RefusesWeightsThatAreNotFinite) {
  write_run_file(slowfast);
  Tensors tensors = random_backbone();
  tensors["s1.pathway0_stem.conv.weight"].view(-1)[3] = std::nan("");
  write_torch("file.pyth", tensors, "model_state");
  const HostRun run = import("file.pyth");
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.err, AllOf(HasSubstr("file.pyth holds weights that are not finite"),
                             HasSubstr("\n  s1.pathway0_stem.conv.weight")));
  EXPECT_EQ(weights({"export", path("file.pyth"), "--out", path("again.pth")}).code, 5);
}

TEST_F(WeightsProgram, ExportsAllOfAFileWhoseNamesHaveSlashes) {
  nn::write_safetensors(path("slash.safetensors"),
                        {{{"x/a", torch::rand({2})}, {"y/b", torch::rand({2})}, {"c", torch::rand({2})}}, {}});
  const HostRun run = weights({"export", path("slash.safetensors"), "--out", path("slash.pth")});
  EXPECT_THAT(run.out, AllOf(HasSubstr("3 tensors"), Not(HasSubstr("left out"))));
}

TEST_F(WeightsProgram, SaysWhatItLeavesOutOfACheckpoint) {
  nn::write_safetensors(path("checkpoint.safetensors"),
                        {{{"model/a", torch::rand({2})}, {"optimizer/a", torch::rand({2})}}, {{"progress", "{}"}}});
  const HostRun run = weights({"export", path("checkpoint.safetensors"), "--out", path("model.pth")});
  EXPECT_THAT(run.out, AllOf(HasSubstr("1 tensors"), HasSubstr("left out: 1 tensors")));
}

TEST_F(WeightsProgram, ExportsTheAverageOfACheckpointOrItsRawWeights) {
  const at::Tensor raw = torch::rand({2}), average = torch::rand({2}), running = torch::rand({2});
  nn::write_safetensors(path("checkpoint.safetensors"), {{{"model/conv.weight", raw},
                                                          {"model/norm.running_mean", running},
                                                          {"average/conv.weight", average},
                                                          {"momentum/conv.weight", torch::rand({2})}},
                                                         {{"progress", "{}"}}});
  const auto exported = [&](std::vector<std::string> more) {
    std::vector<std::string> command{"export", path("checkpoint.safetensors"), "--out", path("out.safetensors")};
    command.insert(command.end(), more.begin(), more.end());
    const HostRun run = weights(command);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("left out: 1 tensors"));
    const Tensors tensors = nn::read_safetensors(path("out.safetensors")).tensors;
    EXPECT_TRUE(torch::equal(tensors.at("norm.running_mean"), running));
    return tensors.at("conv.weight");
  };
  EXPECT_TRUE(torch::equal(exported({}), average));
  EXPECT_TRUE(torch::equal(exported({"--weights", "average"}), average));
  EXPECT_TRUE(torch::equal(exported({"--weights", "raw"}), raw));
}

TEST_F(WeightsProgram, ListsWhatAFileHolds) {
  write_torch("file.pyth", {{"conv.weight", torch::rand({2, 3})}, {"count", torch::tensor(7)}}, "model_state");
  const HostRun run = weights({"inspect", path("file.pyth")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("model_state:"), HasSubstr("conv.weight"), HasSubstr("float32   [2, 3]"),
                             HasSubstr("int64     []"), HasSubstr("file.pyth: torch (zip), 2 tensors")));
}

TEST_F(WeightsProgram, NamesTheFileItRefuses) {
  std::ofstream(folder_ / "bad.pth", std::ios::binary) << pickle(global("os", "system") + text("touch x") + "\x85R");
  const HostRun run = weights({"inspect", path("bad.pth")});
  EXPECT_EQ(run.code, 5);
  EXPECT_THAT(run.err, AllOf(HasSubstr("bad.pth wants Python to use os.system"), HasSubstr("nothing was executed")));
  EXPECT_EQ(weights({"inspect", path("none.pth")}).code, 2);
  EXPECT_EQ(weights({"export", path("bad.pth"), "--out", path("a.onnx")}).code, 2);
  EXPECT_EQ(weights({"imprt"}).code, 2);
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const HostRun pipe = weights({"inspect", path("pipe")});
  EXPECT_EQ(pipe.code, 2);
  EXPECT_THAT(pipe.err, HasSubstr("pipe is not a regular file"));
}

TEST_F(WeightsProgram, WritesNothingAmongCheckpoints) {
  std::filesystem::create_directories(folder_ / "run/checkpoints");
  std::ofstream(folder_ / "run/config.resolved.toml").flush();
  const std::string best = path("run/checkpoints/best.safetensors");
  nn::write_safetensors(path("a.safetensors"), {{{"a", torch::rand({2})}}, {}});
  const HostRun run = weights({"export", path("a.safetensors"), "--out", best});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("would be among the run's checkpoints"));
  EXPECT_FALSE(std::filesystem::exists(best));
}

}  // namespace
}  // namespace pgt::weights
