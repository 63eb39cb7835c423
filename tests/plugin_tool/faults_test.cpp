// Every fault of tests/plugins_faulty is found by the rule that it breaks, and the check itself goes on.

#include <gmock/gmock.h>

#include "plugin_tool/tool.hpp"

namespace pgt::plugin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Fault {
  const char* name;
  const char* rule;
};

/// Finds the fault by its rule, with the promise and what to do; without the fault the rule holds.
void expect_found(const std::string& library, const std::vector<Fault>& faults,
                  std::vector<std::string> arguments = {}) {
  for (const Fault& fault : faults) {
    SCOPED_TRACE(std::string(fault.name) + ", " + fault.rule);
    std::vector<std::string> with = arguments;
    with.insert(with.end(), {"--option", std::string("fault=") + fault.name, "--only", fault.rule});
    const Findings findings = check(faulty(library), with);
    EXPECT_EQ(findings.code, 5) << findings.errors;
    EXPECT_THAT(findings.broken(fault.rule), Not(IsEmpty()));
    for (const auto& finding : findings.all) {
      EXPECT_NE(finding.at("promise"), "");
      EXPECT_NE(finding.at("remedy"), "");
    }
  }
}

TEST(PluginFaults, OfPlans) {
  expect_found("many_schedules", {{"no_steps", "schedule.has-steps"},
                                  {"one_range", "schedule.range-per-pathway"},
                                  {"one_overlap", "schedule.overlap-per-pathway"},
                                  {"no_new_frames", "schedule.new-frames"},
                                  {"negative_begin", "schedule.inside-clip"},
                                  {"outside", "schedule.inside-clip"},
                                  {"reads_twice", "schedule.frames-once"},
                                  {"gap", "schedule.contiguous"},
                                  {"bad_later", "schedule.contiguous"},
                                  {"first_overlap", "schedule.first-overlap"},
                                  {"long_overlap", "schedule.overlap-is-there"},
                                  {"negative_overlap", "schedule.overlap-is-there"},
                                  {"positions", "schedule.positions"},
                                  {"strides", "schedule.strides"},
                                  {"zero_stride", "schedule.strides"},
                                  {"equal_strides", "schedule.pathways-end-together"},
                                  {"repeats_nothing", "schedule.repetition"},
                                  {"repeats_a_clip", "schedule.repetition"},
                                  {"negative_size", "schedule.sizes"},
                                  {"no_bins", "schedule.sizes"},
                                  {"loss_weight", "schedule.loss-weight"},
                                  {"learning_rate", "schedule.learning-rate-scale"},
                                  {"momentum", "schedule.momentum"},
                                  {"unknown_value", "schedule.known-values"},
                                  {"no_loss", "schedule.learns"},
                                  {"gradient_is_gone", "schedule.gradient-is-there"},
                                  {"reaches_too_far", "schedule.gradient-reach"},
                                  {"two_passes", "schedule.two-passes"}});
}

TEST(PluginFaults, OfSchedules) {
  expect_found("many_schedules", {{"constructor_throws", "schedule.made"},
                                  {"throws", "schedule.plans"},
                                  {"throws_later", "schedule.plans"},
                                  {"throws_later", "schedule.plans-to-the-end"},
                                  {"random", "schedule.same-again"},
                                  {"counts", "schedule.same-in-any-order"},
                                  {"object", "schedule.same-of-another-object"},
                                  {"of_thread", "schedule.same-from-any-thread"},
                                  {"of_process", "schedule.same-in-any-process"},
                                  {"extension", "schedule.unknown-extension"}});
}

