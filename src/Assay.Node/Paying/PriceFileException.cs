namespace Assay.Node.Paying;

/// <summary>The price file can't be read, or doesn't fit the node: all problems in one message.</summary>
public sealed class PriceFileException : Exception
{
    internal PriceFileException(string path, IReadOnlyList<string> problems)
        : base($"{path}: {string.Join("; ", problems)}") => Problems = problems;

    /// <summary>The problems, one by one.</summary>
    public IReadOnlyList<string> Problems { get; }
}
