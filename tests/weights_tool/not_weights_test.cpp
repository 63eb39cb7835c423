// Files and folders that hold no weights by name are named for what they are.

#include "not_weights.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "pickles.hpp"

namespace pgt::weights {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(NotWeights, OfTorchScriptAreNamedWithTheWayToUseThem) {
  const std::string file = zip({{"net/data.pkl", pickle("}")},
                                {"net/code/__torch__.py", "class Net(Module):\n  pass\n"},
                                {"net/constants.pkl", pickle(")")}});
  EXPECT_THAT(refusal(file), AllOf(HasSubstr("is a TorchScript file"), HasSubstr("use = \"exported\"")));
}

TEST(NotWeights, OfTorchExportAreNamed) {
  EXPECT_THAT(refusal(zip({{"net/archive_format", "pt2"}, {"net/models/model.json", "{}"}})),
              HasSubstr("is a file of torch.export"));
}

TEST(NotWeights, ThatWereNotFetchedAreNamed) {
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"), HasSubstr("git lfs pull"));
  EXPECT_THAT(refusal("<!DOCTYPE html>"), HasSubstr("the download failed"));
}

class NotWeightsFolder : public testing::Test {
 protected:
  NotWeightsFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pgt-weights-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~NotWeightsFolder() override { std::filesystem::remove_all(folder_); }
  void put(const std::string& name, const std::string& text = "x") const { std::ofstream(folder_ / name) << text; }

  std::filesystem::path folder_;
};

TEST_F(NotWeightsFolder, OfHuggingFaceIsNamedWithItsFile) {
  put("config.json", R"({"model_type": "videomae", "hidden_size": 768})");
  EXPECT_THAT(kind_of_folder(folder_), HasSubstr("without a file of weights"));
  put("pytorch_model.bin");
  EXPECT_THAT(kind_of_folder(folder_),
              AllOf(HasSubstr("is a Hugging Face folder (config.json, model_type \"videomae\")"),
                    HasSubstr("pytorch_model.bin")));
  put("model.safetensors");
  EXPECT_THAT(kind_of_folder(folder_),
              HasSubstr("give the file of weights in it, " + (folder_ / "model.safetensors").string()));
  put("model-00002-of-00002.safetensors");
  EXPECT_THAT(kind_of_folder(folder_), HasSubstr("weights are in 2 files"));
}

TEST_F(NotWeightsFolder, OfAnyKindGetsAnAnswer) {
  EXPECT_EQ(kind_of_folder(folder_), "is a folder without a file of weights");
  put("config.json", "not JSON");
  EXPECT_THAT(kind_of_folder(folder_), HasSubstr("is a Hugging Face folder (config.json) without"));
  std::filesystem::create_directory(folder_ / "checkpoints");
  EXPECT_THAT(kind_of_folder(folder_), AllOf(HasSubstr("is a run's folder"), HasSubstr("best.safetensors")));
}

}  // namespace
}  // namespace pgt::weights
