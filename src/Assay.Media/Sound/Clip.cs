namespace Assay.Media.Sound;

/// <summary>Sound of one channel.</summary>
/// <param name="Rate">Samples a second.</param>
/// <param name="Samples">-1 to 1; a float file may go beyond.</param>
public sealed record Clip(int Rate, ReadOnlyMemory<float> Samples)
{
    /// <summary>Its length.</summary>
    public double Seconds => (double)Samples.Length / Rate;
}
