namespace Assay.Cli.Bench;

/// <summary>A folder that goes away.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("assay-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
