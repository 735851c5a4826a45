using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>How a float model becomes an exact program. Everything here can change the ModelId.</summary>
public sealed record QuantizerOptions
{
    /// <summary>Bits of activations to start from; 8 to 16, default 12.</summary>
    public int ActivationBits { get; init; } = 12;

    /// <summary>Bits of weights to start from; 8 to 16, default 12.</summary>
    public int WeightBits { get; init; } = 12;

    /// <summary>
    /// The mean relative error (sum |exact - float| / sum |float|, worst output, on calibration data) that layers are
    /// widened to reach and may be narrowed up to; 0.003 is 0.3%. Null: the starting widths, narrowed where nothing is lost.
    /// </summary>
    public double? FidelityTarget { get; init; }

    /// <summary>Whether layers are narrowed to 8 bits where calibration shows no loss (or the target allows it); default true.</summary>
    public bool Narrow { get; init; } = true;

    /// <summary>What happens to input elements beyond the calibrated range and its headroom; default: clamped and counted.</summary>
    public OutOfRange InputRule { get; init; } = OutOfRange.Clamp;

    /// <summary>Declared ranges of inputs, by name; such an input gets no headroom. Default: none, calibration decides.</summary>
    public IReadOnlyDictionary<string, (double Lo, double Hi)> InputRanges { get; init; } = new Dictionary<string, (double Lo, double Hi)>();

    /// <summary>Calibration items that the search for widths is judged on; default 64, evenly spread.</summary>
    public int SearchItems { get; init; } = 64;
}
