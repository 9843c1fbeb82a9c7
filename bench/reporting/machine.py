"""What the numbers were measured on."""

import os
import pathlib
import platform
import subprocess


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def setting(path):
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return None


def describe(load):
    """What a reader wants to know of the machine, by name, and its load before; what it doesn't
    tell is left out."""
    compiler = subprocess.run([os.environ.get("CXX", "c++"), "--version"], capture_output=True,
                              text=True, check=True)
    machine = {
        "Processor": f"{processor()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} threads",
        "Compiler": compiler.stdout.splitlines()[0],
    }
    governor = setting("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    no_turbo = setting("/sys/devices/system/cpu/intel_pstate/no_turbo")
    if governor:
        machine["Governor"] = governor
    if no_turbo:
        machine["Turbo"] = "off" if no_turbo == "1" else "on"
    if load:
        machine["Load before"] = load
    return machine
