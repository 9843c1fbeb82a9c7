"""sferic for Conan 2: `conan create cmake/packaging/conan` packages the clone that this lies in."""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

required_conan_version = ">=2.0"


class SfericConan(ConanFile):
    name = "sferic"
    description = "Training on LibTorch where every moment of the training is a typed signal"
    license = "MIT"
    topics = ("libtorch", "training", "signals", "callbacks")
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    # Without torch, it is the signals alone.
    options = {"with_torch": [True, False], "fPIC": [True, False]}
    default_options = {"with_torch": True, "fPIC": True}

    @property
    def _clone(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._clone, "CMakeLists.txt"))
        self.version = re.search(r"project\(sferic VERSION (\S+)", text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "lib/*", "events/*",
                        "builtin_callbacks/*"):
            copy(self, pattern, src=self._clone, dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        if not self.options.with_torch:
            self.requires("boost/[>=1.74.0 <2]", libs=False, visible=False)
            return
        self.requires("boost/[>=1.74.0 <2]", transitive_headers=True)
        self.requires("libpng/[>=1.6 <2]")
        self.requires("libtorch/[>=2.0]", transitive_headers=True)
        self.requires("libzip/[>=1.9 <2]")
        self.requires("protobuf/[>=3.21]")
        # In sferic's own sources only, and there without their libraries.
        self.requires("fmt/[>=9]", libs=False, visible=False)
        self.requires("nlohmann_json/[>=3.10 <4]", visible=False)

    def build_requirements(self):
        if self.options.with_torch:
            self.tool_requires("protobuf/<host_version>")

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("sferic is for Linux")

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["SFERIC_ONLY_SIGNALS"] = not self.options.with_torch
        toolchain.cache_variables["SFERIC_BUILD_EXAMPLES"] = False
        toolchain.cache_variables["SFERIC_BUILD_TESTS"] = False
        # Not what the system happens to have.
        toolchain.cache_variables["CMAKE_DISABLE_FIND_PACKAGE_benchmark"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        # sferic's own package file knows its components and what each of them needs.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "sferic")]
