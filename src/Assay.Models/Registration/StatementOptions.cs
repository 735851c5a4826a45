using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assay.Models.Registration;

/// <summary>What the compiler was told.</summary>
/// <param name="ActivationBits">Starting bits of activations.</param>
/// <param name="WeightBits">Starting bits of weights.</param>
/// <param name="FidelityTarget">The mean relative error asked for, if one was.</param>
/// <param name="Narrow">Whether narrowing was allowed.</param>
/// <param name="InputRule">"clamp" or "refuse".</param>
/// <param name="InputRanges">Declared ranges of inputs, in the inputs' order.</param>
/// <param name="SearchItems">Calibration items that the search for widths was judged on, at most.</param>
/// <param name="Import">What the file left open and the publisher chose; absent if nothing.</param>
public sealed record StatementOptions(
    int ActivationBits, int WeightBits, double? FidelityTarget, bool Narrow, string InputRule, ImmutableArray<StatementRange> InputRanges, int SearchItems,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StatementImport? Import = null);
