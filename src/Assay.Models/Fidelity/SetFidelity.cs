using System.Collections.Immutable;

namespace Assay.Models.Fidelity;

/// <summary>Fidelity over one set of items.</summary>
/// <param name="Items">Items in the set.</param>
/// <param name="Outputs">One for each output.</param>
/// <param name="Top1Agreement">Share of items for which the largest element of the first output is the same; null for one element.</param>
/// <param name="ClampedInputElements">Input elements moved to an end of the range at the boundary.</param>
/// <param name="ItemsOutOfRange">Items with such an element, or refused for one.</param>
/// <param name="ItemsRefused">Items refused at the boundary; they are not compared.</param>
/// <param name="SaturatedElements">Elements of results at an end of the range that isn't the function's own bound.</param>
/// <param name="Accuracy">Against labels, if there are any.</param>
public sealed record SetFidelity(
    int Items,
    ImmutableArray<OutputFidelity> Outputs,
    double? Top1Agreement,
    long ClampedInputElements,
    int ItemsOutOfRange,
    int ItemsRefused,
    long SaturatedElements,
    SetAccuracy? Accuracy);
