"""Loads the recipe of Conan, with stand-ins of what it imports, and configures what it exports:
conan_recipe.py <recipe folder> <version> <work folder> <cmake> <compiler>"""

import ast
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import types
from unittest import mock

recipe_folder, version, work, cmake, compiler = sys.argv[1:]
clone, exported = pathlib.Path(recipe_folder, "../../..").resolve(), pathlib.Path(work, "exported")


def copy(_recipe, pattern, src, dst):
    """As conan.tools.files.copy: the star goes into folders, too."""
    folder, star, _ = pattern.partition("/*")
    source, target = pathlib.Path(src, folder), pathlib.Path(dst, folder)
    assert source.exists(), source
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target) if star else shutil.copy(source, target)


def load_recipe():
    names = ("conan", "conan.errors", "conan.tools", "conan.tools.build", "conan.tools.cmake",
             "conan.tools.files")
    modules = {name: mock.MagicMock() for name in names}
    modules["conan"] = types.SimpleNamespace(ConanFile=object)
    modules["conan.tools.files"] = types.SimpleNamespace(
        copy=copy, load=lambda _recipe, path: pathlib.Path(path).read_text())
    spec = importlib.util.spec_from_file_location("recipe", f"{recipe_folder}/conanfile.py")
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, modules):
        spec.loader.exec_module(module)
    return module.SfericConan()


ast.parse(pathlib.Path(recipe_folder, "test_package/conanfile.py").read_text())
shutil.rmtree(work, ignore_errors=True)
recipe = load_recipe()
recipe.recipe_folder, recipe.export_sources_folder = recipe_folder, str(exported)
recipe.set_version()
assert recipe.version == version, f"{recipe.version} in the recipe, {version} in CMakeLists.txt"
recipe.export_sources()
subprocess.run([cmake, "-G", "Ninja", "-S", exported, "-B", f"{work}/build",
                f"-DCMAKE_CXX_COMPILER={compiler}", "-DSFERIC_BUILD_EXAMPLES=OFF",
                "-DSFERIC_BUILD_TESTS=OFF", "-DSFERIC_WITH_TORCH=OFF"], check=True)