TEST(PluginFaults, OfDatasets) {
  expect_found("many_datasets",
               {{"constructor_throws", "dataset.made"},
                {"info_changes", "dataset.info-again"},
                {"no_classes", "dataset.classes"},
                {"nameless_class", "dataset.class-names"},
                {"class_twice", "dataset.class-names"},
                {"moments_rate", "dataset.moments-rate"},
                {"no_training", "dataset.has-training"},
                {"size_changes", "dataset.sizes-again"},
                {"sample_throws", "dataset.samples"},
                {"id_changes", "dataset.samples-again"},
                {"id_of_object", "dataset.same-of-another-object"},
                {"id_of_process", "dataset.same-in-any-process"},
                {"of_thread", "dataset.threads"},
                {"any_index", "dataset.indices"},
                {"slow", "dataset.quick"},
                {"extension", "dataset.unknown-extension"},
                {"no_id", "dataset.ids"},
                {"id_twice", "dataset.unique-ids"},
                {"no_path", "dataset.paths"},
                {"fps", "dataset.frame-rate"},
                {"end_before_start", "dataset.start-and-end"},
                {"negative_start", "dataset.start-and-end"},
                {"splits", "dataset.splits-apart"},
                {"group", "dataset.groups"},
                {"no_infinity", "dataset.targets"},
                {"class_range", "dataset.class-range"},
                {"negative_class", "dataset.class-range"},
                {"class_order", "dataset.class-order"},
                {"class_repeated", "dataset.class-order"},
                {"boxes_too", "dataset.no-boxes"},
                {"target_changes", "dataset.targets-again"},
                {"not_in_whole", "dataset.part-of-whole"},
                {"segment_without_length", "dataset.segments"},
                {"segment_class", "dataset.segments"},
                {"segment_order", "dataset.segments"}},
               {"--option", "file=/dev/null"});
  expect_found("many_datasets", {{"two_labels", "dataset.single-label"}, {"no_label", "dataset.single-label"}},
               {"--option", "file=/dev/null", "--option", "task=single_label"});
  expect_found("many_datasets", {{"no_label", "dataset.moments"}},
               {"--option", "file=/dev/null", "--option", "task=moments"});
  expect_found("many_datasets", {{"no_frames", "dataset.made-frames"}, {"counts_frames", "dataset.made-pictures"}},
               {"--option", "file=/dev/null", "--option", "made=true"});
  expect_found("many_datasets",
               {{"anchor", "dataset.anchor"},
                {"box_in_pixels", "dataset.boxes"},
                {"box_without_area", "dataset.boxes"},
                {"class_beside_boxes", "dataset.boxes"},
                {"no_key_frame", "dataset.key-frame"}},
               {"--option", "file=/dev/null", "--option", "task=boxes"});
}

TEST(PluginFaults, OfWhatIsLeft) {
  std::vector<std::string> also{"--only", "schedule.plans"};  // the plans are asked for
  expect_found("many_schedules",
               {{"locale", "leaves.locale"},
                {"rounding", "leaves.arithmetic"},
                {"signal", "leaves.signals"},
                {"blocks_signals", "leaves.signals"},
                {"folder", "leaves.folder"},
                {"umask", "leaves.umask"},
                {"environment", "leaves.environment"},
                {"prints", "leaves.output"},
                {"thread", "leaves.threads"},
                {"file", "leaves.files"}},
               also);
  expect_found("many_schedules", {{"leaks", "leaves.memory"}});
}

TEST(PluginFaults, OfTimeSlow) {
  expect_found("many_schedules", {{"slow", "schedule.quick"}});
  expect_found("many_datasets", {{"slow", "dataset.quick"}}, {"--option", "file=/dev/null"});
}

/// What ends the process is told, with the rule that was being tried, and the rules after it are tried all the same.
TEST(PluginFaults, OfProcesses) {
  const auto expect = [](const char* fault, const char* rule, const char* text,
                         std::vector<std::string> arguments = {}) {
    SCOPED_TRACE(fault);
    arguments.insert(arguments.end(), {"--option", std::string("fault=") + fault, "--seconds", "2"});
    const Findings findings = check(faulty("many_schedules"), arguments);
    EXPECT_EQ(findings.code, 5) << findings.errors;
    EXPECT_THAT(findings.broken(rule), HasSubstr(text)) << findings.all_broken();
    EXPECT_GT(findings.count("holds"), 30U) << "of the library, its options and what it leaves";
  };
  expect(
      "exits", "process.no-exit",
      "schedule.plans was tried on schedule many: plugin org.pgt.test.many_schedules, Schedule::plan: called exit()");
  expect("constructor_exits", "process.no-exit", "Schedule::Schedule: called exit()");
  expect("exits_at_once", "process.no-exit", "the process ended with exit code 0");
  expect("crashes", "process.no-crash", "SIGSEGV");
  expect("aborts", "process.no-crash", "SIGABRT");
  expect("divides", "process.no-crash", "SIGFPE");
  expect("never_returns", "process.returns", "did not return within 2 s");
  expect("eats_memory", "process.memory", "1 GiB are allowed", {"--memory", "1"});
}

