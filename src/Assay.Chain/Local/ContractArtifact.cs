using System.Text.Json;

namespace Assay.Chain;

/// <summary>What the compiler made of a contract in contracts/ (contracts/build.mjs writes it).</summary>
/// <param name="Runtime">The code that stands on the chain, <c>0x</c> and hexadecimal digits.</param>
/// <param name="SourcesDigest">SHA-256, in hexadecimal digits, of each source's name, a newline and its text, in order of names.</param>
internal sealed record ContractArtifact(string Runtime, string SourcesDigest)
{
    public static ContractArtifact Load(string name)
    {
        using Stream stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream($"contracts/{name}.json")
            ?? throw new InvalidOperationException($"There is no contract {name}.");
        using JsonDocument json = JsonDocument.Parse(stream);
        return new ContractArtifact(json.RootElement.GetProperty("runtime").GetString()!, json.RootElement.GetProperty("sources").GetString()!);
    }
}
