"""The style checks find what they are there to find: checks_test.py ROOT"""

import os
import shutil
import sys
import tempfile
import unittest

import citations
import formatting
import layering
import sdk_reference
import sdk_version
import words

ROOT = sys.argv.pop()


class Checks(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def assert_found(self, check, *beginnings):
        found = check.check(self.root)
        self.assertEqual(len(found), len(beginnings), found)
        for problem, beginning in zip(found, beginnings):
            self.assertTrue(problem.startswith(beginning), problem)

    def test_a_folder_that_includes_from_below(self):
        self.write("framework/run/log.hpp", "")
        self.write("framework/base/error.cpp", '#include <vector>\n#include "run/log.hpp"\n')
        self.write("framework/run/log.cpp", '#include "base/error.hpp"\n#include "run/log.hpp"\n')
        self.assert_found(layering, "framework/base/error.cpp:2: base must not know run")

    def test_torch_through_another_header(self):
        self.write("framework/train/step.hpp", "#include <ATen/core/Tensor.h>\n")
        self.write("framework/cli/list.cpp", '#include "train/step.hpp"\n')
        self.assert_found(layering, "framework/cli/list.cpp:1: no LibTorch here")

    def test_torch_in_the_sdk(self):
        self.write("sdk/include/pgt/sdk/options.hpp", "#include <c10/core/Device.h>\n")
        self.write("sdk/include/pgt/sdk/dataset.hpp", "#include <pgt/sdk/options.hpp>\n")
        self.assert_found(layering, "sdk/include/pgt/sdk/dataset.hpp:1", "sdk/include/pgt/sdk/options.hpp:1")

    def test_a_plugin_that_knows_the_host(self):
        self.write("framework/base/error.hpp", "")
        self.write("plugins/models/net/parts.hpp", "")
        self.write("plugins/models/net/net.cpp", '#include "parts.hpp"\n#include <torch/torch.h>\n')
        self.write("plugins/models/other/other.cpp", '#include "base/error.hpp"\n#include "../net/parts.hpp"\n')
        self.assert_found(layering, "plugins/models/other/other.cpp:1", "plugins/models/other/other.cpp:2")

    def test_code_that_includes_tests(self):
        self.write("tests/helpers.hpp", "")
        self.write("tools/pgt-data/main.cpp", '#include "helpers.hpp"\n')
        self.assert_found(layering, "tools/pgt-data/main.cpp:1: helpers.hpp belongs to the tests")

    def test_forbidden_words(self):
        self.write("docs/a.md", "see https://example.org/home/page\n" + "// TO" + "DO\n" + "in /ho" + "me/me\n")
        self.assert_found(words, "docs/a.md:2: unfinished", "docs/a.md:3: a path")

    def test_pages_of_another_place(self):
        self.write("framework/nn/a.hpp", "/// See spec/p" + "gt.md 2.1.\n")
        self.assert_found(words, "framework/nn/a.hpp:1: a page that the project does not have")

    def write_pages(self, method="**M1.1 Steps.** …\n- **M1.2 Pathways.** …\n", architecture="**A1.1 The picture.** …\n"):
        self.write("docs/method.md", method)
        self.write("docs/architecture.md", architecture)

    def test_citations_of_paragraphs_that_are_there(self):
        self.write_pages(method="**M1.1 Steps.** See A1.1.\n\n**M1.2 Pathways.** …\n\n**M2.1 At a site.** …\n")
        self.write("framework/nn/a.hpp", "/// The steps (docs/method.md\n/// M1.2, and A1.1).\nint x;  // M2.1\n")
        self.assert_found(citations)

    def test_a_citation_of_an_unknown_paragraph(self):
        self.write_pages()
        unknown = "M1" + ".3"
        self.write("framework/nn/a.hpp", f'const char* path = "{unknown}";  // not a comment\nint x;  // {unknown}\n')
        self.write("docs/a.md", f"See M1.2 and {unknown}.\n")
        self.assert_found(citations, "docs/a.md:1: docs/method.md has no", "framework/nn/a.hpp:2: docs/method.md has no")

    def test_a_citation_without_a_paragraph(self):
        self.write_pages()
        self.write("framework/nn/a.hpp", "/// See docs/architecture.md.\n")
        self.assert_found(citations, "framework/nn/a.hpp:1: which paragraph of docs/architecture.md")

    def test_paragraphs_out_of_order(self):
        self.write_pages(method="**M1.1 Steps.** …\n\n**M1.1 Steps again.** …\n")
        self.assert_found(citations, "docs/method.md:3: M1.1 after M1.1")
    def test_a_changed_sdk_with_its_old_version(self):
        folder = "sdk/include/pgt/sdk/"
        version = "#define PGT_SDK_VERSION_MAJOR 1\n#define PGT_SDK_VERSION_MINOR "
        self.write(folder + "version.hpp", version + "1\n")
        self.write(folder + "plan.hpp", "struct Plan { int a; };  // one\n")
        record = f"1.1 {sdk_version.hash_of_headers(self.root)}\n"
        self.write(sdk_version.RECORD, record)
        self.assert_found(sdk_version)
        self.write(folder + "plan.hpp", "/// Another comment.\nstruct Plan {\n  int a;\n};\n")
        self.assert_found(sdk_version)
        self.write(folder + "plan.hpp", "struct Plan { int a, b; };\n")
        self.assert_found(sdk_version, "sdk/include/pgt/sdk: the headers changed and the version is still 1.1")
        self.write(folder + "version.hpp", version + "2\n")
        self.assert_found(sdk_version, "tests/style/sdk_version.txt: is of version 1.1; now it must say\n1.2 ")
        self.write(sdk_version.RECORD, f"1.2 {sdk_version.hash_of_headers(self.root)}\n")
        self.assert_found(sdk_version)

    def test_bad_format(self):
        shutil.copy(os.path.join(ROOT, ".clang-format"), self.root)
        self.write("framework/base/a.cpp", "int  a;\n")
        self.write("framework/base/b.cpp", "int b;\n")
        self.assert_found(formatting, "framework/base/a.cpp:1:4: error")

    def test_what_the_reference_takes_of_a_header(self):
        self.write(
            "sdk/include/pgt/sdk/schedule.hpp",
            """/// Schedules.
#pragma once

namespace pgt::sdk {
namespace detail {
int hidden();
}

/// Adds,
/// and <carries>.
inline int sum(int a, int b = 1) { return a + b; }

/// A class.
template <class T>
class Box final : public Base<T> {
 public:
  explicit Box(T value) : value_{value}, twice_(2 * value) {}
  ~Box() override = default;
  T get() const { return value_; }  ///< what is in it
  std::vector<int> sides{1, 2};

 private:
  T value_;  ///< private
};

enum class Kind { small, big };
}
""",
        )
        self.assertEqual(
            sdk_reference.page_of_header(self.root, "schedule"),
            ["", "## schedule.hpp", "", "Schedules.", ""]
            + ["- `int sum(int a, int b = 1)`  ", "  Adds,", "  and &lt;carries>."]
            + ["", "### Box", "", "`template <class T> class Box final : public Base<T>`", "", "A class.", ""]
            + ["- `explicit Box(T value)`", "- `T get() const`  ", "  what is in it", "- `std::vector<int> sides`"]
            + ["", "### Kind", "", "`enum class Kind`", "", "- `small`", "- `big`"],
        )


if __name__ == "__main__":
    unittest.main()
