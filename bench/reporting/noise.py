"""How far may a measurement be off by chance?

A cell is measured by several repetitions in each of several processes. Those of one process share
what differs from process to process, as where its memory lies, and are no independent witnesses.
"""

import math
import statistics

# The standard deviation of a normal distribution as a multiple of its median absolute deviation, and
# what makes up for that of few values being too small (Croux and Rousseeuw, 1992).
SIGMA_OF_MAD = 1.4826
FEW = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}

# The standard error of a median as a multiple of that of a mean.
MEDIAN_OF_MEAN = 1.2533


def median(processes):
    """The median of all repetitions, which `processes` holds as a list for each process."""
    return statistics.median(value for repetitions in processes for value in repetitions)


def error_of_median(values):
    """The standard error of their median. A few values far off, as of slow moments, don't count."""
    middle = statistics.median(values)
    deviation = statistics.median(abs(value - middle) for value in values)
    count = len(values)
    sigma = SIGMA_OF_MAD * FEW.get(count, count / (count - 0.8)) * deviation
    return MEDIAN_OF_MEAN * sigma / math.sqrt(count)


def standard_error(processes):
    """That of median(): what the repetitions say of it, or what the medians of the processes say,
    whichever is more. None where fewer than three repetitions say nothing."""
    values = [value for repetitions in processes for value in repetitions]
    if len(values) < 3:
        return None
    error = error_of_median(values)
    if len(processes) > 1:
        error = max(error, error_of_median([statistics.median(each) for each in processes]))
    return error
