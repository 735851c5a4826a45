namespace Assay.Models.Import;

/// <summary>Bounds on what an ONNX file may make the importer hold or do.</summary>
public sealed record ImportLimits
{
    /// <summary>Bytes of the file; default 256 MiB.</summary>
    public int MaxFileBytes { get; init; } = 256 << 20;

    /// <summary>Protocol-buffer messages and strings in the file; default 400 000.</summary>
    public int MaxMessages { get; init; } = 400_000;

    /// <summary>Bytes of integer lists that expand when they are decoded; default 16 MiB.</summary>
    public int MaxPackedIntegerBytes { get; init; } = 16 << 20;

    /// <summary>Nodes of the graph and its subgraphs together; default 20 000.</summary>
    public int MaxNodes { get; init; } = 20_000;

    /// <summary>Elements of all constants together, also the folded ones; default 2^27.</summary>
    public long MaxConstantElements { get; init; } = 1L << 27;

    /// <summary>Elements of all activations of one item together; default 2^26.</summary>
    public long MaxActivationElements { get; init; } = 1L << 26;

    /// <summary>Multiplications per item; default 2^36.</summary>
    public long MaxWork { get; init; } = 1L << 36;

    /// <summary>Nodes of the float graph, where one node of the file may become many (an unrolled LSTM); default 2^16.</summary>
    public int MaxGraphNodes { get; init; } = 1 << 16;

    /// <summary>Multiplications spent on evaluating constants; default 2^28.</summary>
    public long MaxFoldingWork { get; init; } = 1L << 28;

    /// <summary>
    /// Elements of constants that a file of this size may come to. Weights, decoded and brought to rows, take two for each
    /// of the file's two to four bytes; folding that makes much more than it reads is not what exporters do.
    /// </summary>
    internal static long ConstantElementsFor(int fileBytes) => (1 << 18) + (4L * fileBytes);

    /// <summary>How many times the elements of all activations a graph may have before it is folded; 4.</summary>
    internal static long Unfolded => 4;

    /// <summary>Dimensions of a tensor; 8.</summary>
    public static int MaxRank => 8;

    /// <summary>Errors reported for one file; 32.</summary>
    public static int MaxErrors => 32;
}
