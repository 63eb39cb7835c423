// Training from the annotation files of published datasets.

#include <gmock/gmock.h>

#include <algorithm>

#include "augmented.hpp"

namespace pgt::journey {
namespace {

using testing::HasSubstr;
using testing::Not;

class PublishedJourney : public Journey {
 protected:
  PublishedJourney() {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
      if (entry.is_regular_file()) videos_.push_back(entry.path());
    }
    std::sort(videos_.begin(), videos_.end());
  }
  /// Trains on two thirds of the videos, which are copied to `all/` under these names.
  void place(const std::function<std::string(std::size_t)>& name) const {
    fs::create_directories(folder_ / "all");
    for (std::size_t i = 0; i < videos_.size(); ++i) {
      fs::create_directories((folder_ / "all" / name(i)).parent_path());
      fs::copy_file(videos_[i], folder_ / "all" / name(i));
    }
  }
  HostRun train_on(const std::string& dataset, const std::vector<std::string>& settings = {}) const {
    write("run.toml",
          "[model]\nuse = \"slow\"\ndepth = 18\nblocks = [1, 1, 1, 1]\nwidth = 4\nstem = \"small\"\nnorm = \"group\"\n"
          "[dataset]\n" +
              dataset +
              "[schedule]\nuse = \"pgt\"\nsteps = 4\n[data]\nsize = 16\nthreads = 1\n"
              "[train]\nepochs = 1\nbatch_size = 4\nthreads = 1\ndevice = \"" +
              device() + "\"\n");
    return train("runs", settings);
  }
  std::vector<fs::path> videos_;
};

std::string id(std::size_t i) { return "id" + std::to_string(i); }

TEST_F(PublishedJourney, KineticsIsTrained) {
  place([](std::size_t i) { return id(i) + "_000000_000001.mp4"; });
  std::string train = "label,youtube_id,time_start,time_end,split,is_cc\n", val = train;
  for (std::size_t i = 0; i < videos_.size(); ++i) {
    (i % 3 == 0 ? val : train) += (i % 2 == 0 ? "\"air drumming\"," : "abseiling,") + id(i) + ",0,1,train,0\n";
  }
  write("train.csv", train);
  write("val.csv", val);
  const HostRun run = train_on("use = \"kinetics\"\nroot = \"all\"\ntrain = \"train.csv\"\nval = \"val.csv\"\n");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"), HasSubstr("\"event\":\"val_epoch\""));
}

TEST_F(PublishedJourney, CharadesIsTrainedWithLabelsOfEachStep) {
  place([](std::size_t i) { return id(i) + ".mp4"; });
  std::string rows = "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length\n";
  for (std::size_t i = 0; i < videos_.size(); ++i) {
    rows +=
        id(i) + ",A,B,6,7,Yes,\"s, t\",o,d," + (i % 2 == 0 ? "c000 0.0 0.5;c003 0.4 1.4" : "c001 0.2 9.0") + ",1.44\n";
  }
  write("train.csv", rows);
  const HostRun run = train_on("use = \"charades\"\nroot = \"all\"\ntrain = \"train.csv\"\nval = \"train.csv\"\n");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"),
              AllOf(HasSubstr("\"mAP\":"), HasSubstr("\"localisation_mAP\":")));
}

TEST_F(PublishedJourney, SomethingIsTrainedAndNeverMirrored) {
  place([](std::size_t i) { return id(i) + ".mp4"; });
  std::string list;
  for (std::size_t i = 0; i < videos_.size(); ++i) {
    list += std::string(i == 0 ? "[" : ",") + "{\"id\":\"" + id(i) + "\",\"template\":\"" +
            (i % 2 == 0 ? "Pushing [something]" : "Pulling [something]") + "\"}";
  }
  write("train.json", list + "]");
  write("labels.json", R"({"Pushing something": "0", "Pulling something": "1"})");
  const std::string dataset =
      "use = \"something\"\nroot = \"all\"\nlabels = \"labels.json\"\ntrain = \"train.json\"\nval = \"train.json\"\n";
  const HostRun run = train_on(dataset, augmented);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), HasSubstr("no clip is mirrored, whatever data.flip says"));
  std::vector<std::string> settings = augmented;
  settings.insert(settings.end(), {"data.flip=false", "run.name=plain"});
  ASSERT_EQ(train_on(dataset, settings).code, 0);
  EXPECT_EQ(text_of(run_in("runs") / "metrics.jsonl"), text_of(folder_ / "runs" / "plain-001" / "metrics.jsonl"));
}

TEST_F(PublishedJourney, UcfHmdbAndActivityNetAreTrained) {
  place([](std::size_t i) { return (i % 2 == 0 ? "A/v_A_g0" : "B/v_B_g0") + std::to_string(i) + "_c01.mp4"; });
  write("classInd.txt", "1 A\n2 B\n");
  std::string lists[2], marks[2], database;
  for (std::size_t i = 0; i < videos_.size(); ++i) {
    const std::string name = i % 2 == 0 ? "A" : "B", stem = "v_" + name + "_g0" + std::to_string(i) + "_c01";
    lists[i % 3 == 0] += name + "/" + stem + ".mp4 " + (i % 2 == 0 ? "1" : "2") + "\r\n";
    marks[i % 2] += stem + ".mp4 " + (i % 3 == 0 ? "2" : "1") + " \n";
    database += std::string(i == 0 ? "" : ",") + "\"" + stem + "\":{\"duration\":1.44,\"subset\":\"" +
                (i % 3 == 0 ? "validation" : "training") + "\",\"annotations\":[{\"segment\":[0.1,1.3],\"label\":\"" +
                name + "\"}]}";
  }
  write("trainlist01.txt", lists[0]);
  write("testlist01.txt", lists[1]);
  write("A_test_split1.txt", marks[0]);
  write("B_test_split1.txt", marks[1]);
  write("net.json", "{\"database\":{" + database + "}}");
  for (const std::string dataset :
       {"use = \"ucf101\"\nroot = \"all\"\nsplits = \".\"\n", "use = \"hmdb51\"\nroot = \"all\"\nsplits = \".\"\n",
        "use = \"activitynet\"\nroot = \"all\"\nfile = \"net.json\"\n"}) {
    SCOPED_TRACE(dataset);
    const HostRun run = train_on(dataset);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"), HasSubstr("\"event\":\"val_epoch\""));
    fs::remove_all(folder_ / "runs");
  }
}

}  // namespace
}  // namespace pgt::journey
