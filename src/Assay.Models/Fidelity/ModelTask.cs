namespace Assay.Models.Fidelity;

/// <summary>What a model is for, which decides how the distance from float is judged.</summary>
public enum ModelTask
{
    /// <summary>A classifier if labels are given, or if its only output is one row after Softmax; judged both ways if it is one row of a last linear layer, which may be scores or numbers; else a regressor.</summary>
    Auto,

    /// <summary>Judged by how often the first output's largest element is the same.</summary>
    Classify,

    /// <summary>Judged by the mean relative error of the worst output.</summary>
    Regress,
}