TEST(PluginFaults, OfLoading) {
  const std::pair<const char*, const char*> libraries[] = {{"crashes_at_load", "process.no-crash"},
                                                           {"exits", "process.no-exit"},
                                                           {"no_entry", "library.loads"},
                                                           {"undefined_symbol", "library.loads"},
                                                           {"throws_in_describe", "library.loads"},
                                                           {"noisy", "leaves.output"},
                                                           {"without_id", "library.id"},
                                                           {"without_name", "library.names"},
                                                           {"duplicate_name", "library.version"},
                                                           {"exports_more", "library.exports"},
                                                           {"option_twice", "options.unique-keys"},
                                                           {"option_default", "options.default"}};
  for (const auto& [library, rule] : libraries) {
    SCOPED_TRACE(library);
    const Findings findings = check(faulty(library));
    EXPECT_EQ(findings.code, 5) << findings.errors;
    EXPECT_THAT(findings.broken(rule), Not(IsEmpty())) << findings.all_broken();
  }
  const Findings endless = check(faulty("never_returns"), {"--seconds", "1"});
  EXPECT_THAT(endless.broken("process.returns"), HasSubstr("while library.loads was tried on library"));
}

TEST(PluginFaults, OfEachFieldOfTheRecord) {
  const std::pair<const char*, const char*> libraries[] = {{"wrong_magic", "record.magic"},
                                                           {"other_sdk_major", "record.sdk-version"},
                                                           {"older_sdk_minor", "record.sdk-version"},
                                                           {"altered_size", "record.size"},
                                                           {"altered_cxx11_abi", "record.cxx11-abi"},
                                                           {"altered_glibcxx_debug", "record.glibcxx-debug"},
                                                           {"altered_architecture", "record.architecture"},
                                                           {"altered_compiler", "record.compiler"},
                                                           {"altered_standard_library", "record.standard-library"},
                                                           {"altered_sanitizer", "record.sanitizer"},
                                                           {"other_torch", "record.libtorch"}};
  for (const auto& [library, rule] : libraries) {
    SCOPED_TRACE(library);
    const Findings findings = check(faulty(library));
    EXPECT_EQ(findings.code, 5) << findings.errors;
    EXPECT_THAT(findings.broken(rule), AllOf(HasSubstr("host "), HasSubstr("plugin "), HasSubstr(";")))
        << findings.all_broken();
    EXPECT_THAT(findings.broken("library.loads"), HasSubstr("differs: host"));
  }
}

TEST(PluginFaults, OfDescriptions) {
  const Findings findings = check(faulty("bad_descriptions"));
  for (const char* rule : {"library.id", "library.version", "library.names", "library.summaries", "options.help",
                           "options.keys", "options.range", "options.choices", "options.words", "options.paths",
                           "options.only-with", "options.defaults-agree"}) {
    EXPECT_THAT(findings.broken(rule), Not(IsEmpty())) << rule;
  }
}

TEST(PluginFaults, OfBackbonesSlow) {
  expect_found("many_backbones", {{"constructor_throws", "backbone.made"},
                                  {"constructor_exits", "process.no-exit"},
                                  {"exits", "process.no-exit"},
                                  {"shape", "backbone.runs"},
                                  {"site_twice", "backbone.sites"},
                                  {"site_pathway", "backbone.sites"},
                                  {"info_changes", "backbone.info-again"},
                                  {"not_finite", "backbone.finite"},
                                  {"draws", "backbone.scores-again"},
                                  {"batch", "backbone.rows-apart"},
                                  {"member", "backbone.no-hidden-state"},
                                  {"enters_twice", "backbone.enters-once"},
                                  {"never_leaves", "backbone.leaves"},
                                  {"time_shrinks", "backbone.time-kept"},
                                  {"unused_site", "backbone.every-site-carries"},
                                  {"unused_carry", "backbone.carry-used"},
                                  {"grows", "backbone.carry-bounded"},
                                  {"kernel", "backbone.true-kernels"},
                                  {"unregistered", "backbone.whole-state"},
                                  {"gradient", "backbone.gradients"},
                                  {"gradient", "backbone.gradients-through-carry"},
                                  {"recompute", "backbone.computed-again"},
                                  {"threads", "leaves.torch-threads"},
                                  {"grad_mode", "leaves.gradients"}});
}

/// One finding, not one for each rule that needs scores.
TEST(PluginFaults, OfScoresThatAreNotFiniteAreToldOnceSlow) {
  const Findings findings = check(faulty("many_backbones"), {"--option", "fault=not_finite", "--only", "backbone"});
  EXPECT_EQ(findings.count("broken"), 1U) << findings.all_broken();
  const Findings shape = check(faulty("many_backbones"), {"--option", "fault=shape", "--only", "backbone"});
  EXPECT_EQ(shape.count("broken"), 1U) << shape.all_broken();
}

}  // namespace
}  // namespace pgt::plugin
