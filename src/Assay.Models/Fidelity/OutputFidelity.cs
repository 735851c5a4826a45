namespace Assay.Models.Fidelity;

/// <summary>One output's errors against float.</summary>
/// <param name="Name">The output.</param>
/// <param name="MeanRelativeError">sum |exact - float| / sum |float| over all elements of all items.</param>
/// <param name="MaxRelativeError">max |exact - float| / max |float|.</param>
/// <param name="MaxAbsoluteError">max |exact - float|.</param>
/// <param name="WorstElement">Index, in row-major order, of the element that <paramref name="WorstElementError"/> is about.</param>
/// <param name="WorstElementError">
/// max over elements of (max |exact - float| / max |float|), the inner ones over all items: shows a small part of an
/// output that is all wrong. An element that is 0 in float for all items counts with its absolute error. Null in older statements.
/// </param>
public sealed record OutputFidelity(
    string Name, double MeanRelativeError, double MaxRelativeError, double MaxAbsoluteError, int? WorstElement = null, double? WorstElementError = null);
