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
    /// widened to reach and may be narrowed up to; 0.003 is 0.3%. Null: the starting widths, narrowed where nothing is lost. Between 0 and 1.
    /// </summary>
    public double? FidelityTarget { get; init; }

    /// <summary>Whether layers are narrowed to 8 bits where calibration shows no loss (or the target allows it); default true.</summary>
    public bool Narrow { get; init; } = true;

    /// <summary>What happens to input elements beyond the calibrated range and its headroom; default: clamped and counted.</summary>
    public OutOfRange InputRule { get; init; } = OutOfRange.Clamp;

    /// <summary>Declared ranges of inputs, by name; such an input gets no headroom. Default: none, calibration decides.</summary>
    public IReadOnlyDictionary<string, (double Lo, double Hi)> InputRanges { get; init; } =
        new Dictionary<string, (double Lo, double Hi)>();

    /// <summary>Calibration items that the search for widths is judged on; 1 to 4096, default 64, evenly spread.</summary>
    public int SearchItems { get; init; } = 64;

    /// <summary>Checks that every option is in its documented range.</summary>
    /// <exception cref="ArgumentException">One isn't.</exception>
    internal void Validate()
    {
        Require(ActivationBits is >= 8 and <= 16, nameof(ActivationBits));
        Require(WeightBits is >= 8 and <= 16, nameof(WeightBits));
        Require(FidelityTarget is null or > 0 and < 1, nameof(FidelityTarget));
        Require(SearchItems is >= 1 and <= 4096, nameof(SearchItems));
        Require(InputRanges.Values.All(r => double.IsFinite(r.Lo) && double.IsFinite(r.Hi) && r.Lo < r.Hi && Math.Max(-r.Lo, r.Hi) < 1e30), nameof(InputRanges));
    }

    private static void Require(bool holds, string option)
    {
        if (!holds)
        {
            throw new ArgumentException($"The option {option} is out of its range.");
        }
    }
}
