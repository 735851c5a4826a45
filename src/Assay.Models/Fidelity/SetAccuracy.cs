namespace Assay.Models.Fidelity;

/// <summary>Items whose largest element of the first output is the label.</summary>
public sealed record SetAccuracy(int Items, int FloatCorrect, int ExactCorrect)
{
    /// <summary>Share of items, 0 to 1.</summary>
    public double FloatAccuracy => Math.Round((double)FloatCorrect / Items, 6);

    /// <summary>Share of items, 0 to 1.</summary>
    public double ExactAccuracy => Math.Round((double)ExactCorrect / Items, 6);
}
