namespace Assay.Models.Quantization;

/// <summary>The widths of one layer, and why.</summary>
/// <param name="WeightBits">Bits of the weights, 0 if it has none.</param>
/// <param name="ResultBits">Bits of the result's range.</param>
/// <param name="Reason">In words, for the report.</param>
internal sealed record LayerWidths(int WeightBits, int ResultBits, string Reason);
