namespace Assay.Models.Fidelity;

/// <summary>What a model is for, which decides how the distance from float is judged.</summary>
public enum ModelTask
{
    /// <summary>A classifier if labels are given, or if its only output is one row of probabilities or of a last layer's scores; else a regressor.</summary>
    Auto,

    /// <summary>Judged by how often the first output's largest element is the same.</summary>
    Classify,

    /// <summary>Judged by the mean relative error of the worst output.</summary>
    Regress,
}
