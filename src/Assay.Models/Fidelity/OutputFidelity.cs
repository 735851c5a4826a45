namespace Assay.Models.Fidelity;

/// <summary>One output's errors against float.</summary>
/// <param name="Name">The output.</param>
/// <param name="MeanRelativeError">sum |exact - float| / sum |float| over all elements of all items.</param>
/// <param name="MaxRelativeError">max |exact - float| / max |float|.</param>
/// <param name="MaxAbsoluteError">max |exact - float|.</param>
public sealed record OutputFidelity(string Name, double MeanRelativeError, double MaxRelativeError, double MaxAbsoluteError);
