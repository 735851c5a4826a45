namespace Assay.OnnxRuntime;

/// <summary>Bounds on what models may take of this process.</summary>
public sealed record FloatRuntimeOptions
{
    /// <summary>Bytes of tensors of all float models together, weights included; default 4 GiB, at least 1 MiB.</summary>
    public long MaxTensorBytes { get; init; } = 4L << 30;

    /// <summary>Longest time to load a model; default 60 s.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time of a run; default 10 s. Looked at between operators: one operator isn't interrupted.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most elements of all outputs of a run; default 2^21, which bundles can hold.</summary>
    public int MaxOutputElements { get; init; } = 1 << 21;
}
