// pgt-model as it is used.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace pgt::model {
namespace {

using testing::HasSubstr;

struct Answer {
  int code;
  std::string text;  ///< of both streams
};

Answer pgt_model(const std::string& arguments) {
  const std::string command = std::string("'" PGT_MODEL "' --plugins '" PGT_PLUGIN_FOLDER "' ") + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  Answer answer{-1, ""};
  std::array<char, 4096> part;
  while (const std::size_t bytes = std::fread(part.data(), 1, part.size(), pipe))
    answer.text.append(part.data(), bytes);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) answer.code = WEXITSTATUS(status);
  return answer;
}

const std::string small = "summary slow depth=18 width=8 --size 64 --frames 4 ";

TEST(ModelCommand, ListsBackbones) {
  const Answer answer = pgt_model("list");
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.text, HasSubstr("slow          Residual network that looks across time"));
}

TEST(ModelCommand, SaysWhatStepsCostAndSitesCarry) {
  const Answer answer = pgt_model(small + "--classes 5 --steps 3");
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("slow: "));
  EXPECT_THAT(answer.text, HasSubstr("\n     3           3 "));
  EXPECT_THAT(answer.text, HasSubstr("1×64×1×2×2")) << "the head's frame";
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("s2.pathway0_res0             1       0 kB")));
}

TEST(ModelCommand, EverySiteCarriesWhereItIsAsked) {
  EXPECT_THAT(pgt_model(small).text, HasSubstr("s2.pathway0_res0                   1       -  \n"));
  EXPECT_THAT(pgt_model(small + "--every-site").text, HasSubstr("1×8×1×16×16"));
}

TEST(ModelCommand, SaysWhatCarryingOnlyWhereNeededSaves) {
  const std::string text = pgt_model(small).text;
  EXPECT_THAT(text, testing::ContainsRegex("saves [1-9][0-9.]*% of the carry, [1-9][0-9.]*% of the multiply-adds"));
  EXPECT_THAT(pgt_model(small + "--every-site").text, testing::Not(HasSubstr("saves")));
  EXPECT_THAT(pgt_model(small + "temporal_kernels=[3,3,3,3]").text, testing::Not(HasSubstr("saves")));
}

TEST(ModelCommand, PointsAtWhatIsWrong) {
  const Answer option = pgt_model("summary slow dept=18");
  EXPECT_EQ(option.code, 3);
  EXPECT_THAT(option.text, HasSubstr("--set:1:7: error: unknown key \"dept\" in [model]"));
  EXPECT_THAT(option.text, HasSubstr("did you mean \"depth\"?"));
  const Answer name = pgt_model("summary slo");
  EXPECT_EQ(name.code, 3);
  EXPECT_THAT(name.text, HasSubstr("did you mean \"slow\"?"));
  const Answer overlap = pgt_model("summary slow --frames 4 --overlap 4");
  EXPECT_EQ(overlap.code, 2);
  EXPECT_THAT(overlap.text, HasSubstr("--overlap must be less than --frames"));
}

TEST(ModelCommand, ChecksTheRulesThatAreAskedFor) {
  const std::string check = "check slow depth=18 blocks=[1,1,1,1] width=4 stem=small ";
  const Answer one = pgt_model(check + "--only backbone.made");
  EXPECT_EQ(one.code, 0) << one.text;
  EXPECT_EQ(std::ranges::count(one.text, '\n'), 1) << one.text;
  const Answer none = pgt_model(check + "--only backbone.mad");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.text, HasSubstr("there is no such rule"));
  const Answer of_parent = pgt_model(check + "--seconds 3");
  EXPECT_EQ(of_parent.code, 2);
  EXPECT_THAT(of_parent.text, HasSubstr("check does not take --seconds; pgt-host plugin check does"));
}

}  // namespace
}  // namespace pgt::model
