"""page.py finds pages that are not true: page_test.py"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PAGE_PY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.py")
FILE = "`word.txt`:\n\n```\nhello\n```\n\n"


class Pages(unittest.TestCase):
    def folder(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def write(self, path, text, mode=0o644):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def run_page(self, text, made=None, path=os.environ["PATH"]):
        root = self.folder()
        page = os.path.join(root, "page.md")
        self.write(page, "# Page\n\n" + text)
        command = [sys.executable, "-B", PAGE_PY, page, os.path.join(root, "scratch")]
        done = subprocess.run(command + ([made] if made else []), capture_output=True, text=True,
                              env=dict(os.environ, PATH=path))
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def test_a_page_that_is_true(self):
        text = "    mkdir deep\n    cd deep\n    echo 12 words; echo more\n\n```\n7 words\nmo…\n```\n\n    pwd\n\n```\n…/deep\n```\n"
        self.assertEqual(self.run_page(FILE + text), "")

    def test_a_command_that_fails(self):
        self.assertIn("page.md:9: exit code 1 of\ngrep world word.txt", self.run_page(FILE + "    grep world word.txt\n"))
        self.assertEqual(self.run_page(FILE + "    grep world word.txt  # fails\n"), "")
        self.assertIn("exit code 0 of", self.run_page(FILE + "    grep hello word.txt  # fails\n"))

    def test_output_that_is_not_printed(self):
        found = self.run_page(FILE + "    cat word.txt\n\n```\nhello world\n```\n")
        self.assertIn("page.md:11: the page shows\nhello world\nbut this is printed:\nhello", found)

    def test_lines_in_another_order(self):
        self.assertIn("the page shows\nfirst", self.run_page("    echo first; echo second\n\n```\nsecond\nfirst\n```\n"))

    def test_what_python_would_make_where_it_has_no_torch(self):
        made, programs = self.folder(), self.folder()
        self.write(os.path.join(made, "net.pth"), "weights\n")
        self.write(os.path.join(programs, "python3"), "#!/bin/sh\nexit 1\n", 0o755)
        text = "    python3 net.py\n\n```\nsaved\n```\n\n    cat net.pth\n\n```\nweights\n```\n"
        self.assertEqual(self.run_page(text, made, programs + os.pathsep + os.environ["PATH"]), "")
        self.assertIn("exit code", self.run_page(text, None, programs + os.pathsep + os.environ["PATH"]))

    def test_a_page_without_commands(self):
        self.assertIn("holds no commands", self.run_page(FILE))


unittest.main()
