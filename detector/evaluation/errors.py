"""Errors of the evaluation.

* DetectorError
    * LabelsError                 a file holds no labels that can be used                       stop
    * PlotError                   a plot cannot be drawn                                        stop
"""

from detector.errors import DetectorError


class LabelsError(DetectorError):
    """A file holds no labels that can be used; the message names the column or the payment."""


class PlotError(DetectorError):
    """A plot cannot be drawn: matplotlib is not installed, or the file cannot be written."""
